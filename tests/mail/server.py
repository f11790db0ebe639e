"""A real mail server for tests: it answers as it is told, and remembers what it took."""

# The names of the hooks are those of aiosmtpd.
# ruff: noqa: N802

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.demo.sink import LoopbackServer


@dataclass
class Script:
    """What the server took, and what it answers instead of 250.

    ``mail``, ``rcpt`` and ``data`` map a recipient (for ``mail``: "") to answers given one after
    the other, then 250 again. "drop" cuts the line, "drop after" does so when it has the message,
    and "hang" keeps silent.
    """

    mail: list[str] = field(default_factory=list)
    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    conversations: int = 0

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail:
            return await self._answer(server, self.mail.pop(0))
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.get(address):
            return await self._answer(server, self.rcpt[address].pop(0))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        answer = self.data[to].pop(0) if self.data.get(to) else "250 Taken"
        if answer in ("250 Taken", "drop after"):
            self.taken.append((envelope.mail_from or "", to, envelope.original_content or b""))
        return await self._answer(server, answer)

    async def _answer(self, server: SMTP, answer: str) -> str:
        if answer.startswith("drop"):
            server.transport.abort()
        if answer == "hang":
            await asyncio.sleep(5)
        return answer

    @property
    def recipients(self) -> list[str]:
        """Who the taken messages were for, in order."""
        return [to for _sender, to, _content in self.taken]


@contextmanager
def listening(script: Any) -> Iterator[int]:
    """A server that follows ``script``; gives its port."""
    server = LoopbackServer(script)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
