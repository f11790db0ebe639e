"""Who has which message in hand: taken in one commit, marked under a fence, given back.

Only here does the database's clock count, so that workers on several hosts agree on when a lease
ends. What is due and what has expired goes by the time the caller brings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal import membership
from portal.db import UtcDateTime, db
from portal.models.mail import AddressStanding, Cause, Lane, MailContent, MailState, OutboxMail
from portal.models.mailings import OptOut

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
_NOW = sa.bindparam("now", type_=UtcDateTime())
_SECONDS = sa.bindparam("seconds", type_=sa.Integer())
_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
# What becomes of a message whose reader was suspended while it waited.
BARRED: Mapping[str, Any] = {"state": MailState.SUPPRESSED, "cause": Cause.STOPPED}


@dataclass(frozen=True)
class Leased:
    """A message in hand, with all that is needed to send it. ``fence`` is the number of its lease.

    ``raw`` is None when its bytes are gone, which only a fault can bring about. ``was_refused``
    tells that something speaks against its address (``portal/mail/addresses.py``). While it
    waited, the address may have been closed (``is_closed``), its topic turned off
    (``is_unwanted``), or its reader suspended (``is_barred``).
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
    was_refused: bool = False
    is_closed: bool = False
    is_unwanted: bool = False
    is_barred: bool = False


def take(
    owner: str, now: datetime, seconds: int, limit: int = AT_ONCE, *, looks_first: bool = True
) -> list[Leased]:
    """Lease up to ``limit`` due messages for ``owner``, the lowest lane first.

    Messages whose lease ran out wait again, and those past their time are closed, in the same
    commit. Nothing is written when nothing is due. Who has just had a full batch may spare itself
    the look at what else there is to do.
    """
    seen = _look(now) if looks_first else _Seen(due=True, expired=False, lapsed=False)
    if not (seen.due or seen.expired or seen.lapsed):
        return []
    with db.engine.begin() as connection:
        if seen.lapsed:
            connection.execute(_return_where(OutboxMail.lease_until < _clock(connection)))
        if seen.expired:
            _close_expired(connection, now)
        dialect = connection.dialect.name
        if dialect == "postgresql":
            # One that has not counted the table since thousands were queued would sort them all.
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        asked = {"owner": owner, "now": now, "seconds": seconds, "most": limit}
        leased = connection.execute(_lease(dialect), asked)
        fences = {row.id: row.fence for row in leased}
        rows = connection.execute(_in_hand(), {"owner": owner}).all() if fences else []
    # What an earlier batch left in hand has another number, and is not of this one.
    return [_leased(row) for row in rows if fences.get(row.id) == row.fence]


def renew(message: Leased, owner: str, seconds: int) -> bool:
    """Hold ``message`` for so many more seconds from now; whether it is still ``owner``'s."""
    with db.engine.begin() as connection:
        renewed = connection.execute(
            sa.update(OutboxMail)
            .where(*_held(message, owner))
            .values(lease_until=_clock_of(connection.dialect.name, seconds))
        )
        return renewed.rowcount == 1


def mark(message: Leased, owner: str, **values: Any) -> bool:
    """Write down in a commit of its own what became of ``message``.

    Returns:
        Whether the lease was still ``owner``'s: nobody marks what another worker has in hand.
    """
    with db.engine.begin() as connection:
        return mark_within(connection, message, owner, **values)


def mark_within(connection: sa.Connection, message: Leased, owner: str, **values: Any) -> bool:
    """``mark`` as a part of the caller's transaction."""
    statement = sa.update(OutboxMail).where(*_held(message, owner)).values(**_NO_LEASE, **values)
    if connection.execute(statement).rowcount != 1:
        return False
    if message.lane == Lane.SIGN_IN and values["state"] != MailState.QUEUED:
        connection.execute(_forget([message.id]))
    return True


