"""Wishes that cut across the flow: juries of experienced and new members, or of several fields.

A flow prices groups that form a tree; experience and fields cut across towns and employers. The
parts of the network where such a wish can matter are solved by a mixed integer programme instead.
How many seats are filled stays as the flow has proved: the programme must fill as many, so no
weight of staffing enters it, and its numbers are small.
"""

import importlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from portal.jury.matching import prices, solve
from portal.jury.matching.mixed.constraints import Rows
from portal.jury.matching.network import MINIMUM, TARGET, Ints, Network
from portal.jury.matching.problem import Place, Problem, panel_of
from portal.jury.matching.types import Pair, Policy

MOST_PAIRS = 10_000
"""A part with more pairs than this keeps the flow's plan unsolved: it would take too long."""
MOST_NODES = 5_000
"""Where the search ends, the same on every machine."""
MOST_SECONDS = 30.0
"""Where it ends in any case."""
_MOST_COST = 2**40
_MOST_PAIRS_TO_SETTLE = 500
_HASH_BITS = 20


@dataclass(frozen=True)
class Part:
    """Arcs that share no person or panel with any other; ``pairs`` are those of options."""

    arcs: Ints
    pairs: Ints
    camps: tuple[str, ...]
    wishes: tuple["_Wish", ...]


@dataclass(frozen=True)
class _Wish:
    """A rebate that one panel may earn: arcs of each kind, and the kinds that locks bring."""

    rebate: int
    arcs: dict[str, list[int]]
    locked: frozenset[str]

    def is_earned(self, flow: Ints) -> bool:
        """Whether two kinds meet there."""
        chosen = {kind for kind, arcs in self.arcs.items() if flow[arcs].any()}
        return len(chosen | self.locked) > 1


@dataclass(frozen=True)
class Mixed:
    """A flow with mixed juries: which parts were proved best with the rebates, which fell back."""

    flow: Ints
    proved: tuple[Part, ...] = ()
    unproved: tuple[Part, ...] = ()

    @property
    def cut(self) -> frozenset[int]:
        """The arcs of pairs whose next best the duals of the flow do not tell."""
        return frozenset(arc for part in self.proved for arc in part.pairs.tolist())


def is_on(policy: Policy) -> bool:
    """Whether any wish for mixed juries has a price."""
    return bool(prices.mixes(policy))


def mix(problem: Problem, network: Network, solution: solve.Solution) -> Mixed:
    """Make juries mixed where that is worth its price, with as many seats filled as before.

    A part too large, or not proved within the bounds, keeps the flow's plan and is told.
    """
    if not is_on(problem.policy):
        return Mixed(solution.flow)
    flow, proved, unproved = solution.flow.copy(), [], []
    for part in parts(problem, network):
        better = best_of(network, part, solution.flow)
        if better is None:
            unproved.append(part)
        else:
            flow[part.arcs] = better[part.arcs]
            proved.append(part)
    return Mixed(flow, tuple(proved), tuple(unproved))


def camps_of(parts: Iterable[Part]) -> tuple[str, ...]:
    """The camps of some parts, sorted."""
    return tuple(sorted({camp for part in parts for camp in part.camps}))


def parts(problem: Problem, network: Network) -> list[Part]:
    """The parts of the network in which some panel may or may not become mixed."""
    labels = _labels(network)
    wishes: dict[int, list[_Wish]] = defaultdict(list)
    for label, wish in _wishes(problem, network, labels):
        wishes[label].append(wish)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], sorted(wishes))
    ends = np.searchsorted(labels[order], sorted(wishes), side="right")
    return [
        _part(problem, network, np.sort(order[start:end]), wishes[label])
        for label, start, end in zip(sorted(wishes), starts, ends, strict=True)
    ]


def _part(problem: Problem, network: Network, arcs: Ints, wishes: Iterable[_Wish]) -> Part:
    pairs = arcs[network.option[arcs] >= 0]
    places = np.unique(network.options.place[network.option[pairs]])
    camps = {problem.juries[place][0].id for place in places.tolist()}
    return Part(arcs, pairs, tuple(sorted(camps)), tuple(wishes))


