"""A worker in a process of its own, and a mail server in another, to be killed in the middle.

``python -m tests.mail.killing worker URL FOLDER PORT`` drains, ``… doomed URL FOLDER PORT`` dies
right after its fifth 250, ``… sink FILE`` takes mail and writes down what it took before it
answers 250.
"""

import hashlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.app import create_app
from portal.demo.sink import LoopbackServer
from portal.mail import leases, smtp
from portal.mail.delivery import Delivery
from tests.conftest import settings


class Recorder:
    """Writes recipient and digest of each message into a file, then says 250."""

    def __init__(self, into: Path) -> None:
        self._file = os.open(into, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        digest = hashlib.sha256(envelope.original_content or b"").hexdigest()
        os.write(self._file, f"{envelope.rcpt_tos[0]} {digest}\n".encode())
        return "250 Taken"


def sink(file: str) -> None:
    """Take mail until killed; prints the port."""
    server = LoopbackServer(Recorder(Path(file)))
    server.start()
    print(server.port, flush=True)
    while True:
        time.sleep(60)


def worker(url: str, folder: str, port: str) -> None:
    """Drain what is due, with leases of a second; says so when it begins."""
    app = create_app({**settings(url, Path(folder)), "OUTBOX_LEASE_SECONDS": 1})
    smtp.use_server(app, "127.0.0.1", int(port))
    with app.app_context():
        print("begun", flush=True)
        Delivery().drain()


def doomed(url: str, folder: str, port: str) -> None:
    """Drain, and be killed between the fifth 250 and its mark."""
    marked, mark = [], leases.mark

    def mark_or_die(*args: Any, **values: Any) -> bool:
        marked.append(args)
        if len(marked) == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return mark(*args, **values)

    leases.mark = mark_or_die
    worker(url, folder, port)


if __name__ == "__main__":
    {"sink": sink, "worker": worker, "doomed": doomed}[sys.argv[1]](*sys.argv[2:])
