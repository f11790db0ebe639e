"""Cheapest ways to change a flow: along free arcs forwards, along used arcs back."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from portal.jury.matching.network import Ints, Network


@dataclass(frozen=True)
class Step:
    """One arc of a change: a unit more on it, or one less when ``back``."""

    arc: int
    back: bool


class Residual:
    """What can change in a flow that is the best one under ``costs`` with ``duals``."""

    def __init__(self, network: Network, flow: Ints, costs: Ints, duals: Ints) -> None:
        reduced = (costs + duals[network.tail] - duals[network.head]).tolist()
        self._ways: list[list[tuple[int, int, Step]]] = [[] for _ in range(network.nodes)]
        arcs = zip(
            network.tail.tolist(), network.head.tolist(), flow.tolist(),
            network.capacity.tolist(), reduced, strict=True,
        )  # fmt: skip
        for arc, (tail, head, used, capacity, cost) in enumerate(arcs):
            if used < capacity:
                self._ways[tail].append((head, cost, Step(arc, back=False)))
            if used > 0:
                self._ways[head].append((tail, -cost, Step(arc, back=True)))

    def cheapest(self, start: int, goal: int, banned: int) -> list[Step] | None:
        """The cheapest change that moves a unit from ``start`` to ``goal`` without one arc.

        Among equally cheap ones the first in the order of nodes; None when there is none.
        """
        best = {start: 0}
        came: dict[int, tuple[int, Step]] = {}
        done: set[int] = set()
        waiting = [(0, start)]
        while waiting:
            distance, node = heappop(waiting)
            if node == goal:
                return _walk_back(came, start, goal)
            if node in done:
                continue
            done.add(node)
            for other, cost, step in self._ways[node]:
                reached = distance + cost
                if step.arc != banned and reached < best.get(other, reached + 1):
                    best[other] = reached
                    came[other] = node, step
                    heappush(waiting, (reached, other))
        return None


def _walk_back(came: dict[int, tuple[int, Step]], start: int, goal: int) -> list[Step]:
    steps = []
    node = goal
    while node != start:
        node, step = came[node]
        steps.append(step)
    return steps[::-1]


def pairs_changed(network: Network, steps: Iterable[Step]) -> tuple[list[int], list[int]]:
    """The options a change takes up and those it gives up, in its order."""
    taken: list[int] = []
    left: list[int] = []
    for step in steps:
        option = int(network.option[step.arc])
        if option >= 0:
            (left if step.back else taken).append(option)
    return taken, left
