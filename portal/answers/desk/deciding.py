"""What organisers decide of messages that wait. Each is decided once. Nothing here commits."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from portal import audit, people
from portal.accounts import aliases
from portal.answers.desk import looking
from portal.answers.desk.looking import Matter
from portal.answers.desk.standing import Choice
from portal.answers.inbox.applying import apply_answer
from portal.answers.inbox.reasons import Reason
from portal.dates import midnight, today
from portal.db import db
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import guests
from portal.invitations import actions as invitations
from portal.invitations import event_changes, proposals
from portal.invitations import series as invited_series
from portal.invitations.telling import When
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxDecision, InboxMessage
from portal.models.invitations import AnswerSource
from portal.seasons import camp_actions


class AlreadyDecided(Exception):
    """Somebody else was quicker: the message says who and when."""


class NotOffered(Exception):
    """What was chosen makes no sense as things stand now."""


DECISIONS = {
    Choice.COUNT: InboxDecision.APPLIED,
    Choice.OWN_ADDRESS: InboxDecision.APPLIED,
    Choice.INVITE: InboxDecision.INVITED,
    Choice.TURN_AWAY: InboxDecision.TURNED_AWAY,
    Choice.TAKE_TIME: InboxDecision.TIME_TAKEN,
    Choice.KEEP_TIME: InboxDecision.TIME_DECLINED,
    Choice.DONE: InboxDecision.SET_ASIDE,
    Choice.SET_ASIDE: InboxDecision.SET_ASIDE,
}


def decide(
    message: InboxMessage, choice: Choice, *, seen_revision: int, by: Person, now: datetime
) -> Reason | None:
    """Do what ``by`` chose. ``seen_revision`` is that of the event when the buttons were shown.

    Returns:
        What became of the answer, when it was counted; else None.

    Raises:
        AlreadyDecided: of two who decide, this is the second.
        NotOffered: the event or the invitation has changed so that it can no longer be done.
        EditedMeanwhile: the event is to move, and is no longer what was shown.
        CannotBeTold: no mail can be written to whoever would be told.
    """
    _claim(message, choice, by, now)
    (matter,) = looking.matters([message], now)
    if choice not in matter.offered:
        raise NotOffered
    event = matter.event
    audit.record(
        "inbox.decided",
        message,
        actor=by,
        now=now,
        decision=str(DECISIONS[choice]),
        choice=str(choice),
        event=event.id if event else None,
    )
    if choice == Choice.TAKE_TIME:
        _take_time(matter, seen_revision, by, now)
        return None
    act = _ACTS.get(choice)
    return act(matter, by, now) if act else None


def _claim(message: InboxMessage, choice: Choice, by: Person, now: datetime) -> None:
    """Note the decision, unless there is one: of two at once the second waits and finds it."""
    claimed = db.session.scalar(
        sa.update(InboxMessage)
        .where(InboxMessage.id == message.id, *looking.WAITS)
        .values(decision=DECISIONS[choice], decided_at=now, decided_by_id=by.id)
        .returning(InboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(message)
    if claimed is None:
        raise AlreadyDecided


def _count(matter: Matter, by: Person, now: datetime) -> Reason:
    message = matter.message
    own = looking.invitations_for(message)
    return apply_answer(message, own, source=AnswerSource.ORGANISER, now=now, by=by)


def _own_address(matter: Matter, by: Person, now: datetime) -> Reason:
    assert matter.message.person is not None
    aliases.confirm_address(matter.message.person, matter.message.attendee, by=by, now=now)
    return _count(matter, by, now)


def _invite(matter: Matter, by: Person, now: datetime) -> None:
    message, event = matter.message, _event_of(matter)
    guest = matter.guest or people.create_person(
        message.attendee_name or message.attendee,
        message.attendee,
        confirmed_at=None,
        now=now,
        language=message.person.language if message.person else "nb",
        actor=by,
    )
    series = looking.series_of(message, event)
    if series is not None:
        invited_series.invite_all(series, [guest.id], by=by, now=now)
    elif event.meeting is not None and guests.is_called(event.meeting, now) and message.person:
        guests.take_forwarded(
            event.meeting, guest, message.attendee, through=message.person, by=by, now=now
        )
    else:
        invitations.invite(event, guest, by=by, now=now)


def _turn_away(matter: Matter, by: Person, now: datetime) -> None:
    message = matter.message
    assert message.person is not None
    event = _event_of(matter)
    series = looking.series_of(message, event)
    proposals.turn_away(message, event, series, through=message.person, now=now)


def _keep_time(matter: Matter, by: Person, now: datetime) -> None:
    message, event = matter.message, _event_of(matter)
    assert message.person is not None
    invitation = invitations.invitation_of(event, message.person)
    assert invitation is not None
    series = looking.series_of(message, event)
    proposals.decline_time(invitation, message, series, now=now)


def _take_time(matter: Matter, seen_revision: int, by: Person, now: datetime) -> None:
    """Let whoever owns the event move it, and tell all who are invited at once."""
    event, message = _event_of(matter), matter.message
    starts_at, ends_at = message.proposed_starts_at, message.proposed_ends_at
    assert starts_at is not None
    assert ends_at is not None
    values = {"starts_at": starts_at, "ends_at": ends_at, "all_day": _is_all_day(event, message)}
    if event.camp is not None:
        camp_actions.edit_camp(
            event.camp, values, seen_revision=seen_revision, tell=When.NOW, by=by, now=now
        )
        return
    if event.meeting is not None:
        meeting_actions.move_meeting(
            event.meeting, starts_at, ends_at, seen_revision=seen_revision, by=by, now=now
        )
    else:
        event_changes.check_unedited(event, seen_revision)
        event_changes.change(event, values, by=by, now=now)
    event_changes.tell(event, by=by, now=now)


def _is_all_day(event: Event, message: InboxMessage) -> bool:
    """Whether an event of whole days stays one: what is proposed begins and ends at midnight."""
    times = (message.proposed_starts_at, message.proposed_ends_at)
    return event.all_day and all(time == midnight(today(time)) for time in times if time)


def _event_of(matter: Matter) -> Event:
    assert matter.event is not None
    return matter.event


_ACTS: dict[Choice, Callable[[Matter, Person, datetime], Reason | None]] = {
    Choice.COUNT: _count,
    Choice.OWN_ADDRESS: _own_address,
    Choice.INVITE: _invite,
    Choice.TURN_AWAY: _turn_away,
    Choice.KEEP_TIME: _keep_time,
}
