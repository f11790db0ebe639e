"""Flask-Mail's connection with what it lacks: an end to every wait, ready bytes, an envelope each.

Flask-Mail 0.10 waits for ever on a silent server, and builds the message anew at every attempt
(RELIABILITY 2.6). Everything else of it is used as it is: settings, TLS, login, sending.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from functools import partial

import flask_mail
from flask import Flask, current_app

from portal import links
from portal.mail.headers import check_address

# No step of a conversation waits longer than this, nor does a message take longer until it ends …
TIMEOUT_SECONDS = 30.0
# … nor a greeting longer than this, however slowly a server answers and however many it has.
LONGEST_SECONDS = 50.0
_CLOSING = 421
_TAKEN = (250, 251)
# What smtplib makes of a line without a code; whoever sends one is out of step with us.
_GARBAGE = -1
_LONGEST_REPLY = 64 * 1024
# A wait that has begun so recently may as well last its whole time.
_NEARLY = 0.5


class NoMailServer(Exception):
    """MAIL_SERVER is not set, so there is nowhere to send."""


class ReadyMessage(flask_mail.Message):
    """A message whose bytes were made when it was queued: Flask-Mail only carries them.

    Its addresses have been checked (``headers.check_address``): they go on the wire as they are.
    """

    def __init__(self, raw: bytes, *, recipient: str, envelope_from: str) -> None:
        # Not Flask-Mail's own, which asks the name server for a Message-ID that we have already.
        self.recipient = check_address(recipient)
        self.recipients, self.cc, self.bcc = [self.recipient], [], []
        self.sender: str = check_address(envelope_from)
        self.raw = raw

    def as_bytes(self) -> bytes:
        return self.raw


def _nothing() -> None:
    """Before a body there is nothing to do unless somebody says so."""


class Conversation(smtplib.SMTP):
    """smtplib's conversation, in which nobody waits for ever.

    smtplib's own timeout begins anew with every byte, so that a server that sends one a second
    could hold a worker for hours. ``before_end`` is called when a message has been sent but for the
    dot that ends it: until then no server takes it, whatever becomes of us. What it raises is
    raised, and leaves the conversation of no more use.
    """

    before_end: Callable[[], None] = staticmethod(_nothing)
    _ends_at = float("inf")

    def __init__(self, host: str, port: int) -> None:
        self._ends_at = time.monotonic() + LONGEST_SECONDS
        # Our own name, since smtplib would ask the name server for one at every connection.
        super().__init__(host, port, local_hostname=links.host(), timeout=TIMEOUT_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        error = OSError("the mail server has no address")
        for *_kind, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                opened = socket.create_connection((str(address[0]), port), self._left())
            except OSError as failed:
                error = failed
                continue
            # The dot leaves when it is sent, not when the other side has noted what came before.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.settimeout(timeout)
            return opened
        raise error

    def _left(self) -> float:
        """How long a step may take. Raises TimeoutError when there is no time left at all."""
        left = min(TIMEOUT_SECONDS, self._ends_at - time.monotonic())
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def begin(self) -> None:
        """Start the clock of a message, or of the reply to one."""
        self._ends_at = time.monotonic() + TIMEOUT_SECONDS
        if self.sock and self.sock.gettimeout() != TIMEOUT_SECONDS:
            self.sock.settimeout(TIMEOUT_SECONDS)

    def getreply(self) -> tuple[int, bytes]:
        if not isinstance(self.file, _Replies) and self.sock is not None:
            self.file = _Replies(self.sock)
        if isinstance(self.file, _Replies):
            self.file.begin(self._ends_at)
        return super().getreply()

    def deliver(self, message: ReadyMessage) -> None:
        """Hand over one message; its addresses have been checked and stand as they are.

        MAIL, RCPT and DATA leave in one go where the server allows that (RFC 2920).

        Raises:
            SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError: as smtplib's ``sendmail`` does.
            SMTPServerDisconnected: the server left, or took too long.
        """
        size = f" SIZE={len(message.raw)}" if self.has_extn("size") else ""
        replies = self._ask(
            f"MAIL FROM:<{message.sender}>{size}", f"RCPT TO:<{message.recipient}>", "DATA"
        )
        self._check(next(replies), (250,), partial(_sender_refused, message.sender))
        self._check(next(replies), _TAKEN, partial(_recipient_refused, message.recipient))
        self._check(next(replies), (354,), smtplib.SMTPDataError)
        self.send(_as_body(message.raw))
        self.before_end()
        # The reply has its whole time: whoever hangs up too early sends the message twice.
        self.begin()
        self.send(b".\r\n")
        self._check(self.getreply(), (250,), smtplib.SMTPDataError)

    def _ask(self, *commands: str) -> Iterator[tuple[int, bytes]]:
        """The replies to ``commands``, each sent when its turn comes, or all at once."""
        if not self.has_extn("pipelining"):
            yield from (self.docmd(command) for command in commands)
            return
        self.send(smtplib.CRLF.join((*commands, "")))
        replies = []
        for _command in commands:
            replies.append(self.getreply())
            if replies[-1][0] == _CLOSING:
                break
        if replies[-1][0] == 354 and any(code not in _TAKEN for code, _words in replies[:-1]):
            # It waits for a body that must not come: an empty one has nobody to go to.
            self.send(b"\r\n.\r\n")
            self.getreply()
        yield from replies

    def _check(
        self,
        reply: tuple[int, bytes],
        wanted: tuple[int, ...],
        refusal: Callable[[int, bytes], Exception],
    ) -> None:
        code, words = reply
        if code in wanted:
            return
        if code in (_CLOSING, _GARBAGE):
            self.close()
        else:
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                self.rset()
        raise refusal(code, words)


def _sender_refused(sender: str, code: int, words: bytes) -> Exception:
    return smtplib.SMTPSenderRefused(code, words, sender)


def _recipient_refused(recipient: str, code: int, words: bytes) -> Exception:
    return smtplib.SMTPRecipientsRefused({recipient: (code, words)})


def _as_body(raw: bytes) -> bytes:
    """The bytes of a message as DATA takes them, but for the dot at the end (RFC 5321, 4.5.2)."""
    body = raw.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body if body.endswith(b"\r\n") else body + b"\r\n"


class _Replies:
    """The lines a server answers with; each reply ends in time, and somewhere."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._received = b""
        self._taken = 0
        self._ends_at = 0.0

    def begin(self, ends_at: float) -> None:
        """A new reply, to be complete at ``ends_at`` (monotonic seconds) or after the timeout."""
        self._ends_at = min(ends_at, time.monotonic() + TIMEOUT_SECONDS)
        self._taken = 0

    def readline(self, longest: int) -> bytes:
        """The next line with its end; shorter when the server has left.

        Raises:
            OSError: it takes too long, or too much.
        """
        while b"\n" not in self._received and len(self._received) < longest:
            chunk = self._receive()
            if not chunk:
                break
            self._received += chunk
        end = self._received.find(b"\n") + 1 or len(self._received)
        if end >= longest:
            # smtplib would take it for a refusal.
            raise OSError("the line has no end")
        line, self._received = self._received[:end], self._received[end:]
        self._taken += len(line)
        if self._taken > _LONGEST_REPLY:
            raise OSError("the reply has no end")
        return line

    def close(self) -> None:
        """The socket is closed by whoever opened it."""

    def _receive(self) -> bytes:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if left < TIMEOUT_SECONDS - _NEARLY:
            # Only then: changing it costs a call of the system, and mostly servers answer at once.
            self._socket.settimeout(left)
        return self._socket.recv(8192)


