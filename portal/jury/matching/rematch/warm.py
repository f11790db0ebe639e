"""A plan that stands, kept ready for repair: fewest moves first, exactly, in milliseconds.

The network counts its plain costs, and each pair that stands is paid a rebate greater than any
detour in cost; an empty seat weighs more than all rebates together. So the least sum is first the
best staffing, then the fewest people moved, then the least cost. The plan that stands is the best
under these costs too, for a rebate only makes it dearer to leave.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from portal.jury.matching import eligible, network, planner, solve
from portal.jury.matching.network import BYPASS, MINIMUM, TARGET, Ints, Network
from portal.jury.matching.problem import BadInput, Place, Problem, panel_of
from portal.jury.matching.rematch import bans, changes
from portal.jury.matching.rematch.best_flow import BestFlow
from portal.jury.matching.rematch.changes import Changes
from portal.jury.matching.rematch.groups import Groups
from portal.jury.matching.rematch.seatings import Seating
from portal.jury.matching.rematch.steady import steady
from portal.jury.matching.rematch.weights import CannotMend, distances, weights_of
from portal.jury.matching.solve import Solution
from portal.jury.matching.types import NextBest, NotProved, Pair, Plan


class Warm:
    """The plan that stands, as flow and dual prices that each repair carries on.

    ``problem`` is what the plan answers now, ``network`` and ``solution`` what it was solved as.

    To time a drop-out: ``warm = Warm.of(problem, network, solution)`` once, then
    ``warm.drop(volunteer)`` for one volunteer after another, each on the state the last one left.
    ``warm.check()`` proves what came out; it takes longer than the repair.
    """

    def __init__(
        self, problem: Problem, net: Network, solution: Solution, duals: Ints | None = None
    ) -> None:
        """Begin with a proved plan; ``duals`` are those of a repair, where they are known.

        Raises:
            NotProved: the plan is not the best, or too large to be repaired exactly.
        """
        self._begin(problem, net, solution, duals)

    def _begin(
        self, problem: Problem, net: Network, solution: Solution, duals: Ints | None = None
    ) -> None:
        prices = problem.policy.prices
        if prices.mix_experience or prices.mix_field:
            raise NotProved("wishes for mixed juries cut across the flow that is repaired")
        self.problem, self.network, self.solution = problem, net, solution
        self.weights = weights_of(net, len(problem.locks))
        costs = self.weights.costs(net, solution.flow)
        # Distances from the source: the cheapest ways lead back to it at no reduced cost.
        self.duals = distances(net, solution.flow, costs, self.weights) if duals is None else duals
        self.live = BestFlow(net, solution.flow, costs, self.duals)
        self.seating = Seating(problem, net, self.live)
        self.groups = Groups(self.seating)
        self.is_repaired = False
        self._supply, self._spent = net.supply, 0
        self._sinks = _by_tail(net, (MINIMUM, TARGET))
        self._bypass = next(iter(_by_tail(net, (BYPASS,)).values()), -1)
        self._taken: list[int] = []
        self._left: list[int] = []
        self._own: tuple[Network, Seating, BestFlow] | None = None

    @classmethod
    def of(cls, problem: Problem, net: Network, solution: Solution) -> "Warm":
        """The state of a plan just solved.

        Raises:
            NotProved: the plan is not the best, or too large to be repaired exactly.
        """
        return cls(problem, net, solution)

    @classmethod
    def solved(cls, problem: Problem) -> "Warm":
        """The state of the best plan, solved from the start.

        Raises:
            NotProved: see ``solve``.
        """
        proved = planner.prove(problem, whole=True)
        return cls(problem, proved.network, proved.solution)

    @classmethod
    def standing(cls, problem: Problem, pairs: Collection[Pair]) -> "Warm":
        """The state of a plan of these pairs beside the locked ones.

        Raises:
            BadInput: a pair is none that may be chosen, or they break a rule on sums.
            NotProved: it is not the best plan.
        """
        net = network.build(problem, eligible.pairs(problem))
        costs = net.weighted()
        nothing = np.zeros(len(net.tail), dtype=np.int64)
        idle = BestFlow(net, nothing, costs, np.zeros(net.nodes, dtype=np.int64))
        flow = Seating(problem, net, idle).flow_of(pairs)
        return cls(problem, net, Solution(flow, solve.certify(net, flow, costs), costs))

    # ------------------------------------------------------------------------------- to read

    def pairs(self) -> list[Pair]:
        """Who sits where, locked pairs aside."""
        return sorted(self.seating.ids(self.seating.chosen()), key=str)

    def empty_seats(self) -> int:
        """How many seats stay empty, below minimum or target."""
        return self.live.flow(self._bypass) if self._bypass >= 0 else 0

    def answered(self) -> Problem:
        """The problem that the plan answers, with what stood before the last change.

        Once something was repaired its price of change is that of a re-match.
        """
        if not self.is_repaired:
            return self.problem
        stood = set(self.pairs()) - set(self.seating.ids(self._taken))
        stood |= set(self.seating.ids(self._left))
        return steady(replace(self.problem, standing=frozenset(stood)))

    def plan(self) -> Plan:
        """The plan in full, with certificates, checked as every plan is; ``ban`` gives next bests.

        Raises:
            NotProved: the flow and plain counting disagree.
        """
        problem, pairs = self.answered(), set(self.pairs())
        options = eligible.pairs(problem)
        picked = [each for each in options if (each.volunteer.id, *each.place) in pairs]
        made = planner.made_of(problem, options, picked, {})
        if made.objective.below_target != self.empty_seats():
            raise NotProved("the repair counts other empty seats than there are")
        return made

    def check(self) -> None:
        """Prove the plan by arithmetic alone: the flow is one, and the best by its dual prices.

        Raises:
            NotProved: it is not.
        """
        tail, head, capacity, cost, flow, duals = self.live.arrays()
        arcs = replace(
            self.network, nodes=len(duals), supply=self._supply,
            tail=tail, head=head, capacity=capacity,
        )  # fmt: skip
        solve.check_duals(arcs, flow, cost, duals)

    def ban(self, pair: Pair) -> NextBest:
        """The best plan without ``pair``: who sits there then, the price, the chain of moves.

        Equal to solving anew with the pair banned. The first call makes ready what the others
        use, more slowly after a repair: it rests on the problem that ``answered`` gives.

        Raises:
            BadInput: the pair is not in the plan, or locked there.
        """
        net, seating, flow = self._by_own_prices()
        return bans.without(net, flow, seating.arc(pair))

    def lock(self, pair: Pair) -> NextBest:
        """The best plan with ``pair`` in it, what it costs and who moves; see ``ban``.

        Raises:
            BadInput: the pair is none that may be chosen, or locked ones leave no seat there.
        """
        net, seating, flow = self._by_own_prices()
        return bans.together_with(net, flow, seating.arc(pair))

    def _by_own_prices(self) -> tuple[Network, Seating, BestFlow]:
        """The plan as the best by its own prices, not those of a repair."""
        if self._own is None:
            own = Warm.standing(self.answered(), self.pairs()) if self.is_repaired else self
            solution = own.solution
            flow = BestFlow(own.network, solution.flow, solution.costs, solution.duals)
            self._own = own.network, own.seating, flow
        return self._own

    # --------------------------------------------------------------------------- what happens

    def drop(self, volunteer: str) -> Changes:
        """Let somebody go, locked seats included, and fill what opens.

        Exact in staffing, then moves, then cost, also where nobody can fill a seat.

        Raises:
            BadInput: there is no such volunteer.
        """
        if volunteer not in self.problem.volunteers:
            raise BadInput(f"volunteer {volunteer} is unknown")
        problem = changes.without_volunteer(self.problem, volunteer)
        own = [lock for lock in self.problem.locks if lock.volunteer == volunteer]
        places = [(lock.camp, panel_of(lock)) for lock in own]
        try:
            self._count_on(len(places), places)
        except CannotMend:
            return self.solve_anew(problem)
        options = self.seating.options_of(volunteer)
        out = [*own, *self._give_up(options)]
        for arc in self.seating.arcs_before(options):
            self.live.hold(arc, 0)
        for place in places:
            self._give_seats(problem, place)
        return self._settle(problem, out)

    def cancel(self, camp: str) -> Changes:
        """Let everybody at a camp go; solved anew where that frees locked people for others.

        Raises:
            BadInput: there is no such camp.
        """
        if camp not in self.problem.camps:
            raise BadInput(f"camp {camp} is unknown")
        problem = changes.without_camp(self.problem, camp)
        if len(problem.locks) < len(self.problem.locks):
            return self.solve_anew(problem)
        places = [(camp, panel.id) for panel in self.problem.camps[camp].panels]
        out = self._give_up(n for place in places for n in self.seating.options_at(place))
        for place in places:
            self._give_seats(problem, place)
        return self._settle(problem, out)

    def seats(self, camp: str, panel: str, minimum: int, target: int) -> Changes:
        """Give a panel more or fewer seats.

        Raises:
            BadInput: there is no such panel, or no such seats can be.
        """
        place = camp, panel
        if place not in self.problem.panels or not 0 <= minimum <= target:
            raise BadInput(f"camp {camp}, panel {panel}: minimum {minimum}, target {target}")
        problem = changes.with_seats(self.problem, place, minimum, target)
        try:
            self._count_on(target, [place])
        except CannotMend:
            return self.solve_anew(problem)
        self._give_seats(problem, place)
        return self._settle(problem, ())

    def solve_anew(self, problem: Problem) -> Changes:
        """Take over another problem, with as many as can be kept where they sit.

        Raises:
            NotProved: see ``solve``.
        """
        before = {*self.pairs(), *self.problem.locks}
        there = {pair for pair in before if changes.is_known(problem, pair)}
        standing = frozenset(there - set(problem.locks))
        return self._solve(steady(replace(problem, standing=standing)), before - there)

    def solve_again(self, repaired: Changes) -> Changes:
        """Solve from the start what was just repaired: a second proof that a shortage is real.

        Raises:
            NotProved: see ``solve``, or the two disagree.
        """
        empty = self.empty_seats()
        again = self._solve(self.answered(), repaired.out)
        if (self.empty_seats(), len(again.moved)) != (empty, len(repaired.moved)):
            raise NotProved("the repair and solving anew do not agree")
        return again

    def _solve(self, problem: Problem, out: Collection[Pair]) -> Changes:
        proved = planner.prove(problem, whole=True)
        self._begin(problem, proved.network, proved.solution)
        stood, sits = set(problem.standing), set(self.pairs())
        return changes.told(
            problem.camps, left=stood - sits, taken=sits - stood, out=out, is_warm=False
        )

    def _count_on(self, more_seats: int, places: Iterable[Place]) -> None:
        """Make sure the weights hold for what comes, before anything is changed."""
        spent = self._spent + sum(map(self.groups.at_most, places))
        self.weights.check(self._supply + more_seats, spent)
        self._spent = spent

    def _give_up(self, numbers: Iterable[int]) -> list[Pair]:
        """Take options out of the network; returns the pairs that sat there."""
        given_up = []
        for number in numbers:
            arc = self.seating.arc_of(number)
            if self.live.flow(arc):
                given_up.append(number)
            self.live.hold(arc, 0)
        return self.seating.ids(given_up)

    def _give_seats(self, problem: Problem, place: Place) -> None:
        """Let a panel fill the seats that ``problem`` leaves open there; the bypass keeps pace."""
        _, before = _open_seats(self.problem, place)
        minimum, target = _open_seats(problem, place)
        node, weights = self.seating.panel_node(place), self.weights
        self._hold_seats(node, MINIMUM, minimum, 0)
        self._hold_seats(node, TARGET, target - minimum, weights.minimum - weights.target)
        if place in problem.panels:
            self.groups.open(problem, place)
        self._supply += target - before
        self.live.owe(self.network.source, before - target)
        self.live.owe(self.network.sink, target - before)
        if self._bypass >= 0:
            self.live.hold(self._bypass, self._supply)
        else:
            ends = self.network.source, self.network.sink
            self._bypass = self.live.add(*ends, self._supply, weights.minimum)

    def _hold_seats(self, node: int, level: int, seats: int, cost: int) -> None:
        arc = self._sinks.get((node, level))
        if arc is not None:
            self.live.hold(arc, seats)
        elif seats:
            self._sinks[node, level] = self.live.add(node, self.network.sink, seats, cost)

    def _settle(self, problem: Problem, out: Collection[Pair]) -> Changes:
        """Mend the flow, and let what came of it be what stands from now on."""
        changed = self.live.settle()
        self._taken, self._left = [], []
        for arc, more in sorted(changed.items()):
            if more and (number := self.seating.number_of(arc)) >= 0:
                (self._taken if more > 0 else self._left).append(number)
                self.live.reprice(arc, -more * self.weights.move)
        self.problem, self.is_repaired, self._own = problem, True, None
        taken, left = self.seating.ids(self._taken), self.seating.ids(self._left)
        return changes.told(problem.camps, left=left, taken=taken, out=out, is_warm=True)


def _by_tail(net: Network, kinds: Collection[int]) -> dict[tuple[int, int], int]:
    """The arcs of some kinds of staffing, by where they start and the kind."""
    arcs = np.flatnonzero(np.isin(net.staffing, list(kinds))).tolist()
    return {(int(net.tail[arc]), int(net.staffing[arc])): arc for arc in arcs}


def _open_seats(problem: Problem, place: Place) -> tuple[int, int]:
    """A panel's seats that are not locked, those of the minimum and all; none once it is off."""
    panel, locked = problem.panels.get(place), problem.locked_at[place]
    if panel is None:
        return 0, 0
    return max(0, panel.minimum - locked), max(0, panel.target - locked)
