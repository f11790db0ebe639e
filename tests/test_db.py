"""The database is set up as RELIABILITY asks: locks taken at once, moments in UTC, limits set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError, StatementError

from portal.db import db, write_apart
from portal.models.accounts import Person
from tests.factories import create_person
from tests.mail.server import closed_port

LIMITS = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": 2,
        "PRAGMA busy_timeout": 10000,
        "PRAGMA foreign_keys": 1,
        "PRAGMA trusted_schema": 0,
        "PRAGMA journal_size_limit": 67108864,
    },
    "postgresql": {
        "SHOW statement_timeout": "10s",
        "SHOW lock_timeout": "5s",
        "SHOW idle_in_transaction_session_timeout": "30s",
    },
}


PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30000,
}


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite file of its own with one table, whatever database the other tests use."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'own.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (text VARCHAR)")
    yield engine
    engine.dispose()


@pytest.fixture
def begun(sqlite: Engine) -> list[str]:
    """How each transaction on ``sqlite`` begins, in order."""
    statements: list[str] = []

    @event.listens_for(sqlite, "before_cursor_execute")
    def note(connection, cursor, statement, *rest):
        if statement.startswith("BEGIN"):
            statements.append(statement)

    return statements


def test_every_connection_is_set_up(app: Flask):
    wanted = LIMITS[db.engine.dialect.name]

    with db.engine.connect() as connection:
        found = {text: connection.exec_driver_sql(text).scalar() for text in wanted}

    assert found == wanted


def test_a_sqlite_connection_is_set_up_whatever_the_leg(sqlite: Engine):
    with sqlite.connect() as connection:
        found = {text: connection.exec_driver_sql(text).scalar() for text in LIMITS["sqlite"]}

    assert found == LIMITS["sqlite"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("", PATIENCE), ("?connect_timeout=2", {**PATIENCE, "connect_timeout": "2"})],
)
def test_a_postgresql_that_does_not_answer_is_given_up_in_time(query: str, wanted: dict):
    url = f"postgresql+psycopg://127.0.0.1:{closed_port()}/portal{query}"
    engine = sa.create_engine(url)
    asked: list[dict] = []

    @event.listens_for(engine, "do_connect")
    def note(dialect, record, args, options):
        asked.append({name: value for name, value in options.items() if name in PATIENCE})

    with pytest.raises(OperationalError, match="refused"):
        engine.connect()

    assert asked == [wanted]


def test_outside_a_request_a_transaction_takes_the_write_lock_at_once(sqlite: Engine, begun):
    with sqlite.begin():
        pass

    assert begun == ["BEGIN IMMEDIATE"]


@pytest.mark.parametrize(
    ("method", "statement"),
    [
        ("GET", "BEGIN"),
        ("HEAD", "BEGIN"),
        ("POST", "BEGIN IMMEDIATE"),
    ],
)
def test_a_request_takes_the_write_lock_only_if_it_may_write(
    app: Flask, sqlite: Engine, begun, method: str, statement: str
):
    with app.test_request_context("/", method=method), sqlite.begin():
        pass

    assert begun == [statement]


def test_a_connection_may_say_itself_that_it_only_reads(sqlite: Engine, begun):
    with sqlite.connect().execution_options(read_only=True) as connection, connection.begin():
        pass

    assert begun == ["BEGIN"]


def test_a_second_writer_waits_while_readers_go_on(sqlite: Engine):
    with sqlite.begin() as first, sqlite.connect() as second:
        first.exec_driver_sql("INSERT INTO note VALUES ('kladd')")
        reading = second.execution_options(read_only=True)
        notes = reading.exec_driver_sql("SELECT count(*) FROM note").scalar()
        reading.exec_driver_sql("PRAGMA busy_timeout=1")
        reading.rollback()

        with pytest.raises(OperationalError, match="database is locked"):
            second.execution_options(read_only=False).begin()

    assert notes == 0


def test_foreign_keys_hold_on_sqlite(sqlite: Engine):
    with sqlite.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE b (a_id INTEGER REFERENCES a (id))")

    with pytest.raises(sa.exc.IntegrityError), sqlite.begin() as connection:
        connection.exec_driver_sql("INSERT INTO b VALUES (7)")


def test_a_moment_without_a_zone_is_refused(app: Flask):
    db.session.add(Person(name="Ola Hansen", created_at=datetime(2026, 8, 20, 9, 0)))  # noqa: DTZ001

    with pytest.raises(StatementError, match="has no time zone"):
        db.session.flush()


def test_a_moment_is_kept_in_utc_and_comes_back_aware(app: Flask):
    summer = timezone(timedelta(hours=2))
    ola = create_person(suspended_at=datetime(2026, 8, 20, 11, 0, tzinfo=summer))
    db.session.expire_all()

    assert ola.suspended_at == datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
    assert ola.suspended_at.tzinfo is UTC
    assert "2026-08-20 09:00" in db.session.scalar(
        sa.text("SELECT CAST(suspended_at AS VARCHAR(30)) FROM person")
    )


def test_what_is_written_apart_stays_when_the_rest_is_taken_back(app: Flask):
    ola = create_person()
    phone = sa.update(Person).where(Person.id == ola.id).values(phone="22 00 00 00")
    db.session.commit()

    with app.test_request_context("/"):
        read = db.session.scalar(sa.select(Person.phone))
        write_apart(phone)
        db.session.rollback()

    assert read == ""
    assert db.session.scalar(sa.select(Person.phone)) == "22 00 00 00"
