"""Asking an estimate for the way: one pair, or many at once where it can answer so."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.types import Camp, Travel, TravelEstimate, Volunteer, tenths

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@runtime_checkable
class ManyWays(Protocol):
    """An estimate that also answers for many pairs at once."""

    def __call__(self, volunteer: Volunteer, camp: Camp) -> Travel | None:
        """The way of one pair."""

    def many(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp], rows: Ints, columns: Ints
    ) -> NDArray[np.signedinteger]:
        """The ways from ``volunteers[rows[n]]`` to ``camps[columns[n]]`` in tenths of km.

        -1 where there is none. Each is what one call gives, rounded as ``tenths`` does.
        """


@runtime_checkable
class OnGlobe(ManyWays, Protocol):
    """An estimate that knows where everybody is, so that most of the far pairs are never asked."""

    def on_globe(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp]
    ) -> tuple[Floats, Floats, float]:
        """Points on a globe of radius 1, a row each (NaN where unknown), and the least stretch.

        No way between known points is shorter than that times the straight line over the globe.
        """


class Remembered:
    """An estimate asked once for each pair: it is needed for rules, prices and explanations."""

    def __init__(self, estimate: TravelEstimate) -> None:
        self.estimate = estimate
        self._known: dict[tuple[str, str], Travel | None] = {}

    def __call__(self, volunteer: Volunteer, camp: Camp) -> Travel | None:
        key = volunteer.id, camp.id
        if key not in self._known:
            self._known[key] = self.estimate(volunteer, camp)
        return self._known[key]

    def many(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp], rows: Ints, columns: Ints
    ) -> Ints:
        """The ways of many pairs in tenths of km, -1 for none; asked pair by pair if need be."""
        if isinstance(self.estimate, ManyWays):
            return self.estimate.many(volunteers, camps, rows, columns).astype(np.int64)
        ways = (
            self(volunteers[row], camps[column])
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        )
        said = (-1 if way is None else tenths(way.km) for way in ways)
        return np.fromiter(said, dtype=np.int64, count=len(rows))
