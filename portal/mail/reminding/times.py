"""When reminders are due: whole days before a day in Oslo, at a time on the clocks there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from portal import dates
from portal.models.mailings import ReminderKind

LONGEST = timedelta(days=60)
# So shortly before midnight "tomorrow" would soon be wrong, and the day is named instead.
_LATE = timedelta(hours=3)


@dataclass(frozen=True)
class Timing:
    """Whether to remind, how many whole days before the day in question, and at what Oslo time."""

    days_before: int
    at: time
    is_on: bool = True


# What holds where nobody has chosen otherwise. Whoever sits on a jury has a journey to plan.
USUAL: Mapping[ReminderKind, Timing] = MappingProxyType(
    {
        ReminderKind.ASK: Timing(2, time(9)),
        ReminderKind.EVENT: Timing(1, time(12)),
        ReminderKind.JURY_DAY: Timing(2, time(9)),
        ReminderKind.SIGNUP: Timing(3, time(9)),
    }
)


class Nearness(StrEnum):
    """What a text may call a day: by a word, or only by its date."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    DATE = "date"


def due_at(day: date, timing: Timing) -> datetime:
    """When to remind of something on ``day``, in UTC."""
    return wall_time(day - timedelta(days=timing.days_before), timing.at)


def wall_time(on: date, at: time) -> datetime:
    """The moment at which clocks in Oslo show ``at``, in UTC.

    Of two equal times in autumn the first; where summer time skips over it, the next there is.
    """
    local = datetime.combine(on, at)
    while True:
        try:
            return dates.to_utc(local.date(), local.time())
        except dates.NoSuchTime:
            local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)


def day_and_end(starts_at: datetime, ends_at: datetime, all_day: bool) -> tuple[date, datetime]:
    """The day of an event, and until when a reminder of it is of use: until it begins.

    One of whole days may be spoken of on its first day, until that is over.
    """
    day = dates.today(starts_at)
    until = min(ends_at, dates.midnight(day + timedelta(days=1))) if all_day else starts_at
    return day, until


def nearness(day: date, now: datetime) -> Nearness:
    """What a text written at ``now`` may call ``day``."""
    if day == dates.today(now):
        return Nearness.TODAY
    is_tomorrow = day == dates.today(now) + timedelta(days=1)
    if is_tomorrow and dates.midnight(day) - now > _LATE:
        return Nearness.TOMORROW
    return Nearness.DATE


def true_until(day: date, until: datetime, now: datetime) -> datetime:
    """How long a text written at ``now`` of something on ``day`` says nothing wrong.

    ``until`` is when it is of no more use, whatever it says.
    """
    if nearness(day, now) is Nearness.TOMORROW:
        return min(dates.midnight(day), until)
    return until
