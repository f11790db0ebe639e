"""Which camps lie within reach of whom, so that nobody asks for ways that are too long anyway.

Whoever names a longest way is compared with the camps around as the crow flies: a product of points
on the globe, cheaper than any way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.geography.positions import EARTH_KM
from portal.jury.matching.asking import OnGlobe
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import NO_LIMIT, Ints

Floats = NDArray[np.float64]

_BLOCK = 2**20
_ROWS = 64
# Half a metre, as an angle: more than rounding takes away.
_SLACK = 1e-7


def cells(problem: Problem) -> Iterator[Ints]:
    """Cells (person times panels plus panel) where a way may be short enough, in rising blocks.

    Every cell comes once, unless it is too far for certain.
    """
    everybody = np.arange(len(problem.people))
    if not isinstance(problem.travel.estimate, OnGlobe):
        yield from _all(problem, everybody, np.arange(len(problem.juries)))
        return
    starts, ends, stretch = problem.travel.estimate.on_globe(problem.people, problem.tables.camps)
    ends = ends[problem.tables.camp]
    anywhere = problem.tables.remote | np.isnan(ends[:, 0])
    bound = (problem.tables.longest < NO_LIMIT) & ~np.isnan(starts[:, 0])
    yield from _all(problem, everybody[~bound], np.arange(len(ends)))
    yield from _all(problem, everybody[bound], np.flatnonzero(anywhere))
    reach = _angles(problem.tables.longest, stretch)
    yield from _near(_Globe(starts, ends, reach), everybody[bound], np.flatnonzero(~anywhere))


def _all(problem: Problem, rows: Ints, places: Ints) -> Iterator[Ints]:
    count = max(1, _BLOCK // max(1, len(places)))
    for first in range(0, len(rows) if len(places) else 0, count):
        block = rows[first : first + count, None] * len(problem.juries) + places
        yield block.ravel()


def _angles(longest: Ints, stretch: float) -> Floats:
    """The longest straight line of each person, as an angle at the centre of the globe.

    The way is rounded to tenths before it is compared, so it may be half a tenth longer.
    """
    return (longest + 0.5) / 10 / stretch / EARTH_KM + _SLACK


@dataclass(frozen=True, eq=False)
class _Globe:
    starts: Floats
    ends: Floats
    reach: Floats


def _near(globe: _Globe, rows: Ints, places: Ints) -> Iterator[Ints]:
    """Neighbours of like reach together, compared with the camps that lie round all of them."""
    points = globe.ends[places]
    rows = rows[_by_neighbourhood(globe.starts[rows], globe.reach[rows])]
    for first in range(0, len(rows), _ROWS):
        block = rows[first : first + _ROWS]
        own, reach = globe.starts[block], globe.reach[block]
        middle = own[len(own) // 2]
        spread = np.arccos(np.clip(own @ middle, -1, 1).min())
        around = np.flatnonzero(points @ middle >= _cos(spread + reach.max() + _SLACK))
        at, column = np.nonzero(own @ points[around].T >= _cos(reach)[:, None])
        yield np.sort(block[at] * len(globe.ends) + places[around][column])


def _by_neighbourhood(starts: Floats, reach: Floats) -> Ints:
    """An order in strips from west to east, each about as high as the reach."""
    scale = np.ceil(np.log2(reach))
    east = np.arctan2(starts[:, 1], starts[:, 0])
    strip = np.floor(np.arcsin(np.clip(starts[:, 2], -1, 1)) / np.exp2(scale))
    return np.lexsort((east, strip, scale))


def _cos(angle: Floats) -> Floats:
    """The cosine up to half the way round; there and beyond everything is near."""
    return np.where(angle < np.pi, np.cos(angle), -2)
