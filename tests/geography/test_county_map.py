"""The map: its paths, labels and points."""

import re
from datetime import date

import pytest

from portal.geography import counties, county_map, schools

DAYS = [date(2023, 11, 13), date(2026, 11, 13)]
NUMBER = re.compile(r"-?(?:\d+\.\d|\d+|\.\d)")


def rings(path):
    """The corners of each ring, in tenths, from path data of absolute starts and relative steps."""
    assert re.fullmatch(r"(?:M[\d. ]+l[-\d. ]+z)+", path)
    for ring in path.split("z")[:-1]:
        start, steps = (
            [round(float(n) * 10) for n in NUMBER.findall(part)] for part in ring[1:].split("l")
        )
        x, y = start
        corners = [(x, y)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x, y))
        yield corners


def edges(corners):
    """The sides of a ring, whichever way round."""
    return {frozenset(side) for side in zip(corners, corners[1:] + corners[:1], strict=True)}


def inside(x, y, corners):
    """Whether a point lies inside a ring, by counting the sides to one hand of it."""
    crossed = 0
    for (xa, ya), (xb, yb) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (ya > y) != (yb > y) and x < (xb - xa) * (y - ya) / (yb - ya) + xa:
            crossed += 1
    return crossed % 2 == 1


def county_at(x, y, drawn):
    return [
        each.code
        for each in drawn.counties
        if sum(inside(x * 10, y * 10, ring) for ring in rings(each.path)) % 2
    ]


@pytest.mark.parametrize("day", DAYS)
def test_a_map_shows_the_jury_area_of_its_day(day):
    drawn = county_map.division(day)

    assert [(each.code, each.name) for each in drawn.counties] == [
        (county.code, county.name) for county in counties.jury_area(day)
    ]


@pytest.mark.parametrize("day", DAYS)
def test_every_corner_lies_on_the_map_and_every_label_in_its_county(day):
    drawn = county_map.division(day)

    for each in drawn.counties:
        for corners in rings(each.path):
            assert len(corners) >= 3
            assert all(0 <= x <= drawn.width * 10 for x, _ in corners)
            assert all(0 <= y <= drawn.height * 10 for _, y in corners)
        assert county_at(each.label_x, each.label_y, drawn) == [each.code]


def test_counties_share_their_borders_to_the_last_digit():
    sides = {
        each.code: set().union(*(edges(ring) for ring in rings(each.path)))
        for each in county_map.division(DAYS[1]).counties
    }

    for one in sides:
        for other in sides:
            if counties.adjacent(one, other):
                assert len(sides[one] & sides[other]) > 3, (one, other)


def test_a_division_is_small():
    for day in DAYS:
        assert sum(len(each.path) for each in county_map.division(day).counties) < 13_000


def test_oslo_city_hall_lies_in_oslo():
    drawn = county_map.division(DAYS[1])

    assert drawn.project(59.9118, 10.7335) == county_map.project(59.9118, 10.7335)
    assert county_at(*drawn.project(59.95, 10.75), drawn) == ["03"]


def test_schools_stand_on_the_map_nearly_all_in_their_own_county():
    drawn = county_map.division(DAYS[1])
    found = [
        (each.municipality_code[:2], county_at(*drawn.project(each.lat, each.lon), drawn))
        for each in schools.all()
    ]

    assert all(len(counties_there) < 2 for _, counties_there in found)
    astray = [own for own, there in found if there and there != [own]]
    assert len(astray) <= 3


def test_a_day_before_2020_has_the_oldest_map():
    assert county_map.division(date(2019, 1, 1)) == county_map.division(DAYS[0])
