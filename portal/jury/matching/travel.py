"""The way from a person to a camp, as geography estimates it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import cos, radians

import numpy as np

from portal.geography import counties, municipalities, postcodes
from portal.geography import travel as ways
from portal.geography.positions import Position
from portal.jury.matching.types import Camp, Travel, Volunteer, tenths

Point = tuple[float, float]
"""Latitude and longitude."""
Ints = ways.Ints

_LAST_DIGITS = 1e-6


@dataclass(frozen=True)
class Estimate:
    """The ways between the positions of people and camps, as geography estimates them.

    Where a place is unknown nothing can be said, and it counts as no way at all to go. Asking
    raises UnknownMunicipality where a code is of no municipality.
    """

    start_of: Callable[[Volunteer], Position | None]
    place_of: Callable[[Camp], Position | None]

    def __call__(self, volunteer: Volunteer, camp: Camp) -> Travel:
        """The way of one pair."""
        start, end = self.start_of(volunteer), self.place_of(camp)
        if start is None or end is None:
            return Travel(0)
        way = ways.between(start, end)
        return Travel(
            km=way.km(takes_ferry=volunteer.takes_ferry),
            band=way.band_for(takes_ferry=volunteer.takes_ferry),
            over_water=way.over_water,
        )

    def many(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp], rows: Ints, columns: Ints
    ) -> Ints:
        """Tenths of km from ``volunteers[rows[n]]`` to ``camps[columns[n]]``."""
        starts, ends = self._points(volunteers, camps)
        ferry = np.array([volunteer.takes_ferry for volunteer in volunteers], dtype=bool)
        km = ways.km_between(starts, ends, rows, columns, ferry)
        scaled = np.nan_to_num(km) * 10 + 0.5
        rounded = np.floor(scaled)
        found = rounded.astype(np.int64)
        # The last digits of many ways are not those of one: where they would tell, ask for one.
        for n in np.flatnonzero(np.abs(scaled - np.round(scaled)) < _LAST_DIGITS).tolist():
            found[n] = tenths(self(volunteers[rows[n]], camps[columns[n]]).km)
        return found

    def on_globe(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp]
    ) -> tuple[ways.Floats, ways.Floats, float]:
        """Where people and camps are on a globe of radius 1, NaN where that is unknown.

        And the least that a way is longer than the straight line, as a factor.
        """
        starts, ends = self._points(volunteers, camps)
        return starts.globe, ends.globe, ways.least_stretch()

    def _points(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp]
    ) -> tuple[ways.Points, ways.Points]:
        return (
            ways.points([self.start_of(volunteer) for volunteer in volunteers]),
            ways.points([self.place_of(camp) for camp in camps]),
        )


def band_of(km: float, *, same_municipality: bool) -> ways.Band:
    """The band of a distance somebody else has measured."""
    if same_municipality:
        return ways.Band.SAME_MUNICIPALITY
    if km <= ways.NEAR_KM:
        return ways.Band.NEAR
    return ways.Band.TRIP if km <= ways.TRIP_KM else ways.Band.FAR


@lru_cache(maxsize=256)
def neighbour_counties(county_code: str, on: date) -> frozenset[str]:
    """The counties that border on one, in the division of that day."""
    return frozenset(
        county.code for county in counties.on(on) if counties.adjacent(county_code, county.code)
    )


@lru_cache(maxsize=4096)
def municipality_at(point: Point) -> str:
    """The municipality of the postcode nearest to a point."""
    lat, lon = point
    codes, its_lat, its_lon = _postcode_points()
    far = np.hypot(its_lat - lat, (its_lon - lon) * cos(radians(lat)))
    return min(codes[n] for n in np.flatnonzero(far == far.min()).tolist())


@lru_cache(maxsize=1)
def _postcode_points() -> tuple[list[str], ways.Floats, ways.Floats]:
    known = postcodes.all()
    lat, lon = np.array([(code.lat, code.lon) for code in known]).T
    return [code.municipality_code for code in known], lat, lon


def _position(code: str | None, point: Point | None) -> Position | None:
    if point is not None:
        return Position(code or municipality_at(point), *point)
    if code is None:
        return None
    position = municipalities.position_of(code)
    if position is None:
        raise municipalities.UnknownMunicipality(code)
    return position


def _start(volunteer: Volunteer) -> Position | None:
    return _position(volunteer.municipality_code, volunteer.position)


def _place(camp: Camp) -> Position | None:
    return _position(camp.municipality_code, camp.position)


estimate = Estimate(_start, _place)
"""The way from municipality to municipality, or from point to point where they are known."""
