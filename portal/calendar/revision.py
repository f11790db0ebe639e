"""The number that rises in the transaction of every change that a feed could show.

Every INSERT, UPDATE and DELETE on the tables below is seen that SQLAlchemy writes, by a session or
by a connection, in rows or in bulk. Not seen is SQL given as text: whoever writes such a statement
calls ``note_change`` beside it. What is seen once too often (a savepoint rolled back) costs feeds
one query, and changes none of them.

The row is raised by the last statement before the commit, so that its lock is held for the commit
alone, and whoever holds it waits for nothing else: no two transactions can block each other by it.
"""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, CursorResult, Engine

from portal import clock
from portal.db import UtcDateTime, db
from portal.models.accounts import Person, Role
from portal.models.events import Event
from portal.models.groups import Group, GroupPlace
from portal.models.invitations import Invitation
from portal.models.jury import Assignment
from portal.models.meetings import Meeting, MeetingGroup
from portal.models.seasons import Camp, Season
from portal.models.series import Series

_CHANGED: Final = "a feed could show it"
_TABLES: Final = {
    model.__table__.name
    for model in (
        *(Event, Series, Invitation, Assignment, Camp, Season),
        *(Meeting, MeetingGroup, Group, GroupPlace, Person, Role),
    )
}
# Where most updates concern no feed (a mail was sent, somebody has a new telephone), only these
# columns count.
_SHOWN: Final = {
    Event.__table__.name: {column.name for column in Event.__table__.columns}
    - {"told_revision", "tell_at", "tell_by_id"},
    Invitation.__table__.name: {"event_id", "person_id", "answer", "removed_at"},
    Assignment.__table__.name: {"camp_id", "person_id", "state"},
    Meeting.__table__.name: {"event_id", "group_id"},
    Person.__table__.name: {"feed_generation", "suspended_at"},
}
# Each change gets a second of its own, one after the other: a date in a header names one change,
# and the clock of a host that is behind never makes a change look older than the one before.
_RAISE: Final = """
INSERT INTO calendar_revision (id, revision, changed_at) VALUES (1, 1, :now)
ON CONFLICT (id) DO UPDATE SET
  revision = calendar_revision.revision + 1,
  changed_at = """
_RAISED: Final = {
    dialect: sa.text(_RAISE + later).bindparams(sa.bindparam("now", type_=UtcDateTime()))
    for dialect, later in {
        "postgresql": "greatest(excluded.changed_at,"
        " calendar_revision.changed_at + interval '1 second')",
        "sqlite": "max(excluded.changed_at,"
        " strftime('%Y-%m-%d %H\\:%M\\:%S', calendar_revision.changed_at, '+1 second')"
        " || substr(calendar_revision.changed_at, 20))",
    }.items()
}


def watch() -> None:
    """Let the number rise from now on, in every database of this process."""
    for name, listener in _LISTENERS:
        if not event.contains(Engine, name, listener):
            event.listen(Engine, name, listener)


def note_change(connection: Connection) -> None:
    """Let the number rise when the transaction that is open on ``connection`` commits."""
    connection.info[_CHANGED] = True


def _look(
    connection: Connection,
    statement: Any,
    multiparams: Any,
    params: Any,
    options: Any,
    result: CursorResult[Any],
) -> None:
    if getattr(statement, "is_dml", False) and _is_shown(statement, result):
        note_change(connection)


def _forget(connection: Connection) -> None:
    connection.info.pop(_CHANGED, None)


def _rise(connection: Connection) -> None:
    if connection.info.pop(_CHANGED, None):
        connection.execute(_RAISED[connection.dialect.name], {"now": clock.now()})


def _is_shown(statement: Any, result: CursorResult[Any]) -> bool:
    table = statement.table
    # A migration writes to tables of its own making, perhaps before the number has a table.
    if table.name not in _TABLES or getattr(table, "metadata", None) is not db.metadata:
        return False
    if not statement.is_insert and result.rowcount == 0 and not result.returns_rows:
        return False
    if not statement.is_update or table.name not in _SHOWN:
        return True
    written = _written_columns(statement, table, result)
    # What cannot be told apart counts.
    return not written or not written.isdisjoint(_SHOWN[table.name])


def _written_columns(statement: Any, table: sa.Table, result: CursorResult[Any]) -> set[str]:
    """The columns that an UPDATE sets: by its values, or by what its parameters are called."""
    values = getattr(statement, "_values", None) or {}
    names = {getattr(column, "name", str(column)) for column in values}
    compiled = getattr(result.context, "compiled", None)
    names |= set(getattr(compiled, "column_keys", None) or ())
    return names & set(table.columns.keys())


_LISTENERS: Final = (
    ("after_execute", _look),
    ("begin", _forget),
    ("rollback", _forget),
    ("commit", _rise),
)
