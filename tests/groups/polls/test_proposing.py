"""Several days and times typed in two lines."""

from datetime import date, time

import pytest

from portal.groups.polls.proposing import read_days, read_times

MONDAY, TUESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("16.11.2026", [MONDAY]),
        (" 17.11.2026 ,16.11.2026;17.11.2026, ", [MONDAY, TUESDAY]),
        ("16.11.2026 og 17.11.2026", [MONDAY, TUESDAY]),
        ("2026-11-16, 2026-11-17", [MONDAY, TUESDAY]),
        ("16.11.2026 – 17.11.2026", [MONDAY, TUESDAY]),
        ("16.11.2026-17.11.2026", [MONDAY, TUESDAY]),
        ("16.11.2026 til 17.11.2026", [MONDAY, TUESDAY]),
        # Of a whole span only the workdays, the weekend is left out.
        ("20.11.2026–23.11.2026", [FRIDAY, date(2026, 11, 23)]),
        # A day of a weekend that is named is meant.
        ("21.11.2026", [date(2026, 11, 21)]),
    ],
)
def test_days_are_read_in_order_each_once(app, text: str, days: list[date]):
    assert read_days(text) == days


@pytest.mark.parametrize(
    "text",
    ["", " , ", "mandag", "31.11.2026", "16.11.2026–", "17.11.2026–16.11.2026",
     "1.1.2026–31.12.2026", "16.11.2026–17.11.2026–18.11.2026"],
)  # fmt: skip
def test_what_is_no_day_is_said_to_be_none(app, text: str):
    with pytest.raises(ValueError, match=r"\w"):
        read_days(text)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("09.00–11.00, 13.00-15.00", [(time(9), time(11)), (time(13), time(15))]),
        ("9 og 13:30", [(time(9), None), (time(13, 30), None)]),
        ("0900–1030", [(time(9), time(10, 30))]),
        ("9-11, 9-11", [(time(9), time(11))]),
    ],
)
def test_times_are_read_with_and_without_an_end(app, text: str, times):
    assert read_times(text) == times


@pytest.mark.parametrize("text", ["", "formiddag", "25.00", "9–11–13", "9-25"])
def test_what_is_no_time_is_said_to_be_none(app, text: str):
    with pytest.raises(ValueError, match=r"\w"):
        read_times(text)
