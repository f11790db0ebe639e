from datetime import date

import numpy as np
import pytest

from portal.geography.municipalities import UnknownMunicipality
from portal.jury.matching import travel
from portal.jury.matching.documents import reading
from portal.jury.matching.types import Camp, Travel, Volunteer, tenths

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


ONE = np.zeros(1, dtype=np.int64)


@pytest.mark.parametrize("takes_ferry", [True, False])
def test_many_ways_are_those_of_one_in_tenths(takes_ferry):
    people = [Volunteer("ola", "3103", takes_ferry=takes_ferry), Volunteer("siri")]

    found = travel.estimate.many(people, [HORTEN], np.array([0, 1, 0]), np.array([0, 0, 0]))

    km = tenths(travel.estimate(people[0], HORTEN).km)
    assert found.tolist() == [km, 0, km]


def test_where_the_last_digit_would_tell_one_way_is_asked_by_itself(monkeypatch):
    ola = Volunteer("ola", "3103")
    monkeypatch.setattr(travel.ways, "km_between", lambda *asked: np.array([70.05]))

    found = travel.estimate.many([ola], [HORTEN], ONE, ONE)

    assert found.tolist() == [tenths(travel.estimate(ola, HORTEN).km)] != [701]


def test_measured_ways_are_looked_up_for_many():
    listed = [
        {"volunteer": "ola", "camp": "horten", "km": 12.34},
        {"volunteer": "siri", "camp": "moss", "km": 5},
    ]
    measured = reading.given(
        {
            "volunteers": [{"id": "ola"}, {"id": "siri"}, {"id": "kari"}],
            "camps": [{"id": each, "day": "1", "minimum": 1} for each in ("moss", "horten")],
            "pairs": listed,
        }
    )
    rows, columns = np.indices((3, 2)).reshape(2, -1)

    found = measured.travel.many(measured.volunteers, measured.camps, rows, columns)

    assert found.tolist() == [-1, 123, 50, -1, -1, -1]


def test_where_nothing_was_measured_nobody_gets_anywhere():
    nothing = reading.given({"volunteers": [{"id": "ola"}], "camps": [], "pairs": []})

    assert nothing.travel.many(nothing.volunteers, [HORTEN], ONE, ONE).tolist() == [-1]
