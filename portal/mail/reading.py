"""A message read back from its bytes, for people who look at what was sent."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from icalendar import Calendar

_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class CalendarNote:
    """What the calendar part of a message says to the one who gets it."""

    method: str
    summary: str
    location: str
    status: str
    sequence: int
    uid: str
    starts: datetime | date
    ends: datetime | date
    ics: bytes

    @property
    def all_day(self) -> bool:
        """Whether it fills whole days."""
        return not isinstance(self.starts, datetime)

    @property
    def last_day(self) -> date:
        """The last of the whole days it fills; a calendar names the one after."""
        return self.ends - timedelta(days=1)


@dataclass(frozen=True)
class Letter:
    """A message as its reader gets it: who, what, and the same matter as text and as HTML."""

    sender: str
    recipient: str
    reply_to: str
    subject: str
    sent_at: datetime | None
    language: str
    text: str
    html: str
    calendar: CalendarNote | None

    @property
    def paragraphs(self) -> list[list[list["Piece"]]]:
        """The text as paragraphs of lines of pieces, some of which are links."""
        parts = re.split(r"\n\s*\n", self.text.strip())
        return [[_pieces(line) for line in part.splitlines()] for part in parts if part]


@dataclass(frozen=True)
class Piece:
    """A run of text; ``link`` is the address when the run is one."""

    text: str
    link: str = ""


def read(raw: bytes) -> Letter:
    """The message in ``raw``."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    return Letter(
        sender=_plain(message["From"]),
        recipient=_plain(message["To"]),
        reply_to=_plain(message["Reply-To"]),
        subject=_plain(message["Subject"]),
        sent_at=message["Date"].datetime if message["Date"] else None,
        language=_plain(message["Content-Language"]) or "nb",
        text=_content(message, "text/plain"),
        html=_content(message, "text/html"),
        calendar=_calendar(message),
    )


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _content(message: EmailMessage, kind: str) -> str:
    part = next((p for p in message.walk() if p.get_content_type() == kind), None)
    return str(part.get_content()) if part is not None else ""


def _calendar(message: EmailMessage) -> CalendarNote | None:
    part = next((p for p in message.walk() if p.get_content_type() == "text/calendar"), None)
    if part is None:
        return None
    ics = part.get_payload(decode=True)
    assert isinstance(ics, bytes)
    calendar = Calendar.from_ical(ics)
    event = calendar.walk("VEVENT")[0]
    return CalendarNote(
        method=str(calendar.get("METHOD", "")),
        summary=str(event.get("SUMMARY", "")),
        location=str(event.get("LOCATION", "")),
        status=str(event.get("STATUS", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        uid=str(event.get("UID", "")),
        starts=event.decoded("DTSTART"),
        ends=event.decoded("DTEND"),
        ics=ics,
    )


def _pieces(line: str) -> list[Piece]:
    found, end = [], 0
    for link in _LINK.finditer(line):
        found += [Piece(line[end : link.start()]), Piece(link.group(), link.group())]
        end = link.end()
    return [piece for piece in (*found, Piece(line[end:])) if piece.text]
