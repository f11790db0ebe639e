"""Schools and organisations that fill the tables."""

from datetime import date

from portal.geography import municipalities, organisations, postcodes, schools
from portal.geography.positions import straight_km

IN_2023, IN_2026 = date(2023, 11, 13), date(2026, 11, 13)


def by_orgnr(orgnr):
    return next(each for each in schools.all() if each.orgnr == orgnr)


def test_there_are_189_ordinary_schools_among_264_units():
    assert len(schools.all()) == 264
    assert len([each for each in schools.all() if each.type == "ordinary"]) == 189


def test_no_number_of_an_organisation_stands_twice():
    numbers = [each.orgnr for each in schools.all()]

    assert len(numbers) == len(set(numbers))


def test_a_school_lay_in_another_county_in_2023():
    vestby = by_orgnr("974587815")

    assert (vestby.name, vestby.municipality_code, vestby.municipality_code_2023) == (
        "Vestby videregående skole",
        "3216",
        "3019",
    )
    assert municipalities.county_of(vestby.municipality_code, IN_2023).name == "Viken"
    assert municipalities.county_of(vestby.municipality_code, IN_2026).name == "Akershus"


def test_a_school_keeps_the_name_it_had_in_2023():
    assert by_orgnr("974597373").name_2022 == "Dokka videregående skole"


def test_every_school_lies_in_the_jury_area_and_not_far_from_its_postcode():
    area = {each.code for each in municipalities.in_jury_area(IN_2026)}

    for each in schools.all():
        assert each.municipality_code in area
        postcode = postcodes.find(each.postcode)
        assert postcode is None or straight_km(each.position, postcode.position) < 60


def test_every_municipality_and_county_council_of_the_area_is_an_organisation():
    found = organisations.all()
    local = {each.key for each in found if each.kind == "municipality"}

    assert local == {each.code for each in municipalities.in_jury_area(IN_2026)}
    assert sorted(each.key for each in found if each.kind == "county_council") == (
        ["30", "31", "32", "33", "34", "38", "39", "40"]
    )
    assert len([each for each in found if each.kind == "regional_council"]) == 15


def test_membership_is_unknown_unless_a_page_says_so():
    told = {(each.kind, each.key): each for each in organisations.all()}

    assert told["municipality", "0301"].is_member == "yes"
    assert told["municipality", "3103"].is_member == "unknown"
    assert told["municipality", "3428"].is_member == "unknown"
    assert told["county_council", "30"].is_member == "no"
    assert told["county_council", "34"].is_member == "unknown"


def test_a_municipality_may_sit_in_two_councils():
    told = {(each.kind, each.key): each for each in organisations.all()}

    assert told["municipality", "3216"].councils == ("follo", "moss")
    assert "3216" in told["regional_council", "follo"].codes
    assert "3216" in told["regional_council", "moss"].codes


def test_every_council_a_municipality_names_exists():
    councils = {each.key for each in organisations.all() if each.kind == "regional_council"}

    named = {council for each in organisations.all() for council in each.councils}

    assert named - councils == {"oslo"}
