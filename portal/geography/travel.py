"""How far it is, over land and over water, as an estimate made without any routing service.

The straight line between two points is stretched by what the way between their municipalities is
longer than the straight line between those: chains of neighbours over land, through the
Oslofjord tunnel, or by car ferry. Roads proved 1.06 to 1.5 times as long, so show a band and never
minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.geography import _files, municipalities
from portal.geography.positions import EARTH_KM, Position, straight_km

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEAR_KM = 25
TRIP_KM = 75

# Roads are about a third longer than the straight line where nothing stands in the way.
_DETOUR = 1.3
# From here on the way leads round water rather than along a bent road.
_ROUND_WATER = 1.5
_FERRY_SAVES = 0.75


class Band(StrEnum):
    """How far in words: near is up to 25 km, a trip up to 75 km, the rest is far."""

    SAME_MUNICIPALITY = "same_municipality"
    NEAR = "near"
    TRIP = "trip"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Travel:
    """The estimated way between two positions, in km.

    ``land_km`` uses no ferry and no tunnel under the fjord, ``road_km`` the tunnel where that is
    shorter. ``crossing_km`` is the shortest of all where the tunnel or a car ferry beats land, and
    ``crossing`` says what it takes ("tunnel", "car_ferry", "car_ferry+tunnel").

    ``over_water``: a fjord or lake lies between, so that it takes a ferry or a long way round.
    ``rough``: one end lies outside the region, and only the straight line is known.
    """

    straight_km: float
    land_km: float
    road_km: float
    crossing_km: float | None
    crossing: str | None
    same_municipality: bool
    over_water: bool
    rough: bool

    @property
    def band(self) -> Band:
        """The band for one who takes no ferry."""
        return self.band_for(takes_ferry=False)

    def band_for(self, *, takes_ferry: bool) -> Band:
        """The band for one who does, or does not, take the ferry."""
        if self.same_municipality:
            return Band.SAME_MUNICIPALITY
        km = self.km(takes_ferry=takes_ferry)
        return Band.NEAR if km <= NEAR_KM else Band.TRIP if km <= TRIP_KM else Band.FAR

    def km(self, *, takes_ferry: bool) -> float:
        """What to rank and to limit by: the shortest way one is willing to take."""
        if takes_ferry and self.crossing_km is not None:
            return min(self.road_km, self.crossing_km)
        return self.road_km


@dataclass(frozen=True, slots=True)
class _Ways:
    """Kilometres between two municipalities of the region."""

    straight_km: float
    land_km: float
    road_km: float
    ferry_km: float | None
    crossing: str | None


def between(a: Position, b: Position) -> Travel:
    """The way from ``a`` to ``b``; the same both ways.

    Raises:
        UnknownMunicipality: one of the codes is of no municipality.
    """
    straight = straight_km(a, b)
    code_a = municipalities.newest_code(a.municipality_code)
    code_b = municipalities.newest_code(b.municipality_code)
    if code_a == code_b:
        return _plain(straight, same_municipality=True)
    ways = _ways(*sorted((code_a, code_b)))
    return _along(ways, straight) if ways else _plain(straight, same_municipality=False)


def between_municipalities(a: str, b: str) -> Travel:
    """The way between the points that stand for two municipalities, by code of any generation.

    Raises:
        UnknownMunicipality: one of the codes is of no municipality.
    """
    return between(_position_of(a), _position_of(b))


def km(a: Position, b: Position, takes_ferry: bool) -> float:
    """Estimated kilometres from ``a`` to ``b``, to rank by.

    Raises:
        UnknownMunicipality: one of the codes is of no municipality.
    """
    return between(a, b).km(takes_ferry=takes_ferry)


@dataclass(frozen=True, eq=False)
class Points:
    """Positions as arrays, to measure many ways at once.

    ``globe`` has a row for each on a globe of radius 1, NaN where the position is unknown;
    ``region`` is the municipality's number in the table of ways, the last for all outside.
    """

    globe: Floats
    region: Ints


def points(positions: Sequence[Position | None]) -> Points:
    """Get positions ready for ``km_between``.

    Raises:
        UnknownMunicipality: one of the codes is of no municipality.
    """
    index, outside = _index(), len(_index())
    degrees = [(np.nan, np.nan) if p is None else (p.lat, p.lon) for p in positions]
    lat, lon = np.radians(np.array(degrees, dtype=np.float64).reshape(-1, 2)).T
    newest = [p and municipalities.newest_code(p.municipality_code) for p in positions]
    return Points(
        np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]),
        np.array([index.get(code or "", outside) for code in newest], dtype=np.int64),
    )


def km_between(
    starts: Points, ends: Points, rows: Ints, columns: Ints, takes_ferry: NDArray[np.bool_]
) -> Floats:
    """The km of ``between`` from ``starts[rows[n]]`` to ``ends[columns[n]]``, NaN where unknown.

    ``takes_ferry`` is one per start. Equal to the way of one pair but for the last digits.
    """
    straight = _straight(starts.globe[rows], ends.globe[columns])
    stretch = _stretches()
    size = stretch.shape[1]
    by_start = (takes_ferry.astype(np.int64) * size + starts.region) * size
    straight *= stretch.ravel()[by_start[rows] + ends.region[columns]]
    return straight


def least_stretch() -> float:
    """No way is shorter than this times the straight line."""
    return float(_stretches().min())


@cache
def _stretches() -> Floats:
    """How many times the straight line a way is: without and with ferry, from, to."""
    table, size = _table(), len(_index())
    road = np.array(table["land"], dtype=np.float64)
    for pair, km in table["tunnel"].items():
        road[int(pair)] = km
    shortest = road.copy()
    for pair, (km, _) in table["ferry"].items():
        shortest[int(pair)] = min(km, road[int(pair)])
    globe = points([_position_of(code) for code in _index()]).globe
    one, other = np.triu_indices(size, 1)  # in the order of the table
    straight = _straight(globe[one], globe[other])
    stretches = np.full((2, size + 1, size + 1), _DETOUR)
    stretches[:, one, other] = road / 10 / straight, shortest / 10 / straight
    stretches[:, other, one] = stretches[:, one, other]
    return stretches


def _straight(starts: Floats, ends: Floats) -> Floats:
    """Kilometres as the crow flies between points on the globe."""
    apart = starts - ends
    chord = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    straight: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(1, chord / 2))
    return straight


def _position_of(code: str) -> Position:
    position = municipalities.position_of(code)
    if position is None:
        raise municipalities.UnknownMunicipality(code)
    return position


def _plain(straight: float, *, same_municipality: bool) -> Travel:
    km = straight * _DETOUR
    return Travel(
        straight_km=straight,
        land_km=km,
        road_km=km,
        crossing_km=None,
        crossing=None,
        same_municipality=same_municipality,
        over_water=False,
        rough=not same_municipality,
    )


def _along(ways: _Ways, straight: float) -> Travel:
    """The straight line, stretched as the ways between the municipalities are."""
    stretch = straight / ways.straight_km
    shortest = ways.road_km if ways.ferry_km is None else ways.ferry_km
    return Travel(
        straight_km=straight,
        land_km=ways.land_km * stretch,
        road_km=ways.road_km * stretch,
        crossing_km=shortest * stretch if ways.crossing else None,
        crossing=ways.crossing,
        same_municipality=False,
        over_water=_goes_round_water(ways),
        rough=False,
    )


def _goes_round_water(ways: _Ways) -> bool:
    ferry_saves = ways.ferry_km is not None and ways.ferry_km <= _FERRY_SAVES * ways.road_km
    return ferry_saves or ways.road_km >= _ROUND_WATER * ways.straight_km


@cache
def _ways(a: str, b: str) -> _Ways | None:
    """The ways between two codes of 2024 in order; None outside the region."""
    table, index = _table(), _index()
    if a not in index or b not in index:
        return None
    pair = _pair_number(index[a], index[b], len(index))
    land = table["land"][pair]
    road = table["tunnel"].get(str(pair), land)
    ferry, crossing = table["ferry"].get(str(pair), (None, "tunnel" if road < land else None))
    return _Ways(
        straight_km=straight_km(_position_of(a), _position_of(b)),
        land_km=land / 10,
        road_km=road / 10,
        ferry_km=None if ferry is None else ferry / 10,
        crossing=crossing,
    )


def _pair_number(i: int, j: int, size: int) -> int:
    """Where (i, j), i < j, stands among all pairs in order: (0, 1), (0, 2), ... (1, 2), ..."""
    return i * size - i * (i + 1) // 2 + j - i - 1


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = _files.content("travel.json")
    return table


@cache
def _index() -> dict[str, int]:
    return {code: number for number, code in enumerate(_table()["codes"])}
