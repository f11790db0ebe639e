"""Regular meetings: the four rhythms people plan in, as RRULE (RFC 5545 3.3.10) and as moments.

Rules are of our own making only, and small. Times follow the clock on the wall in Oslo: ten o'clock
stays ten o'clock when the clocks change. What a stranger's calendar sends is never expanded here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, takewhile

from portal.calendar.timezone import OSLO

MOST = 60
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = timedelta(weeks=1)
_STAMP = "%Y%m%dT%H%M%SZ"
_RULE = re.compile(
    r"FREQ=(?P<freq>WEEKLY|MONTHLY)(?:;INTERVAL=(?P<weeks>[124]))?"
    r";BYDAY=(?P<nth>-1|[1-4])?(?P<weekday>MO|TU|WE|TH|FR|SA|SU);UNTIL=(?P<until>\d{8}T\d{6}Z)"
)


class NoSuchTime(ValueError):
    """On one of the days the clocks are put forward over the time of day."""


class NotOurs(ValueError):
    """The rule is none that this module writes."""


class Rhythm(StrEnum):
    """How often something recurs; monthly means on the same weekday of each month."""

    WEEKLY = "weekly"
    SECOND_WEEK = "second_week"
    FOURTH_WEEK = "fourth_week"
    MONTHLY = "monthly"


_WEEKS = {Rhythm.WEEKLY: 1, Rhythm.SECOND_WEEK: 2, Rhythm.FOURTH_WEEK: 4}


@dataclass(frozen=True)
class Pattern:
    """A rhythm tied to a weekday (0 is Monday).

    ``nth`` is which one of the month a monthly pattern means, -1 the last; 0 in all others.
    """

    rhythm: Rhythm
    weekday: int
    nth: int = 0

    @property
    def rule(self) -> str:
        """The value of an RRULE without its end."""
        day = _WEEKDAYS[self.weekday]
        if self.rhythm is Rhythm.MONTHLY:
            return f"FREQ=MONTHLY;BYDAY={self.nth}{day}"
        weeks = _WEEKS[self.rhythm]
        return f"FREQ=WEEKLY;{f'INTERVAL={weeks};' if weeks > 1 else ''}BYDAY={day}"

    def days(self, first: date) -> Iterator[date]:
        """The days of the pattern from ``first`` on, which is one of them; without end."""
        if self.rhythm is not Rhythm.MONTHLY:
            step = _WEEKS[self.rhythm] * _WEEK
            while True:
                yield first
                first += step
        while True:
            yield first
            first = self._in_month_after(first)

    def _in_month_after(self, day: date) -> date:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        if self.nth > 0:
            ahead = (self.weekday - following.weekday()) % 7
            return following + timedelta(days=ahead) + (self.nth - 1) * _WEEK
        last = (following + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - self.weekday) % 7)


def pattern_from(rhythm: Rhythm, first: date) -> Pattern:
    """The pattern that begins on ``first``; a fifth weekday of a month counts as the last."""
    nth = (first.day - 1) // 7 + 1 if rhythm is Rhythm.MONTHLY else 0
    return Pattern(rhythm, first.weekday(), nth if nth < 5 else -1)


def days(
    rhythm: Rhythm, first: date, *, last: date | None = None, count: int | None = None
) -> list[date]:
    """The days from ``first`` to ``last``, or ``count`` of them; one more than ``MOST`` at most."""
    every = pattern_from(rhythm, first).days(first)
    until = every if last is None else takewhile(lambda day: day <= last, every)
    return list(islice(until, min(count or MOST + 1, MOST + 1)))


def moment(day: date, at: time) -> datetime:
    """A time on the wall in Oslo, in UTC; of two equal ones in autumn the first.

    Raises:
        NoSuchTime: the clocks are put forward over it.
    """
    local = datetime.combine(day, at, OSLO)
    found = local.astimezone(UTC)
    if found.astimezone(OSLO).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"{day} {at}")
    return found


def rrule(pattern: Pattern, last: datetime) -> str:
    """The value of an RRULE whose last occurrence begins at ``last``; UNTIL is written in UTC."""
    return f"{pattern.rule};UNTIL={last.astimezone(UTC):{_STAMP}}"


def read(rule: str) -> tuple[Pattern, datetime]:
    """The pattern of an RRULE that ``rrule`` wrote, and when its last occurrence begins.

    Raises:
        NotOurs: anything else.
    """
    found = _RULE.fullmatch(rule)
    if found is None or (found["freq"] == "MONTHLY") != bool(found["nth"]):
        raise NotOurs(rule)
    until = datetime.strptime(found["until"], _STAMP).replace(tzinfo=UTC)
    weekday = _WEEKDAYS.index(found["weekday"])
    if found["nth"]:
        return Pattern(Rhythm.MONTHLY, weekday, int(found["nth"])), until
    weeks = int(found["weeks"] or 1)
    rhythm = next(rhythm for rhythm, each in _WEEKS.items() if each == weeks)
    return Pattern(rhythm, weekday), until


def moments(rule: str, starts_at: datetime) -> list[datetime]:
    """All moments at which an occurrence begins by ``rule``, the first at ``starts_at``; in UTC.

    Raises:
        NotOurs: the rule is none of ours. NoSuchTime: a clock skips one of the moments.
    """
    pattern, until = read(rule)
    first = starts_at.astimezone(OSLO)
    every = (moment(day, first.time()) for day in pattern.days(first.date()))
    return list(islice(takewhile(lambda each: each <= until, every), MOST))


def ended_at(rule: str, last: datetime) -> str:
    """``rule`` with another end: its last occurrence begins at ``last``."""
    pattern, _until = read(rule)
    return rrule(pattern, last)
