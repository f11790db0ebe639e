"""A best flow that stays the best while arcs come, go and change what they hold.

Whatever a change leaves over at one node and short at another goes there by the cheapest way in
what can still change, one unit at a time. After each unit the dual prices of the nodes the search
has settled are moved, so that the reduced costs prove the new flow as they proved the old one.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from portal.jury.matching.network import Ints, Network
from portal.jury.matching.rematch.searching import Search, Way
from portal.jury.matching.types import NotProved
from portal.jury.matching.why.paths import Step


class BestFlow:
    """The best flow under ``costs``, by ``duals``, in a form that is quick to search and change.

    Arc a has two edges: 2a takes a unit more along it, 2a + 1 takes one back. ``room`` is how many
    units an edge still takes; the room to take back is the flow.
    """

    def __init__(self, network: Network, flow: Ints, costs: Ints, duals: Ints) -> None:
        self.source = network.source
        self.hubs = network.source, network.sink
        starts = _paired(network.tail, network.head)
        self.to = _compact(_paired(network.head, network.tail))
        self.room = _compact(_paired(network.capacity - flow, flow))
        self.cost = _compact(_paired(costs, -costs))
        self.duals = _compact(duals)
        self._edges = _compact(np.argsort(starts, kind="stable"))
        counts = np.bincount(starts, minlength=network.nodes)
        self._first = _compact(np.concatenate([[0], np.cumsum(counts)]))
        self._added: dict[int, list[int]] = {}
        # How many units each node is short of, or has over where below 0.
        self.short: Counter[int] = Counter()

    # ------------------------------------------------------------------------------- to read

    def edges(self, node: int) -> Sequence[int]:
        """Every edge that starts at ``node``, full or not."""
        if node not in self._added:
            return self._edges[self._first[node] : self._first[node + 1]]
        known = self._edges[self._first[node] : self._first[node + 1]] if self._is_old(node) else ()
        return [*known, *self._added[node]]

    def degree(self, node: int) -> int:
        """How many edges start at ``node``, those added later left out."""
        return self._first[node + 1] - self._first[node] if self._is_old(node) else 0

    def _is_old(self, node: int) -> bool:
        return node < len(self._first) - 1

    def arcs_from(self, node: int) -> list[int]:
        """The arcs that start at ``node``."""
        return [edge >> 1 for edge in self.edges(node) if not edge & 1]

    def arcs_to(self, node: int) -> list[int]:
        """The arcs that end at ``node``."""
        return [edge >> 1 for edge in self.edges(node) if edge & 1]

    def tail(self, arc: int) -> int:
        """Where an arc starts."""
        return self.to[2 * arc + 1]

    def head(self, arc: int) -> int:
        """Where an arc ends."""
        return self.to[2 * arc]

    def flow(self, arc: int) -> int:
        """How many units an arc carries."""
        return self.room[2 * arc + 1]

    def capacity(self, arc: int) -> int:
        """How many units an arc holds."""
        return self.room[2 * arc] + self.room[2 * arc + 1]

    def arrays(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        """Tail, head, capacity, cost and flow of every arc, and the dual price of every node."""
        to, room, cost = (_plain(numbers) for numbers in (self.to, self.room, self.cost))
        return to[1::2], to[::2], room[::2] + room[1::2], cost[::2], room[1::2], _plain(self.duals)

    # ----------------------------------------------------------------------------- to change

    def add(self, tail: int, head: int, capacity: int, cost: int) -> int:
        """A new arc between two nodes; returns its number."""
        arc = len(self.to) // 2
        self.to.extend((head, tail))
        self.room.extend((0, 0))
        self.cost.extend((cost, -cost))
        self._added.setdefault(tail, []).append(2 * arc)
        self._added.setdefault(head, []).append(2 * arc + 1)
        self.hold(arc, capacity)
        return arc

    def add_node(self, dual: int) -> int:
        """A new node with this dual price; returns its number."""
        self.duals.append(dual)
        self._added[len(self.duals) - 1] = []
        return len(self.duals) - 1

    def redirect(self, arc: int, head: int) -> int:
        """Let an arc end elsewhere, at a node of the same dual price; returns its new number."""
        flow, free, before = self.flow(arc), self.room[2 * arc], self.head(arc)
        self.room[2 * arc] = self.room[2 * arc + 1] = 0
        anew = self.add(self.tail(arc), head, 0, self.cost[2 * arc])
        self.room[2 * anew], self.room[2 * anew + 1] = free, flow
        self.owe(before, flow)
        self.owe(head, -flow)
        return anew

    def hold(self, arc: int, capacity: int) -> None:
        """Let an arc hold so much from now on; what it may not or should carry is made good later.

        New room on an arc that is worth using is used at once: so no reduced cost speaks against
        the flow, and only the nodes are out of balance until ``settle``.
        """
        flow, tail, head = self.flow(arc), self.tail(arc), self.head(arc)
        is_wanted = self.cost[2 * arc] + self.duals[tail] - self.duals[head] < 0
        kept = capacity if is_wanted else min(flow, capacity)
        self.room[2 * arc], self.room[2 * arc + 1] = capacity - kept, kept
        self.owe(tail, kept - flow)
        self.owe(head, flow - kept)

    def owe(self, node: int, units: int) -> None:
        """Count ``units`` that ``node`` is short of, below 0 that it has over."""
        self.short[node] += units
        if not self.short[node]:
            del self.short[node]

    def reprice(self, arc: int, more: int) -> None:
        """Change what an arc costs; never against the flow, which must stay the best.

        Raises:
            ValueError: an arc in use would get dearer, or a free one cheaper.
        """
        if (more > 0 and self.flow(arc)) or (more < 0 and self.room[2 * arc]):
            raise ValueError("such a price could change what is best")
        self.cost[2 * arc] += more
        self.cost[2 * arc + 1] -= more

    def settle(self) -> Counter[int]:
        """Bring what is over to where it is short, and return by how much each arc changed.

        Raises:
            NotProved: there is no way, so this flow cannot be mended.
        """
        changed: Counter[int] = Counter()
        while self.short:
            way = self._next_way()
            if way is None:
                raise NotProved("what is left over can go nowhere")
            self._move_duals(way)
            self._carry(way.edges, changed)
        return changed

    def cheapest(self, start: int, goal: int, banned: int) -> list[Step] | None:
        """The cheapest change that takes a unit from ``start`` to ``goal`` without one arc.

        In its order; None when there is none. The flow stays as it is.
        """
        way = Search(self, start, [goal], banned).run()
        if way is None:
            return None
        return [Step(edge >> 1, back=bool(edge & 1)) for edge in way.edges]

    def _next_way(self) -> Way | None:
        """The cheapest way from one node with units over to any that is short of some."""
        over = [node for node, units in self.short.items() if units < 0]
        lacking = [node for node, units in self.short.items() if units > 0]
        start = min(over, key=lambda node: (node in self.hubs, node))
        way = Search(self, start, lacking, only_behind=start == self.source).run()
        if way is not None:
            self.owe(start, 1)
            self.owe(way.end, -1)
        return way

    def _move_duals(self, way: Way) -> None:
        """Let reduced costs prove the flow with the way taken."""
        for node, more in way.duals:
            self.duals[node] += more

    def _carry(self, edges: Iterable[int], changed: Counter[int]) -> None:
        for edge in edges:
            self.room[edge] -= 1
            self.room[edge ^ 1] += 1
            changed[edge >> 1] += -1 if edge & 1 else 1


def _paired(even: Ints, odd: Ints) -> Ints:
    return np.column_stack([even, odd]).ravel()


def _compact(numbers: Ints) -> "array[int]":
    """Plain integers that are quick to read one by one and take eight bytes each."""
    return array("q", numbers.astype(np.int64).tobytes())


def _plain(numbers: "array[int]") -> Ints:
    return np.array(numbers, dtype=np.int64)
