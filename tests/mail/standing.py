"""Where messages and addresses stand after a delivery."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.mail.delivery import Delivery, ServerAway
from portal.models.mail import AddressStanding, OutboxMail

# How long an impatient worker waits, where it would wait for half a minute.
BRIEF_SECONDS = 0.3


def state_of(mail: OutboxMail) -> tuple:
    """State, cause, attempts and code."""
    db.session.refresh(mail)
    found = (mail.state, mail.cause, mail.attempts, mail.last_code)
    db.session.commit()
    return found


def pause_of(mail: OutboxMail, now: datetime) -> float:
    """How many minutes it waits from ``now``."""
    db.session.refresh(mail)
    found = (mail.not_before - now) / timedelta(minutes=1)
    db.session.commit()
    return found


def drain(delivery: Delivery) -> str:
    """Send what is due; the reason why nobody can be served, if so."""
    try:
        delivery.drain()
    except ServerAway as away:
        return str(away) or "away"
    return ""


def standing() -> list[tuple]:
    """What is known of addresses: refusals, the last code, and whether one is closed."""
    rows = db.session.scalars(sa.select(AddressStanding).order_by(AddressStanding.folded)).all()
    found = [
        (each.folded, each.refusals, each.last_code, each.suppressed_at is not None)
        for each in rows
    ]
    db.session.commit()
    return found