def _held(message: Leased, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The fence: nobody touches what has since been leased by another, or anew."""
    return (
        OutboxMail.id == message.id,
        OutboxMail.lease_owner == owner,
        OutboxMail.fence == message.fence,
    )


def _leased(row: sa.Row[*tuple[Any, ...]]) -> Leased:
    return Leased(*row[:-4], *map(bool, row[-4:]))


def give_back(owner: str, reason: str = "", code: int | None = None) -> int:
    """Return what ``owner`` still has in hand to the queue, and say how much that was."""
    why = {"last_error": reason, "last_code": code} if reason else {}
    with db.engine.begin() as connection:
        statement = _return_where(OutboxMail.lease_owner == owner).values(**why)
        return connection.execute(statement).rowcount


@dataclass(frozen=True)
class News:
    """What came up meanwhile: something more urgent, and ids of what is in hand and paused."""

    is_urgent: bool
    paused: frozenset[int]


def look_up(owner: str, lane: Lane, now: datetime) -> News:
    """Whether something is due before ``lane``, and what ``owner`` has in hand that was paused."""
    mine = sa.and_(_IN_HAND, OutboxMail.lease_owner == owner, OutboxMail.paused)
    with db.engine.connect().execution_options(read_only=True) as connection:
        urgent = connection.scalar(_before_lane(), {"now": now, "lane": int(lane)})
        return News(
            bool(urgent), frozenset(connection.scalars(sa.select(OutboxMail.id).where(mine)))
        )


@cache
def _before_lane() -> sa.Select[bool]:
    due = (_WAITING, OutboxMail.not_before <= _NOW, OutboxMail.lane < sa.bindparam("lane"))
    return sa.select(sa.exists().where(*due))


def sweep() -> int:
    """Return what dead workers had in hand, once their leases have run out; how much that was."""
    with db.engine.begin() as connection:
        lapsed = OutboxMail.lease_until < _clock(connection)
        return connection.execute(_return_where(lapsed)).rowcount


@dataclass(frozen=True)
class _Seen:
    due: bool
    expired: bool
    lapsed: bool


def _look(now: datetime) -> _Seen:
    """Look without taking the write lock: most of the time there is nothing to do."""
    with db.engine.connect().execution_options(read_only=True) as connection:
        found = connection.execute(_to_see(connection.dialect.name), {"now": now}).one()
    return _Seen(*map(bool, found))


@cache
def _to_see(dialect: str) -> sa.Select[*tuple[Any, ...]]:
    due = (_WAITING, OutboxMail.not_before <= _NOW)
    return sa.select(
        sa.exists().where(*due),
        sa.exists().where(*due, OutboxMail.expires_at <= _NOW),
        sa.exists().where(_IN_HAND, OutboxMail.lease_until < _clock_of(dialect, 0)),
    )


@cache
def _lease(dialect: str) -> sa.Update:
    """Made once: to put it together takes longer than to run it."""
    # Rows that another worker is leasing just now are passed over, not waited for.
    first = (
        sa.select(OutboxMail.id)
        .where(_WAITING, OutboxMail.not_before <= _NOW, OutboxMail.expires_at > _NOW)
        .order_by(*_ORDER)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("first_of_all")
    )
    if dialect == "postgresql":
        # Looked up once: a plan that repeated it would pass over what it has just locked itself.
        first = first.prefix_with("MATERIALIZED")
    return (
        sa.update(OutboxMail)
        .where(OutboxMail.id.in_(sa.select(first.c.id)))
        .values(
            state=MailState.LEASED,
            lease_owner=sa.bindparam("owner"),
            lease_until=_clock_of(dialect, _SECONDS),
            fence=OutboxMail.fence + 1,
        )
        .returning(OutboxMail.id, OutboxMail.fence)
    )


@cache
def _in_hand() -> sa.Select[*tuple[Any, ...]]:
    """All that an owner has in hand, with its bytes and what else decides whether it is sent."""
    refused = sa.exists().where(AddressStanding.folded == sa.func.lower(OutboxMail.recipient))
    closed = sa.and_(
        OutboxMail.lane != int(Lane.SIGN_IN),
        refused.where(AddressStanding.suppressed_at.is_not(None)),
    )
    unwanted = sa.exists().where(
        OptOut.person_id == OutboxMail.person_id,
        sa.cast(OptOut.topic, sa.String) == OutboxMail.topic,
    )
    barred = membership.is_suspended(OutboxMail.person_id)
    return (
        sa.select(*_COLUMNS, MailContent.raw, refused, closed, unwanted, barred)
        .outerjoin(MailContent, MailContent.mail_id == OutboxMail.id)
        .where(_IN_HAND, OutboxMail.lease_owner == sa.bindparam("owner"))
        .order_by(*_ORDER)
    )


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


def _return_where(condition: sa.ColumnElement[bool]) -> sa.Update:
    return (
        sa.update(OutboxMail).where(_IN_HAND, condition).values(state=MailState.QUEUED, **_NO_LEASE)
    )


def _clock(connection: sa.Connection) -> sa.ColumnElement[Any]:
    """The database's own time, as our columns keep it."""
    return _clock_of(connection.dialect.name, 0)


def _clock_of(dialect: str, seconds: int | sa.BindParameter[int]) -> sa.ColumnElement[Any]:
    """The database's own time so many seconds from now."""
    if dialect == "sqlite":
        later = sa.cast(seconds, sa.String) + " seconds"
        shown = sa.func.strftime("%Y-%m-%d %H:%M:%f", "now", later)
        return sa.type_coerce(shown.concat("000"), sa.String)
    utc = sa.func.timezone("UTC", sa.func.clock_timestamp())
    return utc + sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