class Connection(flask_mail.Connection):
    """One conversation with the mail server, for many messages one after the other."""

    host: Conversation | None

    def configure_host(self) -> Conversation:
        """Connect, and sign in where that is asked for; no step waits longer than the timeout.

        Raises:
            NoMailServer: none is set.
            OSError, smtplib.SMTPException: it cannot be reached, or does not want us.
        """
        mail = self.mail
        if not mail.server:
            raise NoMailServer
        host = Conversation(mail.server, mail.port)
        try:
            # Now, since a server that refuses this refuses us, and not the first message.
            host.ehlo_or_helo_if_needed()
            if mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host

    def send(
        self, message: flask_mail.Message, envelope_from: str | tuple[str, str] | None = None
    ) -> None:
        """Hand over one message, within the time that one may take.

        Raises:
            OSError, smtplib.SMTPException: it was not taken.
        """
        if not isinstance(message, ReadyMessage):
            super().send(message, envelope_from)
        elif self.host is not None:
            # Flask-Mail would take every address apart and put it together again.
            self.host.begin()
            self.host.deliver(message)

    @property
    def is_open(self) -> bool:
        """Whether the server is still there, as far as is known without asking it."""
        return self.host is None or self.host.sock is not None

    def close(self) -> None:
        """Take leave; a server that has left already does not matter."""
        if self.host is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.host.begin()
                self.host.quit()
            self.abort()

    def abort(self) -> None:
        """Hang up without a word: what was not said to its end is not to be taken."""
        if self.host is not None:
            self.host.close()


def connect(before_end: Callable[[], None] = _nothing) -> Connection:
    """An open conversation with the server of the settings.

    Raises:
        NoMailServer: none is set.
        OSError, smtplib.SMTPException: it cannot be reached, or does not want us.
    """
    connection = Connection(current_app.extensions["mail"])
    connection.__enter__()
    if connection.host is not None:
        connection.host.before_end = before_end
    return connection


def use_server(app: Flask, host: str, port: int) -> None:
    """Send the mail of ``app`` to another server than its settings say; without TLS or login."""
    state = app.extensions["mail"]
    state.server, state.port, state.suppress = host, port, False
    state.use_tls, state.username, state.password = False, None, None
