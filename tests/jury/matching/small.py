"""Small problems, and the best plan of each by trying everything."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from hypothesis import strategies as st

from portal.jury.matching import planner
from portal.jury.matching.problem import Problem, problem_of
from portal.jury.matching.types import (
    Camp,
    Objective,
    Pair,
    Panel,
    Plan,
    Policy,
    Prices,
    Travel,
    Volunteer,
)

DAYS = ("monday", "tuesday")
TOWNS = (("3103", "31"), ("3101", "31"), ("3301", "33"))
# The prices of everything but travel switched off.
KM_ONLY = Prices((0, 0, 0, 0), (0,), (0,), 0, (0,), 0, 0, 0, 0)


@dataclass(frozen=True)
class Small:
    """A problem that one can see through; ``km`` lists the pairs there are."""

    volunteers: tuple[Volunteer, ...]
    camps: tuple[Camp, ...]
    policy: Policy
    km: dict[tuple[str, str], int]
    locks: tuple[Pair, ...] = ()
    standing: tuple[Pair, ...] = ()

    def travel(self, volunteer: Volunteer, camp: Camp) -> Travel | None:
        km = self.km.get((volunteer.id, camp.id))
        return None if km is None else Travel(km, "near")

    def checked(self) -> Problem:
        """The same as the matching takes it."""
        return problem_of(
            self.volunteers, self.camps, self.policy, self.locks, self.standing, self.travel
        )

    def plan(self, **changes) -> Plan:
        problem = replace(self, **changes)
        return planner.plan(
            problem.volunteers,
            problem.camps,
            problem.policy,
            problem.locks,
            problem.standing,
            travel=problem.travel,
        )


def ola(**said) -> Volunteer:
    return Volunteer("ola", **{"days": frozenset(DAYS), **said})


def siri(**said) -> Volunteer:
    return Volunteer("siri", **{"days": frozenset(DAYS), **said})


def camp(name: str, minimum: int = 1, target: int | None = None, **said) -> Camp:
    panel = Panel("1", minimum, minimum if target is None else target)
    return Camp(name, **{"day": "monday", "panels": (panel,), **said})


def problem(volunteers, camps, km, *, prices: Prices = KM_ONLY, **said) -> Small:
    return Small(tuple(volunteers), tuple(camps), Policy(prices=prices), km, **said)


def seats(plan: Plan) -> set[tuple[str, str]]:
    return {(row.volunteer, row.camp) for row in plan.rows}


# ------------------------------------------------------------------------ by trying everything


def best(problem: Small) -> Objective:
    """The best objective there is, found by trying every set of allowed pairs."""
    return min(worth(problem, [*problem.locks, *chosen]) for chosen in feasible(problem))


def equally_good(problem: Small) -> list[set[Pair]]:
    """Every set of pairs, locked ones aside, that makes a best plan."""
    wanted = best(problem)
    return [
        set(chosen)
        for chosen in feasible(problem)
        if worth(problem, [*problem.locks, *chosen]) == wanted
    ]


def feasible(problem: Small) -> Iterable[tuple[Pair, ...]]:
    allowed = allowed_pairs(problem)
    return (
        chosen
        for size in range(len(allowed) + 1)
        for chosen in combinations(allowed, size)
        if sums_hold(problem, problem.locks, chosen)
    )


def allowed_pairs(problem: Small) -> list[Pair]:
    return [
        Pair(volunteer.id, camp.id, panel.id)
        for volunteer in problem.volunteers
        for camp in problem.camps
        for panel in camp.panels
        if is_allowed(problem, volunteer, camp, panel)
        and (volunteer.id, camp.id) not in {lock[:2] for lock in problem.locks}
    ]


def is_allowed(problem: Small, volunteer: Volunteer, camp: Camp, panel: Panel) -> bool:
    km = problem.km.get((volunteer.id, camp.id))
    return (
        km is not None
        and camp.day in volunteer.days | volunteer.if_needed
        and camp.id not in volunteer.conflicts | volunteer.refused | volunteer.banned
        and (panel.remote or volunteer.longest_km is None or km <= volunteer.longest_km)
        and (panel.remote or volunteer.counties is None or camp.county_code in volunteer.counties)
        and not (problem.policy.bar_owner and camp.owner and camp.owner == volunteer.employer)
    )


def sums_hold(problem: Small, locked: Iterable[Pair], chosen: Iterable[Pair]) -> bool:
    """Whether the chosen pairs break no rule on sums; locked ones may, by themselves."""
    chosen, everything = list(chosen), [*locked, *chosen]
    day = {camp.id: camp.day for camp in problem.camps}
    at_most = {volunteer.id: volunteer.at_most for volunteer in problem.volunteers}
    target = {(camp.id, panel.id): panel.target for camp in problem.camps for panel in camp.panels}
    loads = Counter(pair.volunteer for pair in everything)
    days = Counter((pair.volunteer, day[pair.camp]) for pair in everything)
    filled = Counter((pair.camp, pair.panel) for pair in everything)
    return all(
        loads[pair.volunteer] <= at_most[pair.volunteer]
        and days[pair.volunteer, day[pair.camp]] == 1
        and filled[pair.camp, pair.panel] <= target[pair.camp, pair.panel]
        for pair in chosen
    )


def worth(problem: Small, pairs: list[Pair]) -> Objective:
    panels = {(camp.id, panel.id): panel for camp in problem.camps for panel in camp.panels}
    filled = Counter((pair.camp, pair.panel) for pair in pairs)
    return Objective(
        sum(max(0, panel.minimum - filled[place]) for place, panel in panels.items()),
        sum(max(0, panel.target - filled[place]) for place, panel in panels.items()),
        round(10 * sum(_km(problem, pairs))),
    )


def _km(problem: Small, pairs: list[Pair]) -> Iterable[float]:
    """Everything that costs, in km."""
    prices = problem.policy.prices
    people = {volunteer.id: volunteer for volunteer in problem.volunteers}
    camps = {camp.id: camp for camp in problem.camps}
    for pair in pairs:
        yield from _km_of_pair(problem, people[pair.volunteer], camps[pair.camp], pair.panel)
    for load in Counter(pair.volunteer for pair in pairs).values():
        yield rising(prices.second_camp, load)
    towns = Counter((p.camp, p.panel, people[p.volunteer].municipality_code) for p in pairs)
    for (camp_id, _, town), people_there in towns.items():
        if town is not None:
            yield rising(prices.same_municipality, people_there)
            yield prices.local * (camps[camp_id].municipality_code == town)
    offices = Counter(
        (p.camp, p.panel, people[p.volunteer].municipality_code, people[p.volunteer].employer)
        for p in pairs
    )
    for (*_, town, employer), people_there in offices.items():
        if town is not None and employer is not None:
            yield rising(prices.same_employer, people_there)
    for rebate, said in (
        (prices.mix_experience, "experienced"),
        (prices.mix_field, "field"),
    ):
        kinds = {(p.camp, p.panel, getattr(people[p.volunteer], said)) for p in pairs}
        known = Counter(kind[:2] for kind in kinds if kind[2] is not None)
        yield rebate * sum(number > 1 for number in known.values())
    for volunteer, camp_id, panel in problem.standing:
        kept = {p.panel for p in pairs if (p.volunteer, p.camp) == (volunteer, camp_id)}
        yield 0 if kept and (panel is None or panel in kept) else prices.change


def _km_of_pair(
    problem: Small, volunteer: Volunteer, camp: Camp, panel_id: str | None
) -> Iterable[float]:
    prices = problem.policy.prices
    panel = next(panel for panel in camp.panels if panel.id == panel_id)
    yield 0 if panel.remote else problem.km.get((volunteer.id, camp.id), 0)
    same, county, neighbour, far = problem.policy.tier
    if volunteer.municipality_code is not None and camp.municipality_code is not None:
        if volunteer.municipality_code == camp.municipality_code:
            yield same
        elif volunteer.county_code == camp.county_code:
            yield county
        else:
            yield neighbour if volunteer.county_code in camp.neighbour_counties else far
    yield prices.wish * (camp.id in volunteer.wishes)
    yield prices.avoid * (camp.id in volunteer.avoids)
    yield prices.if_needed * (camp.day in volunteer.if_needed)


def rising(later: tuple[float, ...], number: int) -> float:
    """What ``number`` together cost when the second costs the first price, and so on."""
    return sum(later[min(unit, len(later)) - 1] for unit in range(1, number))


# ------------------------------------------------------------------------------------ by chance

few = st.sampled_from((3, 4, 2, 1))
rarely = st.sampled_from((False, False, True))
some_km = st.sampled_from((40, 7, 1, 20, 25, 31, 60, 90, 0))
some_price = st.integers(0, 60)
rising_prices = st.lists(some_price, min_size=1, max_size=2).map(lambda p: tuple(sorted(p)))


@st.composite
def small_problems(draw, most_pairs: int = 10, *, mixing: bool = False) -> Small:
    """Problems of at most ten pairs with everything in them: locks, panels, wishes, prices."""
    camps = tuple(draw(_camps(f"c{number}")) for number in range(draw(few)))
    names = [camp.id for camp in camps]
    people = tuple(draw(_people(f"v{number}", names)) for number in range(draw(few)))
    every = [(person.id, camp.id) for person in people for camp in camps]
    missing = draw(st.lists(st.sampled_from(every), max_size=3)) if draw(rarely) else []
    km = {pair: draw(some_km) for pair in every if pair not in missing}
    policy = draw(_policies)
    if mixing:
        people = tuple(draw(_kinds(person)) for person in people)
        policy = replace(policy, prices=replace(policy.prices, **draw(_rebates)))
    found = Small(people, camps, policy, km)
    while len(allowed_pairs(found)) > most_pairs:
        km.popitem()
    seat = st.builds(_seat, st.sampled_from(people), st.sampled_from(camps), st.booleans())
    seats_taken = st.lists(seat, min_size=1, max_size=2, unique_by=lambda pair: pair[:2])
    standing = draw(seats_taken) if draw(st.booleans()) else []
    locks = draw(seats_taken) if draw(st.booleans()) else []
    named = tuple(Pair(v, c, p or "1") for v, c, p in locks)
    return replace(found, locks=named, standing=tuple(standing))


def _seat(person: Volunteer, camp: Camp, is_named: bool) -> Pair:
    return Pair(person.id, camp.id, "1" if is_named else None)


@st.composite
def _camps(draw, name: str) -> Camp:
    town, county = draw(st.sampled_from(TOWNS))
    juries = []
    for number in range(draw(st.sampled_from((1, 1, 2)))):
        minimum, more = draw(st.sampled_from((1, 2, 0))), draw(st.integers(0, 1))
        remote = draw(st.sampled_from((False, False, False, True)))
        juries.append(Panel(f"{number + 1}", minimum, minimum + more, remote))
    return Camp(
        name,
        draw(st.sampled_from(DAYS)),
        tuple(juries),
        town,
        county,
        neighbour_counties=frozenset({"33"} if county == "31" and draw(st.booleans()) else ()),
        owner=draw(st.sampled_from((None, "fylket"))),
    )


@st.composite
def _people(draw, name: str, camps: list[str]) -> Volunteer:
    town, county = draw(st.sampled_from((*TOWNS, (None, None))))
    one = st.frozensets(st.sampled_from(camps), min_size=1, max_size=1)
    some = st.one_of(st.just(frozenset()), st.just(frozenset()), one)
    return Volunteer(
        name,
        town,
        county,
        days=frozenset(draw(st.sampled_from((DAYS, DAYS, DAYS[:1], DAYS[1:])))),
        if_needed=frozenset(draw(st.sampled_from(((), (), DAYS[:1])))),
        at_most=draw(st.sampled_from((1, 1, 2, 2, 3, 0))),
        longest_km=draw(st.sampled_from((None, None, 30, 70))),
        counties=draw(st.sampled_from((None, None, None, frozenset({"31"})))),
        employer=draw(st.sampled_from((None, "fylket", "kommunen"))),
        conflicts=draw(some),
        refused=draw(some) if draw(rarely) else frozenset(),
        wishes=draw(some),
        avoids=draw(some),
    )


@st.composite
def _kinds(draw, person: Volunteer) -> Volunteer:
    return replace(
        person,
        experienced=draw(st.sampled_from((True, False, None))),
        field=draw(st.sampled_from(("nature", "law", "building", None))),
    )


_some_rebate = st.sampled_from((0, -1, -20, -35))
_rebates = st.fixed_dictionaries({"mix_experience": _some_rebate, "mix_field": _some_rebate})
_policies = st.builds(
    Policy,
    ranking=st.sampled_from(("nearest", "county")),
    bar_owner=st.booleans(),
    prices=st.builds(
        Prices,
        tier=st.sampled_from((None, (0, 0, 0, 0))),
        same_municipality=rising_prices,
        same_employer=rising_prices,
        local=some_price.map(lambda price: -price),
        second_camp=rising_prices,
        wish=st.integers(-40, 0),
        avoid=some_price,
        if_needed=some_price,
        change=st.sampled_from((0, 20, 200)),
    ),
)
