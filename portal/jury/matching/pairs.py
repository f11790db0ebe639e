"""The pairs a plan may choose from, as parallel arrays: a season's may be hundreds of thousands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.problem import Place, Problem
from portal.jury.matching.types import Camp, Pair, Panel, Travel, Volunteer

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]


@dataclass(frozen=True)
class Option:
    """One person who may sit on one panel; ``cost`` is what the pair alone costs, in tenths."""

    volunteer: Volunteer
    camp: Camp
    panel: Panel
    km_tenths: int
    cost: int
    problem: Problem = field(repr=False, compare=False)

    @property
    def place(self) -> Place:
        """The panel, by ids."""
        return self.camp.id, self.panel.id

    @property
    def pair(self) -> Pair:
        """Who would sit where, by ids."""
        return Pair(self.volunteer.id, self.camp.id, self.panel.id)

    @property
    def band(self) -> str:
        """The band of the way, for show."""
        return self._way.band

    @property
    def over_water(self) -> bool:
        """Whether water lies between."""
        return self._way.over_water

    @property
    def _way(self) -> Travel:
        return self.problem.way(self.volunteer, self.camp, self.panel) or Travel(0)


@dataclass(frozen=True, eq=False)
class Pairs(Sequence[Option]):
    """Parallel arrays, one entry a pair, sorted by volunteer, then camp, then panel.

    ``volunteer`` and ``place`` are numbers in the order of the problem's ``volunteers`` and
    ``panels``; ``km_tenths`` is the way and ``cost`` what the pair alone costs, in tenths of km.
    As a sequence it makes each ``Option`` when asked for it.
    """

    problem: Problem
    volunteer: Shorts
    place: Shorts
    km_tenths: NDArray[np.signedinteger]
    cost: Ints

    def __len__(self) -> int:
        return len(self.volunteer)

    @overload
    def __getitem__(self, number: int) -> Option: ...
    @overload
    def __getitem__(self, number: slice) -> "Pairs": ...
    def __getitem__(self, number: int | slice) -> "Option | Pairs":
        if isinstance(number, slice):
            return self.take(np.arange(len(self))[number])
        camp, panel = self.problem.juries[self.place[number]]
        return Option(
            volunteer=self.problem.people[self.volunteer[number]],
            camp=camp,
            panel=panel,
            km_tenths=int(self.km_tenths[number]),
            cost=int(self.cost[number]),
            problem=self.problem,
        )

    @cached_property
    def cells(self) -> Ints:
        """Each pair as one rising number: person times panels plus panel."""
        return self.volunteer.astype(np.int64) * len(self.problem.juries) + self.place

    def take(self, numbers: NDArray[np.integer] | Sequence[int]) -> "Pairs":
        """Some of the pairs, in the order of ``numbers``: rising ones keep them sorted."""
        wanted = np.asarray(numbers, dtype=np.intp)
        return Pairs(
            self.problem,
            self.volunteer[wanted],
            self.place[wanted],
            self.km_tenths[wanted],
            self.cost[wanted],
        )

    def ids(self, number: int) -> Pair:
        """The ids of one pair, without the rest."""
        camp, panel = self.problem.juries[self.place[number]]
        return Pair(self.problem.people[self.volunteer[number]].id, camp.id, panel.id)
