"""Run the engine beside the loop that delivers, where there is one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from portal.engine.duties import Duty
from portal.engine.loading import load


@contextmanager
def engine_beside(
    database: sa.Engine, wake: Callable[[], None], duties: Sequence[Duty]
) -> Iterator[Callable[[], bool]]:
    """Inside, jobs on ``database`` call ``wake`` and ``duties``; yields what tells whether so.

    On SQLite, and without Procrastinate, the answer is always no.
    """
    running = load("running") if database.dialect.name == "postgresql" else None
    if running is None:
        yield lambda: False
        return
    engine = running.Engine(database, wake, duties)
    engine.start()
    try:
        yield engine.is_up
    finally:
        engine.stop()
