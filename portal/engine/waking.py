"""Wake a worker on whatever host in the same transaction as the change, if there is an engine."""

import logging
import time
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.engine.loading import load, reason_of

log = logging.getLogger(__name__)
_REST_SECONDS = 60.0


@dataclass
class _Rest:
    """Until when this process leaves an engine alone that was not there."""

    until: float = 0.0
    is_told: bool = False


_rest = _Rest()


def wake_on_commit(session: Session) -> bool:
    """Defer the job that wakes a worker, as a part of the transaction that ``session`` commits.

    Without an engine nothing happens: workers look by themselves as well. A fault of the engine is
    kept inside a savepoint, told once, and not met again for a minute.

    Returns:
        Whether the job was written.
    """
    if session.get_bind().dialect.name != "postgresql" or time.monotonic() < _rest.until:
        return False
    deferring = load("deferring")
    if deferring is None:
        return _leave_alone("Procrastinate is not installed")
    connection = session.connection()
    savepoint = connection.begin_nested()
    try:
        deferring.defer_drain(connection.connection.driver_connection)
    except Exception as error:
        savepoint.rollback()
        return _leave_alone(reason_of(error))
    savepoint.commit()
    _rest.is_told = False
    return True


def _leave_alone(reason: str) -> bool:
    _rest.until = time.monotonic() + _REST_SECONDS
    if not _rest.is_told:
        log.warning("no job engine wakes the workers, they look by themselves: %s", reason)
    _rest.is_told = True
    return False
