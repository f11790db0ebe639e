"""Reports on delivery, as mail servers write them (RFC 3464): read from bytes, trusting nothing.

Pure: what a report says, and about which of our messages it claims to be. Whether to believe it is
``portal/mail/bounces.py``'s to decide.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from typing import cast

# A report holds our message at most once, and ours are small; more is no report on one of them.
LARGEST = 2 * 1024 * 1024
# Parts in parts are read by recursion, so that their number is bounded before anything is parsed.
_MOST_CONTAINERS = 40
_MOST_RECIPIENTS = 50
_CONTAINER = re.compile(rb"multipart/|message/", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_CODE = re.compile(r"\b([245]\d\d)\b")
# Where the address stands that the report came to, the hardest to make up first: what the server
# in front of us noted, and then what the sender wrote.
_CAME_TO = ("X-Original-To", "Delivered-To", "To", "Original-Recipient")
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
    if len(raw) > LARGEST or len(_CONTAINER.findall(raw)) > _MOST_CONTAINERS:
        return None
    message = email.message_from_bytes(raw)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    if str(message.get_param("report-type") or "").lower() != "delivery-status":
        return None
    parts = list(message.walk())[1:]
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    return Report(
        came_to=tuple(_came_to(message)),
        message_id=_returned_id(parts),
        fates=tuple(_fates(status)) if status is not None else (),
    )


def _came_to(message: Message) -> Iterator[str]:
    for name in _CAME_TO:
        values = [_text(value).rpartition(";")[2] for value in message.get_all(name, [])]
        yield from (address for _name, address in getaddresses(values) if address)


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID of what came back: a whole message, or its headers as text."""
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            found = _text(cast(Message, part.get_payload(0))["Message-ID"])
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            headers = payload if isinstance(payload, bytes) else b""
            found = _text(email.message_from_bytes(headers)["Message-ID"])
        else:
            continue
        if found:
            return found.strip().strip("<>")
    return ""


def _fates(status: Message) -> Iterator[Fate]:
    blocks = status.get_payload()
    if not isinstance(blocks, list):
        return
    # The first block speaks of the report itself, and has no recipient.
    for block in cast(list[Message], blocks[: _MOST_RECIPIENTS + 1]):
        recipient = _typed(block["Final-Recipient"])
        if not recipient:
            continue
        words = _typed(block["Diagnostic-Code"])
        found = _STATUS.search(_text(block["Status"]))
        code = _CODE.search(words)
        yield Fate(
            recipient=recipient.strip("<>"),
            action=_text(block["Action"]).strip().lower(),
            status=found[0] if found else "",
            code=int(code[1]) if code else None,
            words=words[:500],
        )


def _typed(value: object) -> str:
    """What stands after the type in ``rfc822; ola@example.org`` or ``smtp; 550 No such user``."""
    kind, mark, rest = _text(value).partition(";")
    return (rest if mark else kind).strip()


def _text(value: object) -> str:
    """A header on one line; it may be missing, or hold octets that are no text."""
    return "" if value is None else _CONTROL.sub(" ", str(value)).strip()
