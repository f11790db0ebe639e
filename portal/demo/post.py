"""Mail of the demo's past: what was written long before anybody could send it counts as sent."""

import smtplib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.mail import bounces, outbox, outcomes
from portal.mail.dsn import Fate, Report
from portal.models.accounts import Person
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing


def deliver(now: datetime) -> None:
    """Do what the worker would have done at ``now``: expand what waits, and mark all as sent."""
    db.session.flush()
    for mailing in db.session.scalars(
        sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    ):
        _expand(mailing, now)
    _mark(OutboxMail.state == MailState.QUEUED, state=MailState.SENT, attempts=1, sent_at=now)


def deliver_alone(mailing: Mailing, now: datetime) -> None:
    """``deliver`` for one mailing, whatever else waits."""
    db.session.flush()
    _expand(mailing, now)
    own = sa.and_(OutboxMail.mailing_id == mailing.id, OutboxMail.state == MailState.QUEUED)
    _mark(own, state=MailState.SENT, attempts=1, sent_at=now)


def hold_until(now: datetime) -> None:
    """Let what is still to be sent be due from ``now``: nothing has waited before the start."""
    _mark(OutboxMail.state == MailState.QUEUED, not_before=now)
    waiting = (Mailing.expanded_at.is_(None), Mailing.hold_until < now)
    db.session.execute(sa.update(Mailing).where(*waiting).values(hold_until=now))


def refuse(recipient: str) -> None:
    """Let the newest message to ``recipient`` have failed, as when a mailbox is closed."""
    refused = smtplib.SMTPRecipientsRefused({recipient: (550, b"5.1.1 Mailbox does not exist")})
    failure = outcomes.of_sending(refused)
    _mark(
        OutboxMail.id == _newest_to(recipient),
        state=MailState.FAILED,
        attempts=1,
        sent_at=None,
        last_code=failure.code,
        last_error=failure.reason,
    )


def expire(recipient: str, now: datetime) -> None:
    """Let the newest message to ``recipient`` have come too late, as when a server was away."""
    failure = outcomes.of_connecting(ConnectionRefusedError("Connection refused"))
    _mark(
        OutboxMail.id == _newest_to(recipient),
        state=MailState.EXPIRED,
        attempts=9,
        sent_at=None,
        expires_at=now,
        last_error=failure.reason,
    )


def come_back(people: Sequence[Person], now: datetime) -> None:
    """Let a message to one of ``people`` have come back, so that what waits for them is held.

    It is somebody who got mail before, and for whom more waits.
    """
    ids = [person.id for person in people]
    waiting = sa.select(OutboxMail.recipient).where(
        OutboxMail.state == MailState.QUEUED, OutboxMail.person_id.in_(ids)
    )
    sent = db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.state == MailState.SENT, OutboxMail.recipient.in_(waiting))
        .order_by(OutboxMail.id.desc())
    ).first()
    assert sent is not None, "nobody has got mail and waits for more"
    gone = Fate(sent.recipient, "failed", "5.1.1", 550, "550 5.1.1 No such user here")
    bounces.apply(Report((sent.envelope_from,), sent.message_id, (gone,)), now)


def _expand(mailing: Mailing, now: datetime) -> None:
    rows = [
        outbox.row_of(message, key=key, now=now, mailing_id=mailing.id)
        for key, message in worker.COMPOSERS[mailing.kind](mailing, now)
    ]
    mailing.total = outbox.insert(rows) if rows else 0
    mailing.expanded_at = now


def _newest_to(recipient: str) -> int | None:
    return db.session.scalar(
        sa.select(sa.func.max(OutboxMail.id)).where(OutboxMail.recipient == recipient)
    )


def _mark(condition: sa.ColumnElement[bool], **values: object) -> None:
    db.session.execute(sa.update(OutboxMail).where(condition).values(**values))
