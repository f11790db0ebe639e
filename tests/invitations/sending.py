"""What tests of invitations share: the worker's part of a mailing, and what is queued."""

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.invitations import many, notices
from portal.mail import outbox
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing
from tests.calendar.rules import Component, parsed
from tests.mail.rules import calendar_of

COMPOSERS = {**notices.MAILINGS, **many.MAILINGS}


def expand_mailings(now):
    """Make every waiting mailing into messages, as the worker does."""
    waiting = sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    for mailing in db.session.scalars(waiting).all():
        for key, message in COMPOSERS[mailing.kind](mailing, now):
            outbox.enqueue(message, key=key, now=now, mailing_id=mailing.id)
        mailing.expanded_at = now
    db.session.flush()


def let_mail_leave():
    """Let everything that is queued be sent."""
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED)
        .values(state=MailState.SENT, sent_at=clock.now())
    )
    db.session.commit()


def messages_to(person) -> list[OutboxMail]:
    """What is queued for ``person``, oldest first."""
    return list(
        db.session.scalars(
            sa.select(OutboxMail).where(OutboxMail.person_id == person.id).order_by(OutboxMail.id)
        )
    )


def entry_in(mail: OutboxMail) -> Component:
    """The VEVENT that a message carries."""
    whole = parsed(calendar_of(mail.raw))
    return next(part for part in whole.inside if part.name == "VEVENT")


def said(mail: OutboxMail) -> tuple[str, str, str]:
    """Method, sequence and status of the calendar in a message."""
    whole, entry = parsed(calendar_of(mail.raw)), entry_in(mail)
    return whole.value("METHOD"), entry.value("SEQUENCE"), entry.value("STATUS")
