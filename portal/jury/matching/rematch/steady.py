"""A price of change above all others: the fewest people moved come before any cost."""

from dataclasses import replace

from portal.jury.matching import eligible, prices
from portal.jury.matching.large.whole import Whole
from portal.jury.matching.problem import Problem
from portal.jury.matching.types import NotProved

# Beyond it not every whole number is one that km can be written with.
_EXACT = 2**53


def steady(problem: Problem) -> Problem:
    """The problem with a price of change that is more than twice what all else can matter.

    From one plan to another of the same staffing leads a row of changes that each move one seat,
    and the best plan cannot be bettered by any of them. Where the price is above what each can
    matter in cost, the one that moves fewer people is always the better. As it is twice that, what
    a change costs also tells whether more people move by it.

    Raises:
        NotProved: the price would be too large to be counted exactly.
    """
    free = _with_change(problem, 0)
    most = Whole(free, eligible.pairs(free)).detour
    most += sum(-rebate for rebate, _ in prices.mixes(problem.policy)) * len(problem.panels)
    price = 2 * (most + 1)
    if price >= _EXACT:
        raise NotProved(f"a price of change of {price} could not be counted exactly")
    return _with_change(problem, price)


def _with_change(problem: Problem, tenths_of_km: int) -> Problem:
    changed = replace(problem.policy.prices, change=tenths_of_km / 10)
    return replace(problem, policy=replace(problem.policy, prices=changed))
