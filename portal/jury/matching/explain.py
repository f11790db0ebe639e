"""Why this person sits here, who is next, why a seat is empty and what would help."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from portal.jury.matching import eligible, network, prices, solve
from portal.jury.matching.mixed import mixing
from portal.jury.matching.mixed.mixing import Mixed
from portal.jury.matching.network import MINIMUM, TARGET, Ints, Network
from portal.jury.matching.problem import BadInput, Problem, panel_of
from portal.jury.matching.solve import Solution
from portal.jury.matching.types import (
    Certificate,
    NextBest,
    NotProved,
    Objective,
    Pair,
    Travel,
    Unlock,
)
from portal.jury.matching.why import moving, shortage, standby
from portal.jury.matching.why.paths import Residual, Step, pairs_changed
from portal.jury.matching.why.standby import Standby


@dataclass(frozen=True)
class State:
    """A problem with its best plan, to be asked about. What is costly is worked out once."""

    problem: Problem
    network: Network
    solution: Solution
    mixed: Mixed

    @cached_property
    def residual(self) -> Residual:
        """How the flow can change."""
        found = self.solution
        return Residual(self.network, found.flow, found.costs, found.duals)

    @cached_property
    def arcs(self) -> dict[Pair, int]:
        """The arc of each chosen pair, locked ones aside."""
        used = (self.network.option >= 0) & (self.mixed.flow > 0)
        return {_pair(self.network, arc): arc for arc in np.flatnonzero(used).tolist()}

    @cached_property
    def arc_of(self) -> Ints:
        """The arc of each pair."""
        found = np.full(len(self.network.options), -1, dtype=np.int64)
        arcs = np.flatnonzero(self.network.option >= 0)
        found[self.network.option[arcs]] = arcs
        return found

    def candidates(self, camp: str) -> list[standby.Candidate]:
        """The pairs of a camp with their arcs."""
        first = list(self.problem.camps).index(camp)
        start, end = self.problem.tables.first_place[first : first + 2]
        places = self.network.options.place
        numbers = np.flatnonzero((places >= start) & (places < end)).tolist()
        return [(int(self.arc_of[n]), self.network.options[n]) for n in numbers]

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        """Why seats are empty."""
        picked = solve.chosen(self.network, self.mixed.flow)
        return shortage.certificates(self.problem, self.network.options, picked)


@dataclass(frozen=True)
class Why:
    """Why somebody sits somewhere: codes as in ``Row``, and what the plan would be without.

    ``next_best`` is None for a locked pair, and where solving anew is not proved within bounds.
    """

    pair: Pair
    reasons: tuple[str, ...]
    locked: bool
    next_best: NextBest | None


def solved(problem: Problem) -> State:
    """Solve a problem, to ask about its plan.

    Raises:
        NotProved: the optimum was not certified.
    """
    net = network.build(problem, eligible.pairs(problem))
    solution = solve.solve(net)
    return State(problem, net, solution, mixing.mix(problem, net, solution))


def why(state: State, pair: Pair) -> Why:
    """Why the plan has this pair, its panel named, and what it would be without it.

    Raises:
        BadInput: the plan has no such pair.
    """
    problem = state.problem
    locked = pair in problem.locks
    if not locked and pair not in state.arcs:
        raise BadInput(f"{pair.volunteer} has no seat at {pair.camp}")
    volunteer, camp = problem.volunteers[pair.volunteer], problem.camps[pair.camp]
    panel = problem.panels[camp.id, panel_of(pair)]
    travel = problem.way(volunteer, camp, panel) or Travel(0)
    return Why(
        pair,
        prices.reasons(volunteer, camp, travel, panel.remote),
        locked,
        None if locked else _without_pair(state, state.arcs[pair]),
    )


def next_best(state: State, camp: str, k: int) -> tuple[Standby, ...]:
    """The first ``k`` who would come if the camp had a seat more, and nobody's seat got empty.

    First those who need nobody else to move, the cheapest first; then those whose coming moves
    others. Where juries were mixed by a rebate only the first kind is told.

    Raises:
        BadInput: there is no such camp.
    """
    if camp not in state.problem.camps:
        raise BadInput(f"camp {camp} is unknown")
    seated = [*state.problem.locks, *state.arcs]
    candidates = state.candidates(camp)
    direct = standby.direct(state.problem, candidates, seated)
    found = direct[:k]
    if len(found) < k and not any(camp in part.camps for part in state.mixed.proved):
        known = {each.volunteer for each in direct}
        chains = standby.chains(state.network, state.residual, candidates, seated)
        found += [each for each in chains if each.volunteer not in known][: k - len(found)]
    return tuple(found)


def empty(state: State, camp: str) -> tuple[Certificate, ...]:
    """Why seats of the camp are empty: at most one certificate for each level.

    A full camp may be among those of a certificate: its people are wanted elsewhere too.
    """
    return tuple(each for each in state.certificates if camp in each.camps)


def unlock(state: State, camp: str) -> tuple[Unlock, ...]:
    """The single rules that, lifted for one person, fill a seat there or at a camp tied to it."""
    hints = [hint for certificate in empty(state, camp) for hint in certificate.unlock]
    return tuple(sorted(dict.fromkeys(hints), key=lambda hint: hint.camp != camp))


# ---------------------------------------------------------------------------- without one pair


def next_bests(net: Network, solution: Solution, mixed: Mixed) -> dict[Pair, NextBest]:
    """For each chosen pair the best plan without it: who sits there then, and the price.

    One shortest way in the duals per pair; equal to solving anew with the pair banned. Pairs of
    parts that a rebate for mixed juries has settled are left out: ask ``why`` for one of them.
    In a part that fell back prices count without that rebate.
    """
    residual = Residual(net, solution.flow, solution.costs, solution.duals)
    used = np.flatnonzero((net.option >= 0) & (mixed.flow > 0)).tolist()
    return {_pair(net, arc): _without(net, residual, arc) for arc in used if arc not in mixed.cut}


def _without_pair(state: State, arc: int) -> NextBest | None:
    if arc not in state.mixed.cut:
        return _without(state.network, state.residual, arc)
    part = next(part for part in state.mixed.proved if arc in part.pairs)
    anew = mixing.without(state.network, part, arc)
    if anew is None:
        return None
    net, before = state.network, state.mixed.flow
    taken, left = (
        [net.options[n] for n in net.option[part.pairs[more[part.pairs] > less[part.pairs]]]]
        for more, less in ((anew, before), (before, anew))
    )
    place = net.options[net.option[arc]].place
    rebates = mixing.earned(part, anew) - mixing.earned(part, before)
    price = _price_of(net, part.arcs, anew - before)
    return NextBest(
        volunteer=next((option.volunteer.id for option in taken if option.place == place), None),
        price=price._replace(cost=price.cost + rebates),
        moves=moving.moves(taken, left),
    )


def _pair(net: Network, arc: int) -> Pair:
    option = net.options[net.option[arc]]
    return Pair(option.volunteer.id, option.camp.id, option.panel.id)


def _without(net: Network, residual: Residual, arc: int) -> NextBest:
    steps = residual.cheapest(int(net.tail[arc]), int(net.head[arc]), banned=arc)
    if steps is None:
        raise NotProved("a seat can be neither refilled nor left empty")
    steps.append(Step(arc, back=True))
    taken, left = ([net.options[n] for n in side] for side in pairs_changed(net, steps))
    place = net.options[net.option[arc]].place
    return NextBest(
        volunteer=next((o.volunteer.id for o in reversed(taken) if o.place == place), None),
        price=moving.price(net, steps),
        moves=moving.moves(taken, left),
    )


def _price_of(net: Network, arcs: Ints, change: Ints) -> Objective:
    """The same of a change given as units more or less on some arcs."""
    more = change[arcs]
    filled = [int(more[net.staffing[arcs] == level].sum()) for level in (MINIMUM, TARGET)]
    return Objective(-filled[0], -sum(filled), int((net.cost[arcs] * more).sum()))
