"""How the engine is, read from its tables; needs nothing but SQL."""

import sqlalchemy as sa

STALLED_SECONDS = 30
_IS_THERE = sa.text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
_NUMBERS = sa.text("""
    WITH alive AS (
        SELECT id FROM procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => :seconds)
    )
    SELECT
        (SELECT count(*) FROM alive) AS workers,
        count(*) FILTER (WHERE status = 'todo') AS todo,
        count(*) FILTER (WHERE status = 'doing') AS doing,
        count(*) FILTER (WHERE status = 'doing' AND alive.id IS NULL) AS stalled,
        count(*) FILTER (WHERE status = 'failed') AS failed
    FROM procrastinate_jobs LEFT JOIN alive ON alive.id = worker_id
""")


def numbers(database: sa.Engine) -> dict[str, int] | None:
    """Workers that are alive, and jobs by state; None when the tables are not there."""
    with database.connect() as connection:
        if not is_there(connection):
            return None
        row = connection.execute(_NUMBERS, {"seconds": STALLED_SECONDS}).one()
        return dict(row._mapping)


def is_there(connection: sa.Connection) -> bool:
    """Whether Procrastinate has its tables in this database."""
    return bool(connection.scalar(_IS_THERE))
