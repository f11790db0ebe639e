"""What every calendar we send or serve must keep to, checked by hand.

Parsers notice almost none of these faults (bare line feeds, long lines, floating times, a time
zone an hour off), so the rules are read off the bytes, without the library that wrote them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.calendar.lines import UTC, Component, Line, parsed

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
MAILTO = re.compile(r"mailto:[^\s@]+@[^\s@]+")
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "NAME", "X-WR-CALNAME", "X-WR-CALDESC"}
ONCE = ("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY")
# What some readers take for the end of a line, a mark of byte order, or no character at all.
ODD = re.compile("[\x80-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
OSLO = ZoneInfo("Europe/Oslo")
AT_MOST_ONCE = (
    *("STATUS", "TRANSP", "DESCRIPTION", "LOCATION", "GEO", "URL", "RRULE", "RECURRENCE-ID"),
    *("ORGANIZER", "ATTENDEE"),
)
NEVER = ("DURATION", "CLASS", "X-ALT-DESC", "ATTACH")


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


def _broken_as_text(ics: bytes) -> Iterator[str]:
    if not ics.endswith(b"\r\n"):
        yield "the last line does not end in CRLF"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", ics):
        yield "a line ends in a bare CR or LF"
    if ics.startswith(b"\xef\xbb\xbf"):
        yield "a byte order mark"
    if b"\r\n\r\n" in ics:
        yield "a blank line"
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", ics) or ODD.search(
        ics.decode("utf8", "ignore")
    ):
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
    if feed and whole.all("METHOD"):
        yield "a METHOD in a feed"
    if whole.all("METHOD"):
        yield from _broken_invitation(whole, events)
    else:
        yield from _broken_feed(whole, events, feed=feed)


def _broken_head(whole: Component) -> Iterator[str]:
    if [line.value for line in whole.all("VERSION")] != ["2.0"]:
        yield "not VERSION:2.0, once"
    if [line.value for line in whole.all("PRODID")] != ["-//Osloregionen//Portal//NO"]:
        yield "not our PRODID, once"
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
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", event.value("UID")):
        yield "UID names no host"
    yield from _broken_values(event)
    yield from _broken_state(event)
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
    yield from _broken_clock(event, starts, ends)
    for other in event.all("RECURRENCE-ID") + event.all("EXDATE"):
        if other.form != starts.form:
            yield f"{other.name} is not written as DTSTART is"
    if event.all("RRULE") and event.all("RECURRENCE-ID"):
        yield "one occurrence that recurs itself"
    for rule in event.all("RRULE"):
        yield from _broken_rule(rule.value, starts.form)


def _broken_clock(event: Component, *times: Line) -> Iterator[str]:
    """Oslo's time wherever it says which moment is meant, and never one that no clock showed."""
    recurs = event.all("RRULE") + event.all("RECURRENCE-ID")
    written = [
        (line.form, datetime.fromisoformat(line.value[:15]))
        for line in times
        if re.match(r"\d{8}T\d{6}", line.value)
    ]
    for form, at in written:
        if form == "zoned Europe/Oslo" and not _is_shown(at):
            yield "a time that Oslo's clocks leave out"
        if form == "zoned Europe/Oslo" and _offsets(at) > 1 and not recurs:
            yield "a time that Oslo's clocks show twice"
    if written and all(form == "utc" and not _comes_twice(at) for form, at in written):
        yield "UTC where Oslo's time would do"


def _is_shown(at: datetime) -> bool:
    moment = at.replace(tzinfo=OSLO).astimezone(ZoneInfo("UTC"))
    return moment.astimezone(OSLO).replace(tzinfo=None) == at


def _comes_twice(at: datetime) -> bool:
    local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(OSLO)
    return _offsets(local.replace(tzinfo=None)) > 1


def _offsets(at: datetime) -> int:
    return len({at.replace(tzinfo=OSLO, fold=fold).utcoffset() for fold in (0, 1)})


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
    if re.search(r"(?<!\\)(?:\\\\)*;", event.value("CATEGORIES")):
        yield "CATEGORIES holds an unescaped semicolon"
    if not re.fullmatch(r"(-?\d{1,2}(\.\d+)?;-?\d{1,3}(\.\d+)?)?", event.value("GEO")):
        yield "GEO is not two decimals"
    if re.search(r"</?(p|br|a|b|div|ul|li|strong|em)(\s[^<>]*)?/?>", event.value("DESCRIPTION")):
        yield "HTML in DESCRIPTION"
    # An escaped backslash before an n is two letters, and no line break.
    if re.search(r"(?<!\\)(?:\\\\)*\\[nN]", event.value("SUMMARY")):
        yield "SUMMARY of several lines"
    if any(not line.value for line in event.lines if line.name != "SUMMARY"):
        yield "an empty property"


def _broken_state(event: Component) -> Iterator[str]:
    is_off = event.value("STATUS") == "CANCELLED"
    if is_off and event.value("TRANSP") != "TRANSPARENT":
        yield "cancelled, but not TRANSPARENT"
    if is_off and not event.value("SUMMARY").startswith(("AVLYST:", "CANCELLED:")):
        yield "cancelled, but SUMMARY does not say so"
    is_whole_days = any(line.form == "date" for line in event.all("DTSTART"))
    if is_whole_days and event.value("TRANSP") != "TRANSPARENT":
        yield "whole days that look taken"


def _broken_links(event: Component) -> Iterator[str]:
    links = event.all("URL") + event.all("CONFERENCE")
    for link in links:
        if not re.fullmatch(r"https?://[!-~]+", link.value):
            yield f"{link.name} is no web address"
    first_line = event.value("DESCRIPTION").split("\\n")[0]
    if event.all("URL") and first_line != _escaped(event.value("URL")):
        yield "DESCRIPTION does not begin with the URL"
    for link in event.all("CONFERENCE"):
        if (link.params.get("VALUE"), link.params.get("FEATURE")) != ("URI", "VIDEO"):
            yield "CONFERENCE without VALUE=URI;FEATURE=VIDEO"
        if not link.params.get("LABEL", "-"):
            yield "CONFERENCE with an empty LABEL"
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
    if not whole.value("X-WR-CALDESC"):
        yield "no X-WR-CALDESC"
    if whole.value("X-WR-TIMEZONE") not in {"", "Europe/Oslo"}:
        yield "X-WR-TIMEZONE is not ours"
    if not re.fullmatch("[a-z]*", whole.value("COLOR")):
        yield "COLOR is no name of CSS"
    for source in whole.all("SOURCE"):
        if source.params != {"VALUE": "URI"} or re.search("/calendar/(my|group)/", source.value):
            yield "SOURCE is not the address of an open feed"


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
    for line in event.all("ORGANIZER") + event.all("ATTENDEE"):
        if line.params.keys() - {"CN", "CUTYPE", "ROLE", "PARTSTAT", "RSVP"}:
            yield f"{line.name} says more than it should"
        if not line.params.get("CN", "-"):
            yield f"{line.name} with an empty name"
    organizer = event.value("ORGANIZER").casefold()
    if "+" not in organizer.partition("@")[0]:
        yield "ORGANIZER does not say whose answers it takes"
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
