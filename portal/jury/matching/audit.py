"""A second opinion on a plan: recounts it from the input, and shares no code with its making."""

from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from portal.jury.matching.types import (
    Camp,
    Certificate,
    Pair,
    Panel,
    Plan,
    Policy,
    Row,
    TravelEstimate,
    Volunteer,
    tenths,
)


class Given(Protocol):
    """What the plan was made from."""

    @property
    def volunteers(self) -> dict[str, Volunteer]: ...
    @property
    def camps(self) -> dict[str, Camp]: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def locks(self) -> tuple[Pair, ...]: ...
    @property
    def standing(self) -> frozenset[Pair]: ...
    @property
    def travel(self) -> TravelEstimate: ...


def check(given: Given, plan: Plan) -> list[str]:
    """Everything that is wrong with the plan, in plain words; empty when nothing is."""
    return [*check_seats(given, plan), *_certificates_wrong(given, plan)]


def check_seats(given: Given, plan: Plan) -> list[str]:
    """Everything that is wrong but why seats are empty: somebody may have emptied them by hand."""
    return [
        *_locks_kept(given, plan),
        *_rules_broken(given, plan),
        *_sums_broken(given, plan),
        *_figures_wrong(given, plan),
    ]


def _locks_kept(given: Given, plan: Plan) -> Iterator[str]:
    locked = {(row.volunteer, row.camp, row.panel) for row in plan.rows if row.locked}
    if locked != set(given.locks):
        yield "the locked pairs are not those asked for"


def _rules_broken(given: Given, plan: Plan) -> Iterator[str]:
    """The hard rules, one pair at a time; locked pairs may break them."""
    for row in plan.rows:
        if not row.locked:
            person, camp = given.volunteers[row.volunteer], given.camps[row.camp]
            yield from _pair_broken(given, person, camp, row.panel)


def _pair_broken(given: Given, person: Volunteer, camp: Camp, panel: str) -> Iterator[str]:
    if camp.day not in person.days and camp.day not in person.if_needed:
        yield f"{person.id} is away on the day of {camp.id}"
    for camps in (person.conflicts, person.refused, person.banned):
        if camp.id in camps:
            yield f"{person.id} must not serve at {camp.id}"
    if given.policy.bar_owner and camp.owner is not None and camp.owner == person.employer:
        yield f"{person.id} works for the owner of {camp.id}"
    if given.travel(person, camp) is None:
        yield f"there is no way for {person.id} to {camp.id}"
    elif not _panel(camp, panel).remote:
        yield from _too_far(given, person, camp)


def _too_far(given: Given, person: Volunteer, camp: Camp) -> Iterator[str]:
    by_county = person.counties is not None and camp.county_code in (None, *person.counties)
    by_town = person.municipalities is not None and camp.municipality_code in (
        None,
        *person.municipalities,
    )
    anywhere = person.counties is None and person.municipalities is None
    if not (anywhere or by_county or by_town):
        yield f"{camp.id} lies outside the area of {person.id}"
    km = _km_tenths(given, person, camp) or 0
    if person.longest_km is not None and km > tenths(person.longest_km):
        yield f"{camp.id} is too far for {person.id}"


def _sums_broken(given: Given, plan: Plan) -> Iterator[str]:
    loads = Counter(row.volunteer for row in plan.rows)
    days = Counter((row.volunteer, given.camps[row.camp].day) for row in plan.rows)
    seated = _seated(plan)
    for row in plan.rows:
        if row.locked:
            continue
        if loads[row.volunteer] > given.volunteers[row.volunteer].at_most:
            yield f"{row.volunteer} serves too often"
        if days[row.volunteer, given.camps[row.camp].day] > 1:
            yield f"{row.volunteer} serves twice a day"
        if seated[row.camp, row.panel] > _panel(given.camps[row.camp], row.panel).target:
            yield f"too many sit at {row.camp}"


def _seated(plan: Plan) -> Counter[tuple[str, str]]:
    return Counter((row.camp, row.panel) for row in plan.rows)


def _figures_wrong(given: Given, plan: Plan) -> Iterator[str]:
    short, thin, seated = 0, 0, _seated(plan)
    for camp in given.camps.values():
        for panel in camp.panels:
            short += max(0, panel.minimum - seated[camp.id, panel.id])
            thin += max(0, panel.target - seated[camp.id, panel.id])
    if (short, thin) != (plan.objective.below_minimum, plan.objective.below_target):
        yield "the empty seats are miscounted"
    if (cost := _cost(given, plan)) != plan.objective.cost:
        yield f"the cost is {cost}, not {plan.objective.cost}"
    if {pair for pair in given.standing if not _is_kept(pair, plan)} != set(plan.removed):
        yield "the pairs given up are not those told"


