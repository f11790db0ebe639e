"""The database: its handle, the base of every table, and the column types of ours."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "journal_size_limit=67108864",
)
_POSTGRESQL_LIMITS = (
    "SET statement_timeout = '10s'",
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '30s'",
)
# A server whose host vanished says nothing, and the limits above are its own to keep. Seconds, but
# for the last: milliseconds until what was sent must be acknowledged.
_POSTGRESQL_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Base(DeclarativeBase):
    """What every table has in common: names for its constraints."""

    metadata = sa.MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC. A naive value is refused: nobody knows which hour it means."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=UTC)


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})
# Flask-SQLAlchemy 3.1 refuses a base class that brings this map along, so it is set afterwards.
Base.registry.update_type_annotation_map({datetime: UtcDateTime})


@event.listens_for(Engine, "do_connect")
def _wait_no_longer(
    dialect: Dialect, record: Any, args: list[Any], options: dict[str, Any]
) -> None:
    """Give up a PostgreSQL that does not answer, unless DATABASE_URL says otherwise."""
    if dialect.name == "postgresql":
        options.update(_POSTGRESQL_PATIENCE | options)


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, record: Any) -> None:
    """Set up what the defaults get wrong, on SQLite and on PostgreSQL."""
    if connection.__class__.__module__.startswith("sqlite3"):
        # The driver must not begin by itself: _begin below decides how.
        connection.isolation_level = None
        for pragma in _SQLITE_PRAGMAS:
            connection.execute("PRAGMA " + pragma)
    elif connection.__class__.__module__.startswith("psycopg"):
        with connection.cursor() as cursor:
            for limit in _POSTGRESQL_LIMITS:
                cursor.execute(limit)
        connection.commit()


@event.listens_for(Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once: a reader that becomes a writer may find it taken."""
    if connection.dialect.name == "sqlite":
        read_only = connection.get_execution_options().get("read_only", _only_reads())
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _only_reads() -> bool:
    """Pages that are only fetched change nothing, so they need not queue for the lock."""
    return has_request_context() and request.method in ("GET", "HEAD")


def write_apart(statement: sa.Executable) -> None:
    """Run one statement in a transaction of its own, beside whatever the session is doing."""
    with db.engine.execution_options(read_only=False).begin() as connection:
        connection.execute(statement)


def lock_row(row: Base, *names: str) -> None:
    """Let those who change ``row`` come one after the other, and read it as the last one left it.

    Held until the caller commits. Only the attributes ``names`` are read anew, all when none is
    given; what was set on it before is kept.
    """
    db.session.flush()
    # Rows that refer to it may be written meanwhile, a message as well: its key does not change.
    held = {"of": type(row), "key_share": True}
    db.session.refresh(row, names or None, with_for_update=held)
