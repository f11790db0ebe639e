"""Where people, panels and their groups are in a network that was built, found by its pairs."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from portal.jury.matching.best_flow import BestFlow
from portal.jury.matching.network import BYPASS, Ints, Network
from portal.jury.matching.prices import local_rebate, steps
from portal.jury.matching.problem import BadInput, Place, Problem, panel_of
from portal.jury.matching.types import Pair, Volunteer
from portal.jury.matching.weights import CannotMend


@dataclass(frozen=True)
class Freed:
    """A locked seat let go: what its panel has to fill then, and the prices its group gets back.

    ``minimum`` and ``target`` are the seats not locked. ``arcs`` are tail, head and price of one
    unit each: whoever comes next from the same town or employer is not the second any more.
    """

    place: Place
    minimum: int
    target: int
    arcs: tuple[tuple[int, int, int], ...]


class Seating:
    """Finds arcs and nodes of ``network``, which was built for ``problem``."""

    def __init__(self, problem: Problem, network: Network, flow: BestFlow) -> None:
        self.problem = problem
        self.network = network
        self.flow = flow
        arcs = np.flatnonzero(network.option >= 0)
        self._arcs = np.full(len(network.options), -1, dtype=np.int64)
        self._arcs[network.option[arcs]] = arcs

    def arc_of(self, number: int) -> int:
        """The arc of an option."""
        return int(self._arcs[number])

    def ids(self, numbers: Iterable[int]) -> list[Pair]:
        """The pairs of some options."""
        return [self.network.options.ids(number) for number in numbers]

    def options_of(self, volunteer: str) -> range:
        """The numbers of a person's options; none for whom the network does not know."""
        person = self._people.get(volunteer, -1)
        own = self.network.options.volunteer
        return range(
            int(np.searchsorted(own, person, "left")), int(np.searchsorted(own, person, "right"))
        )

    def options_at(self, place: Place) -> list[int]:
        """The numbers of a panel's options; none where the network does not know it."""
        number = self._places.get(place, -1)
        return np.flatnonzero(self.network.options.place == number).tolist()

    @cached_property
    def _people(self) -> dict[str, int]:
        return {person: number for number, person in enumerate(self.problem.volunteers)}

    @cached_property
    def _places(self) -> dict[Place, int]:
        return {place: number for number, place in enumerate(self.problem.panels)}

    def arc(self, pair: Pair) -> int:
        """The arc of a pair.

        Raises:
            BadInput: the pair is none that may be chosen.
        """
        place = self._places.get((pair.camp, panel_of(pair)), -1)
        for number in self.options_of(pair.volunteer):
            if self.network.options.place[number] == place:
                return self.arc_of(number)
        raise BadInput(f"{pair.volunteer} may not be chosen for camp {pair.camp}")

    def arcs_before(self, numbers: Iterable[int]) -> list[int]:
        """The arcs from the source to where a person's options start."""
        found: list[int] = []
        waiting = sorted({self.flow.tail(self.arc_of(number)) for number in numbers})
        for node in waiting:
            if node != self.network.source:
                own = self.flow.arcs_to(node)
                found.extend(arc for arc in own if arc not in found)
                waiting.extend(tail for tail in map(self.flow.tail, own) if tail not in waiting)
        return found

    def panel_node(self, place: Place) -> int | None:
        """The node of a panel; None where nobody may sit, which has no way to it."""
        members = self.options_at(place)
        return self._way(members[0])[-1] if members else None

    def _way(self, number: int) -> list[int]:
        """The nodes from the end of a pair's arc to its panel."""
        nodes = [self.flow.head(self.arc_of(number))]
        while True:
            heads = {self.flow.head(arc) for arc in self.flow.arcs_from(nodes[-1])}
            onward = heads - {self.network.sink}
            if not onward:
                return nodes
            nodes.append(onward.pop())

    # --------------------------------------------------------------------------- locks let go

    def freed(self, problem: Problem, lock: Pair) -> Freed:
        """What letting a locked seat of ``problem`` go opens.

        Raises:
            CannotMend: a price appears where the network has no node for it.
        """
        place = lock.camp, panel_of(lock)
        panel, locked = problem.panels[place], problem.locked_at[place] - 1
        person = problem.volunteers[lock.volunteer]
        return Freed(
            place=place,
            minimum=max(0, panel.minimum - locked),
            target=max(0, panel.target - locked),
            arcs=tuple(self._arcs_freed(problem, place, person)),
        )

    def _arcs_freed(
        self, problem: Problem, place: Place, person: Volunteer
    ) -> Iterator[tuple[int, int, int]]:
        """The price of one more from the same town, and of one more colleague there."""
        town, asked = person.municipality_code, problem.policy.prices
        neighbours = [
            n for n in self.options_at(place) if self._person(n).municipality_code == town
        ]
        if town is None or not neighbours:
            return
        way = self._way(neighbours[0])[-2:]
        group = _Group(asked.same_municipality, local_rebate(problem, place[0], town), neighbours)
        yield from group.freed(way, *(_locked(p, place, town) for p in (self.problem, problem)))
        employer = person.employer
        colleagues = [n for n in neighbours if self._person(n).employer == employer]
        if employer is None or not colleagues:
            return
        way = self._way(colleagues[0])[:2]
        group = _Group(asked.same_employer, 0, colleagues)
        locked = (_locked(p, place, town, employer) for p in (self.problem, problem))
        yield from group.freed(way, *locked)

    def _person(self, number: int) -> Volunteer:
        return self.problem.people[int(self.network.options.volunteer[number])]

    # ------------------------------------------------------------------------- a flow of pairs

    def flow_of(self, pairs: Collection[Pair]) -> Ints:
        """The flow that these pairs make, cheapest arcs first.

        Raises:
            BadInput: a pair may not be chosen, or the pairs break a rule on sums.
        """
        net = self.network
        flow = np.zeros(len(net.tail), dtype=np.int64)
        room = net.capacity.copy()
        for pair in sorted(pairs, key=str):
            arc = self.arc(pair)
            for each in [arc, *self._on(arc, room, ahead=True), *self._on(arc, room, ahead=False)]:
                flow[each] += 1
                room[each] -= 1
        flow[net.staffing == BYPASS] = net.supply - int(flow[net.head == net.sink].sum())
        return flow

    def _on(self, arc: int, room: Ints, *, ahead: bool) -> Iterable[int]:
        """The cheapest arcs with room from a pair's to the sink, or back to the source."""
        net, flow = self.network, self.flow
        node = flow.head(arc) if ahead else flow.tail(arc)
        while node not in (net.source, net.sink):
            ways = flow.arcs_from(node) if ahead else flow.arcs_to(node)
            fit = [way for way in ways if room[way] > 0]
            if not fit:
                raise BadInput("the pairs break a rule on sums")
            way = min(fit, key=lambda each: flow.cost[2 * each])
            yield way
            node = flow.head(way) if ahead else flow.tail(way)


def _locked(problem: Problem, place: Place, town: str, employer: str | None = None) -> int:
    """How many locked at a panel come from a town, of one employer where that is given."""
    there = (problem.volunteers[lock.volunteer] for lock in problem.locks if lock[1:] == place)
    return sum(
        other.municipality_code == town and employer in (None, other.employer) for other in there
    )


class _Group(NamedTuple):
    """Options that share rising prices: of one town, or one employer within it."""

    later: tuple[float, ...]
    first: float
    members: list[int]

    def freed(self, way: list[int], built: int, locked: int) -> Iterator[tuple[int, int, int]]:
        """The unit that comes back when one of ``locked`` goes; ``built`` were when it was built.

        Raises:
            CannotMend: the unit has a price, and the network no node for the group.
        """
        price = steps(self.later, self.first, locked - 1, 1)[0]
        if any(steps(self.later, self.first, built, len(self.members))):
            yield way[0], way[1], price
        elif price:
            raise CannotMend
