"""Whatever an entry holds comes back from icalendar, and keeps to every rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from portal.calendar.ical import Address, Entry, Method, Status, download, invitation
from portal.calendar.timezone import OSLO
from tests.calendar.rules import broken_rules

ALLIANCE = Address("kalender+k3vq@example.org", "Alliansen")
SECONDS = {"microsecond": 0}
BUDGET = settings(max_examples=150, deadline=None)

# Whether it is markup is asked of what the portal writes, not of what people may type.
anything = st.text(st.characters(exclude_characters="<"), max_size=400)
printable = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S"))
# icalendar takes an escaped backslash and an n after it for a line break (RFC 5545, 3.3.11, does
# not, nor does ical.js), so what it reads cannot show what stands there.
readable = st.text(printable, min_size=1, max_size=12).filter(
    lambda word: "\\n" not in word.lower() and not word.endswith("\\")
)
words = st.lists(readable, max_size=12).map(" ".join)
paragraphs = st.lists(words, max_size=5).map("\n".join).map(str.strip)
moments = st.datetimes(datetime(1997, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(1997, 1, 1), date(2099, 1, 1))
hashes = st.text("0123456789abcdef", min_size=1, max_size=40)
links = hashes.map("https://example.org/{}?a=1;b,c".format)
points = st.none() | st.tuples(st.floats(57, 81), st.floats(4, 32))


@st.composite
def entries(draw, text=anything, line=anything):
    if draw(st.booleans()):
        starts = draw(moments)
        ends = starts + timedelta(seconds=draw(st.integers(1, 10**6)))
    else:
        starts = draw(days)
        ends = starts + timedelta(days=draw(st.integers(0, 20)))
    status = draw(st.sampled_from(Status))
    off = "AVLYST: " if status is Status.CANCELLED else ""
    return Entry(
        uid=draw(hashes) + "@example.org",
        sequence=draw(st.integers(0, 2**31 - 1)),
        starts=starts,
        ends=ends,
        summary=off + draw(line),
        created_at=draw(moments),
        changed_at=draw(moments),
        description=draw(text),
        location=draw(line),
        geo=draw(points),
        url=draw(st.just("") | links),
        conference_url=draw(st.just("") | links),
        conference_label=draw(line),
        categories=tuple(draw(st.lists(line, max_size=3))),
        status=status,
        transparent=draw(st.booleans()),
    )


def event_in(ics: bytes) -> Event:
    (event,) = Calendar.from_ical(ics).events
    return event


def time_read(event: Event, name: str) -> datetime | date:
    """The time as an instant in UTC, read with our own zone; a date stays one."""
    prop = event[name]
    if not isinstance(prop.dt, datetime):
        return prop.dt
    zone = OSLO if prop.params.get("TZID") else UTC
    return prop.dt.replace(tzinfo=zone).astimezone(UTC)


@BUDGET
@given(entry=entries())
def test_any_entry_keeps_to_every_rule(entry):
    assert broken_rules(download(entry)) == []


@BUDGET
@given(entry=entries(), name=anything, method=st.sampled_from(Method), uninvite=st.booleans())
def test_any_invitation_keeps_to_every_rule(entry, name, method, uninvite):
    if entry.status is Status.CANCELLED:
        method = Method.CANCEL
    elif method is Method.CANCEL and not uninvite:
        entry = replace(entry, summary=f"AVLYST: {entry.summary}")
    people = {"organizer": ALLIANCE, "attendee": Address("ola@example.org", name)}
    ics = invitation(
        entry,
        method=method,
        made_at=entry.changed_at,
        uninvite=uninvite and method is Method.CANCEL,
        **people,
    )

    assert broken_rules(ics) == []
    assert event_in(ics)["ATTENDEE"] == "mailto:ola@example.org"


@BUDGET
@given(entry=entries(text=paragraphs, line=words))
def test_icalendar_reads_back_what_was_written(entry):
    event = event_in(download(entry))

    last = timedelta(days=1) if entry.all_day else timedelta(0)
    whole = {} if entry.all_day else SECONDS
    assert (time_read(event, "DTSTART"), time_read(event, "DTEND")) == (
        entry.starts.replace(**whole),
        entry.ends.replace(**whole) + last,
    )
    assert str(event["UID"]) == entry.uid
    assert event["SEQUENCE"] == entry.sequence
    assert str(event["SUMMARY"]) == " ".join(entry.summary.split())
    assert str(event.get("LOCATION", "")) == " ".join(entry.location.split())
    assert str(event.get("URL", "")) == entry.url
    assert str(event.get("CONFERENCE", "")) == entry.conference_url
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == entry.changed_at.replace(**SECONDS)
    assert event["CREATED"].dt == entry.created_at.replace(**SECONDS)
    assert str(event["STATUS"]) == entry.status


@BUDGET
@given(description=paragraphs)
def test_a_description_comes_back_line_by_line(description):
    now = datetime(2026, 6, 1, tzinfo=UTC)
    entry = Entry(
        *("event-7@example.org", 0, now, now + timedelta(hours=1), "Møte"),
        created_at=now,
        changed_at=now,
        description=description,
    )

    assert str(event_in(download(entry)).get("DESCRIPTION", "")) == description
