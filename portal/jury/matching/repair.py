"""After a drop-out: who could take the seat, and the plan that moves the fewest others."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass

from portal.jury.matching import eligible, prices
from portal.jury.matching.pairs import Option
from portal.jury.matching.planner import plan
from portal.jury.matching.problem import BadInput, Problem, problem_of
from portal.jury.matching.rematch.changes import (
    CampAdded,
    CampCancelled,
    CampMoved,
    Changes,
    DropOut,
    Event,
    Joined,
    SeatsChanged,
)
from portal.jury.matching.rematch.steady import steady
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.travel import estimate
from portal.jury.matching.types import (
    Camp,
    Pair,
    Plan,
    Policy,
    TravelEstimate,
    Volunteer,
)


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
    problem = problem_of(volunteers, camps, policy, locks, serving, travel)
    return plan(volunteers, camps, steady(problem).policy, locks, serving, travel=travel)


def rematch_after(
    warm: Warm, event: Event, *, travel: TravelEstimate | None = None
) -> tuple[Plan, Changes]:
    """The plan after something happened: best staffing, then fewest moves, then least cost.

    ``warm`` stands for the new plan afterwards. A drop-out, a cancelled camp and changed seats are
    repaired in place; should a seat stay empty by that, the plan is solved anew, which proves the
    shortage a second time. A new volunteer, and a camp moved or added, reach beyond the
    network that was built and are solved anew at once, just as exactly. ``travel`` is for ways that
    are new; without it the estimate the plan was made with is asked.

    Raises:
        BadInput: the event contradicts the problem.
        NotProved: the optimum was not certified.
    """
    empty = warm.empty_seats()
    match event:
        case DropOut(volunteer):
            changes = warm.drop(volunteer)
        case CampCancelled(camp):
            changes = warm.cancel(camp)
        case SeatsChanged(camp, panel, minimum, target):
            changes = warm.seats(camp, panel, minimum, target)
        case _:
            changes = warm.solve_anew(_with(warm.problem, event, travel))
    if changes.is_warm and warm.empty_seats() > empty:
        changes = warm.solve_again(changes)
    return warm.plan(), changes


def _with(
    problem: Problem, event: Joined | CampMoved | CampAdded, travel: TravelEstimate | None
) -> Problem:
    """The problem once somebody has joined, or a camp has moved or been added."""
    volunteers, camps = dict(problem.volunteers), dict(problem.camps)
    match event:
        case Joined(volunteer):
            _check_new(volunteer.id, volunteers)
            volunteers[volunteer.id] = volunteer
        case CampAdded(camp):
            _check_new(camp.id, camps)
            camps[camp.id] = camp
        case CampMoved(camp):
            if camp.id not in camps:
                raise BadInput(f"camp {camp.id} is unknown")
            camps[camp.id] = camp
    return problem_of(
        list(volunteers.values()),
        list(camps.values()),
        problem.policy,
        problem.locks,
        (),
        travel or problem.travel.estimate,
    )


def _check_new(name: str, known: Container[str]) -> None:
    if name in known:
        raise BadInput(f"{name} is there already")


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
