"""An IMAP server of sockets and threads, that can do what a proper one never does.

It has one message, and answers each command in the usual way unless told otherwise.
"""

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from config import MailAccount

MESSAGE = b"Subject: Hei\r\n\r\nHei\r\n"
USUAL = {
    "banner": b"* OK ready\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE\r\nTAG OK done\r\n",
    "LOGIN": b"TAG OK done\r\n",
    "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\nTAG OK [READ-WRITE] done\r\n",
    "SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n",
    "SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 21)\r\nTAG OK done\r\n",
    "BODY": b"* 1 FETCH (UID 1 BODY[]<0> {21}\r\n" + MESSAGE + b")\r\nTAG OK done\r\n",
    "LIST": b'* LIST () "/" "NAME"\r\nTAG OK done\r\n',
    "CREATE": b"TAG OK done\r\n",
    "MOVE": b"* 1 EXPUNGE\r\nTAG OK done\r\n",
    "LOGOUT": b"* BYE bye\r\nTAG OK done\r\n",
}
# To keep silent, to hang up, to talk without end, and to answer one octet at a time.
SILENCE, DROP, ENDLESS = b"silence", b"drop", b"endless"
_VERB = re.compile(rb"(\S+) (?:UID )?(\w+)", re.IGNORECASE)
_NAME = re.compile(rb'(?:"[^"]*") "?([^"\r]+)"?\r')


@dataclass
class Play:
    """What the server does at a step instead of the usual, and the steps it has seen.

    ``pause`` is how many seconds each octet of the steps in ``steps`` takes.
    """

    steps: dict[str, bytes] = field(default_factory=dict)
    pause: float = 0.0
    seen: list[str] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)


class _Conversation(socketserver.StreamRequestHandler):
    play: Play

    def handle(self) -> None:
        with suppress(OSError):
            self._say("banner", b"", b"")
            for line in self.rfile:
                self.play.heard.append(line)
                tag, verb = _VERB.match(line).groups()
                self._say(_step(verb.decode().upper(), line), tag, line)

    def _say(self, step: str, tag: bytes, line: bytes) -> None:
        self.play.seen.append(step)
        said = self.play.steps.get(step, USUAL.get(step, b"TAG BAD what\r\n"))
        if said == SILENCE:
            self.rfile.read()
        if said in (SILENCE, DROP):
            raise OSError
        while said == ENDLESS:
            self.wfile.write(b"* OK and so on " + b"x" * 10_000)
        name = _NAME.search(line)
        said = said.replace(b"TAG", tag).replace(b"NAME", name[1] if name else b"")
        if step in self.play.steps and self.play.pause:
            for octet in said:
                self.wfile.write(bytes([octet]))
                time.sleep(self.play.pause)
        else:
            self.wfile.write(said)


def _step(verb: str, line: bytes) -> str:
    if verb == "FETCH":
        return "BODY" if b"BODY" in line else "SIZE"
    return verb


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True
    # Nobody waits for a thread that keeps silent.
    block_on_close = False


@contextmanager
def playing(play: Play) -> Iterator[MailAccount]:
    """A server that follows ``play``; gives an account at it."""
    handler = type("Handler", (_Conversation,), {"play": play})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield MailAccount(
                host="127.0.0.1", port=server.server_address[1], is_secure=False,
                user="kalender", password="hemmelig-og-lang", folder="INBOX",
            )  # fmt: skip
        finally:
            server.shutdown()
