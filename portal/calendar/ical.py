"""iCalendar text from plain values; knows nothing of the portal's tables.

RFC 5545 says how the text looks, RFC 5546 what an invitation holds. The icalendar library writes
the lines; what it would get wrong (the time zone, the stamp, display names, control characters)
is settled here before it sees the values.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from icalendar import Event, vCalAddress, vDuration, vRecur, vText, vUri

from portal.calendar import clean
from portal.calendar.timezone import OSLO, TZID, VTIMEZONE
from portal.calendar.values import (
    Address,
    Day,
    Entry,
    ImpossibleEntry,
    Method,
    Moment,
    Status,
    utc,
)

__all__ = [
    "Address",
    "Entry",
    "ImpossibleEntry",
    "Method",
    "Status",
    "calendar",
    "decline_counter",
    "document",
    "download",
    "invitation",
    "is_vevent",
    "vevent",
]

PRODID = "-//Osloregionen//Portal//NO"


def vevent(entry: Entry) -> str:
    """The VEVENT of ``entry`` for feeds and downloads: no organizer, no attendees, no alarm.

    Its DTSTAMP is the last change, so that the same entry always gives the same text.
    """
    return _text(_event(entry, stamp=entry.changed_at))


def is_vevent(text: str) -> bool:
    """Whether ``text`` can stand in a stream without harm to what stands around it."""
    return (
        text.startswith("BEGIN:VEVENT\r\n")
        # It ends where the whole ends, and nothing else begins inside.
        and text.find("\r\nEND:") == len(text) - len("\r\nEND:VEVENT\r\n")
        and text.endswith("VEVENT\r\n")
        and "\r\nBEGIN:" not in text
        and "\0" not in text
    )


def calendar(
    name: str,
    description: str,
    vevents: Iterable[str],
    *,
    source_url: str | None = None,
    refresh: timedelta = timedelta(hours=1),
    color: str = "",
) -> bytes:
    """A feed of ready ``vevents``, which may be none. ``color`` is a CSS3 name.

    Leave ``source_url`` out when the address of the feed is a secret.
    """
    head = Event()
    head.add("name", vText(clean.line(name)))
    head.add("x-wr-calname", vText(clean.line(name)))
    head.add("x-wr-caldesc", vText(clean.line(description)))
    head.add("x-wr-timezone", vText(TZID))
    head.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", vDuration(refresh))
    if source_url:
        head.add("source", _uri(source_url), parameters={"VALUE": "URI"})
    if color:
        head.add("color", vText(clean.line(color)))
    return _stream(_inner(head), vevents)


def download(entry: Entry) -> bytes:
    """The .ics file of one entry, to be added to a calendar by hand."""
    return document([vevent(entry)])


def document(vevents: Iterable[str]) -> bytes:
    """An .ics file of ready ``vevents``: an event, or a series and its changed occurrences."""
    return _stream("", vevents)


def invitation(
    entry: Entry,
    *,
    method: Method,
    organizer: Address,
    attendee: Address,
    made_at: Moment,
    partstat: str = "NEEDS-ACTION",
    uninvite: bool = False,
) -> bytes:
    """What is mailed to one ``attendee``: ask them to come, tell of a change, or call it off.

    Every change that is mailed needs a raised ``entry.sequence``: calendars ignore an equal one.
    A CANCEL with ``uninvite`` takes out this attendee alone and therefore names no status
    (RFC 5546 3.2.5); without it the event is off for all.

    Raises:
        ImpossibleEntry: a cancelled entry under REQUEST, or an organizer who invites itself.
    """
    _check_invitation(entry, method, organizer, attendee)
    if method is Method.CANCEL:
        entry = replace(entry, conference_url="", status=Status.CANCELLED)
    event = _event(entry, stamp=made_at)
    if uninvite:
        del event["STATUS"]
    event.add("organizer", _cal_address(organizer))
    event.add("attendee", _invited(attendee, partstat, asks=method is Method.REQUEST))
    if entry.disallow_counter:
        event.add("x-microsoft-disallow-counter", vText("TRUE"))
    return _stream(f"METHOD:{method}\r\n", [_text(event)])


def decline_counter(
    entry: Entry, *, sequence: int, organizer: Address, attendee: Address, made_at: Moment
) -> bytes:
    """Tell one ``attendee`` that the other time they proposed is not taken (RFC 5546 3.2.8).

    ``entry`` holds the time that stands. ``sequence`` is that of the proposal, which calendars know
    the answer by.

    Raises:
        ImpossibleEntry: the organizer is the attendee, or ``sequence`` is no sequence.
    """
    answered = replace(entry, sequence=sequence)
    _check_invitation(answered, Method.DECLINECOUNTER, organizer, attendee)
    event = _event(answered, stamp=made_at)
    event.add("organizer", _cal_address(organizer))
    event.add("attendee", _cal_address(attendee))
    return _stream(f"METHOD:{Method.DECLINECOUNTER}\r\n", [_text(event)])


def _event(entry: Entry, *, stamp: Moment) -> Event:
    event = Event()
    event.add("uid", vText(entry.uid))
    event.add("dtstamp", utc(stamp))
    event.add("created", utc(entry.created_at))
    event.add("last-modified", utc(entry.changed_at))
    event.add("sequence", entry.sequence)
    _add_times(event, entry)
    _add_texts(event, entry)
    _add_links(event, entry)
    event.add("status", vText(entry.status))
    # A bar over whole days says what is on; it must not make the days look taken.
    free = entry.transparent or entry.all_day or entry.status is Status.CANCELLED
    event.add("transp", vText("TRANSPARENT" if free else "OPAQUE"))
    return event


def _add_times(event: Event, entry: Entry) -> None:
    starts, ends = _written_span(entry)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    if entry.rrule:
        event.add("rrule", vRecur.from_ical(entry.rrule))
    if entry.exdates:
        event.add("exdate", [_written(moment) for moment in entry.exdates])
    if entry.recurrence_id is not None:
        event.add("recurrence-id", _written(entry.recurrence_id))


def _add_texts(event: Event, entry: Entry) -> None:
    event.add("summary", vText(clean.line(entry.summary)))
    if description := _description(entry):
        event.add("description", vText(description))
    if location := clean.line(entry.location, between_lines=", "):
        event.add("location", vText(location))
    if categories := [word for raw in entry.categories if (word := clean.line(raw))]:
        event.add("categories", categories)


def _add_links(event: Event, entry: Entry) -> None:
    if entry.geo:
        event.add("geo", tuple(map(_plain_decimal, entry.geo)))
    if entry.url:
        event.add("url", _uri(entry.url))
    if entry.conference_url:
        label = clean.parameter(entry.conference_label)
        parameters = {"VALUE": "URI", "FEATURE": "VIDEO"} | ({"LABEL": label} if label else {})
        event.add("conference", _uri(entry.conference_url), parameters=parameters)


def _uri(url: str) -> vUri:
    return vUri(clean.web_address(url))


def _description(entry: Entry) -> str:
    # Few clients read CONFERENCE or URL, so that both links stand in the text as well.
    join = clean.line(f"{entry.conference_label} {clean.web_address(entry.conference_url)}")
    parts = (
        clean.web_address(entry.url),
        entry.conference_url and join,
        clean.paragraphs(entry.description),
    )
    return "\n\n".join(part for part in parts if part)


def _written_span(entry: Entry) -> tuple[Moment | Day, Moment | Day]:
    """DTSTART and DTEND as they are written; the day after the last one ends whole days."""
    if not isinstance(entry.ends, datetime):
        return entry.starts, entry.ends + timedelta(days=1)
    starts, ends = _written(entry.starts), _written(entry.ends)
    recurs = entry.rrule or entry.recurrence_id is not None
    if not recurs and (_comes_twice(starts) or _comes_twice(ends)):
        return utc(entry.starts), utc(entry.ends)
    return starts, ends


def _comes_twice(moment: Moment | Day) -> bool:
    """Whether the clock shows this hour twice that night.

    TZID means the first of the two (RFC 5545, 3.3.5), but ical.js reads the second.
    """
    if not isinstance(moment, datetime):
        return False
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _written(moment: Moment | Day) -> Moment | Day:
    return utc(moment).astimezone(OSLO) if isinstance(moment, datetime) else moment


def _plain_decimal(degrees: float) -> float:
    # A metre is near enough, and numbers this large are never written with an exponent.
    return 0.0 if abs(degrees) < 1e-4 else round(degrees, 5)


def _cal_address(who: Address) -> vCalAddress:
    address = vCalAddress(f"mailto:{who.address}")
    if name := clean.parameter(who.name):
        address.params["CN"] = name
    return address


def _invited(attendee: Address, partstat: str, *, asks: bool) -> vCalAddress:
    address = _cal_address(attendee)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = clean.parameter(partstat)
    if asks:
        address.params["RSVP"] = "TRUE"
    return address


def _text(event: Event) -> str:
    written: bytes = event.to_ical(sorted=False)
    return written.decode()


def _inner(component: Event) -> str:
    """The lines of a component without its BEGIN and END."""
    return "".join(_text(component).splitlines(keepends=True)[1:-1])


def _stream(head: str, vevents: Iterable[str]) -> bytes:
    opening = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\nCALSCALE:GREGORIAN\r\n"
    return "".join((opening, head, VTIMEZONE, *vevents, "END:VCALENDAR\r\n")).encode()


def _check_invitation(entry: Entry, method: Method, organizer: Address, attendee: Address) -> None:
    if method is Method.REQUEST and entry.status is Status.CANCELLED:
        raise ImpossibleEntry("A cancelled entry is called off with CANCEL; REQUEST keeps it.")
    if organizer.address.casefold() == attendee.address.casefold():
        raise ImpossibleEntry("Nobody invites themselves: calendars then show no buttons.")
