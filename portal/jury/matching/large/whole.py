"""All pairs of a problem without their network: what each would enter there, and cost.

The network of all pairs, were it built, would have a node for each person, each of their days,
each employer and each town of a panel, and each panel.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.network import counted, rebates
from portal.jury.matching.pairs import Ints, Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Bools, grouped
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
    leads into the group ``outer`` around it, or where that is -1 into the panel. More than the
    ``seats`` there cannot come.
    """

    of: Numbers
    place: Ints
    outer: Ints
    prices: Rising
    seats: Ints

    def __len__(self) -> int:
        return len(self.place)

    def count(self, pairs: Ints | slice) -> Ints:
        """How many of these pairs are in each group."""
        of = self.of[pairs]
        found: Ints = np.bincount(of[of >= 0], minlength=len(self))
        return found

    def room(self, pairs: Ints | slice) -> Ints:
        """How many of each group could sit at the panel if there were just these pairs."""
        return np.minimum(self.count(pairs), self.seats)

    def have_nodes(self, pairs: Ints) -> Bools:
        """Which have a node in a network of these pairs: those where some unit is priced."""
        members = self.room(pairs)
        first, last = np.zeros_like(members), np.maximum(0, members - 1)
        priced: Bools = (self.prices.of(first) != 0) | (self.prices.of(last) != 0)
        return priced & (members > 0)


class Whole:
    """All pairs at panels with a seat left; ``cost`` is what the arc of each costs.

    ``seats`` and ``minimum`` are what each panel lacks up to its target and to its minimum.
    """

    def __init__(self, problem: Problem, pairs: Pairs) -> None:
        self.problem = problem
        self.tables = problem.tables
        self.seats = problem.open_seats
        self.pairs = pairs.take(np.flatnonzero(self.seats[pairs.place] > 0))
        self.volunteer: Numbers = self.pairs.volunteer
        self.place: Numbers = self.pairs.place
        self.cost: Ints = self.pairs.cost - rebates(problem, self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    @cached_property
    def minimum(self) -> Ints:
        minimum = [panel.minimum for _, panel in self.problem.juries]
        lacking: Ints = np.maximum(0, np.array(minimum, dtype=np.int64) - self.problem.locked_seats)
        return lacking

    @cached_property
    def load(self) -> Rising:
        """What each camp more costs a person."""
        locked = self.problem.locked_of
        taken = np.array([locked[person] for person in self.problem.volunteers], dtype=np.int64)
        return rising(np.zeros_like(taken), self.problem.policy.prices.second_camp, taken)

    @cached_property
    def towns(self) -> Groups:
        """The people of one town at one panel, where towns are priced."""
        prices, tables = self.problem.policy.prices, self.tables
        is_priced = any((*prices.same_municipality, prices.local))
        town = tables.home_town if is_priced else np.full_like(tables.home_town, -1)
        of, keys = self._numbered(town, tables.towns)
        place, home = np.divmod(keys, max(1, tables.towns))
        first = (tables.camp_town[tables.camp[place]] == home) * tenths(prices.local)
        steps = rising(first, prices.same_municipality, counted(self.problem.locked_towns, keys))
        return Groups(of, place, np.full(len(keys), -1), steps, self.seats[place])

    @cached_property
    def employers(self) -> Groups:
        """The people of one employer in one town at one panel, where employers are priced."""
        prices, tables = self.problem.policy.prices.same_employer, self.tables
        of_all = len(tables.employers)
        is_priced = (tables.home_town >= 0) & (tables.employer >= 0) & any(prices)
        office = np.where(is_priced, tables.home_town * of_all + tables.employer, -1)
        of, keys = self._numbered(office, tables.towns * of_all)
        outer = np.full(len(keys), -1)
        inside = of >= 0
        outer[of[inside]] = self.towns.of[inside]
        taken = counted(self.problem.locked_employers, keys)
        place = keys // max(1, tables.towns * of_all)
        steps = rising(np.zeros_like(keys), prices, taken)
        return Groups(of, place, outer, steps, self.seats[place])

    def _numbered(self, kind: Ints, kinds: int) -> tuple[Numbers, Ints]:
        """The group of each pair by its panel and the kind of its person, and the groups' keys."""
        of = np.full(len(self), -1, dtype=np.int32)
        inside = np.flatnonzero(kind[self.volunteer] >= 0)
        keys = self.place[inside].astype(np.int64) * kinds + kind[self.volunteer[inside]]
        groups, of[inside] = grouped(keys)
        return of, groups

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
