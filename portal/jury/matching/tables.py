"""People and panels as arrays, so that rules and prices are worked out for many pairs at once.

People count along the first axis in the order of their ids, panels camp by camp. Days, towns and
counties are numbered as they come; a number stands for nothing outside its problem.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.types import Camp, Volunteer, tenths

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Codes = frozenset[str] | None

NO_LIMIT = 2**62
# So many times as many keys as there are things may be counted one by one.
_ROOMY = 4


class Tables:
    """What people and panels are, each array made the first time it is needed."""

    def __init__(self, people: Sequence[Volunteer], camps: Sequence[Camp]) -> None:
        self.people = people
        self.camps = camps

    # ------------------------------------------------------------------------------- panels

    @cached_property
    def first_place(self) -> Ints:
        """Where each camp's panels begin among all; one more entry ends the last camp's."""
        counts = [len(camp.panels) for camp in self.camps]
        return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])

    @cached_property
    def camp(self) -> Ints:
        """The camp of each panel."""
        return np.repeat(np.arange(len(self.camps)), np.diff(self.first_place))

    @cached_property
    def day_of_place(self) -> Ints:
        """The day of each panel."""
        return self.day[self.camp]

    @cached_property
    def remote(self) -> Bools:
        """Which panels ask nobody to travel."""
        return np.array([p.remote for camp in self.camps for p in camp.panels], dtype=bool)

    # --------------------------------------------------------------------------------- days

    @cached_property
    def days(self) -> list[str]:
        """The days of the camps, in order; what is said of other days is of no use."""
        return sorted({camp.day for camp in self.camps})

    @cached_property
    def day(self) -> Ints:
        """The day of each camp."""
        return numbers_of((camp.day for camp in self.camps), self.days)

    @cached_property
    def comes(self) -> Bools:
        """Who has which day, if needed included."""
        return self._by_day(lambda person: person.days | person.if_needed)

    @cached_property
    def if_needed(self) -> Bools:
        """Who comes on which day if needed."""
        return self._by_day(lambda person: person.if_needed)

    def _by_day(self, days_of: Callable[[Volunteer], Iterable[str]]) -> Bools:
        number = {day: n for n, day in enumerate(self.days)}
        table = np.zeros((len(self.people), len(self.days)), dtype=bool)
        for row, person in enumerate(self.people):
            table[row, [number[day] for day in days_of(person) if day in number]] = True
        return table

    # ------------------------------------------------------------------------------- places

    @cached_property
    def _towns(self) -> list[str]:
        homes = [person.municipality_code for person in self.people]
        return _known([*homes, *(camp.municipality_code for camp in self.camps)])

    @cached_property
    def _counties(self) -> list[str]:
        homes = [person.county_code for person in self.people]
        return _known([*homes, *(camp.county_code for camp in self.camps)])

    @cached_property
    def home_town(self) -> Ints:
        """The municipality of each person, -1 where unknown."""
        return numbers_of((person.municipality_code for person in self.people), self._towns)

    @cached_property
    def camp_town(self) -> Ints:
        """The municipality of each camp, -1 where unknown."""
        return numbers_of((camp.municipality_code for camp in self.camps), self._towns)

    @cached_property
    def home_county(self) -> Ints:
        """The county of each person, -1 where unknown."""
        return numbers_of((person.county_code for person in self.people), self._counties)

    @cached_property
    def camp_county(self) -> Ints:
        """The county of each camp, -1 where unknown."""
        return numbers_of((camp.county_code for camp in self.camps), self._counties)

    @cached_property
    def neighbours(self) -> Bools:
        """Which counties border on that of each camp."""
        table = np.zeros((len(self.camps), len(self._counties) + 1), dtype=bool)
        number = {code: n for n, code in enumerate(self._counties)}
        for row, camp in enumerate(self.camps):
            table[row, [number[c] for c in camp.neighbour_counties if c in number]] = True
        return table

    @cached_property
    def towns(self) -> int:
        """How many municipalities there are."""
        return len(self._towns)

    # --------------------------------------------------------------------------------- area

    @cached_property
    def is_bound(self) -> Bools:
        """Who goes to certain counties or municipalities only."""
        return np.array(
            [p.counties is not None or p.municipalities is not None for p in self.people],
            dtype=bool,
        )

    @cached_property
    def counties_offered(self) -> tuple[Ints, Bools]:
        """The kind of offer of each person, and which counties (the last is unknown) it takes."""
        return _offers([person.counties for person in self.people], self._counties)

    @cached_property
    def towns_offered(self) -> tuple[Ints, Bools]:
        """Likewise of municipalities."""
        return _offers([person.municipalities for person in self.people], self._towns)

    # ------------------------------------------------------------------------------- people

    @cached_property
    def longest(self) -> Ints:
        """The longest way each person would travel, in tenths of km."""
        limits = (person.longest_km for person in self.people)
        return np.array([NO_LIMIT if km is None else tenths(km) for km in limits], dtype=np.int64)

    @cached_property
    def employers(self) -> list[str]:
        """Everyone's employers and the owners of schools."""
        return _known([*(p.employer for p in self.people), *(c.owner for c in self.camps)])

    @cached_property
    def employer(self) -> Ints:
        """The employer of each person, -1 for none."""
        return numbers_of((person.employer for person in self.people), self.employers)

    @cached_property
    def owner(self) -> Ints:
        """The owner of each camp's school, -1 for none."""
        return numbers_of((camp.owner for camp in self.camps), self.employers)

    @cached_property
    def conflicts(self) -> Ints:
        """The cells (person times panels plus panel) of declared conflicts, rising."""
        return self._cells(lambda person: person.conflicts)

    @cached_property
    def refused(self) -> Ints:
        """Likewise of what people refused."""
        return self._cells(lambda person: person.refused)

    @cached_property
    def banned(self) -> Ints:
        """Likewise of what an organiser ruled out."""
        return self._cells(lambda person: person.banned)

    @cached_property
    def wishes(self) -> Ints:
        """Likewise of what people wish for."""
        return self._cells(lambda person: person.wishes)

    @cached_property
    def avoids(self) -> Ints:
        """Likewise of what people would rather not."""
        return self._cells(lambda person: person.avoids)

    def _cells(self, camps_of: Callable[[Volunteer], frozenset[str]]) -> Ints:
        number = {camp.id: n for n, camp in enumerate(self.camps)}
        rows = [(row, number[camp]) for row, person in enumerate(self.people)
                for camp in camps_of(person) if camp in number]  # fmt: skip
        return self.cells_at(*np.array(rows, dtype=np.int64).reshape(-1, 2).T)

    def cells_at(self, row: Ints, camp: Ints) -> Ints:
        """The cells of people at all panels of camps, rising."""
        count = np.diff(self.first_place)[camp]
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        places = np.repeat(self.first_place[camp], count) + within
        return np.sort(np.repeat(row, count) * len(self.camp) + places)


