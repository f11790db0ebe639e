"""Who has which message in hand: taken in one commit, marked under a fence, given back.

Only here does the database's clock count, so that workers on several hosts agree on when a lease
ends. What is due and what has expired goes by the time the caller brings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.models.mail import Lane, MailContent, MailState, OutboxMail

AT_ONCE = 50
_ORDER = (OutboxMail.lane, OutboxMail.not_before, OutboxMail.id)
# Literals, since the partial indexes are found by what the statement says, not by its values.
_WAITING = sa.text("state = 'queued' AND NOT paused")
_IN_HAND = sa.text("state = 'leased'")
_COLUMNS = (
    OutboxMail.id,
    OutboxMail.lane,
    OutboxMail.kind,
    OutboxMail.recipient,
    OutboxMail.envelope_from,
    OutboxMail.attempts,
    OutboxMail.expires_at,
    OutboxMail.fence,
)
_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


@dataclass(frozen=True)
class Leased:
    """A message in hand, with all that is needed to send it. ``fence`` is the number of its lease.

    ``raw`` is None when its bytes are gone, which only a fault can bring about.
    """

    id: int
    lane: int
    kind: str
    recipient: str
    envelope_from: str
    attempts: int
    expires_at: datetime
    fence: int
    raw: bytes | None


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
        _close_expired(connection, now)
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
                fence=OutboxMail.fence + 1,
            )
            .returning(*_COLUMNS)
        )
        taken = {row.id: row._mapping for row in connection.execute(statement)}
        contents = _contents(connection, ids)
    return [Leased(**taken[each], raw=contents.get(each)) for each in ids]


def mark(message: Leased, owner: str, **values: Any) -> bool:
    """Write down in a commit of its own what became of ``message``.

    Returns:
        Whether the lease was still ``owner``'s: nobody marks what another worker has in hand.
    """
    with db.engine.begin() as connection:
        return mark_within(connection, message, owner, **values)


def mark_within(connection: sa.Connection, message: Leased, owner: str, **values: Any) -> bool:
    """``mark`` as a part of the caller's transaction."""
    statement = (
        sa.update(OutboxMail)
        .where(
            OutboxMail.id == message.id,
            OutboxMail.lease_owner == owner,
            OutboxMail.fence == message.fence,
        )
        .values(**_NO_LEASE, **values)
    )
    if connection.execute(statement).rowcount != 1:
        return False
    if message.lane == Lane.SIGN_IN and values["state"] != MailState.QUEUED:
        connection.execute(_forget([message.id]))
    return True


def give_back(owner: str, reason: str = "", code: int | None = None) -> int:
    """Return what ``owner`` still has in hand to the queue, and say how much that was."""
    why = {"last_error": reason, "last_code": code} if reason else {}
    with db.engine.begin() as connection:
        statement = _return_where(OutboxMail.lease_owner == owner).values(**why)
        return connection.execute(statement).rowcount


def sweep() -> int:
    """Return what dead workers had in hand, once their leases have run out; how much that was."""
    with db.engine.begin() as connection:
        lapsed = OutboxMail.lease_until < _database_now(connection)
        return connection.execute(_return_where(lapsed)).rowcount


def _something_due(now: datetime) -> bool:
    """Look without taking the write lock: most of the time there is nothing to do."""
    with db.engine.connect().execution_options(read_only=True) as connection:
        lapsed = sa.and_(_IN_HAND, OutboxMail.lease_until < _database_now(connection))
        either = sa.or_(sa.exists().where(_due(now)), sa.exists().where(lapsed))
        return bool(connection.scalar(sa.select(either)))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(_WAITING, OutboxMail.not_before <= now)


def _close_expired(connection: sa.Connection, now: datetime) -> None:
    closed = connection.execute(
        sa.update(OutboxMail)
        .where(_due(now), OutboxMail.expires_at <= now)
        .values(state=MailState.EXPIRED)
        .returning(OutboxMail.id, OutboxMail.lane)
    )
    keys = [row.id for row in closed if row.lane == Lane.SIGN_IN]
    if keys:
        connection.execute(_forget(keys))


def _forget(ids: Sequence[int]) -> sa.Delete:
    """Sign-in messages lose their bytes with their use: they hold a key."""
    return sa.delete(MailContent).where(MailContent.mail_id.in_(ids))


def _contents(connection: sa.Connection, ids: Sequence[int]) -> dict[int, bytes]:
    found = connection.execute(
        sa.select(MailContent.mail_id, MailContent.raw).where(MailContent.mail_id.in_(ids))
    )
    return {row.mail_id: row.raw for row in found}


def _return_where(condition: sa.ColumnElement[bool]) -> sa.Update:
    return (
        sa.update(OutboxMail).where(_IN_HAND, condition).values(state=MailState.QUEUED, **_NO_LEASE)
    )


def _database_now(connection: sa.Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')").scalar()
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    moment = connection.scalars(sa.select(sa.func.clock_timestamp())).one()
    return moment.astimezone(UTC)
