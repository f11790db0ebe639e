"""One notice to many people: a single row of a request, made into messages by the worker.

The composer yields a key and a message for each recipient. A chunk is read and rendered without a
write transaction and then inserted in one; a key queued before is passed over, so that a worker
killed half-way is simply followed by another that begins anew.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.mail import outbox
from portal.mail.message import Keyed
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing

log = logging.getLogger(__name__)
CHUNK = 100
_AFTER_A_FAULT = timedelta(minutes=5)

# Yields a key that names recipient, occasion and revision, and the message.
Composer = Callable[[Mailing, datetime], Keyed]


class Interrupted(Exception):
    """The caller of a chunk wants to end; the mailing goes on another time."""


def expand_due(
    composers: Mapping[str, Composer], now: datetime, between: Callable[[], object]
) -> int:
    """Expand every mailing whose hold is over; ``between`` runs after each chunk.

    A composer that fails is noted in its row and tried again after five minutes; the others go on.

    Returns:
        How many messages were queued.

    Raises:
        Interrupted: ``between`` did.
    """
    read_only()
    ids = db.session.scalars(sa.select(Mailing.id).where(*_ready(now)).order_by(Mailing.id)).all()
    db.session.rollback()
    return sum(_expand_safely(each, composers, now, between) for each in ids)


def queue_in_chunks(
    messages: Keyed,
    now: datetime,
    mailing_id: int | None = None,
    between: Callable[[], object] = lambda: None,
) -> int:
    """Queue ``messages`` in commits of a hundred, each rendered before its transaction begins.

    A mailing that was paused, stopped or made whole meanwhile ends after the chunk before.

    Returns:
        How many were written.
    """
    written = 0
    while rows := _next_rows(messages, now, mailing_id):
        if mailing_id is not None and not _may_go_on(mailing_id):
            db.session.rollback()
            break
        written += outbox.insert(rows)
        db.session.commit()
        between()
    return written


def _ready(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Mailing.expanded_at.is_(None),
        Mailing.hold_until <= now,
        sa.or_(Mailing.retry_at.is_(None), Mailing.retry_at <= now),
        Mailing.paused_at.is_(None),
        Mailing.stopped_at.is_(None),
    )


def read_only() -> None:
    """Begin to read without the lock that writers queue for."""
    if not db.session().in_transaction():
        db.session.connection(execution_options={"read_only": True})


def _may_go_on(mailing_id: int) -> bool:
    """Whether nobody has paused or stopped the mailing; who does so now waits for this chunk.

    Nor made the whole of it: another worker's messages stand, and may have been taken back since.
    """
    found = db.session.execute(
        sa.select(Mailing.paused_at, Mailing.stopped_at, Mailing.expanded_at)
        .where(Mailing.id == mailing_id)
        .with_for_update()
    ).one()
    return found == (None, None, None)


def _next_rows(messages: Keyed, now: datetime, mailing_id: int | None) -> list[dict[str, Any]]:
    read_only()
    rows = [
        outbox.row_of(message, key=key, now=now, mailing_id=mailing_id)
        for key, message in islice(messages, CHUNK)
    ]
    db.session.rollback()
    return rows


def _expand_safely(
    mailing_id: int,
    composers: Mapping[str, Composer],
    now: datetime,
    between: Callable[[], object],
) -> int:
    try:
        return _expand(mailing_id, composers, now, between)
    except Interrupted:
        raise
    except Exception as error:
        log.exception("mailing not expanded", extra={"facts": {"mailing": mailing_id}})
        db.session.rollback()
        mailing = db.session.get_one(Mailing, mailing_id)
        mailing.error = f"{type(error).__name__}: {error}"[:500]
        mailing.retry_at = now + _AFTER_A_FAULT
        db.session.commit()
        return 0


def _expand(
    mailing_id: int,
    composers: Mapping[str, Composer],
    now: datetime,
    between: Callable[[], object],
) -> int:
    read_only()
    mailing = db.session.get_one(Mailing, mailing_id)
    messages = composers[mailing.kind](mailing, now)
    written = queue_in_chunks(messages, now, mailing_id, between)
    if not _may_go_on(mailing_id):
        db.session.rollback()
        return written
    mailing.total = db.session.scalar(
        sa.select(sa.func.count()).where(OutboxMail.mailing_id == mailing_id)
    )
    mailing.expanded_at, mailing.retry_at = now, None
    mailing.error = ""
    db.session.commit()
    return written
