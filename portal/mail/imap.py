"""A mailbox read by IMAP (RFC 3501) through imap-tools; nothing else of ours knows either.

What imap-tools lacks is added: an end to every wait and bounds on what a server may send (in
``imap_conversation``), sizes asked before messages, and a move that leaves alone what others have
marked for deletion.
"""

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imap_tools import errors
from imap_tools.utils import check_command_status, encode_folder

from config import MailAccount
from portal.mail.imap_conversation import Box

_FAREWELL_SECONDS = 3.0
_AT_ONCE = 100
_LONGEST_REASON = 200
_LARGEST_UID = 2**32 - 1

_UID = re.compile(rb"\bUID (\d{1,10})\b", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b", re.IGNORECASE)
# A short text may come in quotes instead of by its length.
_QUOTED = re.compile(rb'\bBODY\[\](?:<0>)? (?:NIL|"((?:[^"\\]|\\.)*)")', re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NO_FOLDER = {"\\noselect", "\\nonexistent"}


class MailboxAway(Exception):
    """The server cannot be reached or does not do as asked; the text says what, in one line."""


class CannotMove(Exception):
    """The server leaves a message where it is; the text says why."""


@dataclass(frozen=True)
class Outline:
    """What is known of a message before it is read; ``size`` in octets, as the server counts."""

    uid: int
    size: int
    arrived_at: datetime | None


class OpenMailbox:
    """One conversation about one folder, from signing in to taking leave.

    ``largest`` is how many octets of a message are wanted at most. Every method raises
    ``MailboxAway`` when the server is gone or refuses; its words are told, the password never.
    """

    def __init__(self, account: MailAccount, *, largest: int) -> None:
        self._account, self._largest = account, largest
        self._able: frozenset[str] = frozenset()
        self._targets: dict[str, str] = {}
        with self._telling("cannot be reached"):
            self._box = Box(account, largest)
        try:
            self._sign_in()
        except BaseException:
            self._hang_up()
            raise

    def __enter__(self) -> "OpenMailbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self._box.client.begin(_FAREWELL_SECONDS)
            with contextlib.suppress(OSError, imaplib.IMAP4.error, errors.ImapToolsError):
                self._box.logout()
        self._hang_up()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._box.client.shutdown()

    def _sign_in(self) -> None:
        user, password = self._account.user, self._account.password
        with self._asking("refuses the login"):
            # LOGIN knows ASCII only.
            login = self._box.login if (user + password).isascii() else self._box.login_utf8
            login(user, password, initial_folder=None)
        with self._asking("does not say what it can do"):
            # Asked anew: many servers tell only those who have signed in.
            _ok, told = self._box.client.capability()
            self._able = frozenset(b" ".join(told).decode("ascii", "replace").upper().split())

    def select(self) -> int:
        """Open the folder; gives its UIDVALIDITY, since UIDs mean nothing under another one."""
        with self._asking("does not open the folder"):
            self._box.folder.set(self._account.folder)
            _name, told = self._box.client.response("UIDVALIDITY")
            return int(told[0])

    def uids_above(self, last: int) -> list[int]:
        """The UIDs above ``last``, in order, of all that nobody has marked for deletion."""
        with self._asking("does not search"):
            found = map(int, self._box.uids(f"UID {last + 1}:* UNDELETED", charset=None))
            # "*" is the last one there is, which may well be an old one (RFC 3501, 6.4.8).
            return sorted({uid for uid in found if last < uid <= _LARGEST_UID})

    def outlines(self, uids: Sequence[int]) -> list[Outline]:
        """What is known of those that are still there, without reading them."""
        found = []
        for first in range(0, len(uids), _AT_ONCE):
            wanted = ",".join(map(str, uids[first : first + _AT_ONCE]))
            found += [line for item in self._fetch(wanted, "(RFC822.SIZE INTERNALDATE)")
                      if isinstance(item, bytes) and (line := _outline(item))]  # fmt: skip
        return found

    def read(self, uid: int) -> bytes | None:
        """The first octets of a message, one more than the largest; None when it is gone.

        Nobody sees by its flags that it was read.
        """
        for item in self._fetch(str(uid), f"(BODY.PEEK[]<0.{self._largest + 1}>)"):
            if isinstance(item, tuple) and b"BODY[" in item[0].upper():
                return bytes(item[1])
            if isinstance(item, bytes) and (quoted := _QUOTED.search(item)):
                return re.sub(rb"\\(.)", rb"\1", quoted[1] or b"", flags=re.DOTALL)
        return None

    def _fetch(self, uids: str, what: str) -> list[Any]:
        with self._asking("does not hand over messages"):
            answer = self._box.client.uid("FETCH", uids, what)
            check_command_status(answer, errors.MailboxFetchError)
            return answer[1]

    def move(self, uid: int, into: str) -> None:
        """Move a message to the folder ``into`` below the one that is open, made when missing.

        Where the server knows no MOVE (RFC 6851) it is copied first, and only then taken away.

        Raises:
            CannotMove: it stays, or is there twice.
        """
        try:
            try:
                self._move(uid, into)
            except (errors.MailboxMoveError, errors.MailboxCopyError):
                # Somebody may just have removed the folder.
                self._targets.pop(into, None)
                self._move(uid, into)
        except errors.UnexpectedCommandStatusError as error:
            raise CannotMove(self._reason(error)) from None

    def _move(self, uid: int, into: str) -> None:
        target, number = self._target(into), str(uid)
        with self._asking("does not move messages"):
            if "MOVE" in self._able:
                moved = self._box.client.uid("MOVE", number, encode_folder(target))  # type: ignore[arg-type]
                check_command_status(moved, errors.MailboxMoveError)
                return
            self._box.copy([number], target)
            marked = self._box.client.uid("STORE", number, "+FLAGS.SILENT", r"(\Deleted)")
            check_command_status(marked, errors.MailboxFlagError)
            # A bare EXPUNGE would take away whatever else somebody has marked.
            if "UIDPLUS" in self._able:
                gone = self._box.client.uid("EXPUNGE", number)
                check_command_status(gone, errors.MailboxExpungeError)

    def _target(self, into: str) -> str:
        if into not in self._targets:
            with self._asking("does not make folders"):
                self._targets[into] = self._found_or_made(into)
        return self._targets[into]

    def _found_or_made(self, into: str) -> str:
        """The folder's full name. Some servers have nothing below the inbox: then it is beside."""
        own = self._box.folder.list("", self._account.folder)
        delimiter = own[0].delim if own and own[0].delim != "NIL" else ""
        below = f"{self._account.folder}{delimiter}{into}"
        for name in (below, into) if delimiter else (into,):
            if self._exists(name):
                return name
            try:
                self._box.folder.create(name)
            except errors.MailboxFolderCreateError as refused:
                last = refused
                continue
            # So that mail programs show it; no harm when the server will not.
            with contextlib.suppress(errors.ImapToolsError, imaplib.IMAP4.error):
                self._box.folder.subscribe(name, True)
            return name
        raise last

    def _exists(self, name: str) -> bool:
        return any(
            found.name.casefold() == name.casefold()
            and not _NO_FOLDER & {flag.casefold() for flag in found.flags}
            for found in self._box.folder.list("", name)
        )

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Ask for something, within the time that one command may take."""
        self._box.client.begin()
        with self._telling(what):
            yield

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Whatever goes wrong inside is one kind of error, told in our words."""
        try:
            yield
        except _MOVING:
            raise
        except _FAULTS as error:
            raise MailboxAway(f"it {what}: {self._reason(error)}") from None

    def _reason(self, error: Exception) -> str:
        """What the server or the system said, in one line that may be shown."""
        said = _CONTROL.sub(" ", _words(error)).replace(self._account.password, "…")
        return said.strip()[:_LONGEST_REASON].rstrip(".") or type(error).__name__


# Whatever a server can bring about by what it sends, or does not send.
_FAULTS = (
    OSError, imaplib.IMAP4.error, errors.ImapToolsError, ValueError, LookupError, TypeError,
)  # fmt: skip
_MOVING = (
    errors.MailboxMoveError, errors.MailboxCopyError, errors.MailboxFlagError,
    errors.MailboxExpungeError, errors.MailboxFolderCreateError,
)  # fmt: skip


def _outline(line: bytes) -> Outline | None:
    uid, size = _UID.search(line), _SIZE.search(line)
    if uid is None or size is None:
        # The server tells of something that we did not ask for, as it may at any time.
        return None
    arrived = imaplib.Internaldate2tuple(line)
    moment = datetime.fromtimestamp(time.mktime(arrived), UTC) if arrived else None
    return Outline(int(uid[1]), int(size[1]), moment)


def _words(error: Exception) -> str:
    match error:
        case errors.UnexpectedCommandStatusError():
            told = error.command_result[1] or []
            return " ".join(part.decode("utf-8", "replace") for part in told if part)
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not to be trusted, {error.verify_message}"
        case OSError():
            return error.strerror or str(error)
        case imaplib.IMAP4.readonly():
            return "the folder may only be read"
        # Their texts quote what came, which may be somebody's letter.
        case imaplib.IMAP4.abort() | ValueError() | LookupError() | TypeError():
            return "it hung up, or speaks no IMAP"
        case _:
            return str(error)
