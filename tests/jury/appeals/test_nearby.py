"""Which schools are named to whom."""

import pytest

from portal.geography.travel import Band
from portal.jury.appeals import nearby, standing
from portal.jury.appeals.nearby import Surroundings
from portal.jury.signup import nearness, queries
from portal.models.groups import GroupPlace
from tests.factories import create_camp, create_organisation, create_person, create_school


def schools_of(season, now, person, place=None) -> tuple[bool, list[tuple[str, Band, bool]]]:
    around = Surroundings(queries.open_camps(season, now))
    found = around.of(nearby.start_of(person, place))
    return found.is_near, [(r.camp.name, r.band, r.over_water) for r in found.camps]


def test_a_school_in_the_municipality_and_one_across_the_ferry_are_near(season, now):
    ola = create_person("Ola Hansen", postcode="1530")

    assert schools_of(season, now, ola) == (
        True,
        [
            ("Kirkeparken vgs", Band.SAME_MUNICIPALITY, False),
            ("Horten vgs", Band.NEAR, True),
        ],
    )


def test_whoever_is_near_none_has_the_nearest_named(season, now):
    siri = create_person("Siri Berg", municipality_code="3405")

    is_near, rows = schools_of(season, now, siri)

    assert (is_near, [name for name, _band, _water in rows]) == (
        False,
        ["Hamar vgs", "Kirkeparken vgs", "Horten vgs"],
    )


def test_three_schools_are_named_at_most(season, now):
    for number in range(4):
        create_camp(season, create_school(f"Moss {number} vgs"))

    assert len(schools_of(season, now, create_person(postcode="1530"))[1]) == 3


def test_nothing_is_named_to_somebody_without_a_place(season, now):
    assert schools_of(season, now, create_person("Nina Dahl")) == (False, [])


def test_the_final_is_no_school_near_anybody(season, now):
    final = create_camp(season)
    final.school, final.school_id = None, None

    names = [camp.name for camp in Surroundings(queries.open_camps(season, now)).camps]

    assert names == ["Kirkeparken vgs", "Hamar vgs", "Horten vgs"]


@pytest.mark.parametrize(
    ("given", "place", "employer", "code"),
    [
        ({"postcode": "1530", "municipality_code": "3403"}, "3901", "3405", "3103"),
        ({"municipality_code": "3403"}, "3901", "3405", "3403"),
        ({}, "3901", "3405", "3901"),
        ({}, None, "3405", "3405"),
        ({"postcode": "9999"}, None, "3405", "3405"),
        # 0104 was Moss before 2020.
        ({"municipality_code": "0104"}, "3901", None, "3103"),
    ],
)
def test_a_place_is_the_postcode_else_the_municipality_else_the_groups_else_the_employers(
    app, given, place, employer, code
):
    body = create_organisation(municipality_code=employer)
    person = create_person(organisation=body, **given)

    start = nearby.start_of(person, GroupPlace(municipality_code=place))

    assert start.municipality_code == code


def test_the_quick_look_is_the_look_of_the_sign_up_for_somebody_who_goes_anywhere(season, now):
    camps = queries.open_camps(season, now)
    start = nearness.start_of("1530", "")

    assert nearness.by_distance(camps, start) == nearness.nearest_first(
        camps, nearness.Reach(start)
    )


def test_those_near_a_school_come_first_and_those_of_no_known_place_last(season, group, now):
    rows = standing.members_of(group, season, now)

    assert [(row.person.name, row.nearby.is_near) for row in rows] == [
        ("Ola Hansen", True),
        ("Per Olsen", True),
        ("Siri Berg", False),
        ("Nina Dahl", False),
    ]
