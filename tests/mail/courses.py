"""A mailing on its way, for tests: what is done to it, and what has become of its messages."""

from collections import Counter

import sqlalchemy as sa

from portal.db import db
from portal.mail import control
from portal.mail.control import Progress
from portal.models.mail import AddressStanding, Cause, MailState, OutboxMail
from portal.models.mailings import Mailing

STOPPED = (MailState.SUPPRESSED, Cause.STOPPED)


def change(of, mailing, now, by=None):
    """Do ``of`` and commit, as a view does."""
    changed = of(db.session.get_one(Mailing, mailing.id), by=by, now=now)
    db.session.commit()
    return changed


def rows() -> list[OutboxMail]:
    db.session.expire_all()
    found = list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))
    for each in found:
        db.session.expunge(each)
    db.session.commit()
    return found


def how(mailing, now) -> Progress:
    """How far it has come; nothing stays open, since leases work on connections of their own."""
    mailing = db.session.get_one(Mailing, mailing.id)
    found = control.progress(mailing, now)
    db.session.commit()
    return found


def set_rows(numbers, **values) -> None:
    """Let the messages with those ``numbers``, counted from 0, be as ``values`` say."""
    chosen = [row.id for number, row in enumerate(rows()) if number in numbers]
    db.session.execute(sa.update(OutboxMail).where(OutboxMail.id.in_(chosen)).values(**values))
    db.session.commit()


def states() -> Counter:
    return Counter((row.state, row.cause) for row in rows())


def close(address: str, now) -> None:
    """Let nothing be sent to ``address``."""
    db.session.add(AddressStanding(folded=address, refusals=2, last_at=now, suppressed_at=now))
    db.session.commit()
