"""A PostgreSQL with the engine's tables: the engine is tested for real, whatever the leg."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from portal.app import create_app
from portal.db import db
from portal.engine import schema, waking
from portal.mail import outbox
from portal.mail.message import Mailbox, Message
from tests.conftest import postgresql_server, settings
from tests.engine.tables import drop_engine, empty_tables
from tests.mail import farming

OFFICE = Mailbox("oppdrag@portal.example.org", "Oppdrag Oslofjorden")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """An empty database on a PostgreSQL of its own."""
    with postgresql_server() as url:
        yield url


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A mail server in a process of its own: its port, and the file of what it took."""
    with farming.sink(tmp_path / "taken") as taken:
        yield taken.port, taken.path


@pytest.fixture(scope="session")
def grown_app(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal on that database, migrated from nothing."""
    app = create_app(settings(postgresql_url, tmp_path_factory.mktemp("grown")))
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def anything(grown_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The grown portal with an app context open and, afterwards, every row gone."""
    monkeypatch.setattr(waking, "_rest", waking._Rest())
    with grown_app.app_context():
        yield grown_app
        db.session.remove()
        empty_tables()
    outbox.woken.clear()


@pytest.fixture
def without_engine(anything: Flask) -> Iterator[Flask]:
    """The grown portal, on which ``flask engine prepare`` has not been run."""
    drop_engine()
    yield anything
    db.session.rollback()
    drop_engine()


@pytest.fixture
def grown(anything: Flask) -> Flask:
    """The grown portal with the engine's tables, empty."""
    with db.engine.begin() as connection:
        schema.prepare(connection)
    return anything


@pytest.fixture
def now() -> datetime:
    """The engine goes by the machine's clock."""
    return datetime.now(UTC)


@pytest.fixture
def enqueue(now: datetime) -> Callable[..., bool]:
    """Queue a dull message to somebody in the open transaction."""

    def enqueue_one(to: str = "ola@example.org") -> bool:
        message = Message(Mailbox(to), OFFICE, "Takk", "Hei\n", kind="test")
        return outbox.enqueue(message, key=to, now=now)

    return enqueue_one


@pytest.fixture
def jobs(grown: Flask) -> Callable[[], list[tuple[str, str]]]:
    """Name and state of every job, as anybody else sees them."""

    def all_jobs() -> list[tuple[str, str]]:
        with db.engine.connect() as connection:
            found = connection.execute(
                sa.text("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
            )
            return [(row.task_name, row.status) for row in found]

    return all_jobs
