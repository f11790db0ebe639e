"""The demo loaded once, in a portal of its own: the tests only look at it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from portal import clock, worker
from portal.app import create_app
from portal.db import db
from portal.mail import smtp
from portal.mail.delivery import Delivery
from tests.conftest import NOW, CheckingClient, settings
from tests.mail.server import Script, listening

# Envelope sender, recipient, and the message.
Taken = tuple[str, str, bytes]
_HELD = timedelta(minutes=10)


@pytest.fixture(scope="session")
def demo_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A portal with the demo, as it looks at the tests' ``now``."""
    return _loaded(_beside(database_url, "demo"), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def drained(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[Taken]:
    """All that the demo's outbox holds at the start, as a mail server took it."""
    app = _loaded(_beside(database_url, "drained"), tmp_path_factory.mktemp("drained"))
    script = Script()
    with listening(script) as port, app.app_context():
        smtp.use_server(app, "127.0.0.1", port)
        worker.one_round(Delivery(tell_time=lambda: NOW + _HELD), look_at_clock=False)
    return script.taken


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Flask]:
    """The portal with the demo, and an app context open."""
    with demo_app.app_context():
        yield demo_app
        db.session.remove()


def _loaded(url: str, folder: Path) -> Flask:
    app = create_app(settings(url, folder))
    app.test_client_class = CheckingClient
    with app.app_context():
        upgrade()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        done = app.test_cli_runner().invoke(args=["demo", "load", "--events", "30"])
    assert done.output == "The demo is loaded. Sign in as kari.nordmann@example.org.\n"
    return app


def _beside(url: str, name: str) -> str:
    """Another database on the same server, or another file in the same folder."""
    given = make_url(url)
    if given.get_backend_name() == "sqlite":
        return str(given.set(database=str(Path(given.database or "").with_name(f"{name}.db"))))
    engine = sa.create_engine(given, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return given.set(database=name).render_as_string(False)
