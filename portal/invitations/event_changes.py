"""The one way to change an event: history, revision, sequence, stored entry, and who hears of it.

``revision`` rises with every saved change, ``sequence`` (RFC 5546) when time or state changed, or
when people are told of anything else: calendars ignore an update that carries a number they know.
Nothing here commits.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit, membership
from portal.calendar import entries
from portal.db import db, lock_row
from portal.invitations import numbers, overtaken, parts
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.events import Event, EventChange, EventState
from portal.models.invitations import Answer, Invitation
from portal.models.mail import OutboxMail

TIMES = ("starts_at", "ends_at", "all_day")
_FIELDS = frozenset(
    (
        *("kind", "visibility", "title", "summary", "description", "language", *TIMES),
        *("place", "address", "municipality_code", "latitude", "longitude"),
        *("streaming_url", "join_url", "contact_name", "contact_email", "contact_phone"),
    )
)


class UnknownField(Exception):
    """An event has no such field, or it is not changed by hand."""


class EditedMeanwhile(Exception):
    """Somebody else saved the event after this form was opened."""


class EventIsCancelled(Exception):
    """What was called off stays so: make a new event, or a copy."""


def check_unedited(event: Event, seen_revision: int) -> None:
    """See that ``event`` is still at ``seen_revision``; of two who save at once, the second waits.

    Raises:
        EditedMeanwhile: it has moved on.
    """
    lock_row(event, "revision", "state")
    if event.revision != seen_revision:
        raise EditedMeanwhile


def change(
    event: Event,
    values: Mapping[str, Any],
    *,
    also: Sequence[parts.Made] = (),
    by: Person | None,
    now: datetime,
) -> list[EventChange]:
    """Give ``event`` new values; what is equal already makes no change and no history.

    ``values`` are columns of the event. ``organisers`` (ids of organisations), ``links`` (values
    with kind, title, url) and ``programme`` (values with starts_at, title, speakers) replace what
    the event has of them, in that order. ``also`` is what is new of it in other rows, made already.
    Nobody is told: that is ``tell``.

    Raises:
        UnknownField: a name that is none of these.
    """
    unknown = values.keys() - _FIELDS - parts.NAMES
    if unknown:
        raise UnknownField(", ".join(sorted(unknown)))
    made = [*_set_columns(event, values), *parts.replace(event, values), *also]
    return _write_history(event, made, by=by, now=now)


def name_no_more(
    event: Event, values: Mapping[str, str], *, by: Person | None, now: datetime
) -> None:
    """Take somebody's name out of ``event``: ``values`` are the texts that stand instead.

    Feeds and what is sent from now on have these; nobody is written to for it, and no history
    keeps what they were before (docs/decisions/0031).
    """
    lock_row(event, "revision", "told_revision")
    was_told = not event.is_untold
    for name, value in values.items():
        setattr(event, name, value)
    event.revision += 1
    if was_told:
        event.told_revision = event.revision
    event.changed_at = now
    withdrawing.of_event(event.id, now)
    entries.render(event)
    audit.record("event.name_removed", event, actor=by, now=now, revision=event.revision)


def publish(event: Event, *, by: Person | None, now: datetime) -> None:
    """Let those it is for see ``event``. Publishing twice keeps the first date.

    Raises:
        EventIsCancelled: it will not take place.
    """
    if event.is_cancelled:
        raise EventIsCancelled
    if event.state == EventState.PUBLISHED:
        return
    event.published_at = event.published_at or now
    _write_history(event, _set_columns(event, {"state": EventState.PUBLISHED}), by=by, now=now)


def cancel(
    event: Event, reason: str, *, by: Person | None, now: datetime, tell: bool = True
) -> None:
    """Call ``event`` off and tell all who were invited. It stays in feeds, marked, for a while.

    ``reason`` is for those invited to read, and may be empty. Cancelling twice tells once. Without
    ``tell`` the caller tells them, of this and more.
    """
    if event.is_cancelled:
        return
    known = event.told_revision
    event.cancelled_at, event.cancel_reason = now, reason
    event.tell_at = event.tell_by_id = None
    _write_history(event, _set_columns(event, {"state": EventState.CANCELLED}), by=by, now=now)
    mark_told(event, now)
    overtaken.take_back(event.id, now)
    if tell and audience_size(event):
        outbox.enqueue_mailing(
            "invitations.cancel",
            key=_key("cancel", event),
            now=now,
            by=by,
            event_id=event.id,
            since=known,
        )


def tell(event: Event, *, by: Person | None, now: datetime) -> None:
    """Tell those invited of all they have not been told: one mail each, however many changes.

    When the time changed, answers given before that are asked for again. The mails say what the
    event is when they are made, so that a change while they wait goes along.
    """
    # Whatever was to be told later goes out now, or has nothing left to say.
    event.tell_at = event.tell_by_id = None
    untold = _untold(event)
    if event.is_cancelled or not untold:
        return
    since = event.told_revision
    if audience_size(event):
        moved = [row.changed_at for row in untold if row.field in TIMES]
        if _is_known(event):
            raise_sequence(event, now)
        if moved:
            _ask_again(event, max(moved))
        outbox.enqueue_mailing(
            "invitations.update",
            key=_key("update", event),
            now=now,
            by=by,
            event_id=event.id,
            since=since,
        )
        note_sent(event)
    mark_told(event, now)
    audit.record("event.told", event, actor=by, now=now, revision=event.revision)


def audience_size(event: Event) -> int:
    """How many would hear of a change now: those invited who can be written to."""
    return db.session.scalar(sa.select(sa.func.count()).where(*_audience(event))) or 0


def raise_sequence(event: Event, now: datetime) -> None:
    """Make the next message about ``event`` newer than any that calendars have."""
    event.sequence = _next_sequence(event)
    event.changed_at = now
    entries.render(event)


def note_sent(event: Event) -> None:
    """Note that all who are invited are being sent ``event`` as it is now."""
    db.session.execute(
        sa.update(Invitation)
        .where(*_audience(event))
        .values(sent_sequence=event.sequence, sent_revision=event.revision)
    )


def mark_told(event: Event, now: datetime) -> None:
    """Note that nothing of ``event`` is left untold."""
    event.told_revision = event.revision
    db.session.execute(
        sa.update(EventChange)
        .where(EventChange.event_id == event.id, EventChange.told_at.is_(None))
        .values(told_at=now)
    )


def county_on_the_day(event: Event) -> str | None:
    """The code of the county ``event`` lies in, as counties were that day."""
    return entries.county_on_the_day(event)


def _set_columns(event: Event, values: Mapping[str, Any]) -> list[parts.Made]:
    made = []
    for name, after in values.items():
        if name in parts.NAMES or _is_same(getattr(event, name), after):
            continue
        made.append((name, _as_text(getattr(event, name)), _as_text(after)))
        setattr(event, name, after)
    return made


def _is_same(before: Any, after: Any) -> bool:
    # A form ends lines with CR LF, what comes otherwise with LF alone: nobody changed anything.
    if isinstance(before, str) and isinstance(after, str):
        return before.replace("\r\n", "\n") == after.replace("\r\n", "\n")
    return bool(before == after)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _write_history(
    event: Event, made: list[parts.Made], *, by: Person | None, now: datetime
) -> list[EventChange]:
    if not made:
        return []
    names = {name for name, _before, _after in made}
    event.revision += 1
    if event.is_cancelled or not audience_size(event):
        # Nobody to tell means nothing left untold: whoever is invited later gets it as it is.
        event.told_revision = event.revision
    if names & {*TIMES, "state"}:
        event.sequence = _next_sequence(event)
    if names & {*TIMES}:
        event.time_sequence = event.sequence
    event.changed_at = now
    # What waits to remind people of it says what it was; the next look queues what it is.
    withdrawing.of_event(event.id, now)
    if event.municipality_code or "municipality_code" in names:
        event.county_code = county_on_the_day(event)
    entries.render(event)
    rows = [
        EventChange(
            event=event,
            revision=event.revision,
            field=name,
            before=before,
            after=after,
            changed_at=now,
            changed_by_id=by.id if by else None,
        )
        for name, before, after in made
    ]
    db.session.add_all(rows)
    verb = f"event.{event.state}" if "state" in names else "event.changed"
    audit.record(verb, event, actor=by, now=now, revision=event.revision, fields=sorted(names))
    return rows


def _next_sequence(event: Event) -> int:
    """A number above all that went out under the uid: an occurrence's series counts as well."""
    series = event.series
    return max(event.sequence, series.sequence if series else 0) + 1


