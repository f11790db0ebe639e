"""A calendar that came in, as plain values."""

from datetime import UTC, date, datetime

import pytest

from portal.calendar import itip
from portal.calendar.itip import Attendee, Itip, Said

NINE = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
TEN = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)


def calendar(*lines: str, head: str = "METHOD:REPLY") -> bytes:
    """A calendar with one event of these lines."""
    written = ["BEGIN:VCALENDAR", head, "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(written).encode()


def said(*lines: str) -> Said:
    return itip.read(calendar(*lines)).events[0]


def test_a_whole_answer():
    read = itip.read(
        calendar(
            "UID:a\\,b@x",
            "RECURRENCE-ID;TZID=W. Europe Standard Time:20261015T090000",
            "SEQUENCE:3",
            "DTSTAMP:20261001T120000Z",
            'ATTENDEE;CN="Hansen, Ola";PARTSTAT=DELEGATED;DELEGATED-TO="MAILTO:Siri@x.no",'
            '"mailto:b@x.no";SENT-BY="mailto:c@x.no";X-RESPONSE-COMMENT="Syk":mailto:Ola@X.no',
            "COMMENT:Hei\\nder\\; du",
            "DTSTART;TZID=Europe/Oslo:20261015T090000",
            "DURATION:PT1H",
            "X-MS-OLK-ORIGINALSTART:20261015T070000Z",
            "X-MS-OLK-ORIGINALEND:20261015T080000Z",
        )
    )

    ola = Attendee("ola@x.no", "Hansen, Ola", "DELEGATED", "siri@x.no", "", "c@x.no", comment="Syk")
    assert read == Itip(
        "REPLY",
        (
            Said(
                uid="a,b@x",
                recurrence_id="2026-10-15T07:00:00+00:00",
                sequence=3,
                dtstamp=datetime(2026, 10, 1, 12, tzinfo=UTC),
                attendees=(ola,),
                comment="Hei\nder; du",
                starts=NINE,
                ends=TEN,
                original_starts=NINE,
                original_ends=TEN,
            ),
        ),
    )


def test_an_event_may_say_nothing():
    assert itip.read(calendar(head="X-A:B")) == Itip("", (Said(""),))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("DTSTART:20261015T070000Z", NINE),
        ("DTSTART:20261015T090000", NINE),
        ("DTSTART;TZID=Europe/Oslo:20261015T090000", NINE),
        ("DTSTART;TZID=Romance Standard Time:20261015T090000", NINE),
        ('DTSTART;TZID="W. Europe Standard Time":20261015T090000', NINE),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261015T090000", NINE),
        ("DTSTART;TZID=/x/America/Argentina/Buenos_Aires:20261015T040000", NINE),
        ("DTSTART;TZID=Greenwich Standard Time:20261015T070000", NINE),
        ('DTSTART;TZID="(UTC+01:00) Amsterdam":20261015T090000', NINE),
        ("DTSTART;TZID=:20261015T090000", NINE),
        ("DTSTART;VALUE=DATE:20261015", date(2026, 10, 15)),
        ("DTSTART:20261015", date(2026, 10, 15)),
        ("DTSTART:P1D", None),
        ("DTSTART:090000", None),
        ("DTSTART:20261015T070000Z/PT1H", None),
        ("DTSTART:00010101T000000", None),
        ("DTSTART:99991231T235959Z", None),
        ("DTSTART:20261399", None),
        ("DTSTART:i morgen", None),
        ("DTSTART", None),
        ("DTEND:20261015", None),
    ],
)
def test_times(written: str, read: datetime | date | None):
    assert said(written).starts == read


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("mailto:Ola@Example.org", "ola@example.org"),
        ("MAILTO: <ola@example.org>", "ola@example.org"),
        ("ola@example.org", "ola@example.org"),
        ("mailto:ola%2Bx@example.org?subject=a", "ola+x@example.org"),
        ("invalid:nomail", ""),
        ("mailto:", ""),
        ("urn:uuid:1", ""),
        ("mailto:a b@example.org", ""),
        ("mailto:" + "a" * 300 + "@example.org", ""),
    ],
)
def test_addresses(value: str, address: str):
    assert said(f"ATTENDEE:{value}").attendees == (Attendee(address),)


def test_apple_may_put_the_address_beside_a_path():
    line = "ATTENDEE;EMAIL=ola@example.org;PARTSTAT=ACCEPTED:/1234/principal/"

    assert said(line).attendees == (Attendee("ola@example.org", partstat="ACCEPTED"),)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("-1", 0),
        ("1.5", 0),
        ("9" * 12, 2**31 - 1),
        ("9" * 13, 0),
        ("٣", 0),
        ("", 0),
    ],
)
def test_sequences(written: str, number: int):
    assert said(f"SEQUENCE:{written}").sequence == number


@pytest.mark.parametrize("line", ["RECURRENCE-ID:x", "RECURRENCE-ID;", "RECURRENCE-ID:00000000"])
def test_an_occurrence_that_cannot_be_read_is_none_of_ours(line: str):
    assert said(line).recurrence_id == itip.UNREADABLE_ID


def test_whole_days_have_their_date_as_a_key():
    assert said("RECURRENCE-ID;VALUE=DATE:20261015").recurrence_id == "2026-10-15"


def test_only_what_stands_in_the_event_itself_counts():
    read = said(
        "UID:a@x", "BEGIN:VALARM", "UID:b@x", "ATTENDEE:mailto:b@x.no", "END:VALARM",
        "END:VTODO", "ATTENDEE:mailto:a@x.no",
    )  # fmt: skip

    assert (read.uid, [each.address for each in read.attendees]) == ("a@x", ["a@x.no"])


def test_only_the_first_calendar_of_a_stream_is_read():
    both = calendar("UID:a@x") + calendar("UID:b@x", head="METHOD:CANCEL")

    assert itip.read(both) == Itip("REPLY", (Said("a@x"),))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:A\r\n" * 200,
        b"BEGIN:VCALENDAR\r\n" + b"\r\n" * 10_000,
        b"BEGIN:VCALENDAR\r\n" + b"x" * itip.LARGEST,
        calendar(*["END:VEVENT", "BEGIN:VEVENT"] * 20),
    ],
    ids=["nothing", "no calendar", "components", "lines", "size", "events"],
)
def test_what_exceeds_a_bound_is_refused(octets: bytes):
    with pytest.raises(itip.Unreadable):
        itip.read(octets)
