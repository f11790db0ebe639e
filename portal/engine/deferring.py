"""The job that wakes a worker, written by a connection that somebody else commits."""

import procrastinate
import psycopg

QUEUE = "portal"
DRAIN = "drain"

# Never opened: it holds no connections of its own, and writes by the one it is given.
_app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def defer_drain(connection: psycopg.Connection) -> None:
    """Add one job in the transaction that is open on ``connection``.

    No queueing lock, which would let requests that queue mail at the same time wait for each other.
    """
    _app.configure_task(DRAIN, queue=QUEUE, connection=connection).defer()
