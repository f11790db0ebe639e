"""Processes to be killed in the middle: they have the portal ready, and fork who is to die.

``python -m tests.mail.killing farm URL FOLDER`` reads orders, a line each, and answers each with a
line; ``… sink FILE MILLISECONDS`` takes mail, writes down what it took, and waits so long before
its 250; ``… doomed URL FOLDER PORT`` dies right after its fifth 250.
"""

import hashlib
import os
import resource
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa
import waitress
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.mail import smtp
from portal.mail.delivery import Delivery
from tests.conftest import settings
from tests.mail.sinks import Play, Sink

# Long enough for any batch here, short enough to wait for.
LEASE_SECONDS = 2


def sink(file: str, milliseconds: str) -> None:
    """Take mail until killed, and write each message down before its 250; prints the port.

    A line holds the number of the conversation, the recipient, and the digest of the bytes.
    """
    into = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def note(conversation: int, to: str, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()
        os.write(into, f"{conversation} {to} {digest}\n".encode())

    with Sink(Play(delay=int(milliseconds) / 1000, took=note)) as server:
        print(server.port, flush=True)
        server.serve_forever()


class Farm:
    """A portal that is ready, and the processes it has forked."""

    def __init__(self, url: str, folder: str) -> None:
        self._app = create_app(
            {**settings(url, Path(folder)), "OUTBOX_LEASE_SECONDS": LEASE_SECONDS}
        )

    def kill(self, port: str, after: str) -> str:
        """A worker drains and is killed so many seconds after its start."""
        return self._end(self._fork(drain, port), float(after), signal.SIGKILL)

    def drain(self, port: str, workers: str = "1") -> str:
        """So many workers drain at the same time; says whether they all ended well."""
        children = [self._fork(drain, port) for _number in range(int(workers))]
        return str([_wait(child) for child in children])

    def deliver(self, port: str, after: str) -> str:
        """``flask outbox deliver``, told to end after so many seconds."""
        return self._end(self._fork(command, port), float(after), signal.SIGTERM)

    def run(self, port: str, workers: str = "1") -> str:
        """So many workers that go on until they are told to end; gives their numbers."""
        return " ".join(str(self._fork(command, port)) for _number in range(int(workers)))

    def fill_disk(self, port: str, seconds: str) -> str:
        """A worker that goes on, for which the disk is full for so many seconds."""

        def run(app: Flask) -> None:
            with _full_disk(float(seconds)):
                command(app)

        return str(self._fork(run, port))

    def serve(self, port: str, fate: str = "") -> str:
        """A web server; gives its number. It may be fated to die right after a commit."""

        def serve(app: Flask) -> None:
            if fate == "dies_at_commit":
                sa.event.listen(Session, "after_commit", _die)
            waitress.serve(app, host="127.0.0.1", port=int(port), _quiet=True)

        return str(self._fork(serve))

    def wait(self, child: str) -> str:
        """How one ends that is left to its fate."""
        return str(_wait(int(child)))

    def stop(self, *children: str) -> str:
        """Tell those that go on to end; says how each has ended."""
        for child in children:
            os.kill(int(child), signal.SIGTERM)
        return str([_wait(int(child)) for child in children])

    def slay(self, child: str, after: str) -> str:
        """Kill one that goes on after so many seconds."""
        return self._end(int(child), float(after), signal.SIGKILL)

    def _fork(self, do: Callable[[Flask], object], port: str = "") -> int:
        child = os.fork()
        if child == 0:
            _live(do, self._app, port)
        return child

    def _end(self, child: int, after: float, number: signal.Signals) -> str:
        time.sleep(after)
        os.kill(child, number)
        return str(_wait(child))


def _live(do: Callable[[Flask], object], app: Flask, port: str) -> NoReturn:
    ended = 1
    try:
        if port:
            app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=int(port))
            smtp.use_server(app, "127.0.0.1", int(port))
        do(app)
        ended = 0
    except SystemExit as error:
        ended = int(error.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(ended)


def _die(*given: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _wait(child: int) -> int:
    """How it ended: 0, its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def drain(app: Flask) -> None:
    """Send what is due, then end."""
    with app.app_context():
        delivery = Delivery()
        delivery.drain()
        while delivery.has_more:
            delivery.drain()


def command(app: Flask) -> None:
    """``flask outbox deliver``, but for the seconds that the imports take."""
    app.cli.main(["outbox", "deliver"], obj=ScriptInfo(create_app=lambda: app))


@contextmanager
def _full_disk(seconds: float) -> Iterator[None]:
    """After a moment no file grows any more; after ``seconds`` there is room again."""
    ever, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(octets: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (octets, most))

    # One page: whatever is written lies beyond it.
    threading.Timer(0.05, limit, [4096]).start()
    threading.Timer(0.05 + seconds, limit, [ever]).start()
    yield


def farm(url: str, folder: str) -> None:
    """Do what each line of the input says, and answer it with a line."""
    ready = Farm(url, folder)
    print("ready", flush=True)
    for line in sys.stdin:
        order, *words = line.split()
        print(getattr(ready, order)(*words), flush=True)


def doomed(url: str, folder: str, port: str) -> None:
    """Drain, and be killed when the server has said that it took the fifth message."""
    app = create_app({**settings(url, Path(folder)), "OUTBOX_LEASE_SECONDS": LEASE_SECONDS})
    smtp.use_server(app, "127.0.0.1", int(port))
    listen, codes = smtplib.SMTP.getreply, [0]

    def listen_or_die(host: smtplib.SMTP) -> tuple[int, bytes]:
        answer = listen(host)
        codes.append(answer[0])
        if sum(pair == (354, 250) for pair in pairwise(codes)) == 5:
            _die()
        return answer

    smtplib.SMTP.getreply = listen_or_die  # type: ignore[method-assign]
    drain(app)


if __name__ == "__main__":
    {"sink": sink, "farm": farm, "doomed": doomed}[sys.argv[1]](*sys.argv[2:])
