"""Where people, panels and their groups are in a network that was built, found by its pairs."""

from collections.abc import Collection, Iterable
from functools import cached_property

import numpy as np

from portal.jury.matching.network import BYPASS, FIRST_PANEL, Ints, Network
from portal.jury.matching.problem import BadInput, Place, Problem, panel_of
from portal.jury.matching.rematch.best_flow import BestFlow
from portal.jury.matching.types import Pair, Volunteer


class Seating:
    """Finds arcs and nodes of ``network``, which was built for ``problem``."""

    def __init__(self, problem: Problem, network: Network, flow: BestFlow) -> None:
        self.problem = problem
        self.network = network
        self.flow = flow
        arcs = np.flatnonzero(network.option >= 0)
        self._arcs = np.full(len(network.options), -1, dtype=np.int64)
        self._arcs[network.option[arcs]] = arcs
        self._moved: dict[int, int] = {}

    def arc_of(self, number: int) -> int:
        """The arc of an option."""
        return int(self._arcs[number])

    def number_of(self, arc: int) -> int:
        """The option of an arc; -1 off the pairs."""
        if arc < len(self.network.option):
            return int(self.network.option[arc])
        return self._moved.get(arc, -1)

    def chosen(self) -> list[int]:
        """The options that carry flow."""
        arcs = np.flatnonzero(self.flow.arrays()[4])
        return [number for number in map(self.number_of, arcs.tolist()) if number >= 0]

    def redirect(self, number: int, head: int) -> None:
        """Let an option's arc end at another node."""
        arc = self.flow.redirect(self.arc_of(number), head)
        self._arcs[number] = arc
        self._moved[arc] = number

    def person(self, number: int) -> Volunteer:
        """Whose an option is."""
        return self.problem.people[int(self.network.options.volunteer[number])]

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

    def panel_node(self, place: Place) -> int:
        """The node of a panel."""
        return FIRST_PANEL + self._places[place]

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
