"""The demo loaded once, in a portal of its own: the tests only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from portal import clock
from portal.app import create_app
from portal.db import db
from tests.conftest import NOW, CheckingClient, settings


@pytest.fixture(scope="session")
def demo_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A portal with the demo, as it looks at the tests' ``now``."""
    app = create_app(settings(_beside(database_url), tmp_path_factory.mktemp("demo")))
    app.test_client_class = CheckingClient
    with app.app_context():
        upgrade()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        done = app.test_cli_runner().invoke(args=["demo", "load", "--events", "30"])
    assert done.output == "The demo is loaded. Sign in as kari.nordmann@example.org.\n"
    return app


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Flask]:
    """The portal with the demo, and an app context open."""
    with demo_app.app_context():
        yield demo_app
        db.session.remove()


def _beside(url: str) -> str:
    """Another database on the same server, or another file in the same folder."""
    given = make_url(url)
    if given.get_backend_name() == "sqlite":
        return str(given.set(database=str(Path(given.database or "").with_name("demo.db"))))
    engine = sa.create_engine(given, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE demo")
    engine.dispose()
    return given.set(database="demo").render_as_string(False)
