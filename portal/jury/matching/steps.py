"""Prices that rise with numbers, for many groups at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from portal.jury.matching.tables import Bools, Ints
from portal.jury.matching.types import tenths

_ENDLESS = 2**40


@dataclass(frozen=True, eq=False)
class Steps:
    """What the next ``count`` units of each group cost where ``taken`` are there.

    ``first``, in tenths, is the price of the very first one; ``later``, in km, of the second, the
    third and every later one, and never falls.
    """

    first: Ints
    later: tuple[float, ...]
    taken: Ints
    count: Ints

    @property
    def _later(self) -> list[int]:
        return [tenths(km) for km in self.later] or [0]

    def matter(self) -> Bools:
        """The groups where any unit has a price."""
        last = self.taken + self.count
        later = np.array([0, *self._later], dtype=np.int64)
        dearest = later[np.clip(last - 1, 0, len(later) - 1)]
        takes_first = (self.taken == 0) & (self.first != 0)
        priced: Bools = (self.count > 0) & (takes_first | (dearest != 0))
        return priced

    def of(self, groups: Bools) -> "Steps":
        """The steps of some groups."""
        return Steps(self.first[groups], self.later, self.taken[groups], self.count[groups])

    def runs(self) -> Iterator[tuple[Ints, Ints | int]]:
        """Units of each group, and what each of them costs; equal prices together."""
        later = self._later
        alike = self.first == later[0]
        yield self._units(0, np.where(alike, 0, 1)), self.first
        starts = [n for n, price in enumerate(later) if n == 0 or price != later[n - 1]]
        for start, end in zip(starts, [*starts[1:], _ENDLESS], strict=True):
            begin = np.where(alike, 0, 1) if start == 0 else start + 1
            yield self._units(begin, end + 1), later[start]

    def _units(self, begin: Ints | int, end: Ints | int) -> Ints:
        """How many of the units come from ``begin`` on and before ``end``."""
        last = np.minimum(end, self.taken + self.count)
        units: Ints = np.maximum(0, last - np.maximum(begin, self.taken))
        return units
