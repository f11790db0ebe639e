"""The hand rules notice each fault that parsers let pass."""

from datetime import date

import pytest

from portal.calendar.ical import Method, Status, calendar, download, vevent
from tests.calendar.examples import camp, full_camp, invited
from tests.calendar.rules import ZONE, broken_rules

SOUND = download(full_camp())
FEED = calendar("Program", "Alt", [vevent(full_camp())])
REQUEST = invited(full_camp())


def faulty(sound: bytes, old: str, new: str) -> bytes:
    assert sound.count(old.encode()) >= 1
    return sound.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("VERSION:2.0\r\n", "VERSION:2.0\n", "a line ends in a bare CR or LF"),
        ("VERSION:2.0\r\n", "VERSION:2.0\r\n\r\n", "a blank line"),
        ("VERSION:2.0", "VERSION:2.0\x07", "a control character"),
        ("UID:event-7", "UID:event-7" + "7" * 60,
         "a line of 83 octets: b'UID:event-77777777777777777777'"),
        ("VERSION:2.0\r\n", "", "not VERSION:2.0, once"),
        ("PRODID:", "X-PRODID:", "not our PRODID, once"),
        (ZONE, "", "not the constant VTIMEZONE before the events"),
        ("T020000\r\n", "T030000\r\n", "not the constant VTIMEZONE before the events"),
        ("UID:event-7@example.org\r\n", "", "not one UID"),
        ("DTSTAMP:20260601T120000Z\r\n", "", "not one DTSTAMP"),
        ("DTSTAMP:20260601T120000Z", "DTSTAMP:20260601T120000", "DTSTAMP not in UTC"),
        ("DTSTAMP:20260601T120000Z", "DTSTAMP:20260602T120000Z", "DTSTAMP is not the last change"),
        ("SEQUENCE:2", "SEQUENCE:1780000000000", "SEQUENCE is no number"),
        ("SEQUENCE:2", "SEQUENCE:2147483648", "SEQUENCE above 2^31"),
        ("DTSTART;TZID=Europe/Oslo", "DTSTART", "DTSTART is floating"),
        ("DTSTART;TZID=Europe/Oslo", "DTSTART;TZID=GMT", "DTSTART is zoned GMT"),
        ("DTEND;TZID=Europe/Oslo:20261014", "DTEND;TZID=Europe/Oslo:20261013",
         "DTEND is not after DTSTART"),
        ("Jury\\, dag", "Jury, dag", "SUMMARY holds an unescaped comma, semicolon or backslash"),
        ("dag 1\\;", "dag 1\\:", "SUMMARY holds an unescaped comma, semicolon or backslash"),
        ("Jury\\, dag", "Jury\\ndag", "SUMMARY of several lines"),
        ("lader\r\n", "lader <br>\r\n", "HTML in DESCRIPTION"),
        ("DESCRIPTION:https", "DESCRIPTION:http", "DESCRIPTION does not begin with the URL"),
        ("id=7;x=1", "id=8;x=1", "CONFERENCE is not in DESCRIPTION"),
        ("GEO:59.20961;9.60898", "GEO:59\\,2;9\\,6", "GEO is not two decimals"),
        ("STATUS:CONFIRMED", "STATUS:AVLYST", "an unknown STATUS"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED", "cancelled, but not TRANSPARENT"),
        ("STATUS:CONFIRMED\r\n", "", "no STATUS"),
        ("END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT", "a VALARM in an event"),
        ("END:VEVENT", "CLASS:PUBLIC\r\nEND:VEVENT", "a CLASS, which we never write"),
        ("END:VEVENT", "ATTENDEE:mailto:ola@example.org\r\nEND:VEVENT",
         "ORGANIZER or ATTENDEE outside an invitation"),
        ("END:VEVENT", "END:VTODO", "END:VTODO closes something else"),
        ("END:VCALENDAR\r\n", "", "not exactly one whole VCALENDAR"),
        ("CREATED:", "CREATED;:", "no content line: 'CREATED;:20260501T083000Z'"),
        ("END:VEVENT", "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z\r\nEND:VEVENT",
         "RRULE has both COUNT and UNTIL"),
        ("END:VEVENT", "RRULE:FREQ=DAILY;UNTIL=20270101\r\nEND:VEVENT",
         "UNTIL does not fit DTSTART"),
        ("END:VEVENT", "EXDATE:20270101T000000Z\r\nEND:VEVENT",
         "EXDATE is not written as DTSTART is"),
        ("END:VEVENT", "RRULE:FREQ=DAILY;COUNT=2\r\n"
         "RECURRENCE-ID;TZID=Europe/Oslo:20261014T090000\r\nEND:VEVENT",
         "one occurrence that recurs itself"),
        ("Ørns gate", "Ørns\u2028gate", "a control character"),
        ("@example.org\r\nDTSTAMP", "\r\nDTSTAMP", "UID names no host"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED", "cancelled, but SUMMARY does not say so"),
        ("Telemark\\, Vestfold", "Telemark;Vestfold", "CATEGORIES holds an unescaped semicolon"),
        ("FEATURE=VIDEO", "FEATURE=AUDIO", "CONFERENCE without VALUE=URI;FEATURE=VIDEO"),
        ('"Bli med på video:"', '""', "CONFERENCE with an empty LABEL"),
        ("DTSTART;TZID=Europe/Oslo:20261014T090000", "DTSTART;TZID=Europe/Oslo:20260329T023000",
         "a time that Oslo's clocks leave out"),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_is_named(old, new, rule):
    assert rule in broken_rules(faulty(SOUND, old, new))


def test_a_fold_inside_a_character_is_named():
    split = SOUND.replace("ø".encode(), b"\xc3\r\n \xb8", 1)

    assert [rule.split(":")[0] for rule in broken_rules(split)] == [
        "a line broken inside a character",
        "a line broken inside a character",
    ]


def test_two_calendars_in_one_stream_are_named():
    assert broken_rules(SOUND + SOUND) == ["not exactly one whole VCALENDAR"]


def test_two_events_with_one_uid_are_named():
    twice = calendar("Program", "", [vevent(camp()), vevent(camp())])

    assert broken_rules(twice) == ["two events share UID event-7@example.org"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("NAME:Program", "NAME:Kalender", "NAME and X-WR-CALNAME are not one text"),
        (";VALUE=DURATION", "", "no REFRESH-INTERVAL;VALUE=DURATION"),
        ("TTL:PT1H", "TTL:PT2H", "X-PUBLISHED-TTL differs from REFRESH-INTERVAL"),
        ("X-WR-CALDESC:Alt", "X-WR-CALDESC:", "no X-WR-CALDESC"),
        ("X-WR-TIMEZONE:Europe/Oslo", "X-WR-TIMEZONE:CET", "X-WR-TIMEZONE is not ours"),
        ("X-WR-TIMEZONE", "COLOR:#00ff00\r\nX-WR-TIMEZONE", "COLOR is no name of CSS"),
        (
            "X-WR-TIMEZONE",
            "SOURCE;VALUE=URI:https://example.org/calendar/my/x.ics\r\nX-WR-TIMEZONE",
            "SOURCE is not the address of an open feed",
        ),
    ],
)
def test_a_fault_in_the_head_of_a_feed_is_named(old, new, rule):
    assert broken_rules(faulty(FEED, old, new), feed=True) == [rule]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("METHOD:REQUEST", "METHOD:PUBLISH", "METHOD is PUBLISH"),
        ("ORGANIZER;CN=Alliansen:mailto:kalender+k3vq@", "ORGANIZER:mailto:no-reply@",
         "nobody reads the answers to ORGANIZER"),
        ("ORGANIZER;CN=Alliansen:mailto:", "ORGANIZER:", "ORGANIZER is not one mailto address"),
        (":mailto:kalender+k3vq@", ":mailto:ola@", "ORGANIZER invites itself"),
        ("RSVP=TRUE", "RSVP=FALSE", "ATTENDEE is not asked for an answer"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED", "REQUEST for an event that is off"),
        ("END:VEVENT", "ATTENDEE:mailto:siri@example.org\r\nEND:VEVENT", "more than one ATTENDEE"),
        (":mailto:kalender+k3vq@", ":mailto:kalender@",
         "ORGANIZER does not say whose answers it takes"),
        ("ORGANIZER;CN=Alliansen", 'ORGANIZER;SENT-BY="mailto:k@a.no"',
         "ORGANIZER says more than it should"),
        ("CN=Alliansen", 'CN=""', "ORGANIZER with an empty name"),
    ],
)  # fmt: skip
def test_a_fault_in_an_invitation_is_named(old, new, rule):
    assert rule in broken_rules(faulty(REQUEST, old, new))


def test_a_cancel_of_an_event_that_stands_is_named():
    cancel = invited(camp(status=Status.CANCELLED), Method.CANCEL)

    assert "CANCEL of an event that stands" in broken_rules(
        faulty(cancel, "STATUS:CANCELLED", "STATUS:CONFIRMED")
    )


def test_whole_days_that_look_taken_are_named():
    days = download(camp(starts=date(2026, 10, 14), ends=date(2026, 10, 16)))

    assert broken_rules(faulty(days, "TRANSPARENT", "OPAQUE")) == ["whole days that look taken"]


def test_utc_in_place_of_our_own_time_is_named():
    wrong = SOUND.replace(b"DTSTART;TZID=Europe/Oslo:20261014T090000", b"DTSTART:20261014T070000Z")
    wrong = wrong.replace(b"DTEND;TZID=Europe/Oslo:20261014T113000", b"DTEND:20261014T093000Z")

    assert broken_rules(wrong) == ["UTC where Oslo's time would do"]


def test_a_method_in_a_feed_is_named():
    assert "a METHOD in a feed" in broken_rules(REQUEST, feed=True)