def _labels(network: Network) -> Ints:
    """The part each arc belongs to; -1 for the bypass, which is of none."""
    graph = importlib.import_module("scipy.sparse.csgraph")
    sparse = importlib.import_module("scipy.sparse")
    ends = np.array([network.source, network.sink])
    starts, stops = np.isin(network.tail, ends), np.isin(network.head, ends)
    inner = ~starts & ~stops
    links = sparse.coo_array(
        (np.ones(inner.sum(), dtype=np.int8), (network.tail[inner], network.head[inner])),
        shape=(network.nodes, network.nodes),
    )
    _, of_node = graph.connected_components(links, directed=False)
    labels: Ints = of_node[np.where(starts, network.head, network.tail)].astype(np.int64)
    labels[starts & stops] = -1
    return labels


def _wishes(problem: Problem, network: Network, labels: Ints) -> Iterator[tuple[int, _Wish]]:
    """Every rebate that hangs on who is chosen, with the part its panel lies in."""
    pairs = np.flatnonzero(network.option >= 0)
    place = network.options.place[network.option[pairs]]
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(problem.juries) + 1))
    arcs_at = [pairs[order[a:b]] for a, b in pairwise(starts.tolist())]
    for rebate, kind_of in prices.mixes(problem.policy):
        kinds = [kind_of(person) for person in problem.people]
        locked = _locked_kinds(problem, kind_of)
        for (name, panel), members in zip(problem.panels.items(), arcs_at, strict=True):
            there, arcs = frozenset(locked[name]), _by_kind(network, kinds, members)
            if panel.target > 1 and len(there) < 2 <= len(there | arcs.keys()):
                yield int(labels[members[0]]), _Wish(rebate, arcs, there)


def _by_kind(network: Network, kinds: Sequence[str | None], arcs: Ints) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    people = network.options.volunteer[network.option[arcs]]
    for arc, person in zip(arcs.tolist(), people.tolist(), strict=True):
        if (kind := kinds[person]) is not None:
            found[kind].append(arc)
    return dict(found)


def _locked_kinds(problem: Problem, kind_of: prices.KindOf) -> dict[Place, set[str]]:
    kinds: dict[Place, set[str]] = defaultdict(set)
    for lock in problem.locks:
        if (kind := kind_of(problem.volunteers[lock.volunteer])) is not None:
            kinds[lock.camp, panel_of(lock)].add(kind)
    return kinds


# --------------------------------------------------------------------------------- one part


def best_of(network: Network, part: Part, flow: Ints) -> Ints | None:
    """The best flow of one part with the rebates, elsewhere as ``flow``, which is best without.

    None when it is not proved within the bounds.
    """
    if all(wish.is_earned(flow) for wish in part.wishes):
        return flow
    if len(part.pairs) > MOST_PAIRS or np.abs(network.cost[part.arcs]).sum() > _MOST_COST:
        return None
    programme = _Programme(network, part, flow)
    found = programme.cheapest()
    if found is None or _cost(network, part, found) > _cost(network, part, flow):
        return None
    settled = programme.settled(found) if len(part.pairs) <= _MOST_PAIRS_TO_SETTLE else None
    return found if settled is None else settled


def _cost(network: Network, part: Part, flow: Ints) -> int:
    """Exactly what the part costs, rebates included."""
    return int((network.cost[part.arcs] * flow[part.arcs]).sum()) + earned(part, flow)


def earned(part: Part, flow: Ints) -> int:
    """The rebates that hang on who is chosen, as far as the flow earns them."""
    return sum(wish.rebate for wish in part.wishes if wish.is_earned(flow))


