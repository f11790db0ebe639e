"""Another time proposed (COUNTER of RFC 5546 3.2.7): which one, for which occurrence. Pure.

Outlook changes only start and end, and repeats the time it knew in two fields of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol, TypeVar

from portal import dates
from portal.calendar.itip import Said, Time
from portal.calendar.values import recurrence_key


class Timed(Protocol):
    """An event, or whatever else has a time; an occurrence also has the one it should have had."""

    starts_at: datetime
    ends_at: datetime
    recurrence_id: str


TimedT = TypeVar("TimedT", bound=Timed)


@dataclass(frozen=True)
class Proposal:
    """The times proposed, in UTC."""

    starts_at: datetime
    ends_at: datetime


def proposal(said: Said, event: Timed) -> Proposal | None:
    """What ``said`` proposes instead of the time of ``event``; None when it is the same time.

    Without an end the event keeps its length. An end before its start proposes nothing.
    """
    if said.starts is None:
        return None
    starts_at = moment(said.starts)
    ends_at = moment(said.ends) if said.ends else starts_at + (event.ends_at - event.starts_at)
    if (starts_at, ends_at) == (event.starts_at, event.ends_at) or ends_at <= starts_at:
        return None
    return Proposal(starts_at, ends_at)


def meant(said: Said, events: Sequence[TimedT]) -> TimedT | None:
    """Which of the occurrences ``said`` is about, by the time Outlook knew; None when by none.

    It may be one that has been moved since: then it is known by the time it should have had.
    """
    if said.original_starts is None:
        return None
    known = moment(said.original_starts)
    now_then = (event for event in events if event.starts_at == known)
    at_first = (event for event in events if event.recurrence_id == recurrence_key(known))
    return next(now_then, None) or next(at_first, None)


def is_to_another_time(said: Said, event: Timed) -> bool:
    """Whether the calendar that proposes knows the event at another time than its present one."""
    return said.original_starts is not None and moment(said.original_starts) != event.starts_at


def moment(value: Time) -> datetime:
    """A time as a moment: a day begins at midnight in Oslo."""
    return value if isinstance(value, datetime) else dates.to_utc(value, time(0))
