"""The rules of series: which days they give, how they are written, and what others read in them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendar import ical, recurring, rhythms
from portal.calendar.recurring import Pattern, Rhythm
from portal.calendar.timezone import OSLO
from portal.calendar.values import Entry
from portal.models.series import Series
from tests.calendar.rules import broken_rules

DAYS = st.dates(date(2024, 1, 1), date(2036, 12, 31))
TIMES = st.times(time(3), time(21)).map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("rhythm", "first", "rule"),
    [
        (Rhythm.WEEKLY, date(2026, 9, 1), "FREQ=WEEKLY;BYDAY=TU"),
        (Rhythm.SECOND_WEEK, date(2026, 9, 3), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        (Rhythm.FOURTH_WEEK, date(2026, 9, 6), "FREQ=WEEKLY;INTERVAL=4;BYDAY=SU"),
        (Rhythm.MONTHLY, date(2026, 9, 8), "FREQ=MONTHLY;BYDAY=2TU"),
        (Rhythm.MONTHLY, date(2026, 9, 30), "FREQ=MONTHLY;BYDAY=-1WE"),
    ],
)
def test_a_rhythm_is_written_with_the_weekday_of_its_first_date(rhythm, first, rule):
    pattern = recurring.pattern_from(rhythm, first)
    until = datetime(2026, 12, 1, 9, tzinfo=UTC)

    assert pattern.rule == rule
    assert recurring.read(recurring.rrule(pattern, until)) == (pattern, until)


def test_the_fifth_weekday_of_a_month_means_the_last_of_each():
    found = recurring.days(Rhythm.MONTHLY, date(2026, 9, 30), count=4)

    assert found == [
        date(2026, 9, 30), date(2026, 10, 28), date(2026, 11, 25), date(2026, 12, 30),
    ]  # fmt: skip


def test_days_end_with_the_last_date_or_the_number_and_never_go_on_for_ever():
    first = date(2026, 9, 1)

    assert recurring.days(Rhythm.WEEKLY, first, last=date(2026, 9, 14)) == [first, date(2026, 9, 8)]
    assert len(recurring.days(Rhythm.WEEKLY, first, count=5)) == 5
    assert len(recurring.days(Rhythm.WEEKLY, first)) == recurring.MOST + 1
    assert len(recurring.days(Rhythm.WEEKLY, first, count=10**9)) == recurring.MOST + 1


@given(st.sampled_from(Rhythm), DAYS, TIMES, st.integers(2, recurring.MOST))
def test_dateutil_reads_the_same_days_and_hours_out_of_a_rule(rhythm, first, at, count):
    days = recurring.days(rhythm, first, count=count)
    starts = recurring.moment(first, at)
    rule = recurring.rrule(recurring.pattern_from(rhythm, first), recurring.moment(days[-1], at))

    theirs = rrulestr(f"RRULE:{rule}", dtstart=starts.astimezone(OSLO))

    assert list(theirs) == [datetime.combine(day, at, OSLO) for day in days]
    assert recurring.moments(rule, starts) == [each.astimezone(UTC) for each in theirs]


@pytest.mark.parametrize("first", [date(2026, 10, 13), date(2027, 3, 16)])
def test_ten_oclock_stays_ten_oclock_over_both_changes_of_clocks(first):
    days = recurring.days(Rhythm.WEEKLY, first, count=4)
    rule = recurring.rrule(
        recurring.pattern_from(Rhythm.WEEKLY, first), recurring.moment(days[-1], time(10))
    )

    found = recurring.moments(rule, recurring.moment(first, time(10)))

    assert [each.astimezone(OSLO).time() for each in found] == [time(10)] * 4
    assert len({each.time() for each in found}) == 2


def test_an_hour_that_the_clocks_skip_is_no_time_for_a_meeting():
    with pytest.raises(recurring.NoSuchTime):
        recurring.moment(date(2027, 3, 28), time(2, 30))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;UNTIL=20301231T000000Z",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=2TU;UNTIL=20301231T000000Z",
        "FREQ=MONTHLY;BYDAY=TU;UNTIL=20301231T000000Z",
        "FREQ=WEEKLY;COUNT=9;BYDAY=TU",
        "",
    ],
)
def test_what_we_did_not_write_is_not_expanded(rule):
    with pytest.raises(recurring.NotOurs):
        recurring.moments(rule, datetime(2026, 9, 1, 8, tzinfo=UTC))


def test_another_end_leaves_the_rest_of_a_rule():
    rule = "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20271231T090000Z"

    assert recurring.ended_at(rule, datetime(2026, 10, 13, 8, tzinfo=UTC)) == (
        "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20261013T080000Z"
    )


@given(st.sampled_from(Rhythm), DAYS, TIMES, st.integers(2, 20), st.data())
def test_icalendar_reads_the_rule_and_its_exceptions_out_of_the_text(
    rhythm, first, at, count, data
):
    starts = [recurring.moment(day, at) for day in recurring.days(rhythm, first, count=count)]
    gone = data.draw(st.sets(st.sampled_from(starts[1:])))
    entry = Entry(
        "a@example.org", 1, starts[0], starts[0] + timedelta(hours=1), "Møte",
        created_at=starts[0], changed_at=starts[0],
        rrule=recurring.rrule(recurring.pattern_from(rhythm, first), starts[-1]),
        exdates=tuple(sorted(gone)),
    )  # fmt: skip

    ics = ical.document([ical.vevent(entry)])
    (event,) = Calendar.from_ical(ics).walk("VEVENT")

    assert broken_rules(ics) == []
    assert expanded(event) == [each for each in starts if each not in gone]


def expanded(event) -> list[datetime]:
    """The moments that a reader makes of a VEVENT, in UTC."""
    rule = event["RRULE"].to_ical().decode()
    begins = event["DTSTART"].dt
    exdates = event.get("EXDATE", [])
    lines = exdates if isinstance(exdates, list) else [exdates]
    gone = {each.dt for line in lines for each in line.dts}
    return [
        each.astimezone(UTC)
        for each in rrulestr(f"RRULE:{rule}", dtstart=begins)
        if each not in gone
    ]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (Pattern(Rhythm.WEEKLY, 1), "Every Tuesday, 10:00–11:30"),
        (Pattern(Rhythm.SECOND_WEEK, 1), "Every second Tuesday, 10:00–11:30"),
        (Pattern(Rhythm.FOURTH_WEEK, 1), "Every four weeks on Tuesday, 10:00–11:30"),
        (Pattern(Rhythm.MONTHLY, 1, 2), "The second Tuesday of the month, 10:00–11:30"),
        (Pattern(Rhythm.MONTHLY, 1, -1), "The last Tuesday of the month, 10:00–11:30"),
    ],
)
def test_a_rhythm_in_words(app, pattern, words):
    starts = datetime(2026, 9, 1, 8, tzinfo=UTC)
    series = Series(
        rrule=recurring.rrule(pattern, starts), starts_at=starts,
        ends_at=starts + timedelta(minutes=90),
    )  # fmt: skip

    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert rhythms.in_words(series) == words
