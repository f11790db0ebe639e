"""Where invented people live and schools lie: Norwegian postcodes, or towns over Europe."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate, product

import numpy as np
from numpy.typing import NDArray

from portal.geography import municipalities, postcodes
from portal.geography.positions import EARTH_KM
from portal.jury.matching.travel import neighbour_counties
from portal.jury.matching.types import Camp, Travel, Volunteer

DAY = date(2026, 10, 1)

Points = NDArray[np.float64]
_DETOUR = 1.3
# Towns of Europe: how many, the box they lie in, and how many degrees a county of theirs measures.
_TOWNS, _SOUTH, _NORTH, _WEST, _EAST, _CELL = 6000, 36.0, 61.0, -9.0, 30.0, 1.0


@dataclass(frozen=True)
class Place:
    """A point in a municipality; the codes may be of our own making."""

    municipality_code: str
    county_code: str
    lat: float
    lon: float

    @property
    def neighbours(self) -> frozenset[str]:
        """The counties that border on this one."""
        if self.county_code.startswith("E"):
            return _cells_around(self.county_code)
        return neighbour_counties(self.county_code, DAY)


@cache
def around_the_fjord() -> tuple[Place, ...]:
    """The postcodes of the jury area that have streets: the more people, the more of them."""
    codes = {each.code for each in municipalities.in_jury_area(DAY)}
    return tuple(place for place in all_of_norway() if place.municipality_code in codes)


@cache
def all_of_norway() -> tuple[Place, ...]:
    """Every Norwegian postcode that has streets."""
    return tuple(
        Place(code.municipality_code, code.municipality_code[:2], code.lat, code.lon)
        for code in postcodes.all()
        if code.usage in ("street", "street_and_po_box")
    )


@cache
def over_europe() -> tuple[Place, ...]:
    """Invented points in invented towns, a town of rank n with 1/√n of the people of the first."""
    rng = random.Random(0)
    towns = [
        (f"E{number}", rng.uniform(_SOUTH, _NORTH), rng.uniform(_WEST, _EAST))
        for number in range(_TOWNS)
    ]
    share = list(accumulate((number + 1) ** -0.5 for number in range(_TOWNS)))
    drawn = rng.choices(towns, cum_weights=share, k=60_000)
    return tuple(
        Place(code, _cell(lat, lon), lat + rng.gauss(0, 0.06), lon + rng.gauss(0, 0.1))
        for code, lat, lon in drawn
    )


def _cell(lat: float, lon: float) -> str:
    return f"E{int((lat - _SOUTH) / _CELL)},{int((lon - _WEST) / _CELL)}"


@cache
def _cells_around(code: str) -> frozenset[str]:
    north, east = map(int, code[1:].split(","))
    around = product((-1, 0, 1), (-1, 0, 1))
    return frozenset(f"E{north + up},{east + right}" for up, right in around) - {code}


class AsTheCrowFlies:
    """A travel estimate for places that no Norwegian table knows: the straight line and a third."""

    def __init__(self) -> None:
        self._known: list[tuple[Sequence[Volunteer] | Sequence[Camp], Points]] = []

    def __call__(self, volunteer: Volunteer, camp: Camp) -> Travel:
        """The way of one pair."""
        apart = _on_the_globe([volunteer]) - _on_the_globe([camp])
        return Travel(int(_tenths(apart)[0]) / 10)

    def many(
        self,
        volunteers: Sequence[Volunteer],
        camps: Sequence[Camp],
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Tenths of km from ``volunteers[rows]`` to ``camps[columns]``, pair by pair."""
        apart = self._points(volunteers)[rows]
        apart -= self._points(camps)[columns]
        return _tenths(apart)

    def on_globe(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp]
    ) -> tuple[Points, Points, float]:
        """Where all are on a globe of radius 1, and how much longer a way is at the least."""
        return self._points(volunteers), self._points(camps), _DETOUR

    def _points(self, who: Sequence[Volunteer] | Sequence[Camp]) -> Points:
        """The points of the two lists that are asked about over and over, worked out once."""
        for known, points in self._known:
            if known is who:
                return points
        points = _on_the_globe(who)
        self._known = [*self._known[-1:], (who, points)]
        return points


def _on_the_globe(who: Sequence[Volunteer] | Sequence[Camp]) -> Points:
    lat, lon = np.radians([each.position or (0.0, 0.0) for each in who]).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _tenths(apart: Points) -> NDArray[np.int32]:
    """Tenths of km along the globe between points that are so far apart through it."""
    half_chord = np.sqrt(np.einsum("ij,ij->i", apart, apart)) / 2
    km = 2 * EARTH_KM * np.arcsin(np.minimum(1, half_chord)) * _DETOUR
    return np.floor(km * 10 + 0.5).astype(np.int32)
