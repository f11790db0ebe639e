"""An answer takes effect, if it is new enough: given to the present time, and after any other."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal import audit, staffing
from portal.answers import queries
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.groups.meetings import deputies
from portal.invitations import actions
from portal.invitations.actions import Stamp
from portal.jury.asks import asking
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import CalendarAlias, InboxMessage
from portal.models.invitations import Answer, AnswerSource, GivenAnswer, Invitation

# Of what becomes of several occurrences, what the message is said to have done.
_TOLD_FIRST = (
    Reason.DELEGATED,
    Reason.ANSWERED,
    Reason.OLDER_TIME,
    Reason.OLDER_ANSWER,
    Reason.NOTHING_TO_ANSWER,
)
_MOST_ALIASES = 10


def apply_answer(
    message: InboxMessage,
    invitations: Iterable[Invitation],
    *,
    source: AnswerSource,
    now: datetime,
    by: Person | None = None,
) -> Reason:
    """Let what ``message`` answers be the answer of ``invitations``, where it is new enough.

    What came too late is kept in their history and does not count. ``by`` is the organiser who
    settled it, with the ``source`` ORGANISER. Nobody is written to, but for a juror whose calendar
    says no.

    Returns:
        ANSWERED or DELEGATED; else OLDER_TIME, OLDER_ANSWER or NOTHING_TO_ANSWER. Of several
        invitations the first of these that became of one.
    """
    outcomes = {_apply(message, each, source=source, now=now, by=by) for each in invitations}
    return next((each for each in _TOLD_FIRST if each in outcomes), Reason.NOTHING_TO_ANSWER)


def is_answerable(invitation: Invitation, now: datetime) -> bool:
    """Whether there is something to answer: invited still, not called off, not over."""
    event = invitation.event
    return invitation.is_current and not event.is_cancelled and not event.is_over(now)


def note_alias(person: Person, address: str, now: datetime) -> None:
    """Keep an address that the calendar of ``person`` answered from, until it is confirmed."""
    known = db.session.scalars(
        sa.select(CalendarAlias.folded).where(CalendarAlias.person_id == person.id)
    ).all()
    if address in known or len(known) >= _MOST_ALIASES:
        return
    alias = CalendarAlias(person=person, address=address, seen_at=now)
    db.session.add(alias)
    audit.record("inbox.alias_noted", alias, actor=None, now=now, person=person.id)


def _apply(
    message: InboxMessage,
    invitation: Invitation,
    *,
    source: AnswerSource,
    now: datetime,
    by: Person | None,
) -> Reason:
    _lock(invitation)
    if not is_answerable(invitation, now):
        return Reason.NOTHING_TO_ANSWER
    given, event = Answer(message.answer), invitation.event
    stamp = _stamp(message, event, now)
    if (message.sequence or 0) < event.time_sequence:
        actions.keep_uncounted(invitation, given, stamp=stamp, now=now, comment=message.comment)
        return Reason.OLDER_TIME
    if _is_overtaken(message, invitation, stamp):
        actions.keep_uncounted(invitation, given, stamp=stamp, now=now, comment=message.comment)
        return Reason.OLDER_ANSWER
    actions.answer(
        invitation,
        given,
        source=source,
        now=now,
        comment=message.comment,
        delegated_to=message.delegated_to if given == Answer.DELEGATED else "",
        stamp=stamp,
    )
    if by is not None:
        audit.record("inbox.settled", message, actor=by, now=now, invitation=invitation.id)
    _tell_the_jury(invitation, given, now)
    deputies.follow_calendar(invitation, given, now)
    return Reason.DELEGATED if given == Answer.DELEGATED else Reason.ANSWERED


def _lock(invitation: Invitation) -> None:
    """Let two who change one answer come one after the other, and the event not move meanwhile.

    Of a camp the juries come first, as for whoever answers on the page of the seat.
    """
    db.session.flush()
    if camp_id := queries.camp_of(invitation):
        staffing.lock_juries([camp_id])
    # A deputy who is taken back changes the event, and two who only read it would not let that be.
    how = "key_share" if invitation.event.meeting else "read"
    db.session.refresh(invitation.event, with_for_update={"of": Event, how: True})
    # Not so tightly that no message could refer to it: two that do would wait for each other.
    lock = {"of": Invitation, "key_share": True}
    db.session.refresh(invitation, with_for_update=lock)


def _stamp(message: InboxMessage, event: Event, now: datetime) -> Stamp:
    """What the answer was given to, and when; never to a state, or at a moment, still to come.

    A calendar whose clock is fast, or that counts by itself, would else be newer for ever.
    """
    sequence = min(message.sequence or 0, event.sequence)
    return Stamp(sequence, min(message.dtstamp or message.received_at, now), message)


def _is_overtaken(message: InboxMessage, invitation: Invitation, stamp: Stamp) -> bool:
    if _last_scope(invitation) in (None, message.recurrence_id):
        return actions.is_overtaken(invitation, stamp)
    # The series counts its changes apart from its occurrences: only the clock compares the two.
    known = invitation.answer_dtstamp
    return known is not None and stamp.dtstamp < known


def _last_scope(invitation: Invitation) -> str | None:
    """What the answer that counts was given to: one occurrence, or the series (empty).

    None when it came by no message that is still kept.
    """
    db.session.flush()
    return db.session.scalar(
        sa.select(InboxMessage.recurrence_id)
        .join(GivenAnswer, GivenAnswer.message_id == InboxMessage.id)
        .where(GivenAnswer.invitation_id == invitation.id, GivenAnswer.counts)
        .order_by(GivenAnswer.id.desc())
        .limit(1)
    )


def _tell_the_jury(invitation: Invitation, given: Answer, now: datetime) -> None:
    """A no in the calendar frees no seat; the juror is asked whether that was meant."""
    seat = queries.seat_of(invitation)
    if seat is None:
        return
    if given == Answer.DECLINED:
        asking.note_calendar_decline(seat, now)
    else:
        seat.calendar_declined_at = None
