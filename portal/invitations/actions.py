"""What happens between one person and one event: invited, uninvited, answered. Nothing commits."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.invitations import event_changes, many, notices, numbers, overtaken
from portal.mail import outbox
from portal.mail.message import Message
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxMessage
from portal.models.invitations import Answer, AnswerSource, GivenAnswer, Invitation
from portal.models.mail import OutboxMail

log = logging.getLogger(__name__)

Writer = Callable[[Invitation, datetime], Message]

ANSWERS = (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)


class NotInvited(Exception):
    """The person is not, or no longer, invited to the event."""


def invite(
    event: Event, person: Person, *, by: Person | None, now: datetime, agreed: bool = False
) -> Invitation:
    """Ask ``person`` to come, by a mail with a calendar entry. Inviting twice asks once.

    Who has ``agreed`` already gets the entry, and is not asked. Somebody without a mail address is
    invited all the same, only not told.

    Raises:
        EventIsCancelled: it will not take place.
    """
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    invitation = invitation_of(event, person)
    if invitation is not None and invitation.is_current:
        return invitation
    if invitation is not None:
        hold(event)
    invitation = _renewed(invitation, now) if invitation else _new(event, person, now)
    _send_request(invitation, notices.entry if agreed else notices.request, now)
    audit.record("invitation.sent", invitation, actor=by, now=now, event=event.id)
    return invitation


def invite_instead(absent: Invitation, person: Person, *, now: datetime) -> None:
    """Ask ``person`` to come in the place of whom ``absent`` is for, who has just answered so.

    Who is invited already is asked as well, once for each such answer.
    """
    event = absent.event
    invitation = invitation_of(event, person)
    write = partial(notices.deputy, absent=absent.person)
    if invitation is not None and invitation.is_current:
        _send_again(invitation, write, f"deputy-{_occasion(absent)}", now)
        return
    if invitation is not None:
        hold(event)
    invitation = _renewed(invitation, now) if invitation else _new(event, person, now)
    _send_request(invitation, write, now)
    audit.record("invitation.sent", invitation, actor=absent.person, now=now, event=event.id)


def tell_not_needed(event: Event, person: Person, absent: Person, *, now: datetime) -> None:
    """Tell ``person``, who stays invited, that they need not come in the place of ``absent``."""
    invitation = invitation_of(event, person)
    if invitation is None or not invitation.is_current or event.is_cancelled:
        return
    theirs = invitation_of(event, absent)
    occasion = _occasion(theirs) if theirs else f"event-{event.id}"
    write = partial(notices.not_deputy, absent=absent)
    _send_again(invitation, write, f"not-deputy-{occasion}", now)


def uninvite(event: Event, person: Person, *, by: Person | None, now: datetime) -> None:
    """Take ``event`` out of one person's calendar; for all others it stands.

    The sequence rises for all, since calendars count by event. Who is not invited is left alone,
    and who takes themselves off (``by``) is not told that we did. Whose invitation had not left
    knows of nothing, and hears of nothing.
    """
    invitation = invitation_of(event, person)
    is_invited = invitation is not None and invitation.is_current
    if is_invited:
        hold(event)
    withdrawing.of_event(event.id, now, [person.id])
    if invitation is None or not is_invited:
        return
    invitation.removed_at = now
    overtaken.take_back(event.id, now, [person.id])
    if invitation.sent_sequence is not None and not event.is_cancelled:
        _take_out(invitation, by, now)
    audit.record("invitation.removed", invitation, actor=by, now=now, event=event.id)


@dataclass(frozen=True)
class Stamp:
    """Which state of the event an answer from a calendar was given to, and when it was written.

    ``message`` is the mail it came in.
    """

    sequence: int
    dtstamp: datetime
    message: InboxMessage | None = None


def answer(
    invitation: Invitation,
    given: Answer,
    *,
    source: AnswerSource,
    now: datetime,
    comment: str = "",
    delegated_to: str = "",
    stamp: Stamp | None = None,
) -> None:
    """Record what the invited person answered: it is the invitation's answer from now on.

    ``stamp`` belongs to an answer from a calendar; whether that is new enough to count, its caller
    has seen (``is_overtaken``). An answer on a page is to the event as it stands, and is new.

    Raises:
        NotInvited: the person was uninvited. EventIsCancelled: there is nothing to answer.
    """
    if stamp is None:
        lock(invitation)
    if not invitation.is_current:
        raise NotInvited
    if invitation.event.is_cancelled:
        raise event_changes.EventIsCancelled
    stamp = stamp or Stamp(invitation.event.sequence, now)
    invitation.answer = given
    invitation.answered_at = now
    invitation.answer_source = source
    invitation.answer_sequence = stamp.sequence
    invitation.answer_dtstamp = stamp.dtstamp
    invitation.comment = comment[:500]
    invitation.delegated_to = delegated_to[:254]
    _keep(invitation, stamp, given, source, now, comment, counts=True)
    if given == Answer.DECLINED:
        withdrawing.of_invitation(invitation.event_id, invitation.person_id, now)
    audit.record(
        "invitation.answered",
        invitation,
        actor=invitation.person,
        now=now,
        answer=str(given),
        source=str(source),
    )


def keep_uncounted(
    invitation: Invitation, given: Answer, *, stamp: Stamp, now: datetime, comment: str = ""
) -> None:
    """Keep an answer that came too late to count, for whoever looks at the history."""
    _keep(invitation, stamp, given, AnswerSource.MAIL, now, comment, counts=False)


def is_overtaken(invitation: Invitation, stamp: Stamp) -> bool:
    """Whether a newer answer than one of ``stamp`` is known (RFC 5546 2.1.5).

    The higher sequence is newer, of two to the same the later one. An answer on a page was given
    to a state of the event that no calendar may have been sent, so that there the later one is.
    """
    sequence, dtstamp = invitation.answer_sequence, invitation.answer_dtstamp
    if sequence is None or dtstamp is None:
        return False
    if invitation.answer_source == AnswerSource.MAIL:
        return (stamp.sequence, stamp.dtstamp) < (sequence, dtstamp)
    return stamp.dtstamp < dtstamp


def refresh(invitation: Invitation, *, now: datetime) -> None:
    """Send the invitation as it stands once more (REFRESH of RFC 5546), at most once an hour.

    Raises:
        NotInvited: the person was uninvited. EventIsCancelled: there is nothing to come to.
    """
    if not invitation.is_current:
        raise NotInvited
    if invitation.event.is_cancelled:
        raise event_changes.EventIsCancelled
    _send_again(invitation, notices.request, f"refresh-{now:%Y%m%d%H}", now)


def invitation_of(event: Event, person: Person) -> Invitation | None:
    """The person's invitation to ``event``, removed or not."""
    return db.session.scalar(
        sa.select(Invitation).where(
            Invitation.event_id == event.id, Invitation.person_id == person.id
        )
    )


