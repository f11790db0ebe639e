"""The plan: from volunteers and camps to juries that are proved best."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from portal.jury.matching import audit, eligible, explain, network, prices, shortage, solve
from portal.jury.matching.pairs import Option
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


def plan(
    volunteers: Sequence[Volunteer],
    camps: Sequence[Camp],
    policy: Policy,
    locks: Collection[Pair] = (),
    standing: Collection[Pair] = (),
    *,
    travel: TravelEstimate = estimate,
) -> Plan:
    """Propose the best juries under ``policy``.

    Every panel's minimum comes before any panel's target; then the least travel in km, with the
    prices of ``policy``. Locked pairs keep their seats even where they break a rule, and that is
    told. Standing pairs are kept unless giving them up is worth the price of a change. The same
    input gives the same plan, in whatever order it comes.

    Raises:
        BadInput: the input contradicts itself.
        NotProved: the optimum was not certified.
    """
    problem = problem_of(volunteers, camps, policy, locks, standing, travel)
    options = eligible.pairs(problem)
    net = network.build(problem, options)
    solution = solve.solve(net)
    picked = solve.chosen(net, solution.flow)
    pairs = [*problem.locks, *(_pair(option) for option in picked)]
    next_best = explain.next_best(net, solution)
    made = Plan(
        rows=_rows(problem, picked, next_best),
        removed=tuple(prices.given_up(problem, pairs)),
        objective=prices.objective(problem, pairs),
        certificates=shortage.certificates(problem, options, picked),
        breaches=_breaches(problem),
        policy=policy,
        input_hash=_input_hash(problem, options),
    )
    _check_cost(problem, net, solution, made.objective)
    if faults := audit.check(problem, made):
        raise NotProved("; ".join(faults))
    return made


def _pair(option: Option) -> Pair:
    return Pair(option.volunteer.id, option.camp.id, option.panel.id)


def _rows(
    problem: Problem, picked: Iterable[Option], next_best: dict[Pair, NextBest]
) -> tuple[Row, ...]:
    pairs = [*problem.locks, *(_pair(option) for option in picked)]
    rows = [_row(problem, pair, next_best.get(pair)) for pair in pairs]
    return tuple(sorted(rows, key=lambda row: (row.camp, row.panel, row.km_tenths, row.volunteer)))


def _row(problem: Problem, pair: Pair, next_best: NextBest | None) -> Row:
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
        locked=pair in problem.locks,
        reasons=prices.reasons(volunteer, camp, travel, panel.remote),
        next_best=next_best,
    )


def _breaches(problem: Problem) -> tuple[Breach, ...]:
    """The rules that locked pairs break, each pair by itself and all of them together."""
    found = []
    for lock in problem.locks:
        volunteer, camp = problem.volunteers[lock.volunteer], problem.camps[lock.camp]
        panel = problem.panels[camp.id, panel_of(lock)]
        rules = eligible.failing(problem, volunteer, camp, panel) | _over_sums(problem, lock)
        if rules:
            found.append(Breach(lock, rules))
    return tuple(found)


def _over_sums(problem: Problem, lock: Pair) -> Rule:
    mine = [other for other in problem.locks if other.volunteer == lock.volunteer]
    day = problem.camps[lock.camp].day
    place = lock.camp, panel_of(lock)
    rules = Rule(0)
    if len(mine) > problem.volunteers[lock.volunteer].at_most:
        rules |= Rule.AT_MOST
    if sum(problem.camps[other.camp].day == day for other in mine) > 1:
        rules |= Rule.ONE_A_DAY
    if problem.locked_at[place] > problem.panels[place].target:
        rules |= Rule.SEATS
    return rules


def _check_cost(
    problem: Problem, net: network.Network, solution: solve.Solution, objective: Objective
) -> None:
    """The network must count as plain adding up does, or it solved another problem."""
    locked = prices.objective(problem, problem.locks)
    flow = int((net.cost * solution.flow).sum())
    if locked.cost + flow != objective.cost:
        raise NotProved(f"cost {objective.cost} counted, {locked.cost + flow} in the network")


def _input_hash(problem: Problem, options: Iterable[Option]) -> str:
    """The sha256 of everything the plan depends on, travel included."""
    said = {
        "volunteers": [asdict(v) for v in problem.volunteers.values()],
        "camps": [asdict(camp) for camp in problem.camps.values()],
        "policy": asdict(problem.policy),
        "locks": problem.locks,
        "standing": sorted(map(list, problem.standing), key=repr),
        "travel": [(*_pair(option), option.km_tenths) for option in options],
    }
    text = json.dumps(said, sort_keys=True, default=sorted, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
