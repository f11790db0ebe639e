"""The plan: from volunteers and camps to juries that are proved best."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from portal.jury.matching import audit, eligible, fingerprint, network, prices, solve
from portal.jury.matching import explain as explaining
from portal.jury.matching.large import pruning
from portal.jury.matching.mixed import mixing
from portal.jury.matching.pairs import Option, Pairs
from portal.jury.matching.problem import Problem, panel_of, problem_of
from portal.jury.matching.travel import estimate
from portal.jury.matching.types import (
    Breach,
    Camp,
    NextBest,
    NotProved,
    Objective,
    Pair,
    Plan,
    Policy,
    Row,
    Rule,
    Travel,
    TravelEstimate,
    Volunteer,
    tenths,
)
from portal.jury.matching.why import shortage


@dataclass(frozen=True)
class Proved:
    """The certified core of a plan: the pairs there are, the network, and its best flow.

    The network of a very large problem has only the pairs that mattered: no others are in any best
    plan, yet one of them may be next best, take an open seat, or make a jury a mixed one.
    """

    problem: Problem
    pairs: Pairs
    network: network.Network
    solution: solve.Solution


def prove(problem: Problem, *, whole: bool = False) -> Proved:
    """Find the best flow and certify it, without telling it in rows or explaining any.

    With ``whole`` the network has all pairs, however many they are.

    Raises:
        NotProved: the optimum was not certified.
    """
    pairs = eligible.pairs(problem)
    if len(pairs) > pruning.PAYS_ABOVE and not whole:
        part = pruning.solve_pruned(problem, pairs, pruning.LIKELY).part
        return Proved(problem, pairs, part.network, part.solution)
    net = network.build(problem, pairs)
    return Proved(problem, pairs, net, solve.solve(net))


def plan(
    volunteers: Sequence[Volunteer],
    camps: Sequence[Camp],
    policy: Policy,
    locks: Collection[Pair] = (),
    standing: Collection[Pair] = (),
    *,
    travel: TravelEstimate = estimate,
    explain: bool = True,
) -> Plan:
    """Propose the best juries under ``policy``.

    Every panel's minimum comes before any panel's target; then the least travel in km, with the
    prices of ``policy``. Locked pairs keep their seats even where they break a rule, and that is
    told. Standing pairs are kept unless giving them up is worth the price of a change. The same
    input gives the same plan, in whatever order it comes. Without ``explain`` no row says who
    would be next.

    Raises:
        BadInput: the input contradicts itself.
        NotProved: the optimum was not certified.
    """
    problem = problem_of(volunteers, camps, policy, locks, standing, travel)
    # Next bests and mixed juries may need pairs that no best plan of the flow has.
    proved = prove(problem, whole=explain or mixing.is_on(policy))
    net, solution = proved.network, proved.solution
    mixed = mixing.mix(problem, net, solution)
    picked = solve.chosen(net, mixed.flow)
    next_best = explaining.next_bests(net, solution, mixed) if explain else {}
    made = replace(
        made_of(problem, proved.pairs, picked, next_best),
        mixed=mixing.camps_of(mixed.proved),
        unproved=mixing.camps_of(mixed.unproved),
    )
    _check_cost(problem, net, mixed.flow, [row.pair for row in made.rows], made.objective)
    return made


def made_of(
    problem: Problem, options: Pairs, picked: Sequence[Option], next_best: dict[Pair, NextBest]
) -> Plan:
    """The plan of the pairs picked beside the locked ones, counted and checked from the start.

    Raises:
        NotProved: a seat is empty that somebody could fill, or the plan breaks a rule.
    """
    pairs = [*problem.locks, *(option.pair for option in picked)]
    made = Plan(
        rows=_rows(problem, picked, next_best),
        removed=tuple(prices.given_up(problem, pairs)),
        objective=prices.objective(problem, pairs),
        certificates=shortage.certificates(problem, options, picked),
        breaches=_breaches(problem),
        policy=problem.policy,
        input_hash=fingerprint.of(problem, options),
    )
    if faults := audit.check(problem, made):
        raise NotProved("; ".join(faults))
    return made


def _rows(
    problem: Problem, picked: Iterable[Option], next_best: dict[Pair, NextBest]
) -> tuple[Row, ...]:
    locked = frozenset(problem.locks)
    pairs = [*problem.locks, *(option.pair for option in picked)]
    rows = [_row(problem, pair, pair in locked, next_best.get(pair)) for pair in pairs]
    return tuple(sorted(rows, key=lambda row: (row.camp, row.panel, row.km_tenths, row.volunteer)))


def _row(problem: Problem, pair: Pair, is_locked: bool, next_best: NextBest | None) -> Row:
    volunteer, camp = problem.volunteers[pair.volunteer], problem.camps[pair.camp]
    panel = problem.panels[camp.id, panel_of(pair)]
    # A locked pair may have no way there; someone has arranged it.
    travel = problem.way(volunteer, camp, panel) or Travel(0)
    return Row(
        volunteer=volunteer.id,
        camp=camp.id,
        panel=panel.id,
        km_tenths=tenths(travel.km),
        band=travel.band,
        over_water=travel.over_water,
        kept=problem.stands(volunteer.id, camp.id, panel.id),
        locked=is_locked,
        reasons=prices.reasons(volunteer, camp, travel, panel.remote),
        next_best=next_best,
    )


def _breaches(problem: Problem) -> tuple[Breach, ...]:
    """The rules that locked pairs break, each pair by itself and all of them together."""
    a_day = Counter((lock.volunteer, problem.camps[lock.camp].day) for lock in problem.locks)
    found = []
    for lock in problem.locks:
        volunteer, camp = problem.volunteers[lock.volunteer], problem.camps[lock.camp]
        panel = problem.panels[camp.id, panel_of(lock)]
        rules = eligible.failing(problem, volunteer, camp, panel) | _over_sums(problem, lock)
        if a_day[lock.volunteer, camp.day] > 1:
            rules |= Rule.ONE_A_DAY
        if rules:
            found.append(Breach(lock, rules))
    return tuple(found)


def _over_sums(problem: Problem, lock: Pair) -> Rule:
    place = lock.camp, panel_of(lock)
    rules = Rule(0)
    if problem.is_overlocked(lock.volunteer):
        rules |= Rule.AT_MOST
    if problem.locked_at[place] > problem.panels[place].target:
        rules |= Rule.SEATS
    return rules


def _check_cost(
    problem: Problem,
    net: network.Network,
    flow: network.Ints,
    pairs: Collection[Pair],
    objective: Objective,
) -> None:
    """The network must count as plain adding up does, or it solved another problem."""
    # Rebates for mixed juries cut across the network: it knows nothing of them.
    rebates = prices.mixing(problem, pairs) - prices.mixing(problem, problem.locks)
    locked = prices.objective(problem, problem.locks).cost
    counted = locked + rebates + int((net.cost * flow).sum())
    if counted != objective.cost:
        raise NotProved(f"cost {objective.cost} counted, {counted} in the network")