def lock(invitation: Invitation) -> None:
    """See what came by mail while the page was sent, so that nothing of it stays beside this."""
    lock_row(invitation)


def hold(event: Event) -> None:
    """Take the event before its invitations, as whoever tells of a change does, and as it is now.

    Its number would else fall back to what it was before somebody raised it.
    """
    lock_row(event, "sequence", "revision", "state")


def _occasion(invitation: Invitation) -> str:
    """A key for the newest answer to ``invitation``: each is told of once."""
    db.session.flush()
    newest = db.session.scalar(
        sa.select(sa.func.max(GivenAnswer.id)).where(GivenAnswer.invitation_id == invitation.id)
    )
    return f"invitation-{invitation.id}-answer-{newest or 0}"


def _keep(
    invitation: Invitation,
    stamp: Stamp,
    given: Answer,
    source: AnswerSource,
    now: datetime,
    comment: str,
    *,
    counts: bool,
) -> None:
    kept = GivenAnswer(
        answer=given,
        source=source,
        given_at=now,
        sequence=stamp.sequence,
        dtstamp=stamp.dtstamp,
        comment=comment[:500],
        counts=counts,
        message_id=stamp.message.id if stamp.message else None,
    )
    invitation.answers.append(kept)


def _new(event: Event, person: Person, now: datetime) -> Invitation:
    invitation = Invitation(event=event, person=person, created_at=now)
    db.session.add(invitation)
    db.session.flush()
    return invitation


