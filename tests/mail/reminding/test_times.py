"""When reminders are due: whole days in Oslo, across both changes of the clock. Pure."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import dates
from portal.mail.reminding.times import (
    USUAL,
    Nearness,
    Timing,
    day_and_end,
    due_at,
    nearness,
    true_until,
    wall_time,
)
from portal.models.mailings import ReminderKind

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
timings = st.builds(Timing, st.integers(0, 60), st.times().map(lambda t: t.replace(fold=0)))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "days_before", "at", "due"),
    [
        # Winter and summer time.
        (date(2026, 11, 5), 1, time(12, 0), utc(2026, 11, 4, 11, 0)),
        (date(2026, 6, 5), 1, time(12, 0), utc(2026, 6, 4, 10, 0)),
        # The day itself, a month's and a year's end.
        (date(2026, 11, 5), 0, time(7, 30), utc(2026, 11, 5, 6, 30)),
        (date(2026, 12, 1), 2, time(9, 0), utc(2026, 11, 29, 8, 0)),
        (date(2027, 1, 1), 1, time(9, 0), utc(2026, 12, 31, 8, 0)),
        # The clocks go forward on 29 March 2026: the day before it is still winter.
        (date(2026, 3, 29), 1, time(9, 0), utc(2026, 3, 28, 8, 0)),
        (date(2026, 3, 30), 1, time(9, 0), utc(2026, 3, 29, 7, 0)),
        (date(2026, 3, 29), 0, time(1, 59), utc(2026, 3, 29, 0, 59)),
        (date(2026, 3, 29), 0, time(2, 0), utc(2026, 3, 29, 1, 0)),
        (date(2026, 3, 30), 1, time(2, 30), utc(2026, 3, 29, 1, 0)),
        (date(2026, 3, 29), 0, time(2, 59, 59), utc(2026, 3, 29, 1, 0)),
        (date(2026, 3, 29), 0, time(3, 0), utc(2026, 3, 29, 1, 0)),
        # They go back on 25 October 2026: of two half past twos the first.
        (date(2026, 10, 25), 0, time(2, 30), utc(2026, 10, 25, 0, 30)),
        (date(2026, 10, 26), 1, time(2, 30), utc(2026, 10, 25, 0, 30)),
        (date(2026, 10, 25), 0, time(3, 0), utc(2026, 10, 25, 2, 0)),
        (date(2026, 10, 26), 1, time(9, 0), utc(2026, 10, 25, 8, 0)),
        (date(2026, 10, 26), 2, time(9, 0), utc(2026, 10, 24, 7, 0)),
        # Leap days are days.
        (date(2028, 3, 1), 1, time(9, 0), utc(2028, 2, 29, 8, 0)),
        (date(2028, 2, 29), 1, time(9, 0), utc(2028, 2, 28, 8, 0)),
        (date(2027, 3, 1), 1, time(9, 0), utc(2027, 2, 28, 8, 0)),
    ],
)
def test_days_are_counted_in_oslo_and_the_moment_is_given_in_utc(day, days_before, at, due):
    assert due_at(day, Timing(days_before, at)) == due


@given(days, timings)
def test_a_reminder_is_due_on_its_day_at_its_time_or_right_after_a_gap(day, timing):
    due = due_at(day, timing)

    local = due.astimezone(dates.OSLO)
    assert due.utcoffset() == timedelta(0)
    assert local.date() == day - timedelta(days=timing.days_before)
    assert local.time() == timing.at or (local.time() == time(3, 0) and timing.at.hour == 2)


@given(days, st.times(), st.times())
def test_a_later_time_is_never_due_earlier(day, one, other):
    first, second = sorted((one.replace(fold=0), other.replace(fold=0)))

    assert wall_time(day, first) <= wall_time(day, second)


@given(days, timings)
def test_of_two_equal_times_the_first_counts(day, timing):
    due = due_at(day, timing)

    assert due.astimezone(dates.OSLO).fold == 0


def test_there_is_a_usual_time_for_each_kind():
    assert dict(USUAL) == {
        ReminderKind.ASK: Timing(2, time(9, 0)),
        ReminderKind.EVENT: Timing(1, time(12, 0)),
        ReminderKind.JURY_DAY: Timing(2, time(9, 0)),
        ReminderKind.SIGNUP: Timing(3, time(9, 0)),
    }


DAY, STARTS_AT = date(2026, 11, 5), utc(2026, 11, 5, 8, 0)


@pytest.mark.parametrize(
    ("now", "called", "until"),
    [
        (utc(2026, 11, 3, 22, 59), Nearness.DATE, STARTS_AT),
        # Midnight in Oslo is 23.00 in UTC.
        (utc(2026, 11, 3, 23, 0), Nearness.TOMORROW, utc(2026, 11, 4, 23, 0)),
        (utc(2026, 11, 4, 11, 0), Nearness.TOMORROW, utc(2026, 11, 4, 23, 0)),
        (utc(2026, 11, 4, 19, 59), Nearness.TOMORROW, utc(2026, 11, 4, 23, 0)),
        # Late in the evening the word would be wrong before many had read it.
        (utc(2026, 11, 4, 20, 0), Nearness.DATE, STARTS_AT),
        (utc(2026, 11, 4, 23, 0), Nearness.TODAY, STARTS_AT),
    ],
)
def test_a_text_calls_the_day_by_what_stays_true_until_it_is_read(now, called, until):
    assert nearness(DAY, now) is called
    assert true_until(DAY, STARTS_AT, now) == until


def test_a_whole_day_that_begins_at_midnight_is_called_tomorrow_until_then():
    midnight = dates.midnight(DAY)

    assert true_until(DAY, midnight, midnight - timedelta(hours=12)) == midnight


@pytest.mark.parametrize(
    ("days", "all_day", "until"),
    [
        (1, False, dates.midnight(DAY)),
        (1, True, dates.midnight(date(2026, 11, 6))),
        # Of several days only the first: on the second it is under way.
        (3, True, dates.midnight(date(2026, 11, 6))),
    ],
)
def test_whole_days_are_reminded_of_until_the_first_is_over_and_all_else_until_it_begins(
    days, all_day, until
):
    begins, ends = dates.midnight(DAY), dates.midnight(DAY + timedelta(days=days))

    assert day_and_end(begins, ends, all_day) == (DAY, until)
