"""Days on which schools are open, found from any day of any year, so that the demo never ages."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from portal import dates
from portal.geography import calendar_days, counties

Span = tuple[tuple[int, int], tuple[int, int]]
# School holidays that are too long for anybody to be warned of, as (month, day), both included.
_CLOSED: tuple[Span, ...] = (((6, 15), (8, 24)), ((12, 20), (12, 31)), ((1, 1), (1, 5)))
# When nobody is called to anything.
_QUIET: tuple[Span, ...] = (((7, 1), (7, 31)), ((12, 20), (12, 31)), ((1, 1), (1, 5)))
_WORKDAYS = range(5)
_WEEK = range(8)


def school_days(first: date, count: int) -> list[date]:
    """The first ``count`` days from ``first`` on which every school of the region is open."""
    codes = [county.code for county in counties.jury_area(first)]
    return list(islice((day for day in _from(first) if _is_open(day, codes)), count))


def workday(day: date, in_a_row: int = 1) -> date:
    """``day``, or the first day after it, that begins so many workdays in a row.

    Neither July nor the days around New Year count.
    """
    return next(
        each
        for each in _from(day)
        if all(_is_workday(each + timedelta(days=number)) for number in range(in_a_row))
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That clock time in Oslo, as a moment in UTC."""
    return dates.to_utc(day, time(hour, minute))


def _from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)


def _is_workday(day: date) -> bool:
    if day.weekday() not in _WORKDAYS or _lies_in(day, _QUIET):
        return False
    return not calendar_days.holidays_on(day)


def _is_open(day: date, county_codes: list[str]) -> bool:
    before_easter = (calendar_days.easter_sunday(day.year) - day).days in _WEEK
    if before_easter or _lies_in(day, _CLOSED):
        return False
    return not any(calendar_days.warnings(day, code) for code in county_codes)


def _lies_in(day: date, spans: tuple[Span, ...]) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in spans)
