"""The problem as a flow: source → person → person's day → employer → town → panel → sink.

Every rule on sums is a capacity, every price that rises with numbers a row of parallel arcs. A
bypass from source to sink carries the seats that stay empty.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.pairs import Option, Pairs
from portal.jury.matching.prices import local_rebate, steps
from portal.jury.matching.problem import Place, Problem, panel_of
from portal.jury.matching.types import NotProved, tenths

Ints = NDArray[np.int64]
Node = tuple[str, ...]

SOURCE: Node = ("source",)
SINK: Node = ("sink",)
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


def build(problem: Problem, options: Pairs) -> Network:
    """Lay out the network of the seats that are not locked."""
    arcs = _Arcs()
    source, sink = arcs.node(SOURCE), arcs.node(SINK)
    seats = sum(_panel_arcs(arcs, problem, place) for place in problem.panels)
    arcs.add(SOURCE, SINK, seats, 0, staffing=BYPASS)
    heads = _group_arcs(arcs, problem, options)
    for _, own in groupby(enumerate(options), key=lambda numbered: numbered[1].volunteer.id):
        _volunteer_arcs(arcs, problem, list(own), heads)
    return Network(
        nodes=len(arcs.nodes),
        source=source,
        sink=sink,
        supply=seats,
        tail=_array(arcs.tail),
        head=_array(arcs.head),
        capacity=_array(arcs.capacity),
        cost=_array(arcs.cost),
        staffing=_array(arcs.staffing),
        option=_array(arcs.option),
        options=options,
    )


def _array(numbers: list[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


@dataclass
class _Arcs:
    nodes: dict[Node, int] = field(default_factory=dict)
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    staffing: list[int] = field(default_factory=list)
    option: list[int] = field(default_factory=list)

    def node(self, key: Node) -> int:
        return self.nodes.setdefault(key, len(self.nodes))

    def add(
        self, tail: Node, head: Node, capacity: int, cost: int, *, staffing: int = WITHIN,
        option: int = -1,
    ) -> None:  # fmt: skip
        if capacity > 0:
            self.tail.append(self.node(tail))
            self.head.append(self.node(head))
            self.capacity.append(capacity)
            self.cost.append(cost)
            self.staffing.append(staffing)
            self.option.append(option)

    def add_steps(self, tail: Node, head: Node, prices: Iterable[int]) -> None:
        """Parallel arcs of rising price, equal prices in one arc."""
        for price, units in groupby(prices):
            self.add(tail, head, len(list(units)), price)


def _panel_arcs(arcs: _Arcs, problem: Problem, place: Place) -> int:
    """Seats not locked: the minimum first, then the rest; returns how many."""
    panel, locked = problem.panels[place], problem.locked_at[place]
    minimum = max(0, panel.minimum - locked)
    seats = max(0, panel.target - locked)
    arcs.add(_panel_node(place), SINK, minimum, 0, staffing=MINIMUM)
    arcs.add(_panel_node(place), SINK, seats - minimum, 0, staffing=TARGET)
    return seats


def _panel_node(place: Place) -> Node:
    return ("panel", *place)


def _volunteer_arcs(
    arcs: _Arcs, problem: Problem, own: list[tuple[int, Option]], heads: list[Node]
) -> None:
    """Source → person → day → pair; the day between only where it could be served twice."""
    volunteer = own[0][1].volunteer
    person: Node = ("person", volunteer.id)
    cap = problem.free_caps[volunteer.id]
    per_day = Counter(option.camp.day for _, option in own)
    taken = volunteer.at_most - cap if cap else 0
    load = steps(problem.policy.prices.second_camp, 0, taken, min(cap, len(per_day)))
    arcs.add_steps(SOURCE, person, load)
    days = {day: _day_node(volunteer.id, day, cap, count) for day, count in per_day.items()}
    for node in days.values():
        if node != person:
            arcs.add(person, node, 1, 0)
    for number, option in own:
        cost = option.cost - _rebate(problem, option)
        arcs.add(days[option.camp.day], heads[number], 1, cost, option=number)


def _day_node(volunteer: str, day: str, cap: int, count: int) -> Node:
    return ("day", volunteer, day) if cap > 1 and count > 1 else ("person", volunteer)


def _rebate(problem: Problem, option: Option) -> int:
    """What keeping a standing pair saves."""
    there = (option.volunteer.id, option.camp.id)
    kept = sum((*there, panel) in problem.standing for panel in (option.panel.id, None))
    return kept * tenths(problem.policy.prices.change)


def _group_arcs(arcs: _Arcs, problem: Problem, options: Sequence[Option]) -> list[Node]:
    """Town and employer nodes before each panel; returns where each option's arc ends."""
    heads = [_panel_node(option.place) for option in options]
    towns: dict[tuple[Place, str], list[int]] = defaultdict(list)
    for number, option in enumerate(options):
        if option.volunteer.municipality_code is not None:
            towns[option.place, option.volunteer.municipality_code].append(number)
    locked = _locked_groups(problem)
    for (place, town), members in towns.items():
        node = _town_node(arcs, problem, place, town, len(members), locked)
        _employer_nodes(arcs, problem, options, members, node, locked, heads)
    return heads


def _locked_groups(problem: Problem) -> Counter[Node]:
    """How many locked jurors each town and employer group holds."""
    groups: Counter[Node] = Counter()
    for lock in problem.locks:
        volunteer = problem.volunteers[lock.volunteer]
        if (town := volunteer.municipality_code) is not None:
            node: Node = ("town", lock.camp, panel_of(lock), town)
            groups[node] += 1
            if volunteer.employer is not None:
                groups[(*node, volunteer.employer)] += 1
    return groups


def _town_node(
    arcs: _Arcs, problem: Problem, place: Place, town: str, members: int, locked: Counter[Node]
) -> Node:
    """The node that prices one town on a panel, or the panel itself where it costs nothing."""
    node: Node = ("town", *place, town)
    first = local_rebate(problem, place[0], town)
    prices = steps(problem.policy.prices.same_municipality, first, locked[node], members)
    if not any(prices):
        return _panel_node(place)
    arcs.add_steps(node, _panel_node(place), prices)
    return node


def _employer_nodes(
    arcs: _Arcs, problem: Problem, options: Sequence[Option], members: list[int], town: Node,
    locked: Counter[Node], heads: list[Node],
) -> None:  # fmt: skip
    """Let members of one employer share a node where a second one costs; set their heads."""
    employers: dict[str | None, list[int]] = defaultdict(list)
    for number in members:
        employers[options[number].volunteer.employer].append(number)
    for employer, colleagues in employers.items():
        option = options[colleagues[0]]
        head = town
        if employer is not None:
            node: Node = ("town", *option.place, option.volunteer.municipality_code or "", employer)
            later = problem.policy.prices.same_employer
            prices = steps(later, 0, locked[node], len(colleagues))
            if any(prices):
                arcs.add_steps(node, town, prices)
                head = node
        for number in colleagues:
            heads[number] = head
