"""A second opinion on a plan: recounts it from the input, and shares no code with its making."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from portal.jury.matching.audit_rules import Given, broken, km_tenths
from portal.jury.matching.audit_shortage import certificates_wrong
from portal.jury.matching.types import (
    Breach,
    Camp,
    Pair,
    Panel,
    Plan,
    Policy,
    Row,
    Rule,
    Volunteer,
    tenths,
)


def check(given: Given, plan: Plan) -> list[str]:
    """Everything that is wrong with the plan, in plain words; empty when nothing is."""
    if unknown := list(_unknown(given, plan)):
        return unknown
    return [
        *_locks_wrong(given, plan),
        *_rules_broken(given, plan),
        *_sums_broken(given, plan),
        *_rows_wrong(given, plan),
        *_figures_wrong(given, plan),
        *certificates_wrong(given, plan),
        *_mixed_wrong(given, plan),
    ]


def _unknown(given: Given, plan: Plan) -> Iterator[str]:
    """Names that the input does not have: nothing more can be said of such a plan."""
    places = {(camp.id, panel.id) for camp in given.camps.values() for panel in camp.panels}
    hints = [hint for certificate in plan.certificates for hint in certificate.unlock]
    told = [row.pair for row in plan.rows]
    told += [Pair(hint.volunteer, hint.camp, hint.panel) for hint in hints]
    for person, camp, panel in told:
        if person not in given.volunteers or (camp, panel) not in places:
            yield f"{person} or panel {panel} of {camp} is unknown"
    for certificate in plan.certificates:
        for place in sorted(set(certificate.panels) - places):
            yield f"panel {place[1]} of {place[0]} is unknown"


def _locks_wrong(given: Given, plan: Plan) -> Iterator[str]:
    locked = {(row.volunteer, row.camp, row.panel) for row in plan.rows if row.locked}
    if locked != set(given.locks):
        yield "the locked pairs are not those asked for"
    if set(_breaches(given)) != set(plan.breaches):
        yield "the rules that locked pairs break are not those told"


def _breaches(given: Given) -> Iterator[Breach]:
    """Each lock that breaks rules, by itself or together with the others."""
    loads = Counter(lock.volunteer for lock in given.locks)
    days = Counter((lock.volunteer, given.camps[lock.camp].day) for lock in given.locks)
    seated = Counter((lock.camp, lock.panel) for lock in given.locks)
    for lock in given.locks:
        person, camp = given.volunteers[lock.volunteer], given.camps[lock.camp]
        panel = _panel(camp, lock.panel or "")
        rules = Rule(sum(rule for rule, _ in broken(given, person, camp, panel)))
        if loads[person.id] > person.at_most:
            rules |= Rule.AT_MOST
        if days[person.id, camp.day] > 1:
            rules |= Rule.ONE_A_DAY
        if seated[lock.camp, lock.panel] > panel.target:
            rules |= Rule.SEATS
        if rules:
            yield Breach(lock, rules)


def _rules_broken(given: Given, plan: Plan) -> Iterator[str]:
    """The hard rules, one pair at a time; locked pairs may break them."""
    for row in plan.rows:
        if not row.locked:
            person, camp = given.volunteers[row.volunteer], given.camps[row.camp]
            panel = _panel(camp, row.panel)
            yield from (fault for _, fault in broken(given, person, camp, panel))


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


def _rows_wrong(given: Given, plan: Plan) -> Iterator[str]:
    """What a row tells of the way there, and of whether somebody stays."""
    for row in plan.rows:
        person, camp = given.volunteers[row.volunteer], given.camps[row.camp]
        if row.km_tenths != _way(given, person, camp, row.panel):
            yield f"the way of {person.id} to {camp.id} is not what is told"
        stood = {Pair(person.id, camp.id, row.panel), Pair(person.id, camp.id, None)}
        if row.kept == given.standing.isdisjoint(stood):
            yield f"whether {person.id} was at {camp.id} before is told wrongly"


def _way(given: Given, person: Volunteer, camp: Camp, panel: str) -> int:
    return 0 if _panel(camp, panel).remote else km_tenths(given, person, camp) or 0


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
    sit = {pair for row in plan.rows for pair in (row.pair, Pair(row.volunteer, row.camp, None))}
    if given.standing - sit != set(plan.removed) or len(set(plan.removed)) < len(plan.removed):
        yield "the pairs given up are not those told"


def _cost(given: Given, plan: Plan) -> int:
    alone = sum(_cost_alone(given, row) for row in plan.rows)
    changes = tenths(given.policy.prices.change) * len(plan.removed)
    return alone + _crowded(given, plan) + _loads(given, plan) + changes + _mix(given, plan)


def _cost_alone(given: Given, row: Row) -> int:
    person, camp, prices = (
        given.volunteers[row.volunteer], given.camps[row.camp], given.policy.prices,
    )  # fmt: skip
    total = _way(given, person, camp, row.panel)
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


def _mix(given: Given, plan: Plan) -> int:
    """The rebates of juries whose members are not all alike, as far as it is known of them."""
    experience: dict[tuple[str, str], set[bool]] = defaultdict(set)
    fields: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in plan.rows:
        person = given.volunteers[row.volunteer]
        if person.experienced is not None:
            experience[row.camp, row.panel].add(person.experienced)
        if person.field:
            fields[row.camp, row.panel].add(person.field)
    prices = given.policy.prices
    return tenths(prices.mix_experience) * _several(experience.values()) + tenths(
        prices.mix_field
    ) * _several(fields.values())


def _several(juries: Iterable[set[bool]] | Iterable[set[str]]) -> int:
    return sum(len(kinds) >= 2 for kinds in juries)


def _mixed_wrong(given: Given, plan: Plan) -> Iterator[str]:
    """What is said to be proved with the wishes for mixed juries, and what without."""
    said = [*plan.mixed, *plan.unproved]
    prices = given.policy.prices
    is_on = tenths(prices.mix_experience) or tenths(prices.mix_field)
    if (said and not is_on) or len(set(said)) < len(said) or not given.camps.keys() >= set(said):
        yield "what is told of mixed juries cannot be"


def _panel(camp: Camp, panel_id: str) -> Panel:
    return next(panel for panel in camp.panels if panel.id == panel_id)
