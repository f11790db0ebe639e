"""What every calendar we send or serve must keep to, checked by hand.

Parsers notice almost none of these faults (bare line feeds, long lines, floating times, a time
zone an hour off), so the rules are read off the bytes, without the library that wrote them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
LINE = re.compile(
    r'(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)'
    r'(?:,(?:"[^"]*"|[^";:,]*))*)*):(?P<value>.*)'
)
PARAM = re.compile(r';([A-Z0-9-]+)=("[^"]*"|[^";:,]*)')
UTC = re.compile(r"\d{8}T\d{6}Z")
MAILTO = re.compile(r"mailto:[^\s@]+@[^\s@]+")
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "NAME", "X-WR-CALNAME", "X-WR-CALDESC"}
ONCE = ("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY")
AT_MOST_ONCE = (
    *("STATUS", "TRANSP", "DESCRIPTION", "LOCATION", "GEO", "URL", "RRULE", "RECURRENCE-ID"),
    *("ORGANIZER", "ATTENDEE"),
)
NEVER = ("DURATION", "CLASS", "X-ALT-DESC", "ATTACH")


@dataclass(frozen=True)
class Line:
    """One content line, unfolded and taken apart."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def form(self) -> str:
        """How a time is written: date, utc, zoned, or floating."""
        if self.params.get("VALUE") == "DATE":
            return "date"
        if "TZID" in self.params:
            return f"zoned {self.params['TZID']}"
        return "utc" if UTC.fullmatch(self.value) else "floating"


@dataclass
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    lines: list[Line] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        return next((line.value for line in self.all(name)), "")


def broken_rules(ics: bytes, *, feed: bool = False) -> list[str]:
    """Each rule that ``ics`` breaks, in words; an empty list when it is sound.

    What has a METHOD is held to the rules of an invitation, all else to those of a file to
    subscribe to; ``feed`` asks for the head of a feed as well.
    """
    physical = list(_broken_as_text(ics))
    if physical:
        return physical
    try:
        whole = parsed(ics)
    except ValueError as error:
        return [str(error)]
    return list(_broken_in_calendar(whole, ics.decode(), feed=feed))


def parsed(ics: bytes) -> Component:
    """The calendar in ``ics``; ValueError when its lines or its nesting are broken."""
    root = Component("")
    open_components = [root]
    for text in ics.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        line = _line(text)
        if line.name == "BEGIN":
            child = Component(line.value)
            open_components[-1].inside.append(child)
            open_components.append(child)
        elif line.name == "END":
            if open_components.pop().name != line.value:
                raise ValueError(f"END:{line.value} closes something else")
        else:
            open_components[-1].lines.append(line)
    if len(open_components) != 1 or root.lines or [c.name for c in root.inside] != ["VCALENDAR"]:
        raise ValueError("not exactly one whole VCALENDAR")
    return root.inside[0]


def _line(text: str) -> Line:
    match = LINE.fullmatch(text)
    if not match:
        raise ValueError(f"no content line: {text!r}")
    params = {name: value.strip('"') for name, value in PARAM.findall(match["params"])}
    return Line(match["name"], params, match["value"])


def _broken_as_text(ics: bytes) -> Iterator[str]:
    if not ics.endswith(b"\r\n"):
        yield "the last line does not end in CRLF"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", ics):
        yield "a line ends in a bare CR or LF"
    if ics.startswith(b"\xef\xbb\xbf"):
        yield "a byte order mark"
    if b"\r\n\r\n" in ics:
        yield "a blank line"
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", ics):
        yield "a control character"
    yield from _broken_folds(ics)


def _broken_folds(ics: bytes) -> Iterator[str]:
    for line in ics.split(b"\r\n"):
        if len(line) > 75:
            yield f"a line of {len(line)} octets: {line[:30]!r}"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"a line broken inside a character: {line[:30]!r}"


