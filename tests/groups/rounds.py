"""What tests of notices share: a round of the worker, and the mails it made."""

from datetime import datetime

import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.groups.follow_ups import reminding, telling
from portal.groups.setup import ending, first_call
from portal.mail import mailings
from portal.mail.reading import Letter, read
from portal.models.mail import MailContent, MailState, OutboxMail

_ROUTINES = (
    telling.tell_due,
    reminding.queue,
    reminding.queue_unowned,
    ending.queue,
    first_call.ask_due,
)


def look(now: datetime) -> None:
    """Do what time brings about for groups at ``now``, and make its messages."""
    for routine in _ROUTINES:
        routine(now)
        db.session.commit()
    mailings.expand_due(worker.COMPOSERS, now, lambda: None)
    db.session.expire_all()


def waiting(kind: str = "follow_up") -> list[tuple[str, str]]:
    """Recipient and subject of what of a kind waits to be sent, the oldest first."""
    found = db.session.execute(
        sa.select(OutboxMail.recipient, OutboxMail.subject)
        .where(OutboxMail.state == MailState.QUEUED, OutboxMail.kind.contains(kind))
        .order_by(OutboxMail.id)
    )
    return [(row.recipient, row.subject) for row in found]


def let_leave() -> None:
    """Let all that waits be sent."""
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED)
        .values(state=MailState.SENT)
    )
    db.session.commit()


def letters(kind: str = "follow_up") -> list[Letter]:
    """What messages of a kind say, the oldest first."""
    raw = db.session.scalars(
        sa.select(MailContent.raw)
        .join(OutboxMail, OutboxMail.id == MailContent.mail_id)
        .where(OutboxMail.kind.contains(kind))
        .order_by(OutboxMail.id)
    )
    return [read(each) for each in raw]
