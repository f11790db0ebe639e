"""The way from a person to a camp, as geography estimates it."""

from datetime import date
from functools import lru_cache
from math import cos, hypot, radians

from portal.geography import counties, municipalities, postcodes
from portal.geography import travel as ways
from portal.geography.positions import Position
from portal.jury.matching.types import Camp, Travel, Volunteer

Point = tuple[float, float]
"""Latitude and longitude."""


def estimate(volunteer: Volunteer, camp: Camp) -> Travel:
    """The way from municipality to municipality, or from point to point where they are known.

    Where a place is unknown nothing can be said, and it counts as no way at all to go.

    Raises:
        UnknownMunicipality: a code is of no municipality.
    """
    start = _position(volunteer.municipality_code, volunteer.position)
    end = _position(camp.municipality_code, camp.position)
    if start is None or end is None:
        return Travel(0)
    way = ways.between(start, end)
    return Travel(
        km=way.km(takes_ferry=volunteer.takes_ferry),
        band=way.band_for(takes_ferry=volunteer.takes_ferry),
        over_water=way.over_water,
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
    narrowing = cos(radians(lat))
    return min(
        (hypot(its_lat - lat, (its_lon - lon) * narrowing), code)
        for its_lat, its_lon, code in _postcode_points()
    )[1]


@lru_cache(maxsize=1)
def _postcode_points() -> tuple[tuple[float, float, str], ...]:
    return tuple((code.lat, code.lon, code.municipality_code) for code in postcodes.all())


def _position(code: str | None, point: Point | None) -> Position | None:
    if point is not None:
        return Position(code or municipality_at(point), *point)
    if code is None:
        return None
    position = municipalities.position_of(code)
    if position is None:
        raise municipalities.UnknownMunicipality(code)
    return position
