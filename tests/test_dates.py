"""Dates and times in words, in three languages, and the hours that summer time takes and gives."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from portal import dates

SESSION = (datetime(2023, 8, 31, 7, 0, tzinfo=UTC), datetime(2023, 8, 31, 8, 30, tzinfo=UTC))
NIGHT = (datetime(2026, 12, 31, 21, 0, tzinfo=UTC), datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
LANGUAGES = ("nb", "nn", "en")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nb", "torsdag 31. august 2023 kl. 09.00–10.30"),
        ("nn", "torsdag 31. august 2023 kl. 09.00–10.30"),
        ("en", "Thursday 31 August 2023, 09:00–10:30"),
    ],
)
def test_a_session_of_one_day(lang: str, expected: str):
    assert dates.span(*SESSION, lang=lang) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nb", "torsdag 31. desember 2026 kl. 22.00 – fredag 1. januar 2027 kl. 01.30"),
        ("nn", "torsdag 31. desember 2026 kl. 22.00 – fredag 1. januar 2027 kl. 01.30"),
        ("en", "Thursday 31 December 2026, 22:00 – Friday 1 January 2027, 01:30"),
    ],
)
def test_a_night_over_new_year(lang: str, expected: str):
    assert dates.span(*NIGHT, lang=lang) == expected


@pytest.mark.parametrize(
    ("first", "last", "lang", "expected"),
    [
        (date(2027, 2, 4), date(2027, 2, 4), "nb", "torsdag 4. februar 2027"),
        (date(2027, 2, 4), date(2027, 2, 4), "nn", "torsdag 4. februar 2027"),
        (date(2027, 2, 4), date(2027, 2, 4), "en", "Thursday 4 February 2027"),
        (date(2027, 2, 4), date(2027, 2, 6), "nb", "4.–6. februar 2027"),
        (date(2027, 2, 4), date(2027, 2, 6), "nn", "4.–6. februar 2027"),
        (date(2027, 2, 4), date(2027, 2, 6), "en", "4–6 February 2027"),
        (date(2027, 1, 30), date(2027, 2, 2), "nb", "30. januar – 2. februar 2027"),
        (date(2027, 1, 30), date(2027, 2, 2), "en", "30 January – 2 February 2027"),
        (date(2026, 12, 30), date(2027, 1, 2), "nb", "30. desember 2026 – 2. januar 2027"),
        (date(2026, 12, 30), date(2027, 1, 2), "en", "30 December 2026 – 2 January 2027"),
    ],
)
def test_whole_days(first: date, last: date, lang: str, expected: str):
    assert dates.days(first, last, lang) == expected
    ends = dates.midnight(last + timedelta(days=1))
    assert dates.span(dates.midnight(first), ends, all_day=True, lang=lang) == expected


@pytest.mark.parametrize(
    ("filter_", "value", "expected"),
    [
        ("day", date(2026, 10, 14), ("onsdag 14. oktober 2026", "onsdag 14. oktober 2026",
                                     "Wednesday 14 October 2026")),
        ("day", date(2026, 10, 17), ("lørdag 17. oktober 2026", "laurdag 17. oktober 2026",
                                     "Saturday 17 October 2026")),
        ("plain_day", date(2026, 5, 1), ("1. mai 2026", "1. mai 2026", "1 May 2026")),
        ("short_day", date(2023, 8, 31), ("31. aug.", "31. aug.", "31 Aug")),
        ("clock_time", SESSION[0], ("09.00", "09.00", "09:00")),
        ("moment", SESSION[0], ("torsdag 31. august 2023 kl. 09.00",) * 2
                               + ("Thursday 31 August 2023, 09:00",)),
        ("weekday_short", date(2023, 8, 31), ("tor", "to", "Thu")),
        ("month_short", date(2023, 8, 31), ("aug", "aug", "Aug")),
    ],
)  # fmt: skip
def test_filters_follow_the_language_that_is_read(
    app: Flask, filter_: str, value: date, expected: tuple[str, ...]
):
    found = []
    for language in LANGUAGES:
        with app.test_request_context(), force_locale(language):
            found.append(dates.FILTERS[filter_](value))

    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("on", "at", "expected"),
    [
        (date(2026, 1, 15), time(9, 0), datetime(2026, 1, 15, 8, 0, tzinfo=UTC)),
        (date(2026, 7, 15), time(9, 0), datetime(2026, 7, 15, 7, 0, tzinfo=UTC)),
        # On either side of the hour that is skipped in spring.
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # There are two in autumn; the first is meant.
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        (date(2028, 2, 29), time(12, 0), datetime(2028, 2, 29, 11, 0, tzinfo=UTC)),
    ],
)
def test_a_time_on_the_wall_in_oslo_is_one_moment(on: date, at: time, expected: datetime):
    assert dates.to_utc(on, at) == expected


@pytest.mark.parametrize("at", [time(2, 0), time(2, 30), time(2, 59)])
def test_a_time_that_summer_time_skips_does_not_exist(at: time):
    with pytest.raises(dates.NoSuchTime):
        dates.to_utc(date(2026, 3, 29), at)


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_is_as_long_as_it_is_in_oslo(on: date, hours: int):
    assert dates.midnight(on + timedelta(days=1)) - dates.midnight(on) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 8, 19, 21, 59, tzinfo=UTC), date(2026, 8, 19)),
        (datetime(2026, 8, 19, 22, 0, tzinfo=UTC), date(2026, 8, 20)),
    ],
)
def test_today_begins_at_midnight_in_oslo(now: datetime, expected: date):
    assert dates.today(now) == expected
    assert dates.yesterday(now) == expected - timedelta(days=1)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["Oslo"], "Oslo"),
        (["Oslo", "Østfold"], "Oslo og Østfold"),
        (["Oslo", "Vestfold", "Østfold"], "Oslo, Vestfold og Østfold"),
    ],
)
def test_counties_are_listed_as_one_says_them(app: Flask, names: list[str], expected: str):
    with app.test_request_context(), force_locale("nb"):
        assert dates.county_list(names) == expected
