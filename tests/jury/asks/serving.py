"""The portal in processes of its own, spoken to over HTTP by many people at the same moment."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import waitress.server
from sqlalchemy.engine import make_url

from portal.app import create_app
from tests.conftest import settings

_ROOT = Path(__file__).resolve().parents[3]
# As ``flask serve`` has it. An embedded portal is one process; on PostgreSQL there are several.
_THREADS = 8
_PROCESSES = {"sqlite": 1, "postgresql": 2}
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answered:
    """What somebody got who sent a form: the status, the seconds it took, and the page after it."""

    status: int
    seconds: float
    page_status: int
    page: str


@contextmanager
def processes(url: str, folder: Path) -> Iterator[list[int]]:
    """The ports of portals on the database at ``url``, as many processes as suit it."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.jury.asks.serving", url, str(folder)],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _process in range(_PROCESSES[make_url(url).get_backend_name()])
    ]
    try:
        yield [int(process.stdout.readline()) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()
            process.stdout.close()


def send_at_once(
    ports: Sequence[int], paths: Sequence[str], fields: dict[str, str]
) -> list[Answered]:
    """Open each form as a reader of its own; when all have it, all send it at the same moment."""
    ready = Barrier(len(paths))

    def person(number: int) -> Answered:
        with _connected(ports[number % len(ports)]) as connection:
            return _send(connection, paths[number], fields, ready)

    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(person, range(len(paths))))


def _send(
    connection: HTTPConnection, path: str, fields: dict[str, str], ready: Barrier
) -> Answered:
    status, page, cookies = _ask(connection, "GET", path, "language=en")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert (status, token is not None) == (200, True)
    # No reader keeps a thread of the server while the others come.
    connection.close()
    body = urlencode({**fields, "csrf_token": token[1]})
    ready.wait(_PATIENCE_SECONDS)
    begun = time.monotonic()
    sent, page, _more = _ask(connection, "POST", path, cookies, body)
    took = time.monotonic() - begun
    if sent != 302:
        return Answered(sent, took, sent, page)
    status, page, _more = _ask(connection, "GET", path, cookies)
    return Answered(sent, took, status, page)


def _ask(
    connection: HTTPConnection, method: str, path: str, cookies: str, body: str | None = None
) -> tuple[int, str, str]:
    headers = {"Cookie": cookies, "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    set_ = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or []]
    return answer.status, page, "; ".join([cookies, *set_])


@contextmanager
def _connected(port: int) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def main(url: str, folder: str) -> None:
    """Serve until killed; the port is the only line printed."""
    app = create_app({**settings(url, Path(folder)), "WTF_CSRF_ENABLED": True})
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=_THREADS)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