def _broken_in_calendar(whole: Component, text: str, *, feed: bool) -> Iterator[str]:
    yield from _broken_head(whole)
    if ZONE not in text or text.index(ZONE) > text.find("BEGIN:VEVENT") > -1:
        yield "not the constant VTIMEZONE before the events"
    if [c.name for c in whole.inside if c.name not in {"VTIMEZONE", "VEVENT"}]:
        yield "a component that is neither VTIMEZONE nor VEVENT"
    events = [c for c in whole.inside if c.name == "VEVENT"]
    yield from _shared_uids(events)
    for event in events:
        yield from _broken_event(event)
    for line in (line for c in (whole, *events) for line in c.lines if line.name in TEXTS):
        yield from _broken_escapes(line)
    if whole.all("METHOD"):
        yield from _broken_invitation(whole, events)
    else:
        yield from _broken_feed(whole, events, feed=feed)


def _broken_head(whole: Component) -> Iterator[str]:
    if [line.value for line in whole.all("VERSION")] != ["2.0"]:
        yield "not VERSION:2.0, once"
    if len(whole.all("PRODID")) != 1:
        yield "not one PRODID"
    if whole.all("UID") or whole.all("DTSTAMP"):
        yield "a UID or DTSTAMP of the calendar itself"
    if [c.name for c in whole.inside].count("VTIMEZONE") != 1:
        yield "not one VTIMEZONE"


def _shared_uids(events: list[Component]) -> Iterator[str]:
    names = Counter((event.value("UID"), event.value("RECURRENCE-ID")) for event in events)
    yield from (f"two events share UID {uid}" for (uid, _), n in names.items() if n > 1)


def _broken_event(event: Component) -> Iterator[str]:
    yield from (f"not one {name}" for name in ONCE if len(event.all(name)) != 1)
    yield from (f"more than one {name}" for name in AT_MOST_ONCE if len(event.all(name)) > 1)
    yield from (f"a {name}, which we never write" for name in NEVER if event.all(name))
    yield from (f"a {inner.name} in an event" for inner in event.inside)
    for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
        if not UTC.fullmatch(event.value(name)):
            yield f"{name} not in UTC"
    if not re.fullmatch(r"\d{1,10}", event.value("SEQUENCE")):
        yield "SEQUENCE is no number"
    elif int(event.value("SEQUENCE")) >= 2**31:
        yield "SEQUENCE above 2^31"
    if event.all("DTSTART") and event.all("DTEND"):
        yield from _broken_times(event)
    yield from _broken_values(event)
    yield from _broken_links(event)


def _broken_times(event: Component) -> Iterator[str]:
    starts, ends = event.all("DTSTART")[0], event.all("DTEND")[0]
    if starts.form not in {"date", "utc", "zoned Europe/Oslo"}:
        yield f"DTSTART is {starts.form}"
    if starts.form != ends.form:
        yield "DTSTART and DTEND are written in two forms"
    pattern = {"date": r"\d{8}", "utc": UTC.pattern}.get(starts.form, r"\d{8}T\d{6}")
    if not all(re.fullmatch(pattern, time.value) for time in (starts, ends)):
        yield "DTSTART or DTEND is no time"
    if not starts.value < ends.value:
        yield "DTEND is not after DTSTART"
    for other in event.all("RECURRENCE-ID") + event.all("EXDATE"):
        if other.form != starts.form:
            yield f"{other.name} is not written as DTSTART is"
    for rule in event.all("RRULE"):
        yield from _broken_rule(rule.value, starts.form)


def _broken_rule(rule: str, form: str) -> Iterator[str]:
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if "COUNT" in parts and "UNTIL" in parts:
        yield "RRULE has both COUNT and UNTIL"
    wanted = r"\d{8}" if form == "date" else UTC.pattern
    if "UNTIL" in parts and not re.fullmatch(wanted, parts["UNTIL"]):
        yield "UNTIL does not fit DTSTART"


def _broken_values(event: Component) -> Iterator[str]:
    if event.value("STATUS") not in {"", "TENTATIVE", "CONFIRMED", "CANCELLED"}:
        yield "an unknown STATUS"
    if event.value("TRANSP") not in {"OPAQUE", "TRANSPARENT"}:
        yield "an unknown TRANSP"
    if event.value("STATUS") == "CANCELLED" and event.value("TRANSP") != "TRANSPARENT":
        yield "cancelled, but not TRANSPARENT"
    if not re.fullmatch(r"(-?\d{1,2}(\.\d+)?;-?\d{1,3}(\.\d+)?)?", event.value("GEO")):
        yield "GEO is not two decimals"
    if re.search(r"</?(p|br|a|b|div|ul|li|strong|em)\b", event.value("DESCRIPTION")):
        yield "HTML in DESCRIPTION"
    # An escaped backslash before an n is two letters, and no line break.
    if re.search(r"(?<!\\)(?:\\\\)*\\[nN]", event.value("SUMMARY")):
        yield "SUMMARY of several lines"
    if any(not line.value for line in event.lines if line.name != "SUMMARY"):
        yield "an empty property"


