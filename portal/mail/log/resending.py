"""Sending a message once more, when an organiser asks for it.

What was never delivered waits anew with its own bytes. What a server took goes as a message of its
own, with the same matter: under one Message-ID the second would be dropped unseen.
"""

import enum
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.mail import addresses, choices, mime, outbox, reading
from portal.mail.reminding import outdated
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Invitation
from portal.models.mail import Cause, Lane, MailState, OutboxMail

LASTS = timedelta(hours=72)


class Obstacle(enum.StrEnum):
    """Why a message is not sent once more."""

    PERSONAL = "personal"
    WAITING = "waiting"
    # Somebody was quicker, or pressed twice.
    DONE = "done"
    OVERTAKEN = "overtaken"
    FORGOTTEN = "forgotten"
    UNWANTED = "unwanted"
    CANCELLED = "cancelled"
    OVER = "over"
    MOVED = "moved"
    UNINVITED = "uninvited"
    ADDRESS_SUPPRESSED = "address_suppressed"
    SUSPENDED = "suspended"


class CannotResend(Exception):
    """The message is not sent once more; ``obstacle`` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


def obstacle(mail: OutboxMail, now: datetime) -> Obstacle | None:
    """What stands against sending ``mail`` once more; None when nothing does."""
    if mail.lane == Lane.SIGN_IN:
        return Obstacle.PERSONAL
    if mail.state in (MailState.QUEUED, MailState.LEASED):
        return Obstacle.WAITING
    if mail.cause == Cause.OVERTAKEN:
        return Obstacle.OVERTAKEN
    if mail.raw is None:
        return Obstacle.FORGOTTEN
    if mail.person is not None and mail.person.suspended_at is not None:
        return Obstacle.SUSPENDED
    return _obstacle_outside(mail, mail.raw, now)


def _obstacle_outside(mail: OutboxMail, raw: bytes, now: datetime) -> Obstacle | None:
    """What has become of the event, the reader's wish and the address since it was written."""
    if mail.event is not None:
        found = _overtaken_by(mail.event, mail, raw, now)
        if found is not None:
            return found
    if outdated.is_outdated_reminder(mail, now):
        return Obstacle.OVERTAKEN
    if mail.topic and mail.person is not None and mail.topic in choices.turned_off(mail.person):
        return Obstacle.UNWANTED
    standing = addresses.standing_of(mail.recipient)
    is_closed = standing is not None and standing.suppressed_at is not None
    return Obstacle.ADDRESS_SUPPRESSED if is_closed else None


def _overtaken_by(event: Event, mail: OutboxMail, raw: bytes, now: datetime) -> Obstacle | None:
    # What was written afterwards tells of just that, as a cancellation or a word of thanks does.
    if event.is_cancelled and mail.created_at < (event.cancelled_at or now):
        return Obstacle.CANCELLED
    if event.is_over(now) and mail.created_at < event.ends_at:
        return Obstacle.OVER
    note = reading.read(raw).calendar
    if note is None or note.method != "REQUEST":
        return None
    if note.starts != (event.first_day if note.all_day else event.starts_at):
        return Obstacle.MOVED
    return Obstacle.UNINVITED if _is_uninvited(event, mail.person_id) else None


def _is_uninvited(event: Event, person_id: int | None) -> bool:
    taken_out = sa.exists().where(
        Invitation.event_id == event.id,
        Invitation.person_id == person_id,
        Invitation.removed_at.is_not(None),
    )
    return bool(db.session.scalar(sa.select(taken_out)))


def resends(mail: OutboxMail) -> int:
    """How many times ``mail`` was sent once more as a message of its own."""
    counted = sa.select(sa.func.count()).where(OutboxMail.resend_of_id == mail.id)
    return db.session.scalar(counted) or 0


def resend(mail: OutboxMail, *, number: int, by: Person, now: datetime) -> OutboxMail:
    """Let ``mail`` be sent once more, and return the message that waits now.

    ``number`` is which resending the organiser saw ahead, the first being 1. One that was done
    already is not done again, so that pressing twice is as pressing once.

    Raises:
        CannotResend: something stands against it.
    """
    found = obstacle(mail, now)
    if found is not None:
        raise CannotResend(found)
    if mail.sent_at is None:
        _requeue(mail, by=by, now=now)
        return mail
    return _send_copy(mail, number=number, by=by, now=now)


def _requeue(mail: OutboxMail, *, by: Person, now: datetime) -> None:
    before = {
        "state": str(mail.state),
        "cause": str(mail.cause),
        "code": mail.last_code,
        "attempts": mail.attempts,
    }
    # Of two who press at once, one finds the row as both saw it.
    taken = db.session.scalar(
        sa.update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.state == mail.state)
        .values(**_AS_NEW, paused=False, not_before=now, expires_at=_until(mail, now))
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise CannotResend(Obstacle.DONE)
    audit.record("mail.requeued", mail, actor=by, now=now, **before)
    db.session.refresh(mail)
    outbox.wake_after_commit()


def _send_copy(mail: OutboxMail, *, number: int, by: Person, now: datetime) -> OutboxMail:
    if number != resends(mail) + 1:
        raise CannotResend(Obstacle.DONE)
    row = _copied(mail, number, now)
    name = row["public_id"]
    if not outbox.insert([row]):
        raise CannotResend(Obstacle.DONE)
    copy = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.public_id == name)).one()
    audit.record("mail.resent", mail, actor=by, now=now, resend_id=copy.id)
    return copy


def _copied(mail: OutboxMail, number: int, now: datetime) -> dict[str, Any]:
    """A row as ``outbox.insert`` takes it. It is nobody's bulk: its mailing's figures stay."""
    names = outbox.new_names()
    raw = mime.renewed(mail.raw or b"", message_id=names["message_id"], date=now)
    season_id = mail.season_id or (mail.mailing.season_id if mail.mailing else None)
    return {
        **names,
        **_AS_NEW,
        **{name: getattr(mail, name) for name in _COPIED},
        "season_id": season_id,
        "mailing_id": None,
        "lane": int(Lane.SINGLE),
        "dedupe_key": f"resend-{mail.id}-{number}",
        "resend_of_id": mail.id,
        "raw": raw,
        "created_at": now,
        "not_before": now,
        "expires_at": _until(mail, now),
    }


def _until(mail: OutboxMail, now: datetime) -> datetime:
    """Three days, but not until after what the message calls people to; a reminder as before."""
    if outdated.reminds(mail):
        return mail.expires_at
    latest = now + LASTS
    return min(latest, mail.event.ends_at) if mail.event and mail.event.ends_at > now else latest


_AS_NEW: dict[str, Any] = {
    "state": MailState.QUEUED,
    "cause": Cause.NONE,
    "attempts": 0,
    "last_code": None,
    "last_error": "",
}
_COPIED = ("kind", "topic", "person_id", "event_id", "recipient", "subject")


def resends_of(mail: OutboxMail) -> list[OutboxMail]:
    """The messages by which ``mail`` was sent once more, the first one first."""
    found = sa.select(OutboxMail).where(OutboxMail.resend_of_id == mail.id)
    return list(db.session.scalars(found.order_by(OutboxMail.id)))
