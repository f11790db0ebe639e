"""How an agenda fills its meeting."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.groups.meetings import timing
from portal.groups.meetings.timing import Span
from portal.models.meetings import AgendaItem

NINE = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MORNING = Span(NINE, NINE + 90 * MINUTE)
NEXT_MORNING = Span(NINE + timedelta(days=1), NINE + timedelta(days=1) + 60 * MINUTE)


def item(minutes: int | None, day: int = 1) -> AgendaItem:
    return AgendaItem(planned_minutes=minutes, day=day)


def minutes_in(plan) -> list[list[tuple[float | None, float | None]]]:
    """When items begin and end, in minutes after the day began."""
    return [
        [tuple(at and (at - day.span.starts_at) / MINUTE for at in (slot.starts_at, slot.ends_at))
         for slot in day.slots]
        for day in plan
    ]  # fmt: skip


def test_items_follow_each_other_until_one_has_no_minutes():
    (day,) = timing.plan([MORNING], [item(10), item(30), item(None), item(5)])

    assert minutes_in([day]) == [[(0, 10), (10, 40), (40, None), (None, None)]]
    assert (day.length, day.planned, day.left, day.unknown) == (90, 45, 45, 1)


def test_an_agenda_that_is_too_long_has_less_than_nothing_left():
    (day,) = timing.plan([MORNING], [item(60), item(45)])

    assert (day.planned, day.left) == (105, -15)


def test_each_day_begins_anew_and_what_has_no_day_is_on_the_last():
    plan = timing.plan([MORNING, NEXT_MORNING], [item(10), item(20, 2), item(30, 7), item(5, 0)])

    assert minutes_in(plan) == [[(0, 10), (10, 15)], [(0, 20), (20, 50)]]
    assert [day.left for day in plan] == [75, 10]


def test_an_agenda_without_minutes_is_not_timed():
    (day,) = timing.plan([MORNING], [item(None)])

    assert (day.is_timed, day.left) == (False, 90)


@given(st.lists(st.tuples(st.integers(1, 600), st.integers(1, 3))))
def test_no_item_is_lost_and_what_is_planned_and_left_make_the_day(values):
    items = [item(minutes, day) for minutes, day in values]

    plan = timing.plan([MORNING, NEXT_MORNING], items)

    shown = [slot.item for day in plan for slot in day.slots]
    assert len(shown) == len(items)
    assert all(each in shown for each in items)
    assert [day.planned + day.left for day in plan] == [90, 60]
