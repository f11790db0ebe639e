"""A message that came in, and how things stand with what it is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import people
from portal.answers.desk import standing
from portal.answers.desk.standing import Choice, Facts, Group, Obstacle
from portal.db import db
from portal.invitations import finding
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event
from portal.models.inbox import InboxMessage, InboxResult
from portal.models.invitations import Answer, Invitation
from portal.models.series import Series

WAITS = (InboxMessage.result == InboxResult.QUEUED, InboxMessage.decided_at.is_(None))


@dataclass(frozen=True)
class Matter:
    """One message with what may be decided of it.

    ``event`` is what it is about. ``is_whole`` says that it is about all meetings to come of a
    series; ``event`` is then the next of them that its person is invited to. ``guest`` is whoever
    in the register has the address that the message names.
    """

    message: InboxMessage
    facts: Facts
    event: Event | None = None
    guest: Person | None = None
    is_whole: bool = False

    @property
    def group(self) -> Group:
        """What sort of decision it is about."""
        return self.facts.group

    @property
    def offered(self) -> tuple[Choice, ...]:
        """What may be decided as things stand, be it decided or not."""
        return standing.choices(self.facts)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may be decided now; nothing when it is decided, or never waited."""
        return self.offered if self.message.waits else ()

    @property
    def obstacle(self) -> Obstacle | None:
        """Why less can be decided than usual."""
        return standing.obstacle(self.facts) if self.message.waits else None


def matters(messages: Sequence[InboxMessage], now: datetime) -> list[Matter]:
    """How things stand with each of ``messages``, by as many queries for one as for many."""
    owners = _owners({people.fold(each.attendee) for each in messages if each.attendee})
    coming = _coming({each.uid for each in messages if _may_be_of_many(each)}, now)
    events = {each.id: _about(each, coming.get(each.uid, [])) for each in messages}
    pairs = _invited(messages, chain(*events.values()), owners.values())
    found = []
    for message in messages:
        about, guest = events[message.id], owners.get(people.fold(message.attendee))
        theirs = (each for each in about if (each.id, message.person_id) in pairs)
        event = next(theirs, None) or next(iter(about), None)
        facts = _facts(message, event, about, guest, pairs, now)
        whole = event is not None and _is_whole(message, event)
        found.append(Matter(message, facts, event, guest, whole))
    return found


def invitations_for(message: InboxMessage) -> Sequence[Invitation]:
    """The invitations that ``message`` answers, if it is its person's own: those that stand.

    A series as a whole is answered by an answer to each of its occurrences.
    """
    person, events = message.person, _events_of(message)
    if person is None:
        return []
    return [each for each in finding.invitations_of(person, events) if each.is_current]


def series_of(message: InboxMessage, event: Event) -> Series | None:
    """The series that ``message`` speaks of as a whole; None when it means one meeting."""
    return event.series if _is_whole(message, event) else None


def _is_whole(message: InboxMessage, event: Event) -> bool:
    # A letter that answers the mail of a meeting names no uid.
    return bool(message.uid and event.series_id and not message.recurrence_id)


def _may_be_of_many(message: InboxMessage) -> bool:
    return bool(message.uid) and (message.event is None or _is_whole(message, message.event))


def _about(message: InboxMessage, coming: Sequence[Event]) -> Sequence[Event]:
    """The events ``message`` is about: of a series all to come, those that stand if any does."""
    if message.event is not None and not _is_whole(message, message.event):
        return [message.event]
    named = [each for each in coming if message.recurrence_id in ("", each.recurrence_id)]
    standing = [each for each in named if not each.is_cancelled]
    return standing or ([message.event] if message.event else named)


def _events_of(message: InboxMessage) -> Sequence[Event]:
    named = finding.events_of(message.uid, message.recurrence_id) if message.uid else []
    return named or ([message.event] if message.event else [])


def _owners(addresses: set[str]) -> dict[str, Person]:
    rows = db.session.scalars(
        sa.select(EmailAddress)
        .where(EmailAddress.folded.in_(addresses))
        .options(joinedload(EmailAddress.person))
    )
    return {row.folded: row.person for row in rows}


def _coming(uids: set[str], now: datetime) -> dict[str, list[Event]]:
    """The occurrences to come of each series, by its uid, in order of time."""
    found: dict[str, list[Event]] = defaultdict(list)
    if not uids:
        return found
    rows = db.session.scalars(
        sa.select(Event)
        .where(Event.uid.in_(uids), Event.ends_at > now)
        .options(joinedload(Event.meeting), joinedload(Event.camp))
        .order_by(Event.starts_at, Event.id)
    )
    for event in rows:
        found[event.uid].append(event)
    return found


def _invited(
    messages: Sequence[InboxMessage], events: Iterable[Event], owners: Iterable[Person]
) -> set[tuple[int, int]]:
    """Which of all these people are invited to which of these events, as pairs of ids."""
    persons = {each.person_id for each in messages if each.person_id}
    persons |= {person.id for person in owners}
    numbers = {event.id for event in events}
    rows = db.session.execute(
        sa.select(Invitation.event_id, Invitation.person_id).where(
            Invitation.event_id.in_(numbers),
            Invitation.person_id.in_(persons),
            Invitation.removed_at.is_(None),
        )
    )
    return {(row.event_id, row.person_id) for row in rows}


def _facts(
    message: InboxMessage,
    event: Event | None,
    about: Sequence[Event],
    guest: Person | None,
    pairs: set[tuple[int, int]],
    now: datetime,
) -> Facts:
    group = standing.group_of(message.kind, message.reason)
    if event is None:
        return Facts(group, has_event=False)
    starts, ends = message.proposed_starts_at, message.proposed_ends_at
    has_time = starts is not None and ends is not None and starts < ends
    return Facts(
        group,
        has_person=message.person_id is not None,
        is_cancelled=event.is_cancelled,
        is_over=event.is_over(now),
        is_invited=any((each.id, message.person_id) in pairs for each in about),
        has_answer=message.answer in set(Answer) - {Answer.NEEDS_ACTION},
        can_write_to_guest=_can_be_written_to(message.attendee),
        guest_is_ours=guest is not None,
        guest_is_invited=guest is not None and all((each.id, guest.id) in pairs for each in about),
        has_time=has_time,
        time_is_past=starts is not None and starts <= now,
        is_same_time=has_time and (starts, ends) == (event.starts_at, event.ends_at),
        moved_since=not _is_whole(message, event)
        and message.sequence is not None
        and message.sequence < event.time_sequence,
    )


def _can_be_written_to(address: str) -> bool:
    try:
        return bool(people.normal_address(address))
    except people.BadAddress:
        return False