def _untold(event: Event) -> list[EventChange]:
    if not event.is_untold:
        return []
    return list(
        db.session.scalars(
            sa.select(EventChange)
            .where(EventChange.event_id == event.id, EventChange.revision > event.told_revision)
            .order_by(EventChange.id)
        )
    )


def _audience(event: Event) -> tuple[sa.ColumnElement[bool], ...]:
    reached = membership.can_be_written_to(Invitation.person_id)
    return Invitation.event_id == event.id, Invitation.removed_at.is_(None), reached


def _is_known(event: Event) -> bool:
    """Whether some calendar may already hold the present sequence."""
    sent = sa.exists().where(
        Invitation.event_id == event.id, Invitation.sent_sequence >= event.sequence
    )
    # A mailing that waited may have carried a number raised after it was queued.
    made = sa.exists().where(
        OutboxMail.event_id == event.id,
        OutboxMail.dedupe_key.startswith(numbers.sequence_key(event), autoescape=True),
    )
    return bool(db.session.scalar(sa.select(sent | made)))


def _ask_again(event: Event, moved_at: datetime) -> None:
    """Forget answers given to another time than the present one."""
    db.session.execute(
        sa.update(Invitation)
        .where(
            Invitation.event_id == event.id,
            Invitation.removed_at.is_(None),
            Invitation.answered_at < moved_at,
        )
        .values(
            answer=Answer.NEEDS_ACTION,
            answered_at=None,
            answer_source="",
            comment="",
            delegated_to="",
        )
    )


def _key(occasion: str, event: Event) -> str:
    return f"{occasion}-{numbers.sequence_key(event)}rev-{event.revision}"
