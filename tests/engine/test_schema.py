"""The engine's tables: made once, brought up to date, and left alone by Alembic."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from procrastinate.schema import SchemaManager

from portal.app import create_app
from portal.cli import serve
from portal.db import db
from portal.engine import schema
from portal.engine.looking import is_there
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


def is_there_now() -> bool:
    with db.engine.connect() as connection:
        return is_there(connection)


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
        "The engine cannot be prepared: others made its tables and noted no version.\n",
    )


def test_tables_of_a_later_version_are_left_alone(grown, engine_command):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("COMMENT ON TABLE procrastinate_jobs IS '99.00.00_01_later'")

    done = engine_command(grown, "prepare")
    drop_engine()

    assert done == (
        2,
        "The engine cannot be prepared: its tables stand at 99.00.00_01_later,"
        " which this Procrastinate does not know.\n",
    )


def test_a_database_that_refuses_is_told_in_one_line_and_left_as_it_was(
    without_engine, engine_command
):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE procrastinate_workers (id int)")

    done = engine_command(without_engine, "prepare")

    assert done == (
        2,
        'The engine cannot be prepared: schema: relation "procrastinate_workers" already exists.\n',
    )
    assert functions() == set()


def test_status_counts_workers_and_jobs(grown, engine_command, enqueue):
    enqueue()
    db.session.commit()

    assert engine_command(grown, "status", "--json") == (
        0,
        '{"workers": 0, "todo": 1, "doing": 0, "stalled": 0, "failed": 0}\n',
    )
    assert "todo             1" in engine_command(grown, "status")[1].splitlines()


def test_status_tells_when_there_are_no_tables(without_engine, engine_command):
    assert engine_command(without_engine, "status") == (
        2,
        "The engine's tables are not there; flask engine prepare makes them.\n",
    )


def test_serving_prepares_the_engine_and_a_refusal_does_not_stop_it(without_engine, caplog):
    serve._prepare_engine()
    made = is_there_now()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("COMMENT ON TABLE procrastinate_jobs IS NULL")
    serve._prepare_engine()

    assert made
    assert [r.getMessage() for r in caplog.records if r.name == "portal.cli.serve"] == [
        "the job engine is not prepared: others made its tables and noted no version"
    ]


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
