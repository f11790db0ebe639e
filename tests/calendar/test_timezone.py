"""The constant VTIMEZONE against tzdata."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from icalendar import Calendar, Component, Timezone

from portal.calendar.ical import document
from portal.calendar.timezone import OSLO, VTIMEZONE
from tests.calendar.rules import ZONE

SPRING_1996 = datetime(1996, 3, 31, 1, tzinfo=UTC)
END_OF_2040 = datetime(2041, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def onsets(timezone: Component) -> list[tuple[datetime, timedelta]]:
    """Each moment the text changes the clock, in UTC, and the offset from then on."""
    found = []
    for rule in timezone.subcomponents:
        before = rule["TZOFFSETFROM"].td
        after = rule["TZOFFSETTO"].td
        assert rule["RRULE"]["BYDAY"] == ["-1SU"]
        for year in range(rule["DTSTART"].dt.year, 2042):
            day = last_sunday(year, rule["RRULE"]["BYMONTH"][0])
            at = day.replace(hour=rule["DTSTART"].dt.hour, tzinfo=UTC) - before
            found.append((at, after))
    return sorted(found)


def last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def test_it_agrees_with_tzdata_hour_by_hour_from_1996_to_2040():
    timezone = Timezone.from_ical(VTIMEZONE)
    differing = []

    for (start, offset), (end, _) in pairwise(onsets(timezone)):
        moment = max(start, SPRING_1996)
        while moment < min(end, END_OF_2040):
            if moment.astimezone(OSLO).utcoffset() != offset:
                differing.append(moment)
            moment += HOUR

    assert differing == []


def test_its_rules_begin_on_a_day_they_name():
    timezone = Timezone.from_ical(VTIMEZONE)

    for rule in timezone.subcomponents:
        starts = rule["DTSTART"].dt
        assert starts.date() == last_sunday(starts.year, rule["RRULE"]["BYMONTH"][0]).date()


def test_icalendar_reads_the_same_offsets_from_it():
    zone = Timezone.from_ical(VTIMEZONE).to_tz()

    for month in range(1, 13):
        noon = datetime(2026, month, 15, 12)  # noqa: DTZ001  the zone under test comes next
        assert noon.replace(tzinfo=zone).utcoffset() == noon.replace(tzinfo=OSLO).utcoffset()


def test_it_stands_in_every_calendar_even_an_empty_one():
    empty = document([])

    assert VTIMEZONE == ZONE
    assert VTIMEZONE.encode() in empty
    assert [part.name for part in Calendar.from_ical(empty).subcomponents] == ["VTIMEZONE"]
