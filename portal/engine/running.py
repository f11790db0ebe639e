"""The engine at work: Procrastinate's worker on an event loop in a thread of its own."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException
from psycopg.conninfo import make_conninfo

from portal.engine.deferring import DRAIN, QUEUE
from portal.engine.duties import Duty
from portal.engine.loading import reason_of
from portal.engine.looking import STALLED_SECONDS

log = logging.getLogger(__name__)
# Nothing here may wait for ever: not for a connection, nor for a host that has vanished.
_WAIT_SECONDS = 5
_CONNECTION = {
    "application_name": "portal engine",
    "connect_timeout": _WAIT_SECONDS,
    "tcp_user_timeout": 20_000,
}
_HEARTBEAT_SECONDS = 10
_AT_ONCE = 4
_DAY_SECONDS = 86_400
_KEPT_HOURS = 7 * 24
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_LEAVE_SECONDS = 15


class NotPrepared(Exception):
    """Procrastinate's tables are not there: ``flask engine prepare`` makes them."""


class Engine:
    """Fetches jobs until stopped. Its end is never anybody else's: a fault is followed by a pause.

    ``wake`` is called for each job that a committed change left, ``duties`` are done by the clock.
    """

    def __init__(self, database: sa.Engine, wake: Callable[[], None], duties: Sequence[Duty]):
        self._conninfo = _conninfo(database)
        self._wake, self._duties = wake, duties
        self._stop, self._up = threading.Event(), threading.Event()
        self._is_told = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin, without waiting for the database."""
        self._thread.start()

    def is_up(self) -> bool:
        """Whether jobs are being fetched just now."""
        return self._up.is_set()

    def stop(self) -> None:
        """Finish the jobs in hand and end."""
        self._stop.set()
        if self._loop is not None and self._work is not None:
            # A loop that has just closed by itself takes no calls, and needs none.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._work.cancel)
        self._thread.join(_LEAVE_SECONDS)

    def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                asyncio.run(self._fetch_jobs())
            except asyncio.CancelledError:
                break
            except Exception as error:
                self._tell(error)
            finally:
                self._up.clear()
            if time.monotonic() - begun > _LONGEST_PAUSE_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            self._stop.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _fetch_jobs(self) -> None:
        """Fetch and do jobs until cancelled or at fault."""
        self._loop, self._work = asyncio.get_running_loop(), asyncio.current_task()
        if self._stop.is_set():
            return
        app = _application(self._conninfo, self._wake, self._duties)
        try:
            await app.connector.open_async()
            if not await app.check_connection_async():
                raise NotPrepared("its tables are not there, flask engine prepare makes them")
            self._note_up()
            await app.run_worker_async(queues=[QUEUE])
        finally:
            await app.close_async()

    def _note_up(self) -> None:
        if self._is_told:
            log.info("the job engine is back")
        self._is_told = False
        self._up.set()

    def _tell(self, error: Exception) -> None:
        """Once for each time it is away: the worker goes on without."""
        if not self._is_told:
            log.warning("the job engine is away, workers look by themselves: %s", reason_of(error))
        self._is_told = True


def _conninfo(database: sa.Engine) -> str:
    """How libpq is told what SQLAlchemy's address says."""
    _positional, named = database.dialect.create_connect_args(database.url)
    named.pop("context", None)
    return make_conninfo("", **named)


def _application(
    conninfo: str, wake: Callable[[], None], duties: Sequence[Duty]
) -> procrastinate.App:
    """Procrastinate's app for one attempt, with all it may be asked to do."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=conninfo, kwargs=_CONNECTION, timeout=_WAIT_SECONDS, min_size=1,
            max_size=_AT_ONCE,
        ),
        # Signals are the command's; a job that is done is of no interest to anybody.
        worker_defaults={
            "install_signal_handlers": False,
            "delete_jobs": "successful",
            "concurrency": _AT_ONCE,
            "shutdown_graceful_timeout": _WAIT_SECONDS,
            "update_heartbeat_interval": _HEARTBEAT_SECONDS,
            "stalled_worker_timeout": STALLED_SECONDS,
        },
        # What should have been done in the night is made up for, once, whichever host starts first.
        periodic_defaults={"max_delay": _DAY_SECONDS},
    )  # fmt: skip

    @app.task(name=DRAIN, queue=QUEUE)
    async def drain() -> None:
        wake()

    for duty in duties:
        _promise(app, duty)
    _keep_house(app)
    return app


def _promise(app: procrastinate.App, duty: Duty) -> None:
    @app.periodic(cron=duty.cron)
    @app.task(name=duty.name, queue=QUEUE, lock=duty.name, queueing_lock=duty.name)
    def do(timestamp: int) -> None:
        duty.do()


def _keep_house(app: procrastinate.App) -> None:
    """What the engine does for itself: free the jobs of dead workers, forget old ones."""

    # Without a lock: that of a worker killed just here would never be freed.
    @app.periodic(cron="* * * * *")
    @app.task(name="rescue", queue=QUEUE, queueing_lock="rescue")
    async def rescue(timestamp: int) -> None:
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
        for job in stalled:
            try:
                await app.job_manager.retry_job(job)
            except ConnectorException:
                log.info("a job thought stalled has ended", extra={"facts": {"job": job.id}})
            else:
                log.warning("a stalled job waits again", extra={"facts": {"job": job.id}})

    @app.periodic(cron="15 2 * * *")
    @app.task(name="forget_jobs", queue=QUEUE, queueing_lock="forget_jobs")
    async def forget_jobs(timestamp: int) -> None:
        await app.job_manager.delete_old_jobs(
            _KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )
