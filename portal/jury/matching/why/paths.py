"""Cheapest ways to change a flow: along free arcs forwards, along used arcs back."""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from portal.jury.matching.network import Ints, Network


class Step(NamedTuple):
    """One arc of a change: a unit more on it, or one less when ``back``."""

    arc: int
    back: bool


Ways = list[list[tuple[int, int, Step]]]
"""For each node where one can go from it: node, reduced cost, step."""


class Residual:
    """What can change in a flow that is the best one under ``costs`` with ``duals``."""

    def __init__(self, network: Network, flow: Ints, costs: Ints, duals: Ints) -> None:
        self.ways: Ways = [[] for _ in range(network.nodes)]
        self.against: Ways = [[] for _ in range(network.nodes)]
        reduced = costs + duals[network.tail] - duals[network.head]
        arrays = (network.tail, network.head, flow, network.capacity, reduced)
        arcs = zip(*(array.tolist() for array in arrays), strict=True)
        for arc, (tail, head, used, capacity, cost) in enumerate(arcs):
            if used < capacity:
                self._add(tail, head, cost, Step(arc, back=False))
            if used > 0:
                self._add(head, tail, -cost, Step(arc, back=True))

    def _add(self, tail: int, head: int, cost: int, step: Step) -> None:
        self.ways[tail].append((head, cost, step))
        self.against[head].append((tail, cost, step))

    def cheapest(self, start: int, goal: int, banned: int) -> list[Step] | None:
        """The cheapest change that moves a unit from ``start`` to ``goal`` without one arc.

        Searched from both ends at once; the same every time. None when there is none.
        """
        ahead, behind = _Front(self.ways, start), _Front(self.against, goal)
        best, meeting = None, -1
        while ahead.waiting and behind.waiting:
            if best is not None and ahead.waiting[0][0] + behind.waiting[0][0] >= best:
                break
            front, other = (ahead, behind) if ahead.is_behind(behind) else (behind, ahead)
            for node, distance in front.settle(banned):
                if node in other.best and (best is None or distance + other.best[node] < best):
                    best, meeting = distance + other.best[node], node
        if best is None:
            return None
        return ahead.steps_to(meeting)[::-1] + behind.steps_to(meeting)


class _Front:
    """One end of the search: how near each node is, and how it was reached."""

    def __init__(self, ways: Ways, start: int) -> None:
        self.ways = ways
        self.start = start
        self.best = {start: 0}
        self.came: dict[int, tuple[int, Step]] = {}
        self.done: set[int] = set()
        self.waiting = [(0, start)]

    def is_behind(self, other: "_Front") -> bool:
        """Whether this end has seen less, so that it is its turn."""
        return len(self.waiting) <= len(other.waiting)

    def settle(self, banned: int) -> Iterable[tuple[int, int]]:
        """Take the nearest node, and return those now reached on a shorter way."""
        distance, node = heappop(self.waiting)
        if node in self.done:
            return []
        self.done.add(node)
        nearer = []
        best = self.best
        for other, cost, step in self.ways[node]:
            reached = distance + cost
            if (other not in best or reached < best[other]) and step.arc != banned:
                best[other] = reached
                self.came[other] = node, step
                heappush(self.waiting, (reached, other))
                nearer.append((other, reached))
        return nearer

    def steps_to(self, node: int) -> list[Step]:
        """The steps between ``node`` and the start, from the node's end."""
        steps = []
        while node != self.start:
            node, step = self.came[node]
            steps.append(step)
        return steps


def pairs_changed(network: Network, steps: Iterable[Step]) -> tuple[list[int], list[int]]:
    """The options a change takes up and those it gives up, in its order."""
    taken: list[int] = []
    left: list[int] = []
    for step in steps:
        option = int(network.option[step.arc])
        if option >= 0:
            (left if step.back else taken).append(option)
    return taken, left
