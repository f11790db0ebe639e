"""imaplib's and imap-tools' conversation with a server, with an end to every wait."""

import imaplib
import ssl
import time
from typing import Any

import imap_tools
from imap_tools import errors

from config import MailAccount

# No octet is waited for longer than this, and no command longer than …
TIMEOUT_SECONDS = 20.0
LONGEST_SECONDS = 60.0
# A line holds half a million UIDs at most; a literal is a message or a name.
_LONGEST_LINE = 4 * 1024 * 1024
_SPARE = 64 * 1024


class Conversation(imaplib.IMAP4):
    """imaplib's conversation, in which nobody waits for ever and no answer fills the memory.

    A socket's own timeout begins anew with every octet, so that a server that sends one a second
    could hold us for days.
    """

    largest = 0
    _received = b""
    _heard_on: object = None
    _ends_at = 0.0

    def __init__(self, host: str, port: int, **named: Any) -> None:
        self.begin()
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, **named)

    def begin(self, seconds: float | None = None) -> None:
        """Start the clock of what is asked next."""
        self._ends_at = time.monotonic() + (LONGEST_SECONDS if seconds is None else seconds)

    def readline(self) -> bytes:
        self._refuse_what_came_in_clear()
        while b"\n" not in self._received:
            if len(self._received) > _LONGEST_LINE:
                raise self.abort("a line without end")
            if not self._receive():
                break
        return self._take(self._received.find(b"\n") + 1 or len(self._received))

    def read(self, size: int) -> bytes:
        if size > self.largest + _SPARE:
            raise self.abort("more than was asked for")
        while len(self._received) < size and self._receive():
            pass
        return self._take(size)

    def _take(self, size: int) -> bytes:
        taken, self._received = self._received[:size], self._received[size:]
        return taken

    def _receive(self) -> bool:
        """Wait for more; whether there is any. Raises TimeoutError."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(TIMEOUT_SECONDS, left))
        chunk = self.sock.recv(65536)
        self._received += chunk
        return bool(chunk)

    def _refuse_what_came_in_clear(self) -> None:
        """What was said before TLS began must not be heard after (CVE-2020-14954)."""
        if self._heard_on is not self.sock:
            if self._received:
                raise self.abort("it spoke out of turn")
            self._heard_on = self.sock


class _ByTls(Conversation, imaplib.IMAP4_SSL):
    """The same in TLS from the first octet on."""


class Box(imap_tools.BaseMailBox):
    """imap-tools' mailbox, connected as the account says. A password never travels in clear."""

    client: Conversation

    def __init__(self, account: MailAccount, largest: int) -> None:
        self._account = account
        super().__init__()
        self.client.largest = largest

    def _get_mailbox_client(self) -> Conversation:
        account, context = self._account, ssl.create_default_context()
        if account.is_secure:
            return _ByTls(account.host, account.port, ssl_context=context)
        client = Conversation(account.host, account.port)
        if not account.is_near:
            try:
                if "STARTTLS" not in client.capabilities:
                    raise errors.ImapToolsError("it offers no TLS; without it no password is sent")
                client.starttls(context)
            except BaseException:
                client.shutdown()
                raise
        return client
