"""The worker's part of signing in: who asked, whether we know them, and the mail if so."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal import people
from portal.accounts import notices
from portal.db import db
from portal.mail import outbox
from portal.models.accounts import EmailAddress, Person, SignInRequest
from portal.tokens import fingerprint, secret

log = logging.getLogger(__name__)
LASTS = timedelta(minutes=10)
# Whoever asked an hour ago has gone; a link that comes now would only puzzle.
_TOO_LATE = timedelta(hours=1)
_AT_A_TIME = 100


def handle_requests(now: datetime) -> int:
    """Make token and mail for everyone who asked for a sign-in link; how many mails were queued.

    Commits once per request. Two workers may run this at once: each request is taken by one. A
    fault in one is logged and leaves it as it was; the others are handled all the same.

    Raises:
        OperationalError: the database is away, for all of them.
    """
    _read_only()
    waiting = db.session.scalars(
        sa.select(SignInRequest.id)
        .where(SignInRequest.handled_at.is_(None))
        .order_by(SignInRequest.id)
        .limit(_AT_A_TIME)
    ).all()
    return sum(_handle_safely(request_id, now) for request_id in waiting)


def _handle_safely(request_id: int, now: datetime) -> bool:
    try:
        return _handle(request_id, now)
    except OperationalError:
        raise
    except Exception:
        log.exception("sign-in request not handled", extra={"facts": {"request": request_id}})
        db.session.rollback()
        return False


def _handle(request_id: int, now: datetime) -> bool:
    # The message is rendered before the write lock is taken.
    _read_only()
    asked = db.session.get_one(SignInRequest, request_id)
    found = None if asked.created_at < now - _TOO_LATE else _known(asked.folded)
    token, expires_at = secret(), now + LASTS
    message = notices.sign_in_link(found[0], found[1], token, expires_at) if found else None
    db.session.rollback()

    person_id = message.person_id if message else None
    if not _take(request_id, person_id, fingerprint(token) if message else None, expires_at, now):
        db.session.rollback()
        return False
    if message:
        # By the token, which is made once: a request's number is given out again when it is gone.
        outbox.enqueue(message, key=f"sign-in-{fingerprint(token)}", now=now)
    db.session.commit()
    return message is not None


def _known(folded: str) -> tuple[Person, str] | None:
    """The person with this address, who is let in, and the address as they write it."""
    row = db.session.execute(
        sa.select(Person, EmailAddress.address)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.folded == folded, Person.suspended_at.is_(None))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def _take(
    request_id: int,
    person_id: int | None,
    token_hash: str | None,
    expires_at: datetime,
    now: datetime,
) -> bool:
    """Mark the request as handled, unless another worker was quicker."""
    taken = db.session.scalar(
        sa.update(SignInRequest)
        .where(SignInRequest.id == request_id, SignInRequest.handled_at.is_(None))
        .values(handled_at=now, person_id=person_id, token_hash=token_hash, expires_at=expires_at)
        .returning(SignInRequest.id)
    )
    return taken is not None


def _read_only() -> None:
    """Begin anew, and read without the lock that writers queue for."""
    db.session.rollback()
    db.session.connection(execution_options={"read_only": True})


def link_for(person: Person, address: str, now: datetime) -> str:
    """The secret of a one-use link that is handed over by other means than mail.

    No browser asked for it, so that the address must be typed where it is used.
    """
    token = secret()
    asked = SignInRequest(
        folded=people.fold(address),
        person=person,
        created_at=now,
        handled_at=now,
        token_hash=fingerprint(token),
        expires_at=now + LASTS,
    )
    db.session.add(asked)
    db.session.flush()
    return token
