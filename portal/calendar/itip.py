"""A calendar that came in by mail, as plain values (RFC 5546). Pure, and trusting nothing.

Of each event only the few lines are read that an answer consists of; the rest is passed over
unread. So no rule of recurrence is ever expanded, neither an event's nor that of a time zone, and
no zone that a stranger defines is learnt. icalendar reads the lines that are left.

Calendars differ, so this is liberal: line ends, letters, missing fields and unknown zones are put
up with. Neither SUMMARY nor the subject of the mail says what was answered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar
from urllib.parse import unquote

from icalendar import vDDDTypes, vDuration
from icalendar.parser import Contentline, Parameters
from icalendar.timezone import tzp

from portal.calendar import clean
from portal.calendar.timezone import OSLO
from portal.calendar.values import LARGEST_SEQUENCE, recurrence_key

LARGEST = 256 * 1024
MOST_EVENTS = 20
_MOST_LINES = 10_000
_MOST_BEGINS = 200
_LONGEST_LINE = 8_000
_MOST_ATTENDEES = 20
_LONGEST_UID = 255

_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BEGIN = re.compile(rb"[ \t]*BEGIN[ \t]*:", re.IGNORECASE)
_HEAD = re.compile(r"\s*BEGIN\s*:\s*VCALENDAR\s*", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\;,nN])")
_NAME = re.compile(r"\s*([A-Za-z0-9-]{1,40})\s*([;:])")
_READ = frozenset(
    (
        *("UID", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "COMMENT", "DTSTART", "DTEND"),
        *("DURATION", "X-MS-OLK-ORIGINALSTART", "X-MS-OLK-ORIGINALEND"),
    )
)
_PARTSTATS = {"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"}

# What no occurrence is called.
UNREADABLE_ID = "?"
_IN_EVENT = ["VCALENDAR", "VEVENT"]

Time = datetime | date
Read = TypeVar("Read")

# The library types none of these.
_line: Callable[[str], Contentline] = Contentline
_times: Callable[[str], object] = vDDDTypes.from_ical
_length: Callable[[str], object] = vDuration.from_ical
_named_zone: Callable[[str], tzinfo | None] = tzp.timezone


class Unreadable(ValueError):
    """The octets are no calendar, or one that exceeds a bound."""


@dataclass(frozen=True)
class Attendee:
    """One ATTENDEE. Addresses are casefolded and without ``mailto:``; they may be empty.

    ``partstat`` is in capitals; what RFC 5545 does not know counts as NEEDS-ACTION. ``comment`` is
    what Google writes beside it.
    """

    address: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"
    delegated_to: str = ""
    delegated_from: str = ""
    sent_by: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Said:
    """What a calendar says of one event, or of one occurrence of it.

    ``recurrence_id`` is a key as ``values.recurrence_key`` writes it. Times are aware moments, or
    dates for whole days; a missing one is None. ``original_starts`` and ``original_ends`` are the
    times that Outlook knew when it proposed others.
    """

    uid: str
    recurrence_id: str = ""
    sequence: int = 0
    dtstamp: datetime | None = None
    attendees: tuple[Attendee, ...] = ()
    comment: str = ""
    starts: Time | None = None
    ends: Time | None = None
    original_starts: Time | None = None
    original_ends: Time | None = None


@dataclass(frozen=True)
class Itip:
    """A calendar: its METHOD in capitals, empty when it has none, and what it says."""

    method: str
    events: tuple[Said, ...]


@dataclass
class _Event:
    """The lines of one VEVENT that are read: for each name parameters and values."""

    lines: dict[str, list[tuple[Parameters, str]]] = field(default_factory=dict)


def read(octets: bytes) -> Itip:
    """The calendar in ``octets``: METHOD and up to twenty events.

    Raises:
        Unreadable: it is none, or exceeds a bound; nothing else is raised.
    """
    lines = _lines(octets)
    if not any(_HEAD.fullmatch(line) for line in lines):
        raise Unreadable
    method, events = _sorted_out(lines)
    if len(events) > MOST_EVENTS:
        raise Unreadable
    return Itip(method, tuple(_said(event) for event in events))


def _lines(octets: bytes) -> list[str]:
    if len(octets) > LARGEST or max(octets.count(b"\n"), octets.count(b"\r")) > _MOST_LINES:
        raise Unreadable
    # Lines are folded by octets, so that a letter may lie on both sides of a fold.
    unfolded = _FOLD.sub(b"", _in_utf8(octets))
    lines = [line for line in _LINE_END.split(unfolded) if line.strip()]
    if sum(_BEGIN.match(line) is not None for line in lines) > _MOST_BEGINS:
        raise Unreadable
    return [_letters(line) for line in lines]


def _in_utf8(octets: bytes) -> bytes:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", errors="replace").encode(errors="replace").lstrip()
    return octets.removeprefix(b"\xef\xbb\xbf").lstrip()


def _letters(line: bytes) -> str:
    try:
        return line.decode()
    except ValueError:
        return line.decode("cp1252", errors="replace")


def _sorted_out(lines: list[str]) -> tuple[str, list[_Event]]:
    """METHOD and the lines to be read, of the first calendar in the stream only."""
    method, events = "", list[_Event]()
    inside: list[str] = []
    event = _Event()
    for line in lines:
        found = _NAME.match(line)
        if found is None:
            continue
        name, value = found[1].upper(), line[found.end() :].strip().upper()
        if name == "BEGIN":
            inside.append(value)
            event = _Event() if inside == _IN_EVENT else event
        elif name == "END":
            # An event cut off before its end may lack the line that says which occurrence is meant.
            events += [event] if inside[:2] == _IN_EVENT and value == "VEVENT" else []
            _leave(inside, value)
            if not inside:
                break
        elif inside == ["VCALENDAR"] and name == "METHOD":
            method = method or re.sub(r"[^A-Z-]", "", value)[:20]
        elif inside == _IN_EVENT and name in _READ:
            _take(event, name, line)
    return method, events


def _leave(inside: list[str], name: str) -> None:
    """Close ``name`` and whatever was left open in it; an END of nothing that is open is void."""
    if name in inside:
        while inside.pop() != name:
            continue


def _take(event: _Event, name: str, line: str) -> None:
    """Keep a line apart in its parts. A broken one is kept empty: it is there, and says nothing."""
    parts = _or_none(lambda: _line(line).raw_parts()) if len(line) <= _LONGEST_LINE else None
    taken = event.lines.setdefault(name, [])
    if len(taken) < _MOST_ATTENDEES:
        taken.append((parts[1], parts[2]) if parts else (Parameters(), ""))


def _said(event: _Event) -> Said:
    starts = _time(event, "DTSTART")
    return Said(
        uid=_text(event, "UID", clean.line)[:_LONGEST_UID],
        recurrence_id=_recurrence_id(event),
        sequence=_sequence(event),
        dtstamp=_moment(_time(event, "DTSTAMP")),
        attendees=tuple(_attendee(*line) for line in event.lines.get("ATTENDEE", ())),
        comment=_text(event, "COMMENT", clean.paragraphs)[:500],
        starts=starts,
        ends=_time(event, "DTEND") or _ends_after(event, starts),
        original_starts=_time(event, "X-MS-OLK-ORIGINALSTART"),
        original_ends=_time(event, "X-MS-OLK-ORIGINALEND"),
    )


def _recurrence_id(event: _Event) -> str:
    """The key of the occurrence. One that cannot be read is none of ours, and not all of them."""
    if "RECURRENCE-ID" not in event.lines:
        return ""
    time = _time(event, "RECURRENCE-ID")
    return recurrence_key(time) if time else UNREADABLE_ID


def _text(event: _Event, name: str, cleaned: Callable[[str], str]) -> str:
    """A value of type TEXT, its escapes resolved."""
    _parameters, value = event.lines.get(name, [(None, "")])[0]
    return cleaned(_ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value))


def _sequence(event: _Event) -> int:
    lines = event.lines.get("SEQUENCE")
    found = re.fullmatch(r"\s*\+?(\d{1,12})\s*", lines[0][1], re.ASCII) if lines else None
    return min(int(found[1]), LARGEST_SEQUENCE) if found else 0


def _time(event: _Event, name: str) -> Time | None:
    lines = event.lines.get(name)
    if not lines:
        return None
    parameters, value = lines[0]
    return _or_none(lambda: _read_time(value.strip(), _first(parameters, "TZID")))


def _read_time(value: str, tzid: str) -> Time | None:
    read = _times(value)
    if not isinstance(read, datetime):
        return read if isinstance(read, date) and 1900 <= read.year <= 2500 else None
    if read.tzinfo is None:
        read = read.replace(tzinfo=_zone(tzid))
    # Neither end of the calendar may overflow when it is compared in another zone.
    return read.astimezone(UTC) if 1900 <= read.year <= 2500 else None


def _zone(tzid: str) -> tzinfo:
    """The zone of that name, also of a Windows one; ours for a name that nobody knows.

    What comes back to us is mostly our own entry, in our zone under whatever name.
    """
    steps = tzid[:100].split("/")
    # A maker's name may stand in front: /freeassociation.sourceforge.net/Europe/Oslo.
    names = ["/".join(steps[-most:]) for most in (3, 2)] if tzid.startswith("/") else [tzid[:100]]
    found = (_or_none(_named_zone, name) for name in names if name)
    return next((zone for zone in found if zone is not None), OSLO)


def _moment(time: Time | None) -> datetime | None:
    return time if isinstance(time, datetime) else None


def _ends_after(event: _Event, starts: Time | None) -> Time | None:
    lines = event.lines.get("DURATION")
    if not lines or starts is None:
        return None
    length = _or_none(lambda: _length(lines[0][1].strip()))
    if not isinstance(length, timedelta) or not timedelta(0) < length < timedelta(days=366):
        return None
    return starts + length


def _attendee(parameters: Parameters, value: str) -> Attendee:
    partstat = _first(parameters, "PARTSTAT").upper()
    return Attendee(
        # Apple names its own users by a path, and their address beside it.
        address=_address(value) or _address(_first(parameters, "EMAIL")),
        name=clean.line(_first(parameters, "CN"))[:200],
        partstat=partstat if partstat in _PARTSTATS else "NEEDS-ACTION",
        delegated_to=_address(_first(parameters, "DELEGATED-TO")),
        delegated_from=_address(_first(parameters, "DELEGATED-FROM")),
        sent_by=_address(_first(parameters, "SENT-BY")),
        comment=clean.paragraphs(_first(parameters, "X-RESPONSE-COMMENT"))[:500],
    )


def _address(value: str) -> str:
    scheme, mark, rest = value.strip().partition(":")
    address = rest if mark and scheme.strip().casefold() == "mailto" else value
    address = unquote(address.partition("?")[0]).strip().strip("<>").casefold()
    return address if clean.is_address(address) else ""


def _first(parameters: Parameters, name: str) -> str:
    value = parameters.get(name, "")
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return str(value).strip()[:1_000]


def _or_none(read: Callable[..., Read], *given: object) -> Read | None:
    """What ``read`` makes of foreign text; None when it cannot, whatever it raises."""
    try:
        return read(*given)
    except Exception:
        return None
