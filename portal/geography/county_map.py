"""The counties of the jury area as SVG paths, and where a point lies on that map.

Projected once, by data/make.py: plate carrée, squeezed by the cosine of the middle latitude. Both
divisions lie in one frame and share their lines. Show ``credits.KARTVERKET`` beside the map.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from portal.geography import _files
from portal.geography.municipalities import NEWEST_DIVISION


@dataclass(frozen=True, slots=True)
class CountyShape:
    """A county on the map: SVG path data, and where its name stands."""

    code: str
    name: str
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class CountyMap:
    """A map ``width`` by ``height`` units, y downwards."""

    width: int
    height: int
    counties: tuple[CountyShape, ...]

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies on the map, x and y to a tenth of a unit."""
        return project(lat, lon)


def division(day: date) -> CountyMap:
    """The map of that day: the counties from 2024, or those of 2020-2023 on any day before."""
    return _drawn("2024" if day >= NEWEST_DIVISION else "2020")


def project(lat: float, lon: float) -> tuple[float, float]:
    """Where a point (WGS 84, degrees) lies on the map, x and y to a tenth of a unit."""
    given = _map()
    x = (lon - given["west"]) * given["squeeze"] * given["scale"]
    y = (given["north"] - lat) * given["scale"]
    return round(x, 1), round(y, 1)


@cache
def _drawn(division: str) -> CountyMap:
    given = _map()
    shapes = tuple(
        CountyShape(each["code"], each["name"], each["path"], each["x"], each["y"])
        for each in given[division]
    )
    return CountyMap(width=given["width"], height=given["height"], counties=shapes)


@cache
def _map() -> dict[str, Any]:
    given: dict[str, Any] = _files.content("map.json")
    return given
