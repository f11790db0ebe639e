"""The demo's mail server: a real one, on loopback, that keeps each message as a file.

The portal speaks SMTP to it as it would to any other; ``/demo/mail`` shows what arrived.
"""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from portal.mail import smtp
from portal.tokens import public_id

_HOST = "127.0.0.1"


def folder(instance: str | Path) -> Path:
    """Where the messages of the portal with that INSTANCE_DIR are kept."""
    return Path(instance) / "mail"


class Keeper:
    """Takes every message and writes it into a folder, named by when it came."""

    def __init__(self, into: Path) -> None:
        self._into = into
        into.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        keep(self._into, envelope.original_content or b"")
        return "250 Kept"


def keep(into: Path, content: bytes) -> Path:
    """Write ``content`` into the folder; a reader sees the whole file or none."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    path = into / f"{stamp}-{public_id()}.eml"
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    return draft.replace(path)


class LoopbackServer(Controller):
    """A mail server for this machine alone, on a port that was free."""

    def __init__(self, handler: Any) -> None:
        self._socket = socket.create_server((_HOST, 0))
        port = self._socket.getsockname()[1]
        super().__init__(handler, hostname=_HOST, port=port, ready_timeout=20)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


@contextmanager
def demo_mail(app: Flask) -> Iterator[None]:
    """Inside, mail of the demo goes to a server of its own; outside demo nothing changes.

    When MAIL_SERVER is set, mail goes there, in the demo too.
    """
    if not app.config["DEMO"] or app.config["MAIL_SERVER"]:
        yield
        return
    # It would tell of every conversation; the portal's own lines say enough.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = LoopbackServer(Keeper(folder(app.config["INSTANCE_DIR"])))
    server.start()
    smtp.use_server(app, _HOST, server.port)
    try:
        yield
    finally:
        server.stop()