def _is_kept(pair: Pair, plan: Plan) -> bool:
    return any(
        (row.volunteer, row.camp) == (pair.volunteer, pair.camp) and pair.panel in (None, row.panel)
        for row in plan.rows
    )


def _cost(given: Given, plan: Plan) -> int:
    alone = sum(_cost_alone(given, row) for row in plan.rows)
    changes = tenths(given.policy.prices.change) * len(plan.removed)
    return alone + _crowded(given, plan) + _loads(given, plan) + changes


def _cost_alone(given: Given, row: Row) -> int:
    person, camp, prices = (
        given.volunteers[row.volunteer], given.camps[row.camp], given.policy.prices,
    )  # fmt: skip
    remote = _panel(camp, row.panel).remote
    total = 0 if remote else _km_tenths(given, person, camp) or 0
    total += _tier(given.policy, person, camp)
    total += tenths(prices.wish) * (camp.id in person.wishes)
    total += tenths(prices.avoid) * (camp.id in person.avoids)
    return total + tenths(prices.if_needed) * (camp.day in person.if_needed)


def _tier(policy: Policy, person: Volunteer, camp: Camp) -> int:
    same, county, near, far = (tenths(price) for price in policy.tier)
    if person.municipality_code and person.municipality_code == camp.municipality_code:
        return same
    if not person.county_code or not camp.county_code:
        return 0
    if person.county_code == camp.county_code:
        return county
    return near if person.county_code in camp.neighbour_counties else far


def _crowded(given: Given, plan: Plan) -> int:
    """Walk each jury, and charge everyone for those already there from the same place."""
    prices, total = given.policy.prices, 0
    towns: Counter[tuple[str, ...]] = Counter()
    for row in plan.rows:
        person = given.volunteers[row.volunteer]
        if not person.municipality_code:
            continue
        town = (row.camp, row.panel, person.municipality_code)
        if towns[town]:
            total += _listed(prices.same_municipality, towns[town])
        elif given.camps[row.camp].municipality_code == person.municipality_code:
            total += tenths(prices.local)
        towns[town] += 1
        if person.employer:
            total += _listed(prices.same_employer, towns[*town, person.employer])
            towns[*town, person.employer] += 1
    return total


def _loads(given: Given, plan: Plan) -> int:
    loads = Counter(row.volunteer for row in plan.rows)
    later = given.policy.prices.second_camp
    return sum(_listed(later, before) for load in loads.values() for before in range(load))


def _listed(prices: tuple[float, ...], before: int) -> int:
    """The price for one more when ``before`` are there."""
    if before == 0 or not prices:
        return 0
    return tenths(prices[-1] if before > len(prices) else prices[before - 1])


def _certificates_wrong(given: Given, plan: Plan) -> Iterator[str]:
    """Every empty seat is covered, and counting people and seats confirms each claim."""
    for certificate in plan.certificates:
        counted = _seats_needed(given, certificate), _seats_possible(given, certificate)
        if counted != (certificate.seats_needed, certificate.seats_possible):
            yield f"counting does not confirm why seats are empty at {certificate.camps}"
    empty = {"minimum": plan.objective.below_minimum, "target": plan.objective.below_target}
    for level, seats in empty.items():
        if seats != sum(c.shortfall for c in plan.certificates if c.level == level):
            yield f"not every empty seat below the {level} is accounted for"


def _seats_needed(given: Given, certificate: Certificate) -> int:
    panels = [_panel(given.camps[camp], panel) for camp, panel in certificate.panels]
    is_minimum = certificate.level == "minimum"
    return sum(panel.minimum if is_minimum else panel.target for panel in panels)


def _seats_possible(given: Given, certificate: Certificate) -> int:
    """What everyone there is could fill of these seats: one a day, and no more than offered."""
    locked = sum((lock.camp, lock.panel) in certificate.panels for lock in given.locks)
    return locked + sum(
        _could_fill(given, person, certificate) for person in given.volunteers.values()
    )


def _could_fill(given: Given, person: Volunteer, certificate: Certificate) -> int:
    own = [lock for lock in given.locks if lock.volunteer == person.id]
    days = {
        given.camps[camp].day
        for camp, panel in certificate.panels
        if not any(_pair_broken(given, person, given.camps[camp], panel))
    }
    days -= {given.camps[lock.camp].day for lock in own}
    return min(max(0, person.at_most - len(own)), len(days))


def _panel(camp: Camp, panel_id: str) -> Panel:
    return next(panel for panel in camp.panels if panel.id == panel_id)


def _km_tenths(given: Given, person: Volunteer, camp: Camp) -> int | None:
    travel = given.travel(person, camp)
    return None if travel is None else tenths(travel.km)
