"""Municipalities, their codes through the reforms, and the county on a day."""

from datetime import date

import pytest

from portal.geography import counties, municipalities, postcodes
from portal.geography.municipalities import UnknownMunicipality

IN_2019, IN_2023, IN_2026 = date(2019, 6, 1), date(2023, 11, 13), date(2026, 11, 13)


def labels(found):
    return [municipality.label for municipality in found]


def test_the_number_of_municipalities_is_right_on_each_day():
    days = [IN_2019, IN_2023, IN_2026]

    assert [len(municipalities.on(day)) for day in days] == [422, 356, 357]
    assert [len(municipalities.in_jury_area(day)) for day in days[1:]] == [121, 121]


@pytest.mark.parametrize("code", ["0104", "3002", "3103"])
def test_the_county_is_that_of_the_day_whatever_generation_the_code_is(code):
    days = [IN_2019, IN_2023, date(2023, 12, 31), date(2024, 1, 1), IN_2026]

    found = [municipalities.county_of(code, day).name for day in days]

    assert found == ["Østfold", "Viken", "Viken", "Østfold", "Østfold"]


def test_lunner_went_from_oppland_by_viken_to_akershus():
    days = [IN_2019, IN_2023, IN_2026]

    assert [municipalities.current_code("3234", day) for day in days] == ["0533", "3054", "3234"]
    assert [municipalities.county_of("3234", day).name for day in days] == [
        "Oppland",
        "Viken",
        "Akershus",
    ]


def test_alesund_became_two_and_leads_to_the_part_that_kept_the_name():
    assert municipalities.current_codes("1507", IN_2026) == ("1508", "1580")
    assert municipalities.current_code("1507", IN_2026) == "1508"
    assert municipalities.current_code("1580", IN_2023) == "1507"


def test_haram_is_found_again_after_its_years_in_alesund():
    assert municipalities.current_code("1534", IN_2026) == "1580"


def test_a_merged_municipality_was_several_before():
    assert municipalities.current_codes("3103", IN_2019) == ("0104", "0136")


def test_a_code_older_than_the_oldest_division_leads_forward():
    assert municipalities.current_code("0702", IN_2026) == "3903"


def test_an_unknown_code_is_refused_by_name():
    assert municipalities.get("9999") is None
    assert municipalities.get("9999", IN_2026) is None
    assert municipalities.current_codes("9999", IN_2026) == ()
    with pytest.raises(UnknownMunicipality):
        municipalities.county_of("9999", IN_2026)


def test_every_code_leads_to_one_in_force_on_each_day():
    for day in (IN_2019, IN_2023, IN_2026):
        valid = {each.code for each in municipalities.on(day)}
        led_to = {municipalities.current_code(each.code, day) for each in municipalities.all()}
        assert led_to <= valid


def test_every_municipality_lies_in_a_county_of_its_day():
    for day in (IN_2019, IN_2023, IN_2026):
        known = {county.code for county in counties.on(day)}
        assert {each.county_code for each in municipalities.on(day)} == known


def test_two_municipalities_named_valer_are_told_apart():
    found = municipalities.search("Våler", IN_2026)

    assert [(each.label, each.code) for each in found[:2]] == [
        ("Våler (Østfold)", "3114"),
        ("Våler (Innlandet)", "3419"),
    ]


def test_no_two_municipalities_show_the_same_label_on_one_day():
    for day in (IN_2023, IN_2026):
        shown = labels(municipalities.on(day))
        assert len(shown) == len(set(shown))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ås", "Ås"),
        ("aas", "Ås"),
        ("Tonsberg", "Tønsberg"),
        ("toensberg", "Tønsberg"),
        ("Hobøl", "Indre Østfold"),
        ("Tjøme", "Færder"),
        ("Hurum", "Asker"),
        ("3005", "Drammen"),
        ("Tråante", "Trondheim"),
        ("våler (innlandet)", "Våler (Innlandet)"),
    ],
)
def test_a_search_finds_by_any_spelling_earlier_name_or_code(text, first):
    assert labels(municipalities.search(text, IN_2026))[0] == first


def test_a_search_for_a_district_finds_what_lies_in_it():
    assert set(labels(municipalities.search("Follo", IN_2026))) == {
        "Enebakk",
        "Frogn",
        "Nesodden",
        "Nordre Follo",
        "Vestby",
        "Ås",
    }


def test_a_search_for_nothing_or_nonsense_finds_nothing():
    assert municipalities.search("  ", IN_2026) == ()
    assert municipalities.search("qqqq", IN_2026) == ()


def test_every_district_names_municipalities_of_2024():
    codes = {code for district in counties.region_names().values() for code in district}

    assert codes <= {each.code for each in municipalities.on(IN_2026)}


def test_every_municipality_has_chosen_its_language_or_stays_neutral():
    chosen = [each.language for each in municipalities.in_jury_area(IN_2026)]

    assert {each: chosen.count(each) for each in set(chosen)} == {"nb": 62, "nn": 18, "neutral": 41}


def test_an_old_code_has_the_point_of_its_successor():
    assert municipalities.position_of("0104") == municipalities.position_of("3103")
    assert municipalities.position_of("9999") is None


def test_neighbours_share_land_and_not_merely_water():
    assert municipalities.adjacent("3103", "3112")
    assert municipalities.adjacent("3002", "3017")
    assert municipalities.adjacent("3407", "3411")
    assert not municipalities.adjacent("3103", "3901")
    assert not municipalities.adjacent("3413", "3442")


def test_every_postcode_lies_in_a_municipality_in_force():
    valid = {each.code for each in municipalities.on(IN_2026)}

    assert {each.municipality_code for each in postcodes.all()} <= valid
