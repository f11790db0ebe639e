"""What was sent is written down while the next message is being announced, one commit each.

A commit that reaches the disk takes about as long as announcing a message does, so the two go on
side by side. Before a message ends, by the dot that lets the server take it, the mark of the one
before is on the disk: at any moment at most one may be with the server and not in the table.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal.db import UtcDateTime
from portal.mail import addresses, leases
from portal.mail.leases import Leased
from portal.models.mail import Cause, Lane, MailState

# What is not written down after a 250 is sent twice, so some patience with a database pays.
_PAUSES = (0.1, 0.3, 1.0, 2.0)


_SENT = (
    "UPDATE outbox_mail SET state = 'sent', cause = 'none', lease_owner = NULL,"
    " lease_until = NULL, attempts = attempts + 1, sent_at = ?, last_code = NULL, last_error = ''"
    " WHERE id = ? AND lease_owner = ? AND fence = ?"
)


class LeaseLost(Exception):
    """Somebody else has the messages by now: ours ran out, or was swept."""


@dataclass(frozen=True)
class _Sent:
    message: Leased
    at: datetime


class Marks:
    """Writes down for ``owner`` what was sent, on a thread and a connection of its own."""

    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self._engine = engine
        self._owner = owner
        self._is_pending = False
        self._todo: SimpleQueue[_Sent | None] = SimpleQueue()
        self._done: SimpleQueue[bool | BaseException] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="marks", daemon=True)
        self._thread.start()

    def begin(self, message: Leased, at: datetime) -> None:
        """Begin to write down that ``message`` was sent; what was begun before must be settled."""
        assert not self._is_pending
        self._is_pending = True
        self._todo.put(_Sent(message, at))

    def settle(self) -> None:
        """Wait until what was begun is on the disk.

        Raises:
            LeaseLost: the message was no longer ours to mark.
            OperationalError: the database is away.
        """
        if not self._is_pending:
            return
        outcome = self._done.get()
        self._is_pending = False
        if isinstance(outcome, BaseException):
            raise outcome
        if not outcome:
            raise LeaseLost

    def close(self) -> None:
        """End the thread; what was begun and not settled is written down all the same."""
        self._todo.put(None)
        self._thread.join()

    def _work(self) -> None:
        writer = _Writer(self._engine, self._owner)
        try:
            while (sent := self._todo.get()) is not None:
                try:
                    self._done.put(patiently(partial(writer.write, sent)))
                except Exception as error:
                    self._done.put(error)
        finally:
            writer.close()


def patiently(write: Callable[[], bool]) -> bool:
    """What ``write`` gives, tried again for some seconds while the database is away."""
    for pause in _PAUSES:
        try:
            return write()
        except OperationalError:
            time.sleep(pause)
    return write()


class _Writer:
    """Marks messages as sent: one statement, which commits by itself, on a connection kept open.

    It goes to the driver without SQLAlchemy between, which takes longer over this statement than
    the database does, and takes that time from the conversation beside it.
    """

    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self._engine = engine
        self._owner = owner
        self._cursor: Any = None
        places = "?" if engine.dialect.paramstyle == "qmark" else "%s"
        self._statement = _SENT.replace("?", places)
        self._as_moment = UtcDateTime().bind_processor(engine.dialect) or (lambda moment: moment)

    def write(self, sent: _Sent) -> bool:
        """Write down that a message was sent; whether it was ours to mark."""
        message = sent.message
        if message.lane == Lane.SIGN_IN or message.was_refused:
            return self._write_more(sent)
        values = (self._as_moment(sent.at), message.id, self._owner, message.fence)
        try:
            return bool(self._opened().execute(self._statement, values).rowcount == 1)
        except self._engine.dialect.loaded_dbapi.OperationalError as error:
            self.close()
            raise OperationalError(self._statement, values, error) from error
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection up: the next message gets a fresh one."""
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            with suppress(Exception):
                cursor.connection.close()

    def _opened(self) -> Any:
        if self._cursor is None:
            fresh = self._engine.raw_connection()
            # Out of the pool: nobody else should get one that commits by itself.
            fresh.detach()
            connection: Any = fresh.dbapi_connection
            if self._engine.dialect.name == "postgresql":
                connection.autocommit = True
            self._cursor = connection.cursor()
        return self._cursor

    def _write_more(self, sent: _Sent) -> bool:
        """The same where more than the message changes: a key is forgotten, an address cleared."""
        message = sent.message
        with self._engine.begin() as connection:
            mine = leases.mark_within(
                connection,
                message,
                self._owner,
                state=MailState.SENT,
                cause=Cause.NONE,
                sent_at=sent.at,
                attempts=message.attempts + 1,
                last_code=None,
                last_error="",
            )
            if mine and message.was_refused:
                addresses.note_delivery(connection, [message.recipient])
        return mine