def _renewed(invitation: Invitation, now: datetime) -> Invitation:
    """Take up the row of somebody who was uninvited, as if it were new."""
    invitation.removed_at = None
    invitation.created_at = now
    invitation.answer = Answer.NEEDS_ACTION
    invitation.answered_at = None
    invitation.answer_sequence = invitation.answer_dtstamp = None
    invitation.answer_source = invitation.comment = invitation.delegated_to = ""
    return invitation


def _take_out(invitation: Invitation, by: Person | None, now: datetime) -> None:
    """Send the CANCEL to whom it can concern."""
    event, person = invitation.event, invitation.person
    # In this order: a mailing that is done by now has left all its messages to be seen.
    is_waiting = overtaken.is_to_be_asked(event.id)
    # What asks to a series need not name each of its meetings.
    may_know = event.series_id is not None or overtaken.may_know(event.id, person.id)
    if not may_know and not is_waiting:
        return
    event_changes.raise_sequence(event, now)
    invitation.sent_sequence = event.sequence
    if may_know:
        _send(invitation, notices.leave if by is person else notices.uninvite, now)
    else:
        many.cancel_later(event, [invitation.id], by=by, now=now)


def _send_request(invitation: Invitation, write: Writer, now: datetime) -> None:
    event = invitation.event
    if invitation.sent_sequence is not None and event.sequence <= invitation.sent_sequence:
        # The calendar remembers the CANCEL it got, and would ignore a REQUEST that is no newer.
        event_changes.raise_sequence(event, now)
    if _send(invitation, write, now):
        _note_sent(invitation)


def _send_again(invitation: Invitation, write: Writer, occasion: str, now: datetime) -> None:
    """Send somebody who is invited the event as it stands, once an ``occasion``."""
    event, person_id = invitation.event, invitation.person_id
    name = f"{occasion}-person-{person_id}"
    if _is_queued(event, person_id, name):
        return
    if event.is_untold:
        # The calendar may know this number, with what nobody has been told of yet left out.
        event_changes.raise_sequence(event, now)
    # Named by its number as well: no mailing that was queued before says something else under it.
    if _send(invitation, write, now, key=f"{numbers.sequence_key(event)}{name}"):
        _note_sent(invitation)


def _is_queued(event: Event, person_id: int, name: str) -> bool:
    """Whether a message of that name was queued, under whatever number."""
    ends = OutboxMail.dedupe_key.endswith(f"-{name}", autoescape=True)
    queued = sa.exists().where(
        OutboxMail.event_id == event.id, OutboxMail.person_id == person_id, ends
    )
    return bool(db.session.scalar(sa.select(queued)))


def _note_sent(invitation: Invitation) -> None:
    """Note which number and state of the event the person's calendar is going to have."""
    invitation.sent_sequence = invitation.event.sequence
    invitation.sent_revision = invitation.event.revision


def _send(
    invitation: Invitation,
    write: Writer,
    now: datetime,
    *,
    key: str = "",
) -> bool:
    """Queue one mail; False when the person cannot be reached, which must not stop the change."""
    try:
        message = write(invitation, now)
    except notices.UNSENDABLE as reason:
        facts = {"invitation": invitation.id, "reason": type(reason).__name__}
        log.warning("invitation not sent", extra={"facts": facts})
        return False
    outbox.enqueue(message, key=key or _key(invitation), now=now)
    return True


def _key(invitation: Invitation) -> str:
    return numbers.key_of(invitation.event, invitation.person_id)
