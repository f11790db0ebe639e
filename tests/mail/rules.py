"""What every message we send must keep to, read off its bytes."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

INVITATION = [
    "multipart/mixed",
    *("multipart/alternative", "text/plain", "text/html", "text/calendar"),
    "application/ics",
]
SHAPES = (
    INVITATION,
    [kind for kind in INVITATION if kind != "text/html"],
    ["multipart/alternative", "text/plain", "text/html"],
    ["text/plain"],
)
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Language")


def broken_rules(raw: bytes) -> list[str]:
    """Each rule that the message ``raw`` breaks, in words; empty when it is sound."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    return [
        *_broken_lines(raw),
        *_broken_headers(message),
        *_broken_shape(message),
        *_broken_calendar(message),
    ]


def parts_of(raw: bytes) -> list[EmailMessage]:
    """The message and all its parts, outermost first."""
    return list(message_from_bytes(raw, policy=policy.SMTP).walk())


def calendar_of(raw: bytes) -> bytes:
    """The calendar that ``raw`` carries inline; empty when there is none."""
    calendars = [p for p in parts_of(raw) if p.get_content_type() == "text/calendar"]
    return calendars[0].get_payload(decode=True) if calendars else b""


def _broken_lines(raw: bytes) -> Iterator[str]:
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "a line ends in a bare CR or LF"
    if not raw.isascii():
        yield "an octet that seven bits cannot hold"
    if max(map(len, raw.split(b"\r\n"))) > 998:
        yield "a line over 998 octets"
    head = raw.partition(b"\r\n\r\n")[0]
