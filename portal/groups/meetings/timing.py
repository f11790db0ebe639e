"""How an agenda fills its meeting: when each item comes, what is left, what is too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from portal.dates import OSLO


class Timed(Protocol):
    """An agenda item: for how many minutes it is planned (None: unknown), and on which day."""

    @property
    def planned_minutes(self) -> int | None: ...

    @property
    def day(self) -> int: ...


Item = TypeVar("Item", bound=Timed)


@dataclass(frozen=True)
class Span:
    """From when to when people sit together on one day, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Slot(Generic[Item]):
    """An item and when it comes; a moment is None when an item before it has no minutes."""

    item: Item
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class DayPlan(Generic[Item]):
    """One day of a meeting, numbered from 1, with its items in order."""

    number: int
    span: Span
    slots: tuple[Slot[Item], ...]

    @property
    def length(self) -> int:
        """How many minutes the day has."""
        return int((self.span.ends_at - self.span.starts_at).total_seconds()) // 60

    @property
    def planned(self) -> int:
        """How many minutes its items take together, as far as that is known."""
        return sum(slot.item.planned_minutes or 0 for slot in self.slots)

    @property
    def left(self) -> int:
        """How many minutes nothing is planned for; negative when there is too much."""
        return self.length - self.planned

    @property
    def unknown(self) -> int:
        """How many items have no minutes."""
        return sum(not slot.item.planned_minutes for slot in self.slots)

    @property
    def is_timed(self) -> bool:
        """Whether any item says how long it takes."""
        return self.planned > 0


def plan(days: Sequence[Span], items: Sequence[Item]) -> list[DayPlan[Item]]:
    """``items``, in order, laid out over ``days``; an item of a day there is not is on the last.

    Items of one day follow each other without a break. After one without minutes nobody knows when
    the next begins.
    """
    found = []
    for number, span in enumerate(days, 1):
        own = [item for item in items if min(max(item.day, 1), len(days)) == number]
        found.append(DayPlan(number, span, tuple(_slots(span.starts_at, own))))
    return found


def shifted(days: Sequence[Span], starts_at: datetime, ends_at: datetime) -> list[Span]:
    """``days`` with the first beginning at ``starts_at`` and the others as many days after it.

    Each keeps its length, but for the last, which ends at ``ends_at`` if it begins before that.
    Hours are those of the clock in Oslo.
    """
    first = days[0].starts_at
    moved = [Span(_moved(day.starts_at, first, starts_at), _moved(day.ends_at, first, starts_at))
             for day in days]  # fmt: skip
    last = moved[-1]
    return [*moved[:-1], Span(last.starts_at, ends_at) if last.starts_at < ends_at else last]


def _moved(moment: datetime, first: datetime, starts_at: datetime) -> datetime:
    local, before, after = (at.astimezone(OSLO) for at in (moment, first, starts_at))
    wall = local.replace(tzinfo=None) + (after.replace(tzinfo=None) - before.replace(tzinfo=None))
    return wall.replace(tzinfo=OSLO).astimezone(UTC)


def _slots(begins: datetime, items: Sequence[Item]) -> list[Slot[Item]]:
    at: datetime | None = begins
    slots = []
    for item in items:
        minutes = item.planned_minutes
        until = at + timedelta(minutes=minutes) if at and minutes else None
        slots.append(Slot(item, at, until))
        at = until
    return slots
