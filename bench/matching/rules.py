"""The rules of the matching once more, straight from the words, for what is measured beside it.

Nothing here comes from the portal's own engine but the plain values it reads.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from bench.matching.seasons import Season
from portal.jury.matching.types import Camp, Volunteer

# Same municipality, same county, neighbouring counties, farther: tenths of km on top of the way.
_TIERS = (0, 30, 80, 200)
_WISH, _AVOID, _IF_NEEDED = -100, 300, 120


class Possible(NamedTuple):
    """Somebody who may sit at a camp; both figures in tenths of km."""

    volunteer: Volunteer
    camp: Camp
    km_tenths: int
    cost: int


@dataclass(frozen=True)
class Staffing:
    """What juries come to: empty seats below the minimum, below the target, and the ways."""

    below_minimum: int
    below_target: int
    cost: int
    seats: int
    km_tenths: int

    @property
    def km_per_seat(self) -> float:
        """How far somebody travels on average, one way."""
        return self.km_tenths / 10 / max(1, self.seats)


def possible(season: Season) -> list[Possible]:
    """Every pair that no rule forbids."""
    found = []
    for volunteer in season.volunteers:
        for camp in season.camps:
            if _is_willing(volunteer, camp):
                way = season.travel(volunteer, camp)
                km_tenths = None if way is None else floor(way.km * 10 + 0.5)
                if km_tenths is not None and _is_near_enough(volunteer, km_tenths):
                    cost = km_tenths + _on_top(volunteer, camp)
                    found.append(Possible(volunteer, camp, km_tenths, cost))
    return found


def _is_willing(volunteer: Volunteer, camp: Camp) -> bool:
    if camp.day not in volunteer.days and camp.day not in volunteer.if_needed:
        return False
    return not any(
        camp.id in each for each in (volunteer.conflicts, volunteer.refused, volunteer.banned)
    )


def _is_near_enough(volunteer: Volunteer, km_tenths: int) -> bool:
    return volunteer.longest_km is None or km_tenths <= 10 * volunteer.longest_km


def _on_top(volunteer: Volunteer, camp: Camp) -> int:
    if volunteer.municipality_code == camp.municipality_code:
        tier = _TIERS[0]
    elif volunteer.county_code == camp.county_code:
        tier = _TIERS[1]
    else:
        tier = _TIERS[2 if volunteer.county_code in camp.neighbour_counties else 3]
    return (
        tier
        + _WISH * (camp.id in volunteer.wishes)
        + _AVOID * (camp.id in volunteer.avoids)
        + _IF_NEEDED * (camp.day in volunteer.if_needed)
    )


class Broken(AssertionError):
    """Juries that break a rule on sums."""


def staffing(season: Season, chosen: Iterable[Possible]) -> Staffing:
    """Count what these juries come to.

    Raises:
        Broken: somebody serves too often or twice a day, or a jury has too many.
    """
    juries: dict[str, list[Possible]] = defaultdict(list)
    days: dict[str, list[str]] = defaultdict(list)
    for one in chosen:
        juries[one.camp.id].append(one)
        days[one.volunteer.id].append(one.camp.day)
    for volunteer in season.volunteers:
        served = days[volunteer.id]
        if len(served) > volunteer.at_most or len(set(served)) < len(served):
            raise Broken(volunteer.id)
    below_minimum = below_target = 0
    for camp in season.camps:
        (panel,) = camp.panels
        there = len(juries[camp.id])
        if there > panel.target:
            raise Broken(camp.id)
        below_minimum += max(0, panel.minimum - there)
        below_target += panel.target - there
    seated = [one for jury in juries.values() for one in jury]
    return Staffing(
        below_minimum,
        below_target,
        sum(one.cost for one in seated),
        len(seated),
        sum(one.km_tenths for one in seated),
    )
