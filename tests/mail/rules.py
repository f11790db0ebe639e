"""What every message we send must keep to, read off its bytes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.calendar.rules import broken_rules as broken_calendar_rules
from tests.calendar.rules import parsed

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
        *_broken_bodies(message),
        *_broken_calendar(raw, message),
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
    # An address cannot be folded, of mail or of a page.
    yield from (
        f"a long header line: {line[:30]!r}"
        for line in head.split(b"\r\n")
        if len(line) > 78 and b"@" not in line and b"://" not in line
    )


def _broken_headers(message: EmailMessage) -> Iterator[str]:
    yield from (f"not one {name}" for name in ONCE if len(message.get_all(name, [])) != 1)
    if message["Auto-Submitted"] != "auto-generated":
        yield "not marked as made by a machine"
    if message["X-Auto-Response-Suppress"] != "OOF, AutoReply, DR, RN":
        yield "asks for automatic answers"
    if message["Bcc"] or len(message["To"].addresses) != 1:
        yield "more than one recipient"
    if not re.fullmatch(r"<[^\s<>@]+@[^\s<>@]+>", message["Message-ID"] or ""):
        yield "no proper Message-ID"
    for header in ("From", "To", "Subject", "Reply-To"):
        if message[header] is not None and message[header].defects:
            yield f"{header} cannot be read: {message[header].defects}"


def _broken_shape(message: EmailMessage) -> Iterator[str]:
    parts = list(message.walk())
    kinds = [part.get_content_type() for part in parts]
    if kinds not in SHAPES:
        yield f"the parts are {kinds}"
    for part in parts:
        if part.defects:
            yield f"{part.get_content_type()} cannot be read: {part.defects}"


def _broken_bodies(message: EmailMessage) -> Iterator[str]:
    """What relays and old mailboxes alter would break the signature of DKIM."""
    for part in message.walk():
        if part.is_multipart():
            continue
        if part["Content-Transfer-Encoding"] not in ("quoted-printable", "base64"):
            yield f"{part.get_content_type()} in {part['Content-Transfer-Encoding']}"
        lines = str(part.get_payload()).splitlines()
        if max(map(len, lines), default=0) > 76:
            yield f"{part.get_content_type()} has an encoded line over 76 octets"
        if any(line.startswith(("From ", ".")) for line in lines):
            yield f"{part.get_content_type()} has a line that is altered on the way"
        if any(line != line.rstrip() for line in lines):
            yield f"{part.get_content_type()} has a line that ends in a space"


def _broken_calendar(raw: bytes, message: EmailMessage) -> Iterator[str]:
    inline = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    quiet = [p for p in message.walk() if p.get_content_type() == "application/ics"]
    for part, copy in zip(inline, quiet, strict=True):
        ics = part.get_payload(decode=True)
        yield from broken_calendar_rules(ics)
        method = parsed(ics).value("METHOD")
        yield from _broken_part(part, method)
        if (
            raw.count(
                f"\r\nContent-Type: text/calendar; method={method}; charset=utf-8\r\n".encode()
            )
            != 1
        ):
            yield "the calendar part's type is written otherwise than simple readers want it"
        if copy["Content-Type"] != "application/ics":
            yield f"the copy says {copy['Content-Type']}"
        if copy.get_payload(decode=True) != ics or copy.get_filename() != "invite.ics":
            yield "the copy is not invite.ics, byte for byte"
        yield from _broken_people(message, ics)


def _broken_part(part: EmailMessage, method: str) -> Iterator[str]:
    if part["Content-Type"].params != {"method": method, "charset": "utf-8"}:
        yield f"the part says {part['Content-Type']}, the calendar METHOD:{method}"
    if part["Content-Transfer-Encoding"] != "base64":
        yield "the calendar part is not base64"
    if part["Content-Disposition"]:
        yield "the calendar part has a disposition"


def _broken_people(message: EmailMessage, ics: bytes) -> Iterator[str]:
    event = next(c for c in parsed(ics).inside if c.name == "VEVENT")
    organizer = event.value("ORGANIZER").removeprefix("mailto:")
    for header in ("From", "Reply-To"):
        shown = [a.addr_spec for a in message[header].addresses] if message[header] else []
        if shown != [organizer]:
            yield f"{header} is not ORGANIZER"
    shown = message["From"].addresses[0].display_name
    if _letters(shown) != _letters(event.all("ORGANIZER")[0].params.get("CN", "")):
        yield "From and ORGANIZER have two names"
    if _moment(event.value("DTSTAMP")) > message["Date"].datetime:
        yield "DTSTAMP is later than Date"
    if message["To"].addresses[0].addr_spec != event.value("ATTENDEE").removeprefix("mailto:"):
        yield "To is not ATTENDEE"


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _letters(name: str) -> str:
    """What both a header and a parameter can hold of a name, however it is broken into lines."""
    return re.sub(r"""[\s"'/\\^]""", "", name)
