"""Where the calendar stands: its number, read by one lean query beside the session.

Feeds are asked for many times for each change, and this query is all that most answers cost. So
each thread keeps one connection of its own for it, in autocommit, out of the pool; one that broke
is replaced once.
"""

import contextlib
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app

from portal import dates
from portal.db import db

NEWEST = "SELECT revision, changed_at FROM calendar_revision WHERE id = 1"

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Mark(NamedTuple):
    """How often the calendar has changed, and when it last did, as the database writes moments."""

    revision: int
    written_at: Any

    @property
    def changed_at(self) -> datetime:
        """When it last changed; long ago when it never has."""
        if self.written_at is None:
            return _NEVER
        written = self.written_at
        moment = datetime.fromisoformat(written) if isinstance(written, str) else written
        return moment.replace(tzinfo=UTC)


class Point(NamedTuple):
    """What a feed depends on besides itself: where the calendar stands, and the day in Oslo."""

    mark: Mark
    day: date

    @property
    def midnight(self) -> datetime:
        """When the day began."""
        return dates.midnight(self.day).astimezone(UTC)

    @property
    def newest(self) -> datetime:
        """The newest change in any calendar, in whole seconds: somebody's, or the new day."""
        changed_at = self.mark.changed_at
        whole = changed_at.replace(microsecond=0)
        rounded_up = whole if whole == changed_at else whole + timedelta(seconds=1)
        return max(rounded_up, self.midnight)


class CounterAway(Exception):
    """The database did not tell."""


class _Held:
    """A connection that ends with the thread that asked by it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.connection.close()


class Counter:
    """Reads the number for one app; each thread by a connection of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._own = threading.local()
        self._known_faults: tuple[type[Exception], ...] | None = None

    def read(self) -> Mark:
        """Where the calendar stands now. Read it before the data that it shall stand for.

        Raises:
            CounterAway: the database is away.
        """
        faults = self._faults()
        try:
            return self._ask()
        except faults:
            # Cut off since the last time, it may be there again.
            self._drop()
        try:
            return self._ask()
        except faults as error:
            self._drop()
            raise CounterAway(type(error).__name__) from error

    def point(self, now: datetime) -> Point:
        """Where the calendar stands at ``now``.

        Raises:
            CounterAway: the database is away.
        """
        return Point(self.read(), dates.today(now))

    def _ask(self) -> Mark:
        held = getattr(self._own, "held", None) or self._hold()
        row = held.connection.execute(NEWEST).fetchone()
        return Mark(*row) if row else Mark(0, None)

    def _faults(self) -> tuple[type[Exception], ...]:
        """What the driver and the pool raise when the database is away."""
        if self._known_faults is None:
            with self._app.app_context():
                driver = db.engine.dialect.loaded_dbapi
            self._known_faults = (driver.Error, sa.exc.SQLAlchemyError)
        return self._known_faults

    def _hold(self) -> _Held:
        with self._app.app_context():
            pooled = db.engine.raw_connection()
        connection: Any = pooled.driver_connection
        # Out of the pool: it is kept, and the pool's places are for work.
        pooled.detach()
        if connection.__class__.__module__.startswith("psycopg"):
            # Taking it out of the pool may have asked it something.
            connection.rollback()
            connection.autocommit = True
        self._own.held = _Held(connection)
        return self._own.held

    def _drop(self) -> None:
        self._own.__dict__.pop("held", None)


def current() -> Counter:
    """The counter of the app that is being asked."""
    counter: Counter = current_app.extensions["calendar_counter"]
    return counter
