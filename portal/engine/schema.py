"""Procrastinate's own tables: made once, and brought up to date by its own migrations.

Alembic passes them over (migrations/env.py). Procrastinate keeps no version in the database, so
the last of its migrations that was applied stands as a comment on its table of jobs.
"""

from pathlib import Path

import psycopg
import sqlalchemy as sa
from procrastinate.schema import SchemaManager

from portal.engine.loading import reason_of
from portal.engine.looking import is_there

_LOCK = 7_310_026
_VERSION = sa.text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")


class CannotPrepare(Exception):
    """The tables are not made or changed; its text says why."""


def prepare(connection: sa.Connection) -> list[str]:
    """Make or update the tables in the caller's transaction; doing so again changes nothing.

    Whoever does the same at once waits, and finds it done.

    Returns:
        The steps that were taken; none when all was up to date.

    Raises:
        CannotPrepare: nobody knows where the tables stand, or the database refuses.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    steps = _steps(connection)
    if not steps:
        return []
    # By the driver itself: these are scripts of many statements, without parameters.
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    for name, sql in steps.items():
        try:
            driver.execute(sql.encode())
        except psycopg.Error as error:
            raise CannotPrepare(f"{name}: {reason_of(error)}") from error
    connection.execute(sa.text(f"COMMENT ON TABLE procrastinate_jobs IS '{_latest()}'"))
    return list(steps)


def _steps(connection: sa.Connection) -> dict[str, str]:
    """The scripts that are still to be run, by name, in their order."""
    if not is_there(connection):
        return {"schema": SchemaManager.get_schema()}
    version = connection.scalar(_VERSION)
    if version is None:
        raise CannotPrepare("others made its tables and noted no version")
    if version not in (path.stem for path in _migrations()):
        raise CannotPrepare(
            f"its tables stand at {version}, which this Procrastinate does not know"
        )
    return {path.stem: path.read_text() for path in _migrations() if path.stem > version}


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _latest() -> str:
    return _migrations()[-1].stem
