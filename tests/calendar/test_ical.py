"""iCalendar text of feeds and downloads: golden texts whole, then rule by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from portal.calendar.ical import (
    Address,
    ImpossibleEntry,
    Status,
    calendar,
    document,
    download,
    vevent,
)
from tests.calendar.examples import (
    GOLDEN_ZONE,
    HEAD,
    OLA,
    camp,
    full_camp,
    invited,
    lines_of,
    text_of,
)
from tests.calendar.rules import broken_rules

GOLDEN_EVENT = """\
BEGIN:VEVENT
UID:event-7@example.org
DTSTAMP:20260601T120000Z
CREATED:20260501T083000Z
LAST-MODIFIED:20260601T120000Z
SEQUENCE:2
DTSTART;TZID=Europe/Oslo:20261014T090000
DTEND;TZID=Europe/Oslo:20261014T113000
SUMMARY:Jury\\, dag 1\\; på «Skien vgs»
DESCRIPTION:https://portal.example.org/events/camp-skien\\n\\nBli med på vi
 deo: https://video.example.org/rom?id=7\\;x=1\\n\\nMøt opp i\\nkantina.\\n\\nTa
  med: PC\\, lader
LOCATION:Skien vgs\\, Rektor Ørns gate 2\\, 3717 Skien
CATEGORIES:Innovasjonscamp,Telemark\\, Vestfold
GEO:59.20961;9.60898
URL:https://portal.example.org/events/camp-skien
CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL="Bli med på video:":https://vide
 o.example.org/rom?id=7;x=1
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
"""


def test_a_whole_event_for_feeds():
    assert vevent(full_camp()).replace("\r\n", "\n") == GOLDEN_EVENT


def test_a_whole_feed():
    feed = calendar(
        "Osloregionen: program",
        "Alt som skjer, også det som er avlyst",
        [vevent(full_camp())],
        source_url="https://portal.example.org/calendar/public.ics",
        color="teal",
    )

    assert text_of(feed) == (
        HEAD
        + "NAME:Osloregionen: program\n"
        + "X-WR-CALNAME:Osloregionen: program\n"
        + "X-WR-CALDESC:Alt som skjer\\, også det som er avlyst\n"
        + "X-WR-TIMEZONE:Europe/Oslo\n"
        + "REFRESH-INTERVAL;VALUE=DURATION:PT1H\n"
        + "X-PUBLISHED-TTL:PT1H\n"
        + "SOURCE;VALUE=URI:https://portal.example.org/calendar/public.ics\n"
        + "COLOR:teal\n"
        + GOLDEN_ZONE
        + GOLDEN_EVENT
        + "END:VCALENDAR\n"
    )
    assert broken_rules(feed, feed=True) == []


def test_a_whole_download():
    assert text_of(download(full_camp())) == HEAD + GOLDEN_ZONE + GOLDEN_EVENT + "END:VCALENDAR\n"
    assert broken_rules(download(full_camp())) == []


# Every object


def test_the_same_entry_gives_the_same_bytes():
    assert download(full_camp()) == download(full_camp())


def test_an_empty_feed_is_a_legal_calendar():
    empty = calendar("Program", "Ingenting ennå", [])

    assert broken_rules(empty, feed=True) == []
    assert Calendar.from_ical(empty).name == "VCALENDAR"


def test_a_secret_feed_does_not_tell_its_address():
    assert b"SOURCE" not in calendar("Min kalender", "", [])


def test_long_lines_fold_between_characters():
    long = camp(summary="Å" * 200, description="æøå 👩‍🏫 ŋđŧ " * 200, location="🏫" * 60)

    assert broken_rules(download(long)) == []


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\u2028"])
def test_control_characters_never_come_through(control):
    noisy = camp(
        summary=f"a{control}b", description=f"a{control}b", categories=(f"a{control}b",),
        location=f"a{control}b", conference_url="https://example.org/x",
        conference_label=f"a{control}b",
    )  # fmt: skip

    assert broken_rules(invited(noisy, attendee=replace(OLA, name=f"a{control}b"))) == []
    assert control.encode() not in download(noisy)


def test_a_lone_surrogate_is_left_out():
    assert lines_of(camp(summary="a\ud83db"), "SUMMARY") == ["SUMMARY:ab"]


def test_a_line_break_cannot_add_a_property():
    entry = camp(summary="Møte\r\nATTENDEE:mailto:x@example.org", location="A\nEND:VEVENT")

    assert lines_of(entry, "SUMMARY") == ["SUMMARY:Møte ATTENDEE:mailto:x@example.org"]
    assert lines_of(entry, "LOCATION") == ["LOCATION:A\\, END:VEVENT"]
    assert broken_rules(download(entry)) == []


# Every event


def test_an_event_on_whole_days_ends_the_day_after_its_last():
    days = camp(starts=date(2027, 2, 4), ends=date(2027, 2, 6))

    assert days.all_day
    assert lines_of(days, "DTSTART") == ["DTSTART;VALUE=DATE:20270204"]
    assert lines_of(days, "DTEND") == ["DTEND;VALUE=DATE:20270207"]
    assert broken_rules(download(days)) == []


def test_any_zone_comes_in_and_oslo_comes_out():
    new_york = datetime(2026, 10, 14, 3, tzinfo=ZoneInfo("America/New_York"))

    assert lines_of(camp(starts=new_york), "DTSTART") == [
        "DTSTART;TZID=Europe/Oslo:20261014T090000"
    ]


def test_the_hour_that_comes_twice_is_told_apart():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))

    before = camp(starts=first - timedelta(hours=1), ends=first)
    across = camp(starts=first, ends=second)

    assert lines_of(before, "DTEND") == ["DTEND:20261025T003000Z"]
    assert lines_of(across, "DTSTART") == ["DTSTART:20261025T003000Z"]
    assert lines_of(across, "DTEND") == ["DTEND:20261025T013000Z"]
    assert broken_rules(download(across)) == []


def test_the_url_comes_first_in_the_description():
    entry = camp(url="https://example.org/møte", description="Velkommen")

    assert lines_of(entry, "DESCRIPTION") == [
        "DESCRIPTION:https://example.org/m%C3%B8te\\n\\nVelkommen"
    ]
    assert lines_of(entry, "URL") == ["URL:https://example.org/m%C3%B8te"]


def test_a_cancelled_event_leaves_its_time_free():
    entry = camp(status=Status.CANCELLED)

    assert lines_of(entry, "STATUS") == ["STATUS:CANCELLED"]
    assert lines_of(entry, "TRANSP") == ["TRANSP:TRANSPARENT"]


def test_points_are_written_as_plain_decimals():
    assert lines_of(camp(geo=(0.00000001, -9.123456789)), "GEO") == ["GEO:0.0;-9.12346"]


# What no entry can be


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": datetime(2026, 10, 14, 7, tzinfo=UTC)},
        {"ends": date(2026, 10, 15)},
        {"starts": datetime(2026, 10, 14, 7)},  # noqa: DTZ001
        {"starts": date(2026, 10, 15), "ends": date(2026, 10, 14)},
        {"starts": datetime(1990, 1, 1, tzinfo=UTC)},
        {"changed_at": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"sequence": -1},
        {"sequence": 2**31},
        {"uid": ""},
        {"uid": "a\r\nb"},
        {"geo": (99.0, 10.0)},
        {"url": "javascript:alert(1)"},
        {"url": "https://example.org/a b"},
        {"conference_url": "https://example.org/\r\nX:1"},
        {"rrule": "FREQ=WEEKLY;COUNT=3;UNTIL=20261201T000000Z"},
        {"rrule": "FREQ=WEEKLY;UNTIL=20261201"},
        {"rrule": "FREQ=WEEKLY;UNTIL=20261201T000000"},
        {"rrule": "COUNT=3"},
        {"rrule": "nonsense"},
        {"recurrence_id": date(2026, 10, 14)},
    ],
)
def test_an_impossible_entry_is_refused_when_it_is_made(wrong):
    with pytest.raises(ImpossibleEntry):
        camp(**wrong)


@pytest.mark.parametrize(
    "address",
    ["", "ola", "ola@", "ola@example.org\r\nX:1", "o la@example.org", "ola@x.no;x", "ø@x.no"],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ImpossibleEntry):
        Address(address)


# Series


def test_a_series_and_its_moved_occurrence_share_a_uid():
    until = "FREQ=WEEKLY;UNTIL=20261111T080000Z;BYDAY=WE"
    series = camp(rrule=until, exdates=(datetime(2026, 10, 28, 8, tzinfo=UTC),))
    moved = camp(
        sequence=1,
        starts=datetime(2026, 10, 22, 7, tzinfo=UTC),
        ends=datetime(2026, 10, 22, 9, tzinfo=UTC),
        recurrence_id=datetime(2026, 10, 21, 7, tzinfo=UTC),
    )

    both = document([vevent(series), vevent(moved)])

    assert lines_of(series, "RRULE") == [f"RRULE:{until}"]
    assert lines_of(series, "EXDATE") == ["EXDATE;TZID=Europe/Oslo:20261028T090000"]
    assert lines_of(moved, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/Oslo:20261021T090000"]
    assert broken_rules(both) == []
    assert broken_rules(invited(moved)) == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://example.org/a|b?q={x}", "https://example.org/a%7Cb?q=%7Bx%7D"),
        ("HTTPS://example.org/«a»", "https://example.org/%C2%ABa%C2%BB"),
        ('https://example.org/"a"^<b>', "https://example.org/%22a%22%5E%3Cb%3E"),
        ("https://example.org/100%25", "https://example.org/100%25"),
    ],
)
def test_an_address_as_people_paste_it_is_written_as_readers_take_it(typed, written):
    assert lines_of(camp(url=typed), "URL") == [f"URL:{written}"]
    assert broken_rules(download(camp(conference_url=typed))) == []
