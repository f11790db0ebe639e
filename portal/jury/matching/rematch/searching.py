"""The cheapest way in what can change of a flow, searched from its end or from both at once."""

from array import array
from collections.abc import Collection, Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

_BEYOND = 2**63


class Ways(Protocol):
    """Edges and what they cost, as ``BestFlow`` keeps them; edge e ^ 1 is edge e turned round."""

    to: "array[int]"
    room: "array[int]"
    cost: "array[int]"
    duals: "array[int]"

    def edges(self, node: int) -> Sequence[int]: ...
    def degree(self, node: int) -> int: ...


class Way(NamedTuple):
    """A cheapest way: its edges from the start on, where it ends, and how dual prices follow.

    ``duals`` says by how much some nodes' prices change so that no reduced cost along the way is
    left, and none elsewhere falls below 0.
    """

    edges: list[int]
    end: int
    duals: list[tuple[int, int]]


class Search:
    """Looks for the nearest of ``ends`` from ``start``; the same every time.

    Reduced costs are never below 0, so each side settles nodes in the order of how near they are.
    The side that has looked at fewer edges goes on: a hub is opened only when that is worth it.
    With ``only_behind`` the start never goes on. That is for a start from which dual prices are the
    distances, or were: seen from there nearly all is equally near, but only what lies on cheapest
    ways leads back to it at no reduced cost.
    """

    def __init__(
        self, ways: Ways, start: int, ends: Collection[int], banned: int = -1, *,
        only_behind: bool = False,
    ) -> None:  # fmt: skip
        self.ways = ways
        self.banned = banned
        self.only_behind = only_behind
        self.ahead = _Side([start], against=False)
        self.behind = _Side(sorted(ends), against=True)
        self.best = _BEYOND
        self.meeting = -1

    def run(self) -> Way | None:
        """The way found; None when there is none."""
        ahead, behind = self.ahead, self.behind
        while ahead.waiting and behind.waiting and ahead.radius + behind.radius < self.best:
            if self.only_behind or self._effort(behind) < self._effort(ahead):
                self._settle(behind, ahead.near)
            else:
                self._settle(ahead, behind.near)
        if self.meeting < 0:
            return None
        first = list(self._trace(ahead))[::-1]
        then = list(self._trace(behind))
        end = self.ways.to[then[-1]] if then else self.meeting
        return Way(first + then, end, list(self._duals()))

    def _effort(self, side: "_Side") -> int:
        return side.seen + self.ways.degree(side.waiting[0][1])

    def _settle(self, side: "_Side", other: dict[int, int]) -> None:
        """Take the nearest node of one side, and see how near that makes its neighbours."""
        distance, node = heappop(side.waiting)
        near, came = side.near, side.came
        if distance > near[node]:
            return
        side.settled.append(node)
        ways, best, banned, flip, sign = self.ways, self.best, self.banned, side.flip, side.sign
        to, room, cost, duals = ways.to, ways.room, ways.cost, ways.duals
        edges = ways.edges(node)
        side.seen += len(edges)
        here = distance + sign * duals[node]
        for edge in edges:
            step = edge ^ flip
            if not room[step]:
                continue
            neighbour = to[edge]
            reached = here + cost[step] - sign * duals[neighbour]
            if reached < near.get(neighbour, best) and step >> 1 != banned:
                near[neighbour], came[neighbour] = reached, step
                heappush(side.waiting, (reached, neighbour))
                if neighbour in other and reached + other[neighbour] < best:
                    best, self.meeting = reached + other[neighbour], neighbour
        self.best = best

    def _trace(self, side: "_Side") -> Iterator[int]:
        """The edges from where the sides met to where one began."""
        node = self.meeting
        while node in side.came:
            step = side.came[node]
            yield step
            node = self.ways.to[step ^ side.flip ^ 1]

    def _duals(self) -> Iterator[tuple[int, int]]:
        """Nodes nearer than a radius on each side; both radii together are the whole way.

        No node is within both, or there were a shorter way.
        """
        ahead, behind = self.ahead, self.behind
        first = min(ahead.radius, self.best) if ahead.waiting else self.best
        for side, radius in ((ahead, first), (behind, self.best - first)):
            for node in side.settled:
                if side.near[node] < radius:
                    yield node, -side.sign * (radius - side.near[node])


class _Side:
    """One end of a search: how near nodes are to it, and by which edge."""

    def __init__(self, starts: Sequence[int], *, against: bool) -> None:
        # Against the edges each is used turned round.
        self.flip, self.sign = (1, -1) if against else (0, 1)
        self.near = dict.fromkeys(starts, 0)
        self.came: dict[int, int] = {}
        self.waiting = [(0, start) for start in starts]
        self.settled: list[int] = []
        self.seen = 0

    @property
    def radius(self) -> int:
        """Every node nearer than this is settled."""
        return self.waiting[0][0]
