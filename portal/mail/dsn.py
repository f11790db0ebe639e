"""Reports on delivery, as mail servers write them (RFC 3464): read from bytes, trusting nothing.

Pure: what a report says, and about which of our messages it claims to be. Whether to believe it is
``portal/mail/bounces.py``'s to decide.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import cast

from portal.mail import bounds
from portal.mail.header_values import came_to, one_line

# A report holds our message at most once, and ours are small; more is no report on one of them.
LARGEST = 2 * 1024 * 1024
_MOST_RECIPIENTS = 50
_LONGEST_HEAD = 64 * 1024
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_CODE = re.compile(r"\b([245]\d\d)\b")
# The mailbox, or its whole domain, is not there, or is closed: nothing will ever arrive.
_HARD = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}


@dataclass(frozen=True)
class Fate:
    """What became of the message for one recipient. ``action`` is failed, delayed, delivered …"""

    recipient: str
    action: str
    status: str
    code: int | None
    words: str

    @property
    def is_hard(self) -> bool:
        """Whether the address is gone, whatever is sent to it."""
        found = _STATUS.fullmatch(self.status)
        if found is None or found[1] != "5":
            return False
        return (int(found[2]), int(found[3])) in _HARD

    @property
    def is_permanent(self) -> bool:
        """Whether the server said no, rather than that it waited in vain or found no room."""
        return self.status.startswith("5.") and not self.status.startswith("5.2.2")


@dataclass(frozen=True)
class Report:
    """What a report says: the addresses it came to, the Message-ID it returns, and the fates."""

    came_to: tuple[str, ...]
    message_id: str
    fates: tuple[Fate, ...]


def read(raw: bytes) -> Report | None:
    """The report in ``raw``; None for any other message, and for bytes that are none."""
    if not bounds.fits(raw, LARGEST):
        return None
    try:
        return _report(email.message_from_bytes(raw))
    except Exception:
        # The library has many ways to say that it cannot read what somebody made up.
        return None


def _report(message: Message) -> Report | None:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    if str(message.get_param("report-type") or "").lower() != "delivery-status":
        return None
    parts = list(message.walk())[1:]
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    return Report(
        came_to=tuple(came_to(message)),
        message_id=_returned_id(parts),
        fates=tuple(_fates(status)) if status is not None else (),
    )


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID of what came back: a whole message, or its headers as text."""
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            found = one_line(cast(Message, part.get_payload(0))["Message-ID"])
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            headers = payload if isinstance(payload, bytes) else b""
            found = one_line(BytesHeaderParser().parsebytes(headers[:_LONGEST_HEAD])["Message-ID"])
        else:
            continue
        if found:
            return found.strip().strip("<>")
    return ""


def _fates(status: Message) -> Iterator[Fate]:
    # Asked for the content of one that holds no blocks, the library decodes it by any charset.
    blocks = status.get_payload() if status.is_multipart() else None
    if not isinstance(blocks, list):
        return
    # The first block speaks of the report itself, and has no recipient.
    for block in cast(list[Message], blocks[: _MOST_RECIPIENTS + 1]):
        recipient = _typed(block["Final-Recipient"])
        if not recipient:
            continue
        words = _typed(block["Diagnostic-Code"])
        found = _STATUS.search(one_line(block["Status"]))
        code = _CODE.search(words)
        yield Fate(
            recipient=recipient.strip("<>"),
            action=one_line(block["Action"]).strip().lower(),
            status=found[0] if found else "",
            code=int(code[1]) if code else None,
            words=words[:500],
        )


def _typed(value: object) -> str:
    """What stands after the type in ``rfc822; ola@example.org`` or ``smtp; 550 No such user``."""
    kind, mark, rest = one_line(value).partition(";")
    return (rest if mark else kind).strip()
