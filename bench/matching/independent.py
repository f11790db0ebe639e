"""The optimum once more, by another solver from another model: HiGHS on the bare rules.

One 0/1 variable for each pair that may be, one for the empty seats of each camp at each level, and
a row for each rule on sums. Level by level: what is reached at one is held at the next.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from bench.matching.rules import Possible
from bench.matching.seasons import Season

Floats = NDArray[np.float64]
# HiGHS says 0.9999999 for 1.
_HALF = 0.5


def optimum(season: Season, pairs: list[Possible]) -> list[Possible]:
    """Juries with the fewest empty seats below the minimum, then below the target, then least cost.

    Raises:
        RuntimeError: HiGHS did not end with an optimum.
    """
    count, camps = len(pairs), len(season.camps)
    costs = np.array([pair.cost for pair in pairs], dtype=float)
    aims = (
        _on(count, camps, minimum=np.ones(camps)),
        _on(count, camps, target=np.ones(camps)),
        _on(count, camps, pairs=costs),
    )
    rules = _rules(season, pairs)
    chosen = np.zeros(count, dtype=bool)
    for aim in aims:
        found = milp(
            aim,
            constraints=rules,
            integrality=np.ones(len(aim)),
            bounds=Bounds(0, np.concatenate([np.ones(count), np.full(2 * camps, np.inf)])),
            options={"mip_rel_gap": 0},
        )
        if found.status != 0:
            raise RuntimeError(found.message)
        rules = [*rules, LinearConstraint(aim, ub=round(found.fun))]
        chosen = found.x[:count] > _HALF
    return [pairs[number] for number in np.flatnonzero(chosen)]


def _on(
    count: int,
    camps: int,
    pairs: Floats | None = None,
    minimum: Floats | None = None,
    target: Floats | None = None,
) -> Floats:
    """Weights of all variables: pairs, then empty seats at the minimum, then at the target."""
    parts = ((count, pairs), (camps, minimum), (camps, target))
    return np.concatenate([np.zeros(n) if part is None else part for n, part in parts])


def _rules(season: Season, pairs: list[Possible]) -> list[LinearConstraint]:
    at = {camp.id: number for number, camp in enumerate(season.camps)}
    loads: dict[str, list[int]] = defaultdict(list)
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        loads[pair.volunteer.id].append(number)
        days[pair.volunteer.id, pair.camp.day].append(number)
    most = {volunteer.id: volunteer.at_most for volunteer in season.volunteers}
    count, camps = len(pairs), len(season.camps)
    seated = sparse.csr_array(
        (np.ones(count), ([at[pair.camp.id] for pair in pairs], np.arange(count))), (camps, count)
    )
    nobody, empty = sparse.csr_array((camps, camps)), sparse.eye_array(camps)
    minima = np.array([camp.panels[0].minimum for camp in season.camps])
    targets = np.array([camp.panels[0].target for camp in season.camps])
    return [
        _at_most(list(loads.values()), [most[who] for who in loads], count, camps),
        _at_most(list(days.values()), [1] * len(days), count, camps),
        LinearConstraint(sparse.hstack([seated, nobody, nobody]), ub=targets),
        LinearConstraint(sparse.hstack([seated, empty, nobody]), lb=minima),
        LinearConstraint(sparse.hstack([seated, nobody, empty]), lb=targets),
    ]


def _at_most(
    groups: list[list[int]], limits: list[int], count: int, camps: int
) -> LinearConstraint:
    """At most so many pairs out of each group."""
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    columns = np.concatenate([np.array(group, dtype=np.int64) for group in groups])
    matrix = sparse.csr_array(
        (np.ones(len(columns)), (rows, columns)), (len(groups), count + 2 * camps)
    )
    return LinearConstraint(matrix, ub=np.array(limits, dtype=float))
