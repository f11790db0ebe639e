"""What tests of reminders share: a look at the clock as the worker takes it, and its mails."""

from datetime import datetime

import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.mail import leases, mailings
from portal.mail.reminding import occasions, withdrawing
from portal.models.mail import MailState, OutboxMail
from tests.mail.rules import parts_of

FOOT = "\n-- \n"


def look(now: datetime) -> int:
    """Queue what is due and make messages of it, as the worker does; how many were made."""
    withdrawing.close_overtaken(now)
    occasions.queue(now)
    db.session.commit()
    made = mailings.expand_due(worker.COMPOSERS, now, lambda: None)
    db.session.commit()
    return made


def look_often(*moments: datetime) -> list[int]:
    """A look at each of the moments, in that order."""
    return [look(moment) for moment in moments]


def reminders() -> list[OutboxMail]:
    """Every message that reminds of something, the oldest first."""
    db.session.expire_all()
    return list(
        db.session.scalars(
            sa.select(OutboxMail)
            .where(OutboxMail.kind.startswith("reminders/"))
            .order_by(OutboxMail.id)
        )
    )


def states() -> list[tuple[str, str, str]]:
    """To whom, in which state and why, in the order of the messages."""
    return [(mail.recipient, str(mail.state), str(mail.cause)) for mail in reminders()]


def send(now: datetime) -> None:
    """Mark what waits as sent at ``now``."""
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED, OutboxMail.not_before <= now)
        .values(state=MailState.SENT, sent_at=now)
    )
    db.session.commit()


def lease(now: datetime) -> int:
    """Take what is due in hand, as a worker does before it sends; how many those are."""
    return len(leases.take("worker", now, 300))


def text_of(mail: OutboxMail) -> str:
    """The plain text of a message, without the foot that tells how to turn it off."""
    (part,) = [p for p in parts_of(mail.raw) if p.get_content_type() == "text/plain"]
    text, foot, _rest = part.get_content().replace("\r\n", "\n").partition(FOOT)
    assert foot, "the message does not say how to turn it off"
    return text


def html_of(mail: OutboxMail) -> str:
    """The HTML of a message."""
    (part,) = [p for p in parts_of(mail.raw) if p.get_content_type() == "text/html"]
    return part.get_content()
