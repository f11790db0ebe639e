"""After a drop-out: who could take the seat, and the plan that moves the fewest others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from portal.jury.matching import eligible, prices
from portal.jury.matching.pairs import Option
from portal.jury.matching.planner import plan
from portal.jury.matching.problem import BadInput, Problem, problem_of
from portal.jury.matching.travel import estimate
from portal.jury.matching.types import (
    Camp,
    Pair,
    Plan,
    Policy,
    TravelEstimate,
    Volunteer,
)

# In km, per person moved: no travel and no other price comes near it.
_MOVE_NOBODY = 10_000.0


@dataclass(frozen=True)
class Reserve:
    """One who could take an open seat and nobody has to move; ``cost`` in tenths of km."""

    volunteer: str
    camp: str
    panel: str
    km_tenths: int
    band: str
    over_water: bool
    cost: int

    @property
    def km(self) -> float:
        """The estimated way, in km."""
        return self.km_tenths / 10


def reserves(
    volunteers: Sequence[Volunteer],
    camps: Sequence[Camp],
    policy: Policy,
    serving: Collection[Pair],
    camp: str,
    panel: str | None = None,
    *,
    travel: TravelEstimate = estimate,
) -> tuple[Reserve, ...]:
    """Everyone who could fill one more seat of ``camp`` beside those ``serving``, cheapest first.

    Each has that day and a camp to spare and breaks no rule; whoever said no there is among the
    person's ``refused``. Without ``panel`` all panels of the camp are meant, each person once.

    Raises:
        BadInput: the input contradicts itself, or there is no such camp.
    """
    problem = problem_of(volunteers, camps, policy, serving, (), travel)
    if camp not in problem.camps:
        raise BadInput(f"camp {camp} is unknown")
    found = [
        _reserve(problem, option)
        for option in eligible.pairs(problem)
        if option.camp.id == camp and panel in (None, option.panel.id)
    ]
    ranked = sorted(found, key=lambda reserve: (reserve.cost, reserve.volunteer, reserve.panel))
    first = {reserve.volunteer: reserve for reserve in reversed(ranked)}
    return tuple(reserve for reserve in ranked if first[reserve.volunteer] is reserve)


def rematch(
    volunteers: Sequence[Volunteer],
    camps: Sequence[Camp],
    policy: Policy,
    serving: Collection[Pair],
    locks: Collection[Pair] = (),
    *,
    travel: TravelEstimate = estimate,
) -> Plan:
    """The best staffing that takes the fewest of those ``serving`` from their places.

    ``plan`` with a price of change above all others; what the moves cost counts in its objective.

    Raises:
        BadInput: the input contradicts itself.
        NotProved: the optimum was not certified.
    """
    steady = replace(policy, prices=replace(policy.prices, change=_MOVE_NOBODY))
    return plan(volunteers, camps, steady, locks, serving, travel=travel)


def _reserve(problem: Problem, option: Option) -> Reserve:
    pair = Pair(option.volunteer.id, option.camp.id, option.panel.id)
    before = prices.objective(problem, problem.locks).cost
    after = prices.objective(problem, [*problem.locks, pair]).cost
    return Reserve(
        volunteer=pair.volunteer,
        camp=pair.camp,
        panel=option.panel.id,
        km_tenths=option.km_tenths,
        band=option.band,
        over_water=option.over_water,
        cost=after - before,
    )
