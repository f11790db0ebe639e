"""Travel over land and water."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.geography import municipalities, postcodes, schools, travel
from portal.geography.municipalities import NEWEST_DIVISION, UnknownMunicipality
from portal.geography.positions import Position, straight_km
from portal.geography.travel import Band

MOSS, HORTEN = postcodes.find("1530").position, postcodes.find("3187").position
REGION = {each.code[:2] for each in municipalities.in_jury_area(NEWEST_DIVISION)}
FREDRIKSTAD, SANDEFJORD = "3107", "3907"


def rounded(way):
    return (
        round(way.straight_km),
        round(way.land_km),
        round(way.road_km),
        way.crossing_km and round(way.crossing_km),
        way.crossing,
        way.over_water,
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("3103", "3901", (11, 137, 109, 11, "car_ferry", True)),  # Moss, Horten
        (FREDRIKSTAD, SANDEFJORD, (42, 196, 168, 75, "car_ferry", True)),
        ("3112", "3905", (24, 162, 135, 42, "car_ferry", True)),  # Råde, Tønsberg
        ("3212", "3203", (14, 85, 44, 44, "tunnel", True)),  # Nesodden, Asker
        ("3214", "3203", (22, 63, 22, 22, "tunnel", False)),  # Frogn, Asker
        ("3413", "3442", (21, 56, 56, None, None, True)),  # Stange, Østre Toten
        ("0301", "3205", (16, 16, 16, None, None, False)),  # Oslo, Lillestrøm
    ],
)
def test_the_way_between_municipalities_knows_the_fjord_and_the_lake(one, other, expected):
    assert rounded(travel.between_municipalities(one, other)) == expected
    assert rounded(travel.between_municipalities(other, one)) == expected


def test_codes_of_another_generation_give_the_same_way():
    assert travel.between_municipalities("3002", "3801") == travel.between_municipalities(
        "3103", "3901"
    )


def test_points_stretch_their_straight_line_as_the_municipalities_do():
    between = travel.between_municipalities("3103", "3901")

    way = travel.between(MOSS, HORTEN)

    assert way.straight_km == straight_km(MOSS, HORTEN)
    assert way.land_km / way.straight_km == pytest.approx(between.land_km / between.straight_km)


def test_the_ferry_counts_only_for_one_who_takes_it():
    way = travel.between(MOSS, HORTEN)

    assert way.km(takes_ferry=True) == way.crossing_km
    assert way.km(takes_ferry=False) == way.road_km
    assert travel.km(MOSS, HORTEN, True) < 15 < 90 < travel.km(MOSS, HORTEN, False)
    assert (way.band, way.band_for(takes_ferry=True)) == (Band.FAR, Band.NEAR)


def test_the_tunnel_is_a_road_and_asks_for_no_ferry():
    way = travel.between_municipalities("3214", "3203")

    assert way.km(takes_ferry=False) == way.km(takes_ferry=True) == way.road_km < way.land_km


def test_within_a_municipality_roads_are_a_third_longer_than_the_straight_line():
    jeloya = replace(MOSS, lon=10.60)

    way = travel.between(MOSS, jeloya)

    assert way.land_km == pytest.approx(1.3 * straight_km(MOSS, jeloya))
    assert (way.band, way.over_water, way.rough) == (Band.SAME_MUNICIPALITY, False, False)


def test_no_way_at_all_is_zero_km():
    assert travel.km(MOSS, MOSS, False) == 0


def test_outside_the_region_the_straight_line_is_stretched_and_marked_rough():
    bergen = Position("4601", 60.39, 5.32)

    way = travel.between(MOSS, bergen)

    assert way.land_km == way.road_km == pytest.approx(1.3 * way.straight_km)
    assert (way.rough, way.crossing_km, way.band) == (True, None, Band.FAR)


def test_an_unknown_municipality_is_refused():
    with pytest.raises(UnknownMunicipality):
        travel.between(MOSS, Position("9999", 60.0, 10.0))


@pytest.mark.parametrize(
    ("km", "band"),
    [(0, Band.NEAR), (25, Band.NEAR), (25.1, Band.TRIP), (75, Band.TRIP), (75.1, Band.FAR)],
)
def test_bands_end_at_25_and_75_km(km, band):
    way = replace(travel.between(MOSS, HORTEN), road_km=km)

    assert way.band is band


def test_every_pair_of_the_region_has_a_way_never_shorter_than_the_straight_line():
    codes = [each.code for each in municipalities.in_jury_area(NEWEST_DIVISION)]

    for number, one in enumerate(codes):
        for other in codes[number + 1 :]:
            way = travel.between_municipalities(one, other)
            assert way.straight_km - 0.1 <= way.road_km <= way.land_km
            assert way.crossing_km is None or way.crossing_km <= way.road_km
            assert not way.rough


def test_a_juror_in_moss_has_the_school_in_moss_in_the_same_municipality():
    kirkeparken = next(each for each in schools.all() if each.name.startswith("Kirkeparken"))

    assert travel.between(MOSS, kirkeparken.position).band is Band.SAME_MUNICIPALITY


# ------------------------------------------------------------------------- many ways at once

anywhere = st.sampled_from([code.position for code in postcodes.all()])
in_the_region = st.sampled_from(
    [code.position for code in postcodes.all() if code.municipality_code[:2] in REGION]
)
some_positions = st.lists(st.one_of(in_the_region, in_the_region, anywhere), min_size=1, max_size=6)


@given(some_positions, some_positions, st.data())
@settings(deadline=None)
def test_many_ways_are_those_of_each_pair(starts, ends, data):
    ferry = data.draw(st.lists(st.booleans(), min_size=len(starts), max_size=len(starts)))
    rows, columns = np.indices((len(starts), len(ends))).reshape(2, -1)

    found = travel.km_between(
        travel.points(starts), travel.points(ends), rows, columns, np.array(ferry)
    )

    one_by_one = [
        travel.between(start, end).km(takes_ferry=takes)
        for start, takes in zip(starts, ferry, strict=True)
        for end in ends
    ]
    assert found.tolist() == pytest.approx(one_by_one, rel=1e-9, abs=1e-9)
    assert [round(km, 1) for km in found.tolist()] == [round(km, 1) for km in one_by_one]


def test_where_a_position_is_unknown_so_is_the_way():
    start, end = travel.points([None, MOSS]), travel.points([MOSS])

    km = travel.km_between(start, end, np.array([0, 1]), np.array([0, 0]), np.array([True, False]))

    assert np.isnan(km).tolist() == [True, False]
    assert km[1] == 0


def test_a_code_of_no_municipality_has_no_place_on_the_globe():
    with pytest.raises(UnknownMunicipality):
        travel.points([Position("9999", 60.0, 10.0)])


def test_no_way_of_the_region_is_shorter_than_the_least_stretch_allows():
    codes = [each.code for each in municipalities.in_jury_area(NEWEST_DIVISION)]
    ways = [travel.between_municipalities(one, other) for one, other in pairwise(codes)]
    ways += [travel.between(MOSS, HORTEN), travel.between_municipalities("3103", "3901")]
    least = travel.least_stretch()

    assert 0.9 < least <= 1
    assert all(way.km(takes_ferry=True) >= least * way.straight_km - 1e-9 for way in ways)