class _Programme:
    """One part as a mixed integer programme: a variable per arc, and one per rebate."""

    def __init__(self, network: Network, part: Part, flow: Ints) -> None:
        self.network, self.part, self.flow = network, part, flow
        self.width = len(part.arcs) + len(part.wishes)
        rebates = [wish.rebate for wish in part.wishes]
        self.costs = np.concatenate([network.cost[part.arcs], np.array(rebates, dtype=np.int64)])
        self.rows = Rows(self.width)
        self._conserve()
        self._staff()
        for number, wish in enumerate(part.wishes):
            self._link(len(part.arcs) + number, wish)

    def _conserve(self) -> None:
        """Whoever comes into a node leaves it."""
        network, arcs = self.network, self.part.arcs
        columns = np.arange(len(arcs))
        for nodes, sign in ((network.tail[arcs], 1), (network.head[arcs], -1)):
            inner = (nodes != network.source) & (nodes != network.sink)
            self.rows.nodes(nodes[inner], columns[inner], sign)

    def _staff(self) -> None:
        """As many seats at each level as the flow has proved to be the most."""
        for level in (MINIMUM, TARGET):
            arcs = np.flatnonzero(self.network.staffing[self.part.arcs] == level)
            filled = int(self.flow[self.part.arcs[arcs]].sum())
            self.rows.add(arcs, np.ones(len(arcs)), filled, filled)

    def _link(self, column: int, wish: _Wish) -> None:
        """No rebate unless, whatever kind one leaves out, somebody of another is there."""
        for kind in wish.arcs.keys() | wish.locked:
            if not wish.locked - {kind}:
                others = [arc for other, arcs in wish.arcs.items() if other != kind for arc in arcs]
                columns = np.searchsorted(self.part.arcs, sorted(others))
                values = np.concatenate([-np.ones(len(others)), [1]])
                self.rows.add(np.append(columns, column), values, -np.inf, 0)

    def cheapest(self) -> Ints | None:
        """A flow that costs the least, and is proved to."""
        found = self._solve(self.costs, self.rows)
        if found is None:
            return None
        flow, bound = found
        # Every cost is whole: nothing lies between the bound and the next whole number.
        return flow if _cost(self.network, self.part, flow) - bound < 0.5 else None

    def settled(self, flow: Ints) -> Ints | None:
        """Among the flows that cost the same that with the least sum of hashes of its pairs."""
        least = _cost(self.network, self.part, flow)
        rows = self.rows.copy()
        priced = np.flatnonzero(self.costs)
        rows.add(priced, self.costs[priced].astype(float), -np.inf, least + 0.5)
        hashes = np.zeros(self.width, dtype=np.int64)
        pairs = np.searchsorted(self.part.arcs, self.part.pairs)
        hashes[pairs] = [
            _hash(self.network.options.ids(n)) for n in self.network.option[self.part.pairs]
        ]
        found = self._solve(hashes, rows)
        if found is None or _cost(self.network, self.part, found[0]) != least:
            return None
        return found[0]

    def _solve(self, costs: Ints, rows: Rows) -> tuple[Ints, float] | None:
        """The solver's flow and its bound; None unless it says optimal and arithmetic agrees."""
        optimize = importlib.import_module("scipy.optimize")
        ones = np.ones(len(self.part.wishes))
        holds = np.concatenate([self.network.capacity[self.part.arcs], ones])
        result = optimize.milp(
            costs.astype(float),
            integrality=np.ones(self.width),
            bounds=optimize.Bounds(0, holds),
            constraints=rows.constraints(optimize),
            options={"mip_rel_gap": 0, "node_limit": MOST_NODES, "time_limit": MOST_SECONDS},
        )
        if result.status != 0 or result.x is None:
            return None
        flow = self.flow.copy()
        flow[self.part.arcs] = np.rint(result.x[: len(self.part.arcs)]).astype(np.int64)
        return (flow, float(result.mip_dual_bound)) if self._is_flow(flow) else None

    def _is_flow(self, flow: Ints) -> bool:
        """Check in whole numbers: nobody gets lost, no arc overflows, as many seats are filled."""
        network, arcs = self.network, self.part.arcs
        own, before = flow[arcs], self.flow[arcs]
        balance = np.zeros(network.nodes, dtype=np.int64)
        np.add.at(balance, network.tail[arcs], own)
        np.subtract.at(balance, network.head[arcs], own)
        balance[[network.source, network.sink]] = 0
        levels = network.staffing[arcs]
        return bool(
            not balance.any()
            and ((own >= 0) & (own <= network.capacity[arcs])).all()
            and all(own[levels == n].sum() == before[levels == n].sum() for n in (MINIMUM, TARGET))
        )


def _hash(pair: Pair) -> int:
    """The leading digits of the pair's hash: few enough for a solver that reckons in floats."""
    return solve.tie_hash(pair) >> (40 - _HASH_BITS)


# -------------------------------------------------------------------------------- the next best


def without(network: Network, part: Part, arc: int) -> Ints | None:
    """The best flow of a part without one of its pairs: solved anew with the pair banned.

    None when it is not proved within the bounds.
    """
    capacity = network.capacity.copy()
    capacity[arc] = 0
    banned = replace(network, capacity=capacity)
    return best_of(banned, part, solve.solve(banned).flow)
