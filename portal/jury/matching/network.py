"""The problem as a flow: source → person → person's day → employer → town → panel → sink.

Every rule on sums is a capacity, every price that rises with numbers a row of parallel arcs. A
bypass from source to sink carries the seats that stay empty.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.pairs import Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.steps import Steps
from portal.jury.matching.tables import Bools, among, grouped
from portal.jury.matching.types import NotProved, tenths

Ints = NDArray[np.int64]
Numbers = Ints | int

SOURCE, SINK, FIRST_PANEL = range(3)
# What an arc means for staffing.
WITHIN, MINIMUM, TARGET, BYPASS = range(4)
LARGEST = 2**62


@dataclass(frozen=True)
class Network:
    """Arcs as parallel arrays; ``cost`` is in tenths of km, ``option`` is -1 off the pairs."""

    nodes: int
    source: int
    sink: int
    supply: int
    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    staffing: Ints
    option: Ints
    options: Pairs
    # What a change of plan can matter in a larger network that this one is a part of.
    detour: int = 0

    def weighted(self) -> Ints:
        """One cost per arc in which every minimum outweighs any target, and that any km."""
        minimum, target = staffing_weights(self)
        empty = np.array([0, 0, minimum - target, minimum], dtype=np.int64)
        return self.cost + empty[self.staffing]


def staffing_weights(network: Network) -> tuple[int, int]:
    """What an empty minimum seat and an empty target seat weigh: the least that is exact."""
    most = max(_largest_detour(network), network.detour)
    return 2 * (most + 1), most + 1


def _largest_detour(network: Network) -> int:
    """How much a change of plan can matter in cost while it moves one seat.

    Such a change is a cycle that passes each node once, thus once in and once out of the arcs
    that meet there. Pair and group arcs are counted where they end, load arcs where they start.
    """
    inside = network.staffing == WITHIN
    at = np.where(network.tail == network.source, network.source, network.head)[inside]
    dearest = np.zeros(network.nodes, dtype=np.int64)
    cheapest = np.zeros(network.nodes, dtype=np.int64)
    np.maximum.at(dearest, at, network.cost[inside])
    np.minimum.at(cheapest, at, network.cost[inside])
    return int((dearest - cheapest).sum())


def safe64(nodes: int, supply: int, costs: Ints) -> None:
    """Check that the solver, which scales costs by the nodes, stays within 64 bits.

    Raises:
        NotProved: it might not.
    """
    largest = int(np.abs(costs).max(initial=0))
    if largest * (nodes + 1) >= LARGEST or largest * (supply + 1) >= LARGEST:
        raise NotProved(f"costs up to {largest} on {nodes} nodes could pass 64 bits")


def build(problem: Problem, pairs: Pairs) -> Network:
    """Lay out the network of the seats that are not locked.

    The same arcs in the same order for the same pairs. Panel ``p`` is node 2 + p and person ``v``
    the node ``v`` after all panels; then come days, towns and employers, only where they matter.
    """
    arcs = _Arcs(FIRST_PANEL + len(problem.juries) + len(problem.people))
    supply = _seat_arcs(arcs, problem)
    tails = _person_arcs(arcs, problem, pairs)
    heads = _group_arcs(arcs, problem, pairs)
    cost = pairs.cost - rebates(problem, pairs)
    arcs.add(tails, heads, 1, cost, option=np.arange(len(pairs)))
    tail, head, capacity, costs, staffing, option = arcs.by_tail()
    return Network(
        nodes=arcs.nodes,
        source=SOURCE,
        sink=SINK,
        supply=supply,
        tail=tail,
        head=head,
        capacity=capacity,
        cost=costs,
        staffing=staffing,
        option=option,
        options=pairs,
    )


class _Arcs:
    """Arcs as they come, in batches of parallel arrays."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self._batches: list[list[Ints]] = []

    def new_nodes(self, wanted: Bools, others: Ints) -> Ints:
        """A node of its own for each that is wanted; for the rest those of ``others``."""
        numbers = np.where(wanted, np.cumsum(wanted) - 1 + self.nodes, others)
        self.nodes += int(wanted.sum())
        return numbers

    def add(
        self, tail: Numbers, head: Numbers, capacity: Numbers, cost: Numbers, *,
        staffing: int = WITHIN, option: Numbers = -1,
    ) -> None:  # fmt: skip
        """Add arcs; those that can carry nothing are left out."""
        batch = np.broadcast_arrays(*np.atleast_1d(tail, head, capacity, cost, staffing, option))
        used = np.flatnonzero(batch[2] > 0)
        self._batches.append([each[used] for each in batch])

    def add_steps(self, tail: Numbers, head: Numbers, steps: Steps) -> None:
        """Parallel arcs of rising price."""
        for units, price in steps.runs():
            self.add(tail, head, units, price)

    def by_tail(self) -> list[Ints]:
        """All arcs in the order of the nodes they leave, as the solver keeps them itself."""
        columns = [np.concatenate(column) for column in zip(*self._batches, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return [column[order] for column in columns]


def _seat_arcs(arcs: _Arcs, problem: Problem) -> int:
    """Seats not locked: the minimum first, then the rest, and past all; returns how many."""
    seats = problem.open_seats
    least = np.array([panel.minimum for _, panel in problem.juries], dtype=np.int64)
    minimum = np.maximum(0, least - problem.locked_seats)
    panels = FIRST_PANEL + np.arange(len(seats))
    arcs.add(panels, SINK, minimum, 0, staffing=MINIMUM)
    arcs.add(panels, SINK, seats - minimum, 0, staffing=TARGET)
    supply = int(seats.sum())
    arcs.add(SOURCE, SINK, supply, 0, staffing=BYPASS)
    return supply


def _person_arcs(arcs: _Arcs, problem: Problem, pairs: Pairs) -> Ints:
    """Source → person → day; returns where each pair's arc starts.

    The day between is only there where it could be served twice.
    """
    days = len(problem.tables.days)
    row = pairs.volunteer.astype(np.int64)
    groups, group_of = grouped(row * days + problem.tables.day_of_place[pairs.place])
    person = groups // max(1, days)
    several = (np.bincount(group_of, minlength=len(groups)) > 1) & (problem.free_seats[person] > 1)
    persons = FIRST_PANEL + len(problem.juries) + person
    nodes = arcs.new_nodes(several, persons)
    arcs.add(persons[several], nodes[several], 1, 0)
    everybody = np.arange(len(problem.people))
    load = Steps(
        first=np.zeros_like(everybody),
        later=problem.policy.prices.second_camp,
        taken=np.fromiter((problem.locked_of[v] for v in problem.volunteers), dtype=np.int64),
        count=np.minimum(problem.free_seats, np.bincount(person, minlength=len(everybody))),
    )
    arcs.add_steps(SOURCE, FIRST_PANEL + len(problem.juries) + everybody, load)
    return nodes[group_of]


def rebates(problem: Problem, pairs: Pairs) -> Ints:
    """What keeping a standing pair saves."""
    kept = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(kept, among(pairs.cells, problem.standing_cells), 1)
    return kept * tenths(problem.policy.prices.change)


def _group_arcs(arcs: _Arcs, problem: Problem, pairs: Pairs) -> Ints:
    """Towns and employers before each panel, where a price asks for them.

    Returns where each pair's arc ends: at the employer's node, the town's or the panel itself.
    """
    heads = FIRST_PANEL + pairs.place.astype(np.int64)
    towns = problem.tables.home_town[pairs.volunteer]
    local = np.flatnonzero(towns >= 0)
    keys = pairs.place[local].astype(np.int64) * problem.tables.towns + towns[local]
    groups, group_of = grouped(keys)
    nodes = _town_nodes(arcs, problem, groups, np.bincount(group_of, minlength=len(groups)))
    heads[local] = nodes[group_of]
    employers = problem.tables.employer[pairs.volunteer[local]]
    hired = np.flatnonzero(employers >= 0)
    keys = keys[hired] * len(problem.tables.employers) + employers[hired]
    groups, group_of = grouped(keys)
    nodes = _employer_nodes(arcs, problem, groups, group_of, heads[local[hired]])
    heads[local[hired]] = nodes[group_of]
    return heads


def _town_nodes(arcs: _Arcs, problem: Problem, groups: Ints, members: Ints) -> Ints:
    """The node that prices one town on a panel, or the panel itself where it costs nothing."""
    tables, prices = problem.tables, problem.policy.prices
    place, town = np.divmod(groups, max(1, tables.towns))
    is_local = tables.camp_town[tables.camp[place]] == town
    steps = Steps(
        first=is_local * tenths(prices.local),
        later=prices.same_municipality,
        taken=counted(problem.locked_towns, groups),
        count=np.minimum(members, problem.open_seats[place]),
    )
    return _priced(arcs, steps, FIRST_PANEL + place)


def _employer_nodes(
    arcs: _Arcs, problem: Problem, groups: Ints, group_of: Ints, heads: Ints
) -> Ints:
    """The node colleagues of one town share where a second one costs, or where they went before."""
    before = np.zeros_like(groups)
    before[group_of] = heads
    place = groups // max(1, problem.tables.towns * len(problem.tables.employers))
    members = np.bincount(group_of, minlength=len(groups))
    steps = Steps(
        first=np.zeros_like(groups),
        later=problem.policy.prices.same_employer,
        taken=counted(problem.locked_employers, groups),
        count=np.minimum(members, problem.open_seats[place]),
    )
    return _priced(arcs, steps, before)


def _priced(arcs: _Arcs, steps: Steps, onward: Ints) -> Ints:
    """New nodes for the groups whose size has a price, each with its arcs onward."""
    matter = steps.matter()
    nodes = arcs.new_nodes(matter, onward)
    arcs.add_steps(nodes[matter], onward[matter], steps.of(matter))
    return nodes


def counted(locked: Ints, groups: Ints) -> Ints:
    """How many of the locked jurors' groups each of the rising groups is."""
    count = np.zeros_like(groups)
    np.add.at(count, among(groups, locked), 1)
    return count
