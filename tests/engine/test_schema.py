"""The engine's tables: made once, brought up to date, and left alone by Alembic."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from procrastinate.schema import SchemaManager

from portal.app import create_app
from portal.db import db
from portal.engine import schema
from tests.conftest import settings
from tests.engine.tables import drop_engine
from tests.house.tree import ROOT

MIGRATIONS = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


@pytest.fixture
def engine_command():
    """Run ``flask engine`` with the given words; exit code and what it said."""

    def run(app, *words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["engine", *words])
        return done.exit_code, done.output

    return run


@pytest.fixture
def portal_on_sqlite(tmp_path):
    """A portal on an empty SQLite database, whatever the leg."""
    return create_app(settings(f"sqlite:///{tmp_path / 'portal.db'}", tmp_path))


def make_old_tables(last: str) -> None:
    """The tables as they stood after the migration ``last``, all before it applied."""
    with db.engine.begin() as connection:
        for path in MIGRATIONS:
            if path.stem <= last:
                connection.connection.driver_connection.execute(path.read_text())
        connection.execute(sa.text(f"COMMENT ON TABLE procrastinate_jobs IS '{last}'"))


def functions() -> set[str]:
    with db.engine.connect() as connection:
        found = connection.scalars(
            sa.text(r"SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate\_%'")
        )
        return set(found)


def test_preparing_makes_the_tables_and_again_changes_nothing(without_engine, engine_command):
    first = engine_command(without_engine, "prepare")
    again = engine_command(without_engine, "prepare")

    assert (first, again) == ((0, "Done: schema\n"), (0, "The engine is up to date.\n"))


def test_tables_of_an_older_version_are_brought_up_to_date(without_engine, engine_command):
    make_old_tables("03.02.00_50_post_batch_defer_jobs")

    done = engine_command(without_engine, "prepare")
    brought_up = functions()
    drop_engine()
    with db.engine.begin() as connection:
        schema.prepare(connection)

    assert done == (
        0,
        "Done: 03.03.00_01_pre_priority_lock_fetch_job\n"
        "Done: 03.04.00_01_pre_add_retry_failed_job_procedure\n"
        "Done: 03.04.00_50_post_add_retry_failed_job_procedure\n",
    )
    assert brought_up >= functions()


def test_tables_that_somebody_else_made_are_left_alone(without_engine, engine_command):
    with db.engine.begin() as connection:
        connection.connection.driver_connection.execute(SchemaManager.get_schema())

    done = engine_command(without_engine, "prepare")

    assert done == (
        2,
        "The engine's tables stand at no version: they were made by somebody else.\n",
    )


def test_alembic_passes_the_engines_tables_over(grown, postgresql_url, tmp_path):
    ours = {"DATABASE_URL": postgresql_url, "INSTANCE_DIR": str(tmp_path)}
    checked = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "check"],
        cwd=ROOT, env={**os.environ, **ours}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (checked.returncode, checked.stdout) == (0, "No new upgrade operations detected.\n")


def test_sqlite_needs_no_engine(portal_on_sqlite, engine_command):
    done = engine_command(portal_on_sqlite, "prepare")

    assert done == (2, "SQLite needs no engine: the portal's own process delivers.\n")
