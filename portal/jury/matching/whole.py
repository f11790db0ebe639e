"""All pairs of a problem without their network: what each would enter there, and cost.

The network of all pairs, were it built, would have a node for each person, each of their days,
each employer and each town of a panel, and each panel.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.pairs import Ints, Pairs
from portal.jury.matching.problem import Problem, panel_of
from portal.jury.matching.tables import Bools, numbers_of
from portal.jury.matching.types import tenths

Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Rising:
    """What each unit more costs: the first, then those of ``later``, the last of them for good.

    ``first``, and ``taken``, the units used up by locks, have an entry for each that is priced.
    """

    first: Ints
    later: Ints
    taken: Ints

    def of(self, unit: Ints) -> Ints:
        """The price of a unit, counted from 0 above those taken."""
        number = unit + self.taken
        return np.where(
            number == 0, self.first, self.later[np.minimum(number, len(self.later) - 1)]
        )

    def take(self, which: NDArray[np.integer]) -> "Rising":
        """The prices of some."""
        return Rising(self.first[which], self.later, self.taken[which])


def rising(first: Ints, later: tuple[float, ...], taken: Ints) -> Rising:
    """Prices as the policy has them; the first of ``later`` is for unit 1."""
    return Rising(first, np.array([0, *map(tenths, later)], dtype=np.int64), taken)


@dataclass(frozen=True)
class Groups:
    """Pairs that enter a panel through one node of their own.

    ``of`` says in which group each pair is, -1 for none. Each group is at a panel, ``place``, and
    leads into the group ``outer`` around it, or where that is -1 into the panel.
    """

    of: Numbers
    place: Ints
    outer: Ints
    prices: Rising

    def __len__(self) -> int:
        return len(self.place)

    def count(self, pairs: Ints) -> Ints:
        """How many of these pairs are in each group."""
        of = self.of[pairs]
        return np.bincount(of[of >= 0], minlength=len(self)).astype(np.int64)

    def have_nodes(self, members: Ints) -> Bools:
        """Which have a node in a network of so many members each: where some unit is priced."""
        first, last = np.zeros_like(members), np.maximum(0, members - 1)
        priced: Bools = (self.prices.of(first) != 0) | (self.prices.of(last) != 0)
        return priced & (members > 0)


class Whole:
    """All pairs at panels with a seat left; ``cost`` is what the arc of each costs.

    ``minimum`` and ``seats`` are what each panel lacks up to its minimum and to its target.
    """

    def __init__(self, problem: Problem, pairs: Pairs) -> None:
        self.problem = problem
        self.tables = problem.tables
        self.minimum, self.seats = _open_seats(problem)
        self.pairs = pairs.take(np.flatnonzero(self.seats[pairs.place] > 0))
        self.volunteer: Numbers = self.pairs.volunteer
        self.place: Numbers = self.pairs.place
        self.cost: Ints = self.pairs.cost - _rebates(problem, self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    @cached_property
    def load(self) -> Rising:
        """What each camp more costs a person."""
        cap = self.problem.free_seats
        most = np.array([person.at_most for person in self.problem.people], dtype=np.int64)
        taken = np.where(cap > 0, most - cap, 0)
        return rising(np.zeros_like(cap), self.problem.policy.prices.second_camp, taken)

    @cached_property
    def towns(self) -> Groups:
        """The people of one town at one panel, where towns are priced."""
        prices, tables = self.problem.policy.prices, self.tables
        home = tables.home_town
        if not any((*prices.same_municipality, prices.local)):
            home = np.full_like(home, -1)
        of, keys = self._numbered(home, tables.towns)
        place, town = np.divmod(keys, max(1, tables.towns))
        first = (tables.camp_town[tables.camp[place]] == town) * tenths(prices.local)
        taken = self._locked(keys, home, tables.towns)
        no_outer = np.full(len(keys), -1, dtype=np.int64)
        return Groups(of, place, no_outer, rising(first, prices.same_municipality, taken))

    @cached_property
    def employers(self) -> Groups:
        """The people of one employer in one town at one panel, where employers are priced."""
        prices, tables = self.problem.policy.prices, self.tables
        kinds = tables.towns * len(tables.employers)
        office = tables.home_town * len(tables.employers) + tables.employer
        is_priced = (tables.home_town >= 0) & (tables.employer >= 0) & any(prices.same_employer)
        office = np.where(is_priced, office, -1)
        of, keys = self._numbered(office, kinds)
        outer = np.full(len(keys), -1, dtype=np.int64)
        inside = of >= 0
        outer[of[inside]] = self.towns.of[inside]
        taken = self._locked(keys, office, kinds)
        prices_of = rising(np.zeros_like(taken), prices.same_employer, taken)
        return Groups(of, keys // max(1, kinds), outer, prices_of)

    def _numbered(self, kind: Ints, kinds: int) -> tuple[Numbers, Ints]:
        """The group of each pair by its panel and what kind its person is of, and their keys."""
        of = np.full(len(self), -1, dtype=np.int32)
        inside = np.flatnonzero(kind[self.volunteer] >= 0)
        keys = self.place[inside].astype(np.int64) * kinds + kind[self.volunteer[inside]]
        found, number = np.unique(keys, return_inverse=True)
        of[inside] = number
        return of, found

    def _locked(self, keys: Ints, kind: Ints, kinds: int) -> Ints:
        """How many locked seats each group has."""
        taken = np.zeros(len(keys), dtype=np.int64)
        locks = self.problem.locks
        people = numbers_of((lock.volunteer for lock in locks), list(self.problem.volunteers))
        places = numbers_of(
            ((lock.camp, panel_of(lock)) for lock in locks), list(self.problem.panels)
        )
        wanted = (places * kinds + kind[people])[kind[people] >= 0]
        at = np.searchsorted(keys, wanted)
        there = at < len(keys)
        there[there] = keys[at[there]] == wanted[there]
        np.add.at(taken, at[there], 1)
        return taken

    @cached_property
    def detour(self) -> int:
        """At least as much as a change of plan that moves one seat can matter in cost.

        As ``network`` counts it, with every node there could be: joined nodes matter less.
        """
        towns, employers = self.towns, self.employers
        head = np.where(towns.of >= 0, towns.of + len(self.tables.camp), self.place)
        head = np.where(employers.of >= 0, employers.of + len(self.tables.camp) + len(towns), head)
        nodes = len(self.tables.camp) + len(towns) + len(employers)
        dearest, cheapest = np.zeros(nodes, dtype=np.int64), np.zeros(nodes, dtype=np.int64)
        np.maximum.at(dearest, head, self.cost)
        np.minimum.at(cheapest, head, self.cost)
        total = int((dearest - cheapest).sum()) + int(self.load.later[-1])
        for groups in (towns, employers):
            # Each leads into one node, whose dearest and cheapest way in are at most these.
            first = groups.prices.first
            total += len(groups) * int(groups.prices.later[-1]) - int(first.sum())
        return total


def _open_seats(problem: Problem) -> tuple[Ints, Ints]:
    panels = problem.panels.values()
    locked = np.array([problem.locked_at[place] for place in problem.panels], dtype=np.int64)
    minimum = np.array([panel.minimum for panel in panels], dtype=np.int64)
    target = np.array([panel.target for panel in panels], dtype=np.int64)
    return np.maximum(0, minimum - locked), np.maximum(0, target - locked)


def _rebates(problem: Problem, pairs: Pairs) -> Ints:
    """What keeping a standing pair saves, for each pair."""
    saved = np.zeros(len(pairs), dtype=np.int64)
    if not problem.standing:
        return saved
    people = {name: n for n, name in enumerate(problem.volunteers)}
    places = {place: n for n, place in enumerate(problem.panels)}
    cells = pairs.volunteer.astype(np.int64) * len(places) + pairs.place
    for volunteer, camp, panel in problem.standing:
        for one in problem.camps[camp].panels:
            if panel in (None, one.id):
                cell = people[volunteer] * len(places) + places[camp, one.id]
                at = int(np.searchsorted(cells, cell))
                if at < len(cells) and cells[at] == cell:
                    saved[at] += tenths(problem.policy.prices.change)
    return saved
