"""Counties through the reforms."""

from datetime import date

import pytest

from portal.geography import counties

BEFORE_2020, IN_2023, IN_2026 = date(2019, 6, 1), date(2023, 11, 13), date(2026, 11, 13)


def names(found):
    return [county.name for county in found]


def codes(found):
    return [county.code for county in found]


def test_each_reform_changed_the_number_of_counties():
    days = [BEFORE_2020, IN_2023, IN_2026]

    assert [len(counties.on(day)) for day in days] == [18, 11, 15]


def test_viken_was_in_force_from_2020_and_no_longer_on_the_first_day_of_2024():
    viken = counties.get("30")

    assert (viken.name, viken.valid_from, viken.valid_to, viken.successors) == (
        "Viken",
        date(2020, 1, 1),
        date(2024, 1, 1),
        ("31", "32", "33"),
    )
    assert viken.is_valid(date(2023, 12, 31))
    assert not viken.is_valid(date(2024, 1, 1))


def test_a_code_that_never_was_has_no_county():
    assert counties.get("99") is None


def test_the_jury_area_is_the_same_land_in_every_division():
    assert codes(counties.jury_area(IN_2023)) == ["03", "30", "34", "38"]
    assert codes(counties.jury_area(IN_2026)) == ["03", "31", "32", "33", "34", "39", "40"]
    assert names(counties.jury_area(BEFORE_2020)) == [
        "Østfold",
        "Akershus",
        "Oslo",
        "Hedmark",
        "Oppland",
        "Buskerud",
        "Vestfold",
        "Telemark",
    ]


@pytest.mark.parametrize(
    ("one", "other"), [("03", "32"), ("32", "34"), ("33", "39"), ("30", "38"), ("03", "30")]
)
def test_counties_with_a_border_on_land_are_adjacent(one, other):
    assert counties.adjacent(one, other)
    assert counties.adjacent(other, one)


@pytest.mark.parametrize(("one", "other"), [("31", "39"), ("03", "31"), ("03", "03"), ("03", "38")])
def test_the_fjord_does_not_make_counties_adjacent_and_nobody_neighbours_himself(one, other):
    assert not counties.adjacent(one, other)


def test_a_county_is_related_to_what_came_before_and_after_it():
    assert counties.related("30", "32")
    assert counties.related("01", "31")
    assert not counties.related("31", "32")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("østfold", ["Østfold"]),
        ("Ostfold", ["Østfold"]),
        ("Oestfold", ["Østfold"]),
        ("Hedmark", ["Innlandet"]),
        ("oppland", ["Innlandet"]),
        ("Viken", ["Østfold", "Akershus", "Buskerud"]),
        ("Follo", ["Akershus"]),
        ("Romerike", ["Akershus"]),
        ("Grenland", ["Telemark"]),
        ("", []),
    ],
)
def test_a_search_knows_names_people_still_use(text, found):
    assert names(counties.search(text, IN_2026)) == found


def test_a_search_answers_with_the_county_of_the_day():
    assert names(counties.search("Grenland", IN_2023)) == ["Vestfold og Telemark"]
    assert names(counties.search("Akershus", IN_2023)) == ["Viken"]
