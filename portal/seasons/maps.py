"""What the county map of a season shows: shades by county, a mark for each school."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.geography import counties, county_map
from portal.geography.county_map import CountyMap
from portal.models.seasons import Season
from portal.seasons.queries import Staffing
from portal.text import sort_key


@dataclass(frozen=True)
class Shade:
    """How far the juries of a county are filled, and where its name on the map leads."""

    got: int
    need: int
    url: str


@dataclass(frozen=True)
class Point:
    """A school on the map, with the seats taken and wanted there."""

    name: str
    lat: float
    lon: float
    got: int
    need: int
    url: str


def map_day(season: Season, rows: Sequence[Staffing]) -> date:
    """The day whose counties are drawn: that of the first camp, else the season's October."""
    days = [row.event.first_day for row in rows]
    return min(days) if days else date(season.year, 10, 1)


def drawn(season: Season, rows: Sequence[Staffing]) -> CountyMap:
    """The map of the counties as they were, or will be, during the season."""
    return county_map.division(map_day(season, rows))


def shades(rows: Iterable[Staffing], url: Callable[[str], str]) -> dict[str, Shade]:
    """The counties that have camps, by code."""
    got: dict[str, int] = defaultdict(int)
    need: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.event.county_code and not row.camp.is_final:
            got[row.event.county_code] += min(row.taken, row.need)
            need[row.event.county_code] += row.need
    return {code: Shade(got[code], need[code], url(code)) for code in need}


def points(rows: Iterable[Staffing], url: Callable[[Staffing], str]) -> list[Point]:
    """The schools of the camps that will be, or were, held."""
    found = []
    for row in rows:
        position = _position(row)
        if position and not row.event.is_cancelled:
            found.append(Point(row.camp.name, *position, row.taken, row.need, url(row)))
    return found


def county_choices(season: Season, rows: Sequence[Staffing]) -> list[tuple[str, str]]:
    """The counties of the season and those of its camps, as (code, name) in Norwegian order."""
    on_map = {county.code: county.name for county in counties.on(map_day(season, rows))}
    codes = {row.event.county_code for row in rows if not row.camp.is_final}
    found = [(code, name) for code, name in on_map.items() if code in codes]
    return sorted(found, key=lambda choice: sort_key(choice[1]))


def _position(row: Staffing) -> tuple[float, float] | None:
    event, school = row.event, row.camp.school
    if event.latitude is not None and event.longitude is not None:
        return event.latitude, event.longitude
    return (school.latitude, school.longitude) if school else None
