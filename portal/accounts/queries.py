"""What the pages about signing in ask for."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import access
from portal.db import db
from portal.models.accounts import Person, SignInRequest, SignInSession
from portal.tokens import fingerprint

_LONGEST_TOKEN = 100


def open_link(token: str, now: datetime) -> SignInRequest | None:
    """The request behind a link that can still be used."""
    if len(token) > _LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(SignInRequest).where(
            SignInRequest.token_hash == fingerprint(token),
            SignInRequest.used_at.is_(None),
            SignInRequest.expires_at > now,
        )
    )


def live_sessions(person: Person, now: datetime) -> list[SignInSession]:
    """Where the person is signed in, the latest used first."""
    rows: Sequence[SignInSession] = db.session.scalars(
        sa.select(SignInSession)
        .where(SignInSession.person_id == person.id, SignInSession.ended_at.is_(None))
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    ).all()
    return [row for row in rows if not access.session_is_over(row, now)]


def session_of_or_404(person: Person, public_id: str) -> SignInSession:
    """One of the person's own sessions; anyone else's does not exist."""
    return db.session.scalars(
        sa.select(SignInSession).where(
            SignInSession.public_id == public_id, SignInSession.person_id == person.id
        )
    ).one()
