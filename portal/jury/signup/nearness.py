"""How far it is from a volunteer to the camps, in words and whole kilometres, never minutes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from portal.geography import municipalities, postcodes, travel
from portal.geography.positions import Position
from portal.geography.travel import Band, Travel
from portal.jury.matching.types import Travel as MatchedTravel
from portal.jury.matching.types import Volunteer
from portal.jury.question import matched
from portal.jury.signup import suitability
from portal.models.seasons import Camp

_ROUNDED_TO = 5


@dataclass(frozen=True)
class Reach:
    """Where somebody sets out, and how far and where they are willing to go.

    No ``counties`` means any county; ``longest_km`` None means any distance.
    """

    start: Position | None
    counties: tuple[str, ...] = ()
    longest_km: int | None = None
    takes_ferry: bool = True


@dataclass(frozen=True)
class NearbyCamp:
    """A camp as one volunteer sees it; ``travel`` is None when no point is known."""

    camp: Camp
    travel: Travel | None
    takes_ferry: bool
    in_reach: bool

    @property
    def band(self) -> Band | None:
        """How far it is, in a word."""
        return self.travel.band_for(takes_ferry=self.takes_ferry) if self.travel else None

    @property
    def over_water(self) -> bool:
        """Whether it takes a ferry or a long way round."""
        return self.travel is not None and self.travel.over_water

    @property
    def about_km(self) -> int | None:
        """The estimated way, rounded so that nobody takes it for a measurement."""
        if self.travel is None:
            return None
        return rounded(self.travel.km(takes_ferry=self.takes_ferry))

    @property
    def day(self) -> date:
        """The day of the camp, in Oslo."""
        return self.camp.event.first_day


def rounded(km: float) -> int:
    """Kilometres in steps that nobody takes for a measurement; never none at all."""
    return max(_ROUNDED_TO, round(km / _ROUNDED_TO) * _ROUNDED_TO)


def start_of(postcode: str, municipality_code: str) -> Position | None:
    """Where a volunteer sets out: the postcode's point, else that of the municipality."""
    found = postcodes.find(postcode) if postcode else None
    return found.position if found else municipalities.position_of(municipality_code)


def place_of(camp: Camp) -> Position | None:
    """Where a camp is held: at its school, else where its event is."""
    if camp.school is not None:
        school = camp.school
        return _known(Position(school.municipality_code, school.latitude, school.longitude))
    event = camp.event
    if event.municipality_code is None:
        return None
    if event.latitude is not None and event.longitude is not None:
        return _known(Position(event.municipality_code, event.latitude, event.longitude))
    return municipalities.position_of(event.municipality_code)


def nearest_first(camps: Iterable[Camp], reach: Reach) -> list[NearbyCamp]:
    """The camps as ``reach`` sees them; those without a known place come last."""
    return sorted((_seen(camp, reach) for camp in camps), key=_nearness)


def by_distance(camps: Iterable[Camp], start: Position) -> list[NearbyCamp]:
    """``nearest_first`` for somebody of whom only the place is known: they might go anywhere."""
    seen = []
    for camp in camps:
        place = place_of(camp)
        way = travel.between(start, place) if place else None
        seen.append(NearbyCamp(camp, way, takes_ferry=True, in_reach=True))
    return sorted(seen, key=_nearness)


def km_to(camp: Camp, start: Position | None, takes_ferry: bool) -> float | None:
    """How far the camp is from ``start``, as an estimate to compare by; None when unknown."""
    place = place_of(camp)
    return travel.km(start, place, takes_ferry) if start and place else None


def by_day(camps: Sequence[NearbyCamp]) -> list[tuple[date, list[NearbyCamp]]]:
    """The camps under their days, the first day first; within a day in the order given."""
    ordered = sorted(camps, key=lambda row: row.day)
    return [(day, list(rows)) for day, rows in groupby(ordered, key=lambda row: row.day)]


def _seen(camp: Camp, reach: Reach) -> NearbyCamp:
    place = place_of(camp)
    way = travel.between(reach.start, place) if reach.start and place else None
    return NearbyCamp(camp, way, reach.takes_ferry, _is_in_reach(camp, way, reach))


def _is_in_reach(camp: Camp, way: Travel | None, reach: Reach) -> bool:
    """As the matching has it, for a person who could come that day."""
    there = matched.camp_of(camp)
    person = Volunteer(
        id="",
        days=frozenset({there.day}),
        longest_km=reach.longest_km,
        counties=matched.related(reach.counties),
        takes_ferry=reach.takes_ferry,
    )
    return suitability.is_in_reach(person, there, as_matched(way, takes_ferry=reach.takes_ferry))


def as_matched(way: Travel | None, *, takes_ferry: bool) -> MatchedTravel:
    """A way as the matching reckons with it; where a place is unknown, no way at all."""
    if way is None:
        return MatchedTravel(0.0)
    band = way.band_for(takes_ferry=takes_ferry)
    return MatchedTravel(way.km(takes_ferry=takes_ferry), band, way.over_water)


def _nearness(row: NearbyCamp) -> tuple[bool, float, int]:
    km = row.travel.km(takes_ferry=row.takes_ferry) if row.travel else 0.0
    return row.travel is None, km, row.camp.id


def _known(position: Position) -> Position | None:
    """The position, if its municipality is one that travel can be estimated for."""
    codes = municipalities.current_codes(position.municipality_code, municipalities.NEWEST_DIVISION)
    return position if codes else None
