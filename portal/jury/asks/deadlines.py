"""Until when somebody who is asked may answer. Pure."""

from datetime import datetime, time, timedelta

from portal import dates

# How long somebody has to answer, at the latest how long before the camp, and at the least.
DAYS_TO_ANSWER = timedelta(days=7)
_LATEST = timedelta(days=1)
_AT_LEAST = timedelta(hours=4)


def to_answer(starts_at: datetime, now: datetime) -> datetime:
    """When an answer is needed: at the end of a day in a week, or a day before the camp begins.

    Shortly before a camp it is some hours away, else nobody would get the question; yet never after
    the camp begins.
    """
    in_a_week = dates.to_utc(dates.today(now) + DAYS_TO_ANSWER, time(23, 59))
    return min(max(min(in_a_week, starts_at - _LATEST), now + _AT_LEAST), starts_at)
