"""Who has which message in hand: taken in one commit, marked under a fence, given back.

Only here does the database's clock count, so that workers on several hosts agree on when a lease
ends. What is due and what has expired goes by the time the caller brings.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.models.mail import Lane, MailState, OutboxMail

AT_ONCE = 50
_ORDER = (OutboxMail.lane, OutboxMail.not_before, OutboxMail.id)
_COLUMNS = (
    OutboxMail.id,
    OutboxMail.lane,
    OutboxMail.kind,
    OutboxMail.recipient,
    OutboxMail.envelope_from,
    OutboxMail.raw,
    OutboxMail.attempts,
    OutboxMail.expires_at,
)
_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


@dataclass(frozen=True)
class Leased:
    """A message in hand, with all that is needed to send it."""

    id: int
    lane: int
    kind: str
    recipient: str
    envelope_from: str
    raw: bytes | None
    attempts: int
    expires_at: datetime


def take(owner: str, now: datetime, seconds: int, limit: int = AT_ONCE) -> list[Leased]:
    """Lease up to ``limit`` due messages for ``owner``, the lowest lane first.

    Messages whose lease ran out wait again, and those past their time are closed, in the same
    commit. Nothing is written when nothing is due.
    """
    if not _something_due(now):
        return []
    with db.engine.begin() as connection:
        clock = _database_now(connection)
        connection.execute(_return_where(OutboxMail.lease_until < clock))
        connection.execute(_close_expired(now))
        first = sa.select(OutboxMail.id).where(_due(now)).order_by(*_ORDER).limit(limit)
        # Rows that another worker is leasing just now are passed over, not waited for.
        ids = connection.scalars(first.with_for_update(skip_locked=True)).all()
        statement = (
            sa.update(OutboxMail)
            .where(OutboxMail.id.in_(ids))
            .values(
                state=MailState.LEASED,
                lease_owner=owner,
                lease_until=clock + timedelta(seconds=seconds),
            )
            .returning(*_COLUMNS)
        )
        taken = {row.id: Leased(**row._mapping) for row in connection.execute(statement)}
    return [taken[each] for each in ids]


def mark(message: Leased, owner: str, **values: Any) -> bool:
    """Write down in a commit of its own what became of ``message``.

    Returns:
        Whether the lease was still ``owner``'s: nobody marks what another worker has in hand.
    """
    if message.lane == Lane.SIGN_IN and values["state"] != MailState.QUEUED:
        values["raw"] = None
    statement = (
        sa.update(OutboxMail)
        .where(OutboxMail.id == message.id, OutboxMail.lease_owner == owner)
        .values(**_NO_LEASE, **values)
    )
    with db.engine.begin() as connection:
        return connection.execute(statement).rowcount == 1


def give_back(owner: str, reason: str = "", code: int | None = None) -> int:
    """Return what ``owner`` still has in hand to the queue, and say how much that was."""
    why = {"last_error": reason, "last_code": code} if reason else {}
    with db.engine.begin() as connection:
        statement = _return_where(OutboxMail.lease_owner == owner).values(**why)
        return connection.execute(statement).rowcount


def _something_due(now: datetime) -> bool:
    """Look without taking the write lock: most of the time there is nothing to do."""
    with db.engine.connect().execution_options(read_only=True) as connection:
        lapsed = sa.and_(
            OutboxMail.state == MailState.LEASED,
            OutboxMail.lease_until < _database_now(connection),
        )
        either = sa.or_(sa.exists().where(_due(now)), sa.exists().where(lapsed))
        return bool(connection.scalar(sa.select(either)))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(OutboxMail.state == MailState.QUEUED, OutboxMail.not_before <= now)


def _close_expired(now: datetime) -> sa.Update:
    without_keys = sa.case((OutboxMail.lane == int(Lane.SIGN_IN), None), else_=OutboxMail.raw)
    return (
        sa.update(OutboxMail)
        .where(_due(now), OutboxMail.expires_at <= now)
        .values(state=MailState.EXPIRED, raw=without_keys)
    )


def _return_where(condition: sa.ColumnElement[bool]) -> sa.Update:
    return (
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.LEASED, condition)
        .values(state=MailState.QUEUED, **_NO_LEASE)
    )


def _database_now(connection: sa.Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')").scalar()
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    moment = connection.scalars(sa.select(sa.func.clock_timestamp())).one()
    return moment.astimezone(UTC)
