"""How many answers a second: an unchanged feed beside a static file of the same bytes."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.beside_files import PREFIX
from bench.portals import portal_that_shows
from bench.report import Row, Table

_ROOT = Path(__file__).parent.parent
_FEED, _FILE = "/calendar/public.ics", f"/{PREFIX}/feed.ics"
_CONNECTIONS = 4
_SECONDS = 0.7
_ROUNDS = 9
_PATIENCE_SECONDS = 60
_AIM_200, _AIM_304 = 0.5, 0.6
# The servers of the two ways to run the portal, and the words to start each with.
_SERVERS = {
    "waitress, 8 threads": ("-m", "bench.beside_files"),
    "gunicorn, 1 process, 4 threads": (
        *("-m", "gunicorn", "--workers", "1", "--threads", "4", "--no-control-socket"),
        *("--bind", "127.0.0.1:{port}", "bench.beside_files:from_environment()"),
    ),
}


class Generator:
    """Somebody who asks over and over, in a process of their own."""

    def __init__(self, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.asking", str(port), str(_CONNECTIONS)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def rate(self, path: str, wanted: int, *headers: str, seconds: float = _SECONDS) -> float:
        """Answers a second; RuntimeError unless each is as ``wanted``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join((str(seconds), path, *headers)) + "\n")
        self._process.stdin.flush()
        found, status = self._process.stdout.readline().split()
        if int(status) != wanted:
            raise RuntimeError(f"{path} answered {status}")
        return float(found)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def measure(events: int) -> Table:
    """Rates of 200 and of 304, file and feed in turns, by each server."""
    rows: list[Row] = []
    with portal_that_shows(events) as portal:
        folder = Path(portal.app.config["INSTANCE_DIR"])
        database = portal.app.config["SQLALCHEMY_DATABASE_URI"]
        body = portal.get(_FEED)[2]
        (folder / PREFIX).mkdir()
        (folder / PREFIX / "feed.ics").write_bytes(body)
        for server in _SERVERS:
            with _serving(server, database, folder) as port:
                rows += _rows(server, port, body)
    return Table(
        "Feeds beside a static file",
        f"Answers a second over loopback: the unchanged feed of {events} events"
        f" ({len(body) // 1000} kB) and, baseline (1.00), a static file of the same bytes, served"
        " by whitenoise in the same process, as the portal's own files are. A generator in another"
        f" process asks on {_CONNECTIONS} connections, which it keeps where the server lets it;"
        f" file and feed take turns, median of {_ROUNDS}. Each request for the feed is written in"
        " the log and asks the database whether anything changed; those for the file do neither.",
        ("file", "feed", "ratio"),
        tuple(rows),
    )


def _rows(server: str, port: int, body: bytes) -> list[Row]:
    tags = {path: _etag(port, path, body) for path in (_FILE, _FEED)}
    generator = Generator(port)
    try:
        generator.rate(_FILE, 200, seconds=3)
        taken: dict[int, list[tuple[float, float]]] = {200: [], 304: []}
        for _round in range(_ROUNDS):
            for status, found in taken.items():
                known = status == 304
                file, feed = (
                    generator.rate(
                        path, status, *([f"If-None-Match={tags[path]}"] if known else [])
                    )
                    for path in (_FILE, _FEED)
                )
                found.append((file, feed))
    finally:
        generator.close()
    return [
        _row(f"{server}: {status}", taken[status], aim)
        for status, aim in ((200, _AIM_200), (304, _AIM_304))
    ]


def _row(name: str, taken: list[tuple[float, float]], aim: float) -> Row:
    files, feeds = zip(*taken, strict=True)
    # Each round is set against its own baseline, since the machine changes its pace.
    ratio = median(feed / file for file, feed in taken)
    figures = (f"{median(files):.0f}", f"{median(feeds):.0f}", f"{ratio:.2f}")
    return Row(name, figures, f"≥ {aim}", ratio >= aim)


def _etag(port: int, path: str, body: bytes) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"}
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
        if answer.read() != body:
            raise RuntimeError(f"{path} is another calendar")
        return str(answer.headers["ETag"])


@contextmanager
def _serving(server: str, database: str, folder: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = {"BENCH_DATABASE": database, "BENCH_FOLDER": str(folder), "BENCH_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, *(word.replace("{port}", str(port)) for word in _SERVERS[server])],
        cwd=_ROOT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _wait_for(port: int) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")
