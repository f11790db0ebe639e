"""Days an event should rather not fall on."""

from datetime import date

import pytest

from portal.geography import calendar_days, counties
from portal.geography.calendar_days import Basis, BreakKind, DayKind, SchoolBreak


def kinds(day, county, breaks=None):
    return [(note.kind, note.basis) for note in calendar_days.warnings(day, county, breaks)]


def test_the_final_planned_for_18_november_2023_was_on_a_saturday():
    assert kinds(date(2023, 11, 18), "03") == [(DayKind.SATURDAY, None)]
    assert kinds(date(2023, 11, 13), "03") == []


def test_17_november_2023_was_without_pupils_in_viken_only():
    day = date(2023, 11, 17)

    assert kinds(day, "30") == [(DayKind.NO_PUPILS, Basis.PUBLISHED)]
    assert kinds(day, "34") == []
    assert kinds(day, None) == []


@pytest.mark.parametrize(
    ("county", "week"),
    [("03", 40), ("31", 40), ("32", 40), ("33", 40), ("34", 41), ("39", 41), ("40", 41)],
)
def test_where_no_break_is_known_the_usual_week_is_to_be_checked(county, week):
    wednesday = date.fromisocalendar(2029, week, 3)

    assert kinds(wednesday, county) == [(DayKind.AUTUMN_BREAK, Basis.PATTERN)]


def test_the_usual_week_ends_on_its_friday():
    saturday, monday_after = date.fromisocalendar(2029, 40, 6), date.fromisocalendar(2029, 41, 1)

    assert kinds(saturday, "03") == [(DayKind.SATURDAY, None)]
    assert kinds(monday_after, "03") == []


def test_a_winter_break_lies_in_the_second_year_of_its_school_year():
    assert kinds(date.fromisocalendar(2030, 8, 3), "03") == [(DayKind.WINTER_BREAK, Basis.PATTERN)]


def test_a_break_of_viken_holds_on_in_the_counties_that_followed():
    assert kinds(date(2024, 2, 20), "32") == [(DayKind.WINTER_BREAK, Basis.PUBLISHED)]


def test_a_break_the_secretariat_enters_takes_the_place_of_the_usual_week():
    entered = [SchoolBreak("03", BreakKind.AUTUMN, date(2029, 10, 8), date(2029, 10, 12))]

    assert kinds(date(2029, 10, 10), "03", entered) == [(DayKind.AUTUMN_BREAK, Basis.PUBLISHED)]
    assert kinds(date(2029, 10, 3), "03", entered) == []
    assert kinds(date(2029, 10, 3), "31", entered) == [(DayKind.AUTUMN_BREAK, Basis.PATTERN)]
    assert kinds(date(2030, 10, 2), "03", entered) == [(DayKind.AUTUMN_BREAK, Basis.PATTERN)]


def test_without_any_breaks_given_the_shipped_ones_are_not_used():
    assert kinds(date(2023, 11, 17), "30", []) == []


def test_constitution_day_is_a_holiday_in_three_languages():
    [note] = calendar_days.warnings(date(2028, 5, 17), "31")

    assert note.kind is DayKind.HOLIDAY
    assert [note.holiday.name(language) for language in ("nb", "nn", "en", "de")] == [
        "Grunnlovsdagen",
        "Grunnlovsdagen",
        "Constitution Day",
        "Grunnlovsdagen",
    ]


def test_a_sunday_may_be_a_holiday_too():
    assert kinds(date(2027, 5, 16), "31") == [(DayKind.SUNDAY, None), (DayKind.HOLIDAY, None)]


def test_17_may_may_share_its_day_with_whit_monday():
    found = calendar_days.holidays_on(date(2027, 5, 17))

    assert [holiday.name_nb for holiday in found] == ["Grunnlovsdagen", "2. pinsedag"]


def test_the_holidays_of_2026_are_those_of_the_calendar():
    assert [(str(each.day)[5:], each.name_nb) for each in calendar_days.holidays(2026)] == [
        ("01-01", "1. nyttårsdag"),
        ("04-02", "Skjærtorsdag"),
        ("04-03", "Langfredag"),
        ("04-05", "1. påskedag"),
        ("04-06", "2. påskedag"),
        ("05-01", "Arbeidernes dag"),
        ("05-14", "Kristi himmelfartsdag"),
        ("05-17", "Grunnlovsdagen"),
        ("05-24", "1. pinsedag"),
        ("05-25", "2. pinsedag"),
        ("12-25", "1. juledag"),
        ("12-26", "2. juledag"),
    ]


@pytest.mark.parametrize(
    "easter",
    [
        date(2008, 3, 23),
        date(2011, 4, 24),
        date(2023, 4, 9),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2030, 4, 21),
        date(2038, 4, 25),
    ],
)
def test_easter_falls_where_the_almanac_has_it(easter):
    assert calendar_days.easter_sunday(easter.year) == easter


def test_the_school_year_turns_in_august():
    assert calendar_days.school_year(date(2026, 7, 31)) == "2025-26"
    assert calendar_days.school_year(date(2026, 8, 1)) == "2026-27"


def test_the_first_and_the_last_day_of_all_can_be_asked_about():
    assert kinds(date.min, "03") == [(DayKind.HOLIDAY, None)]
    assert kinds(date.max, "03") == []


def test_every_shipped_break_names_its_source_and_a_county_of_its_time():
    for each in calendar_days.shipped_breaks():
        assert each.first_day <= each.last_day
        assert each.source.startswith("https://")
        assert counties.get(each.county_code)


def test_every_county_of_the_jury_area_has_its_usual_weeks():
    for day in (date(2023, 1, 1), date(2026, 1, 1)):
        for county in counties.jury_area(day):
            usual = calendar_days.usual_breaks(county.code, "2026-27")
            assert [each.kind for each in usual] == [BreakKind.AUTUMN, BreakKind.WINTER]