def _broken_links(event: Component) -> Iterator[str]:
    links = event.all("URL") + event.all("CONFERENCE")
    for link in links:
        if not re.fullmatch(r"https?://[!-~]+", link.value):
            yield f"{link.name} is no web address"
    first_line = event.value("DESCRIPTION").split("\\n")[0]
    if event.all("URL") and first_line != _escaped(event.value("URL")):
        yield "DESCRIPTION does not begin with the URL"
    for link in event.all("CONFERENCE"):
        if link.params.get("VALUE") != "URI":
            yield "CONFERENCE without VALUE=URI"
        if _escaped(link.value) not in event.value("DESCRIPTION"):
            yield "CONFERENCE is not in DESCRIPTION"


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _broken_escapes(line: Line) -> Iterator[str]:
    bare = re.sub(r"\\[\\;,nN]", "", line.value)
    if re.search(r"[\\;,]", bare):
        yield f"{line.name} holds an unescaped comma, semicolon or backslash"


def _broken_feed(whole: Component, events: list[Component], *, feed: bool) -> Iterator[str]:
    for event in events:
        if event.all("ORGANIZER") + event.all("ATTENDEE"):
            yield "ORGANIZER or ATTENDEE outside an invitation"
        if event.value("DTSTAMP") != event.value("LAST-MODIFIED"):
            yield "DTSTAMP is not the last change"
        if not event.all("STATUS"):
            yield "no STATUS"
    if feed:
        yield from _broken_feed_head(whole)


def _broken_feed_head(whole: Component) -> Iterator[str]:
    if not whole.value("NAME") or whole.value("NAME") != whole.value("X-WR-CALNAME"):
        yield "NAME and X-WR-CALNAME are not one text"
    refresh = whole.all("REFRESH-INTERVAL")
    if [line.params for line in refresh] != [{"VALUE": "DURATION"}]:
        yield "no REFRESH-INTERVAL;VALUE=DURATION"
    if whole.value("REFRESH-INTERVAL") != whole.value("X-PUBLISHED-TTL"):
        yield "X-PUBLISHED-TTL differs from REFRESH-INTERVAL"


def _broken_invitation(whole: Component, events: list[Component]) -> Iterator[str]:
    method = whole.value("METHOD")
    if method not in {"REQUEST", "CANCEL", "DECLINECOUNTER"} or len(whole.all("METHOD")) != 1:
        yield f"METHOD is {method}"
    if len(events) != 1:
        yield "not one event in an invitation"
    for event in events:
        yield from _broken_people(event)
        if method == "DECLINECOUNTER" and event.value("STATUS") == "CANCELLED":
            yield "a time is kept for an event that is off"
        if method == "REQUEST":
            yield from _broken_request(event)
        elif method == "CANCEL" and event.value("STATUS") not in {"", "CANCELLED"}:
            yield "CANCEL of an event that stands"


def _broken_people(event: Component) -> Iterator[str]:
    for name in ("ORGANIZER", "ATTENDEE"):
        if not MAILTO.fullmatch(event.value(name)):
            yield f"{name} is not one mailto address"
    organizer = event.value("ORGANIZER").casefold()
    if re.search(r"no-?reply|ikke-?svar", organizer):
        yield "nobody reads the answers to ORGANIZER"
    if organizer == event.value("ATTENDEE").casefold():
        yield "ORGANIZER invites itself"


def _broken_request(event: Component) -> Iterator[str]:
    if event.value("STATUS") not in {"TENTATIVE", "CONFIRMED"}:
        yield "REQUEST for an event that is off"
    params = [line.params for line in event.all("ATTENDEE")]
    wanted = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "RSVP": "TRUE"}
    if any(wanted.items() - attendee.items() or "PARTSTAT" not in attendee for attendee in params):
        yield "ATTENDEE is not asked for an answer"
