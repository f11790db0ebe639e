"""Answers of the demo that came by mail: some that counted, and one of each kind that waits."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.answers.inbox.applying import apply_answer
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.demo.people import Cast
from portal.invitations import actions as invitations
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState
from portal.models.inbox import CalendarAlias, InboxKind, InboxMessage, InboxResult
from portal.models.invitations import Answer, AnswerSource, Invitation

_COUNTED = (
    (Answer.ACCEPTED, "Jeg gleder meg."),
    (Answer.TENTATIVE, "Kommer an på togtidene."),
    (Answer.DECLINED, "Jeg har ferie den uka."),
    (Answer.DELEGATED, ""),
)
_LETTER = (
    "Hei!\n\nHvor kan jeg parkere når jeg kommer til møtet? Jeg har med en tilhenger med utstyr, "
    "så jeg trenger litt plass.\n\nHilsen Ola"
)


def fill(cast: Cast, now: datetime) -> None:
    """Let answers to the next meeting have come in during the last days."""
    event = _next_meeting(now)
    guest, early, unsure, *counted, other = _invited(event)
    _counted(counted, now)
    _another_address(other, now - timedelta(hours=30))
    _not_counted(counted, now)
    _guest(guest, now - timedelta(hours=5))
    _another_time(early, now - timedelta(hours=3))
    _unsure(unsure, now - timedelta(hours=26))
    _letter(cast.ola, event, now - timedelta(minutes=50))


def _counted(invited: Sequence[Invitation], now: datetime) -> None:
    for number, (given, comment) in enumerate(_COUNTED):
        at = now - timedelta(hours=50 - 9 * number)
        message = _answer(invited[number], given, at, comment=comment)
        if given == Answer.DELEGATED:
            message.reason, message.delegated_to = Reason.DELEGATED, "vara.vik@example.org"
        _apply(message, invited[number])


def _another_address(invitation: Invitation, at: datetime) -> None:
    """Somebody answers from a second account, beside their own token."""
    address = f"privat.{invitation.person.email}"
    message = _answer(
        invitation, Answer.ACCEPTED, at, reason=Reason.ANSWERED_ALIAS, attendee=address
    )
    message.sender = address
    _apply(message, invitation)
    db.session.add(CalendarAlias(person=invitation.person, address=address, seen_at=at))


def _not_counted(invited: Sequence[Invitation], now: datetime) -> None:
    """What a mailbox also holds: an older answer, a holiday greeting, a stranger’s invitation."""
    first, second = invited[:2]
    late = _answer(
        first, Answer.DECLINED, now - timedelta(hours=20), reason=Reason.OLDER_ANSWER,
        result=InboxResult.IGNORED,
    )  # fmt: skip
    late.dtstamp = now - timedelta(days=6)
    stamp = invitations.Stamp(first.event.sequence, late.dtstamp, late)
    invitations.keep_uncounted(first, Answer.DECLINED, stamp=stamp, now=late.received_at)
    _add(
        kind=InboxKind.AUTOMATIC,
        result=InboxResult.IGNORED,
        reason=Reason.AUTOMATIC,
        received_at=now - timedelta(hours=44),
        person=second.person,
        sender=second.person.email or "",
        subject="Automatisk svar: Jeg er på ferie",
    )
    _add(
        kind=InboxKind.FOREIGN,
        result=InboxResult.REJECTED,
        reason=Reason.FOREIGN_METHOD,
        received_at=now - timedelta(hours=12),
        sender="salg.reklame@example.org",
        sender_name="Salg",
        subject="Webinar du ikke må gå glipp av",
    )


def _guest(invitation: Invitation, at: datetime) -> None:
    """A colleague was passed the invitation, and says yes."""
    message = _answer(
        invitation, Answer.ACCEPTED, at, reason=Reason.FORWARDED, result=InboxResult.QUEUED,
        comment="Jeg fikk innkallingen av en kollega og vil gjerne være med.",
    )  # fmt: skip
    message.sender = message.attendee = "jonas.lie.moen@example.org"
    message.sender_name = message.attendee_name = "Jonas Moen"


def _another_time(invitation: Invitation, at: datetime) -> None:
    event = invitation.event
    message = _answer(
        invitation, Answer.TENTATIVE, at, reason=Reason.COUNTER, result=InboxResult.QUEUED,
        comment="Kan vi begynne etter lunsj? Toget er ikke framme før halv tolv.",
    )  # fmt: skip
    message.kind = InboxKind.COUNTER
    message.proposed_starts_at = event.starts_at + timedelta(hours=3)
    message.proposed_ends_at = event.ends_at + timedelta(hours=3)
    _apply(message, invitation)


def _unsure(invitation: Invitation, at: datetime) -> None:
    """An answer in the right name from a mailbox that vouches for nothing."""
    message = _answer(
        invitation, Answer.DECLINED, at, reason=Reason.UNPROVED, result=InboxResult.QUEUED
    )
    message.sender = "resepsjonen@example.org"
    message.comment = "Sendt fra felles postkasse."


def _letter(person: Person, event: Event, at: datetime) -> None:
    _add(
        kind=InboxKind.LETTER,
        result=InboxResult.QUEUED,
        reason=Reason.LETTER,
        received_at=at,
        person=person,
        sender=person.email or "",
        sender_name=person.name,
        subject=f"Re: {event.title}",
        text=_LETTER,
    )


def _answer(
    invitation: Invitation,
    given: Answer,
    at: datetime,
    *,
    reason: Reason = Reason.ANSWERED,
    result: InboxResult = InboxResult.APPLIED,
    attendee: str = "",
    comment: str = "",
) -> InboxMessage:
    event, person = invitation.event, invitation.person
    return _add(
        kind=InboxKind.REPLY,
        result=result,
        reason=reason,
        received_at=at,
        person=person,
        event=event,
        invitation=invitation,
        uid=event.uid,
        recurrence_id=event.recurrence_id,
        sender=person.email or "",
        sender_name=person.name,
        subject=event.title,
        attendee=attendee or person.email or "",
        answer=given,
        sequence=event.sequence,
        dtstamp=at - timedelta(minutes=1),
        comment=comment,
    )


def _apply(message: InboxMessage, invitation: Invitation) -> None:
    apply_answer(message, [invitation], source=AnswerSource.MAIL, now=message.received_at, by=None)


def _add(**values: Any) -> InboxMessage:
    seed = f"{values['received_at'].isoformat()} {values['reason']} {values['sender']}"
    message = InboxMessage(fingerprint=hashlib.sha256(seed.encode()).hexdigest(), **values)
    db.session.add(message)
    db.session.flush()
    return message


def _next_meeting(now: datetime) -> Event:
    """The next meeting that people were called to by itself, and that stands."""
    return db.session.scalars(
        sa.select(Event)
        .where(
            Event.kind == EventKind.MEETING,
            Event.series_id.is_(None),
            Event.state == EventState.PUBLISHED,
            Event.starts_at > now,
            Event.invitations.any(Invitation.removed_at.is_(None)),
        )
        .order_by(Event.starts_at, Event.id)
        .limit(1)
    ).one()


def _invited(event: Event) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.removed_at.is_(None))
        .order_by(Invitation.id)
    ).all()
