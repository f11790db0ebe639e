"""Several days with the same times, as one types them in two lines. Pure but for the words."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from flask_babel import gettext as _

from portal.fields import read_day, read_time

_APART = re.compile(r"\s*(?:[,;\n]|\bog\b|\band\b)\s*")
# A hyphen too, unless it stands in 2026-11-16.
_TO = re.compile(r"\s*[–—]\s*|\s+-\s+|(?<=\d{4})-(?=\d{1,2}\.)|\s*\b(?:til|to)\b\s*")
_SPAN = re.compile(r"(\d{1,2}(?:[.:]?\d{2})?)\s*[-–—]\s*(\d{1,2}(?:[.:]?\d{2})?)")
_WORKDAYS = range(5)
MOST_DAYS = 31


def read_days(text: str) -> list[date]:
    """The days that ``text`` names, each once, in order: "16.11.2026, 18.11.2026–20.11.2026".

    From one day to another means the workdays among them.

    Raises:
        ValueError: some of it is no day, or they are too many; with the words to show.
    """
    found = sorted({day for part in _parts(text) for day in _days_of(part)})
    if not found:
        raise ValueError(_("Write the days, for example 16.11.2026, 18.11.2026"))
    if len(found) > MOST_DAYS:
        raise ValueError(_("That is more than %(most)s days. Write fewer", most=MOST_DAYS))
    return found


def read_times(text: str) -> list[tuple[time, time | None]]:
    """From when to when, in the order typed: "09.00–11.00, 13"; without an end, None.

    Raises:
        ValueError: some of it is no time; with the words to show.
    """
    found = list(dict.fromkeys(_time_of(part) for part in _parts(text)))
    if not found:
        raise ValueError(_("Write the times, for example 09.00–11.00, 13.00–15.00"))
    return found


def _parts(text: str) -> Iterator[str]:
    return (part for part in _APART.split(text.strip()) if part)


def _days_of(part: str) -> list[date]:
    ends = _TO.split(part)
    if len(ends) == 1:
        return [read_day(part)]
    if len(ends) > 2:
        raise ValueError(_("Write the days, for example 16.11.2026, 18.11.2026"))
    first, last = read_day(ends[0]), read_day(ends[1])
    if last < first:
        raise ValueError(_("The first day must come before the last"))
    if (last - first).days > 2 * MOST_DAYS:
        raise ValueError(_("That is more than %(most)s days. Write fewer", most=MOST_DAYS))
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if day.weekday() in _WORKDAYS]


def _time_of(part: str) -> tuple[time, time | None]:
    span = _SPAN.fullmatch(part)
    if span is None:
        return read_time(part), None
    return read_time(span[1]), read_time(span[2])
