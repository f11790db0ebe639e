"""Towns and employers at a panel that gets more seats: who comes next costs what it then should.

A network that was built holds only the steps of price that its open seats could reach, and no node
for a group without any. A seat more, or a locked one let go, may need more of both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from portal.jury.matching.prices import local_rebate, steps
from portal.jury.matching.problem import Place, Problem
from portal.jury.matching.rematch.seatings import Seating

Key = tuple[Place, str, str | None]


@dataclass(frozen=True)
class _Group:
    """Options at a panel that share rising prices: of one town, or of one employer within it."""

    place: Place
    town: str
    employer: str | None
    members: list[int]

    @property
    def key(self) -> Key:
        return self.place, self.town, self.employer

    def prices(self, problem: Problem) -> list[int]:
        """What the next members cost, as many as the panel has seats for."""
        panel, locked = problem.panels[self.place], problem.locked_at[self.place]
        seats = max(0, panel.target - locked)
        asked = problem.policy.prices
        if self.employer is None:
            later, first = asked.same_municipality, local_rebate(problem, self.place[0], self.town)
        else:
            later, first = asked.same_employer, 0
        return steps(later, first, self._locked(problem), min(len(self.members), seats))

    def _locked(self, problem: Problem) -> int:
        people = (problem.volunteers[p.volunteer] for p in problem.locks if p[1:] == self.place)
        return sum(
            person.municipality_code == self.town and self.employer in (None, person.employer)
            for person in people
        )


class Groups:
    """The groups of a network, found where it has them and made where it has not."""

    def __init__(self, seating: Seating) -> None:
        self.seating = seating
        self.flow = seating.flow
        self._nodes: dict[Key, int] = {}

    def at_most(self, place: Place) -> int:
        """More than all prices that ``open`` could add to ways through the network."""
        numbers = self.seating.options_at(place)
        asked = self.seating.problem.policy.prices
        prices = (*asked.same_municipality, *asked.same_employer, -asked.local, 1)
        pairs = int(np.abs(self.seating.network.options.cost[numbers]).sum())
        return 4 * (pairs + 20 * int(max(prices) + 1) * len(numbers))

    def open(self, problem: Problem, place: Place) -> None:
        """Price the groups of a panel by the seats and locks that ``problem`` has there."""
        panel = self.seating.panel_node(place)
        for town, members in self._parted(self.seating.options_at(place), "municipality_code"):
            onward = self._priced(problem, _Group(place, town, None, members), panel)
            for employer, colleagues in self._parted(members, "employer"):
                self._priced(problem, _Group(place, town, employer, colleagues), onward)

    def _parted(self, numbers: Iterable[int], by: str) -> list[tuple[str, list[int]]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number in numbers:
            if (code := getattr(self.seating.person(number), by)) is not None:
                found[code].append(number)
        return list(found.items())

    def _priced(self, problem: Problem, group: _Group, onward: int) -> int:
        """The node of a group, or ``onward`` where it has no price, with every step it needs."""
        wanted = Counter(group.prices(problem))
        node = self._node(group)
        if node is None:
            if not any(wanted):
                return onward
            node = self._made(group, onward)
        for price, units in (wanted - self._held(node, onward)).items():
            self.flow.add(node, onward, units, price)
        return node

    def _held(self, node: int, onward: int) -> Counter[int]:
        """The steps there are: how many units at which price."""
        held: Counter[int] = Counter()
        for arc in self.flow.arcs_from(node):
            if self.flow.head(arc) == onward:
                held[self.flow.cost[2 * arc]] += self.flow.capacity(arc)
        return held

    def _node(self, group: _Group) -> int | None:
        """The node of a group; None where there is none."""
        if group.key not in self._nodes and any(group.prices(self.seating.problem)):
            self._nodes[group.key] = self._built(group)
        return self._nodes.get(group.key)

    def _built(self, group: _Group) -> int:
        """The node that the network was built with: the first on the way, or next to the panel."""
        node = self.flow.head(self.seating.arc_of(group.members[0]))
        onward = self._onward(node)
        is_colleagues = group.employer is None and onward != self.seating.panel_node(group.place)
        return onward if is_colleagues else node

    def _onward(self, node: int) -> int:
        arcs = self.flow.arcs_from(node)
        return next(self.flow.head(arc) for arc in arcs if self.flow.capacity(arc))

    def _made(self, group: _Group, onward: int) -> int:
        """A new node before ``onward``, with all ways of the group led through it."""
        node = self._nodes[group.key] = self.flow.add_node(self.flow.duals[onward])
        for number in group.members:
            head = self.flow.head(self.seating.arc_of(number))
            if head == onward:
                self.seating.redirect(number, node)
            elif head != node:
                self._redirect_steps(head, onward, node)
        return node

    def _redirect_steps(self, employer: int, onward: int, node: int) -> None:
        for arc in self.flow.arcs_from(employer):
            if self.flow.head(arc) == onward and self.flow.capacity(arc):
                self.flow.redirect(arc, node)
