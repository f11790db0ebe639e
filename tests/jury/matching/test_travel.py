from datetime import date

import pytest

from portal.geography.municipalities import UnknownMunicipality
from portal.jury.matching import travel
from portal.jury.matching.types import Camp, Travel, Volunteer

HORTEN = Camp("horten", "2026-10-15", (), municipality_code="3901")


def from_moss(**said) -> Travel:
    return travel.estimate(Volunteer("ola", "3103", **said), HORTEN)


def test_the_ferry_shortens_the_way_for_those_who_take_it():
    round_the_fjord, across = from_moss(), from_moss(takes_ferry=True)

    assert (across.band, across.over_water) == ("near", True)
    assert (round_the_fjord.band, round_the_fjord.over_water) == ("far", True)
    assert across.km < 15 < 75 < round_the_fjord.km


def test_a_point_says_more_than_its_municipality():
    outside_town = from_moss(position=(59.35, 10.75), takes_ferry=True)

    assert outside_town.km > from_moss(takes_ferry=True).km


def test_nothing_is_said_of_an_unknown_place():
    assert travel.estimate(Volunteer("ola"), HORTEN) == Travel(0)


def test_a_code_of_no_municipality_is_refused():
    with pytest.raises(UnknownMunicipality):
        travel.estimate(Volunteer("ola", "9999"), HORTEN)


@pytest.mark.parametrize(
    ("km", "same", "band"),
    [
        (90, True, "same_municipality"),
        (25, False, "near"),
        (75, False, "trip"),
        (75.1, False, "far"),
    ],
)
def test_a_measured_way_gets_the_band_of_an_estimated_one(km, same, band):
    assert travel.band_of(km, same_municipality=same) == band


def test_neighbours_are_those_of_the_day():
    assert travel.neighbour_counties("31", date(2026, 10, 15)) == {"32"}
    assert "30" in travel.neighbour_counties("38", date(2023, 10, 15))


def test_a_point_lies_in_a_municipality():
    assert travel.municipality_at((59.434, 10.659)) == "3103"
