"""What tests of notices about follow-ups share: a round of the worker, and the mails it made."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.groups.follow_ups import reminding, telling
from portal.mail import mailings
from portal.mail.reading import Letter, read
from portal.models.mail import MailContent, MailState, OutboxMail


def look(now: datetime) -> None:
    """Do what time brings about for follow-ups at ``now``, and make its messages."""
    for routine in (telling.tell_due, reminding.queue, reminding.queue_unowned):
        routine(now)
    db.session.commit()
    mailings.expand_due(worker.COMPOSERS, now, lambda: None)
    db.session.expire_all()


def mails(*kinds: str) -> list[tuple[str, str, str]]:
    """Kind, recipient and subject of what waits to be sent, the oldest first."""
    found = db.session.execute(
        sa.select(OutboxMail.kind, OutboxMail.recipient, OutboxMail.subject)
        .where(OutboxMail.state == MailState.QUEUED)
        .order_by(OutboxMail.id)
    )
    return [tuple(row) for row in found if not kinds or row.kind in kinds]


def sent() -> None:
    """Let all that waits have left."""
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED)
        .values(state=MailState.SENT)
    )
    db.session.commit()


def letters() -> list[Letter]:
    """What the messages say, the oldest first."""
    raw = db.session.scalars(
        sa.select(MailContent.raw)
        .join(OutboxMail, OutboxMail.id == MailContent.mail_id)
        .order_by(OutboxMail.id)
    )
    return [read(each) for each in raw]


Clock = Callable[[datetime], None]
