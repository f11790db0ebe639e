"""Prune, then prove: the best plan of millions of pairs from a network of the likely ones.

Solve with the cheapest pairs of each person and each panel, then price every pair that was left
out by the duals. Those that would pay, or make an equally good plan, come in, until there is none:
then the plan is the best one of all pairs, and the one that all of them together would have given.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching import network, solve
from portal.jury.matching.large import extending
from portal.jury.matching.large.extending import Duals, Part
from portal.jury.matching.large.whole import Groups, Whole
from portal.jury.matching.pairs import Ints, Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Bools

# How many pairs of each person and panel to begin with: enough that few are missed.
LIKELY = 5
# With fewer pairs than this one network of them all is solved as soon as several of some.
PAYS_ABOVE = 2_000_000


@dataclass(frozen=True)
class Pruned:
    """The best plan of all pairs, as a network of those that mattered.

    ``duals`` prove it for all: see ``extending.confirm``. ``added`` pairs came in after the first
    of ``rounds``.
    """

    part: Part
    duals: Duals
    rounds: int
    added: int


def solve_pruned(problem: Problem, pairs: Pairs, k: int) -> Pruned:
    """The proved optimum of all ``pairs``, begun with the ``k`` cheapest of each person and panel.

    Raises:
        NotProved: the optimum was not certified.
    """
    whole = Whole(problem, pairs)
    keep = _likely(whole, k)
    began, rounds = int(keep.sum()), 0
    while True:
        rounds += 1
        part = _solved(whole, np.flatnonzero(keep))
        duals = extending.extend(part)
        wanted = (extending.reduced(whole, duals) <= 0) & ~keep
        if not wanted.any():
            extending.confirm(part, duals)
            return Pruned(part, duals, rounds, int(keep.sum()) - began)
        keep |= wanted


def _solved(whole: Whole, kept: Ints) -> Part:
    # Empty seats must outweigh what the pairs that were left out could save as well.
    built = replace(network.build(whole.problem, whole.pairs.take(kept)), detour=whole.detour)
    return Part(whole, kept, built, solve.solve(built))


def _likely(whole: Whole, k: int) -> Bools:
    """The cheapest pairs of each person and of each panel.

    At a panel they count with what they would cost if each group there sent its cheapest first, so
    that a panel in a large town does not get people of that town alone.
    """
    cost = whole.cost.copy()
    for groups in (whole.employers, whole.towns):
        if len(groups):
            cost += _step_of_rank(groups, whole.cost)
    return (_ranks(whole.volunteer, whole.cost) < k) | (_ranks(whole.place, cost) < k)


def _step_of_rank(groups: Groups, cost: Ints) -> Ints:
    inside = np.flatnonzero(groups.of >= 0)
    of = groups.of[inside]
    step = np.zeros(len(cost), dtype=np.int64)
    step[inside] = groups.prices.take(of).of(_ranks(of, cost[inside]))
    return step


def _ranks(of: NDArray[np.integer], cost: Ints) -> Ints:
    """How many of the same number are cheaper than each."""
    low, high = int(cost.min(initial=0)), int(cost.max(initial=0))
    order = np.argsort(of.astype(np.int64) * (high - low + 1) + (cost - low))
    group = of[order]
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    first = np.repeat(begins, np.diff(np.append(begins, len(group))))
    ranks = np.empty(len(of), dtype=np.int64)
    ranks[order] = np.arange(len(of)) - first
    return ranks
