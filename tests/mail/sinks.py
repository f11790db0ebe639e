"""A mail server of sockets and threads, that can do what a proper one never does.

``Play`` says what happens instead of the usual at a step: "banner", "EHLO", "STARTTLS", "AUTH",
"MAIL", "RCPT", "DATA", "body" (in the middle of the message) and "dot" (after it). Each step has
answers taken one after the other, then the usual again.
"""

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import trustme

# What may stand for an answer: to hang up, to keep silent, to talk without end, and to go on in TLS
# by a certificate of one's own making.
DROP, SILENCE, ENDLESS, OWN_TLS = "drop", "silence", "endless", "own tls"
Answer = str | Callable[[], str]
USUAL = {
    "banner": "220 sink",
    "EHLO": "250-sink\r\n250 8BITMIME",
    "HELO": "250 sink",
    "STARTTLS": "502 No such thing",
    "AUTH": "235 Welcome",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 Go on",
    "dot": "250 Taken",
    "QUIT": "221 Bye",
}


@cache
def authority() -> trustme.CA:
    """An authority for certificates that nobody has heard of unless told."""
    return trustme.CA()


class _Gone(Exception):
    """One of the two has hung up."""


@dataclass
class Play:
    """What a server does, and what it has seen.

    ``steps`` maps a step to its answers; ``pause`` is how long a byte takes to write, for a server
    that writes them one at a time. ``heard`` is every line that came in clear outside a message.
    """

    steps: dict[str, Iterable[Answer]] = field(default_factory=dict)
    pause: float = 0.0
    delay: float = 0.0
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    conversations: int = 0
    took: Callable[[int, str, bytes], None] | None = None

    def __post_init__(self) -> None:
        self.steps = {step: iter(answers) for step, answers in self.steps.items()}

    def answer(self, step: str) -> str:
        """What to say at ``step`` this time."""
        found = next(self.steps.get(step, iter(())), USUAL.get(step, ""))
        return found() if callable(found) else found

    @property
    def recipients(self) -> list[str]:
        """Who the taken messages were for, in order."""
        return [to for _sender, to, _content in self.taken]


class Conversation(socketserver.BaseRequestHandler):
    """One client, from the banner until one of the two hangs up."""

    server: "Sink"

    def handle(self) -> None:
        self._play = self.server.play
        self._rest, self._sender, self._to, self._secret = b"", "", "", False
        # Tests end, even where the portal would listen for ever.
        self._until_when = time.monotonic() + 5
        self._play.conversations += 1
        self._number = self._play.conversations
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._step("banner")
            while True:
                self._command(self._line())
        except (_Gone, OSError):
            pass
        finally:
            self.request.close()

    def _command(self, line: bytes) -> None:
        verb = line.split(maxsplit=1)[0].upper().decode() if line.strip() else ""
        argument = line.decode("ascii", "replace").partition(":")[2].partition(">")[0].strip(" <")
        if verb == "MAIL":
            self._sender = argument
        if verb == "RCPT":
            self._to = argument
        said = self._step(verb) if verb in USUAL else self._say("250 OK")
        if verb == "DATA" and said.startswith("354"):
            self._message()
        if verb == "QUIT":
            raise _Gone

    def _message(self) -> None:
        if self._play.answer("body") == DROP:
            self.request.recv(100)
            raise _Gone
        content = self._until(b"\r\n.\r\n")
        answer = self._play.answer("dot")
        if answer.startswith("250") or answer in (DROP, SILENCE):
            # Whoever says nothing after the dot may all the same have taken it.
            self._play.taken.append((self._sender, self._to, content))
            if self._play.took:
                self._play.took(self._number, self._to, content)
        time.sleep(self._play.delay)
        self._say(answer)

    def _step(self, name: str) -> str:
        return self._say(self._play.answer(name))

    def _say(self, answer: str) -> str:
        if answer == DROP:
            raise _Gone
        if answer == SILENCE:
            self.server.ended.wait(30)
            raise _Gone
        while answer == ENDLESS:
            self._write(b"250-And another thing\r\n" * 100)
            if self.server.ended.wait(0.01) or time.monotonic() > self._until_when:
                raise _Gone
        if answer == OWN_TLS:
            self._write(b"220 Go on\r\n")
            self._wrap()
            return answer
        self._write(answer.encode() + b"\r\n")
        return answer

    def _write(self, octets: bytes) -> None:
        if not self._play.pause:
            self.request.sendall(octets)
            return
        for octet in octets:
            self.request.sendall(bytes([octet]))
            if self.server.ended.wait(self._play.pause):
                raise _Gone

    def _wrap(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().issue_cert("127.0.0.1").configure_cert(context)
        self.request = context.wrap_socket(self.request, server_side=True)
        self._secret = True

    def _line(self) -> bytes:
        line = self._until(b"\r\n")
        if not self._secret:
            self._play.heard.append(line)
        return line

    def _until(self, end: bytes) -> bytes:
        while end not in self._rest:
            more = self.request.recv(65536)
            if not more:
                raise _Gone
            self._rest += more
        found, _end, self._rest = self._rest.partition(end)
        return found


class Sink(socketserver.ThreadingTCPServer):
    """The server, on a free port of this machine."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, play: Play) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.play, self.ended = play, threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]


@contextmanager
def playing(play: Play) -> Iterator[int]:
    """A server that does what ``play`` says; gives its port."""
    with Sink(play) as sink:
        thread = threading.Thread(target=sink.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield sink.port
        finally:
            sink.ended.set()
            sink.shutdown()
            thread.join()


def once(*answers: Answer) -> Iterable[Answer]:
    """These answers, then the usual."""
    return answers


def always(answer: Answer) -> Iterable[Answer]:
    """This answer each time."""
    return iter(lambda: answer, None)


def after(usual: str, *answers: Answer) -> Iterable[Answer]:
    """The usual the first time, then these answers, then the usual again."""
    return chain([usual], answers)
