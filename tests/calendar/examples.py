"""Entries and people that the tests of iCalendar text share."""

from dataclasses import replace
from datetime import UTC, datetime

from portal.calendar.ical import Address, Entry, Method, download, invitation
from tests.calendar.rules import ZONE

ALLIANCE = Address("kalender+k3vq@example.org", "Alliansen")
OLA = Address("ola@example.org", "Ola Hansen")
MAY = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 12, 0, 0, 999, tzinfo=UTC)


def camp(**changes) -> Entry:
    entry = Entry(
        "event-7@example.org",
        0,
        datetime(2026, 10, 14, 7, tzinfo=UTC),
        datetime(2026, 10, 14, 9, 30, tzinfo=UTC),
        "Innovasjonscamp på Skien vgs",
        created_at=MAY,
        changed_at=JUNE,
    )
    return replace(entry, **changes)


def full_camp() -> Entry:
    return camp(
        sequence=2,
        summary="Jury, dag 1; på «Skien vgs»",
        description="Møt opp i\r\nkantina.\n\nTa med: PC, lader",
        location="Skien vgs, Rektor Ørns gate 2\n3717 Skien",
        geo=(59.20961, 9.60898),
        url="https://portal.example.org/events/camp-skien",
        conference_url="https://video.example.org/rom?id=7;x=1",
        conference_label="Bli med på video:",
        categories=("Innovasjonscamp", "Telemark, Vestfold"),
    )


def text_of(ics: bytes) -> str:
    return ics.decode().replace("\r\n", "\n")


def lines_of(entry: Entry, name: str) -> list[str]:
    """The lines of that name in the entry's own file, unfolded."""
    lines = text_of(download(entry)).replace("\n ", "").split("BEGIN:VEVENT")[1].split("\n")
    return [line for line in lines if line.startswith((f"{name}:", f"{name};"))]


def invited(entry: Entry, method: Method = Method.REQUEST, **options) -> bytes:
    people = {"organizer": ALLIANCE, "attendee": OLA} | options
    return invitation(entry, method=method, made_at=JUNE, **people)


HEAD = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Osloregionen//Portal//NO
CALSCALE:GREGORIAN
"""
GOLDEN_ZONE = ZONE.replace("\r\n", "\n")