def numbers_of(keys: Iterable[Hashable], order: Sequence[Hashable]) -> Ints:
    """Where each key stands in ``order``, -1 for none."""
    number = {key: n for n, key in enumerate(order)}
    return np.array([number.get(key, -1) for key in keys], dtype=np.int64)


def among(cells: Ints, wanted: Ints) -> Ints:
    """Where those of ``wanted`` that are among the rising ``cells`` stand."""
    at = np.searchsorted(cells, wanted)
    there = at < len(cells)
    there[there] = cells[at[there]] == wanted[there]
    return at[there]


def grouped(keys: Ints) -> tuple[Ints, Ints]:
    """The different keys, rising, and which of them each is."""
    largest = int(keys.max(initial=0))
    if largest > _ROOMY * (len(keys) + _ROOMY):
        groups, group_of = np.unique(keys, return_inverse=True)
        return groups, group_of
    # Counting is several times as fast as sorting.
    is_there = np.zeros(largest + 1, dtype=bool)
    is_there[keys] = True
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[keys]


def _known(codes: Iterable[str | None]) -> list[str]:
    return sorted({code for code in codes if code is not None})


def _offers(offers: Sequence[Codes], codes: list[str]) -> tuple[Ints, Bools]:
    """A row for each different offer; what is unknown is ruled out by none but no offer."""
    kinds = list(dict.fromkeys(offers))
    table = np.zeros((len(kinds), len(codes) + 1), dtype=bool)
    number = {code: n for n, code in enumerate(codes)}
    for row, kind in enumerate(kinds):
        if kind is not None:
            table[row, [number[code] for code in kind if code in number]] = True
            table[row, -1] = True
    return numbers_of(offers, kinds), table
