"""What each choice costs, in tenths of km, by the prices of the policy."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

import numpy as np

from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Ints, Tables, among
from portal.jury.matching.types import Camp, Objective, Pair, Policy, Travel, Volunteer, tenths

KindOf = Callable[[Volunteer], str | None]
"""Which of several kinds a person is of; None counts for no kind."""
TIER_NAMES = ("same_municipality", "same_county", "neighbour_county", "farther")


def tier_of(volunteer: Volunteer, camp: Camp) -> int | None:
    """How near by administration, an index of the tiers; None where a place is unknown."""
    mine, theirs = volunteer.municipality_code, camp.municipality_code
    if mine is not None and mine == theirs:
        return 0
    if volunteer.county_code is None or camp.county_code is None:
        return None
    if volunteer.county_code == camp.county_code:
        return 1
    return 2 if volunteer.county_code in camp.neighbour_counties else 3


def surcharge(policy: Policy, volunteer: Volunteer, camp: Camp) -> int:
    """What a pair costs on top of its travel: the tier and what the person said."""
    tier = tier_of(volunteer, camp)
    total = 0 if tier is None else tenths(policy.tier[tier])
    if camp.id in volunteer.wishes:
        total += tenths(policy.prices.wish)
    if camp.id in volunteer.avoids:
        total += tenths(policy.prices.avoid)
    if camp.day in volunteer.if_needed:
        total += tenths(policy.prices.if_needed)
    return total


def surcharges(problem: Problem, row: Ints, place: Ints) -> Ints:
    """``surcharge`` of many pairs, sorted by person and panel, given as their numbers."""
    tables, policy = problem.tables, problem.policy
    camp = tables.camp[place]
    tier = [tenths(km) for km in policy.tier]
    total = np.array([*tier, 0], dtype=np.int64)[_tiers(tables, row, camp)]
    if_needed = tables.if_needed[row, tables.day[camp]]
    total += if_needed * tenths(policy.prices.if_needed)
    cells = row * len(tables.camp) + place
    total[among(cells, tables.wishes)] += tenths(policy.prices.wish)
    total[among(cells, tables.avoids)] += tenths(policy.prices.avoid)
    return total


def _tiers(tables: Tables, row: Ints, camp: Ints) -> Ints:
    """``tier_of`` many pairs, 4 where a place is unknown."""
    home, theirs = tables.home_county[row], tables.camp_county[camp]
    tiers = np.where(tables.neighbours[camp, home], 2, 3)
    tiers[home == theirs] = 1
    tiers[(home < 0) | (theirs < 0)] = 4
    town = tables.home_town[row]
    tiers[(town >= 0) & (town == tables.camp_town[camp])] = 0
    return tiers


def reasons(volunteer: Volunteer, camp: Camp, travel: Travel, remote: bool) -> tuple[str, ...]:
    """Why this pair costs what it does, as codes."""
    tier = tier_of(volunteer, camp)
    said = (
        (travel.over_water, "over_water"),
        (remote, "remote"),
        (camp.id in volunteer.wishes, "wish"),
        (camp.id in volunteer.avoids, "avoid"),
        (camp.day in volunteer.if_needed, "if_needed"),
    )
    near = () if tier is None else (TIER_NAMES[tier],)
    return near + tuple(code for holds, code in said if holds)


def steps(later: tuple[float, ...], first: float, taken: int, count: int) -> list[int]:
    """Prices of the next ``count`` units when ``taken`` are there: ``first``, then ``later``."""
    return [_step(later, first, unit) for unit in range(taken, taken + count)]


def _step(later: tuple[float, ...], first: float, unit: int) -> int:
    if unit == 0:
        return tenths(first)
    return tenths(later[min(unit, len(later)) - 1]) if later else 0


def objective(problem: Problem, pairs: Collection[Pair]) -> Objective:
    """What a plan of these pairs is worth, counted from the start."""
    filled = Counter((pair.camp, pair.panel) for pair in pairs)
    panels = problem.panels.items()
    return Objective(
        below_minimum=sum(max(0, panel.minimum - filled[place]) for place, panel in panels),
        below_target=sum(max(0, panel.target - filled[place]) for place, panel in panels),
        cost=_pair_costs(problem, pairs)
        + _crowding(problem, pairs)
        + _changes(problem, pairs)
        + mixing(problem, pairs),
    )


def mixes(policy: Policy) -> tuple[tuple[int, KindOf], ...]:
    """The rebates for mixed juries that are on, each with what tells the members apart."""
    said: tuple[tuple[float, KindOf], ...] = (
        (policy.prices.mix_experience, _experience),
        (policy.prices.mix_field, lambda volunteer: volunteer.field or None),
    )
    return tuple((tenths(price), kind_of) for price, kind_of in said if tenths(price))


def _experience(volunteer: Volunteer) -> str | None:
    return None if volunteer.experienced is None else str(volunteer.experienced)


def mixing(problem: Problem, pairs: Collection[Pair]) -> int:
    """The rebates of panels that hold members of at least two kinds."""
    total = 0
    for rebate, kind_of in mixes(problem.policy):
        kinds: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        for pair in pairs:
            if (kind := kind_of(problem.volunteers[pair.volunteer])) is not None:
                kinds[pair.camp, pair.panel].add(kind)
        total += rebate * sum(len(found) > 1 for found in kinds.values())
    return total


def _pair_costs(problem: Problem, pairs: Iterable[Pair]) -> int:
    total = 0
    for pair in pairs:
        volunteer, camp = problem.volunteers[pair.volunteer], problem.camps[pair.camp]
        way = problem.way(volunteer, camp, problem.panels[pair.camp, pair.panel or ""])
        total += tenths(way.km if way else 0) + surcharge(problem.policy, volunteer, camp)
    return total


def _crowding(problem: Problem, pairs: Iterable[Pair]) -> int:
    """The prices for more than one: from a municipality, from an employer, camps of a person."""
    towns: Counter[tuple[str, str | None, str]] = Counter()
    employers: Counter[tuple[str, str | None, str, str]] = Counter()
    loads: Counter[str] = Counter()
    for volunteer_id, camp, panel in pairs:
        volunteer = problem.volunteers[volunteer_id]
        loads[volunteer_id] += 1
        if town := volunteer.municipality_code:
            towns[camp, panel, town] += 1
            if volunteer.employer:
                employers[camp, panel, town, volunteer.employer] += 1
    price = problem.policy.prices
    total = sum(sum(steps(price.second_camp, 0, 0, n)) for n in loads.values())
    total += sum(sum(steps(price.same_employer, 0, 0, n)) for n in employers.values())
    for (camp, _, town), n in towns.items():
        total += sum(steps(price.same_municipality, local_rebate(problem, camp, town), 0, n))
    return total


def local_rebate(problem: Problem, camp: str, town: str) -> float:
    """The price of a panel's first juror from ``town``, in km."""
    is_local = problem.camps[camp].municipality_code == town
    return problem.policy.prices.local if is_local else 0


def _changes(problem: Problem, pairs: Collection[Pair]) -> int:
    return tenths(problem.policy.prices.change) * len(given_up(problem, pairs))


def given_up(problem: Problem, pairs: Collection[Pair]) -> list[Pair]:
    """Standing pairs that are not among ``pairs``."""
    there = set(pairs) | {Pair(pair.volunteer, pair.camp, None) for pair in pairs}
    return sorted(
        (pair for pair in problem.standing if pair not in there),
        key=lambda pair: (pair.volunteer, pair.camp, pair.panel or ""),
    )
