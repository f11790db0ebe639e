"""Small plans to repair, and what every repair must be: proved, and worth solving anew."""

from portal.jury.matching import audit, repair
from portal.jury.matching.problem import Problem, problem_of
from portal.jury.matching.rematch.changes import Changes
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.types import Volunteer, tenths
from tests.jury.matching.small import (
    DAYS,
    Small,
    camp,
    ola,
    problem,
    siri,
)


def question(small: Small) -> Problem:
    return problem_of(
        small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
    )


def warm_of(small: Small) -> Warm:
    return Warm.solved(question(small))


def kari(**said):
    return Volunteer("kari", **{"days": frozenset(DAYS), **said})


def anew(now: Problem, serving):
    """The plan solved from the start that keeps as many ``serving`` as can be."""
    people, camps = list(now.volunteers.values()), list(now.camps.values())
    return repair.rematch(people, camps, now.policy, serving, now.locks, travel=now.travel)


def worth(plan):
    """Staffing, people moved, and the cost without what the moves cost."""
    moved = len(plan.removed)
    price = tenths(plan.policy.prices.change)
    return (*plan.objective[:2], moved, plan.objective.cost - price * moved)


def check_repaired(state: Warm, changes: Changes, serving) -> None:
    """A repair is proved, breaks no rule, and is worth what solving anew is."""
    state.check()
    plan = state.plan()
    assert audit.check(state.answered(), plan) == []
    assert worth(plan) == worth(anew(state.problem, serving))
    assert len(changes.moved) == len(plan.removed)
    assert {row.pair for row in plan.rows if not row.locked} == set(state.pairs())


def leave_one_after_another(state: Warm, leavers) -> None:
    for leaver in leavers:
        serving = [pair for pair in state.pairs() if pair.volunteer != leaver]
        check_repaired(state, state.drop(leaver), serving)


def three_at_two_camps() -> Small:
    """Only Siri can take over at Moss, and only Kari then Siri's seat at Halden."""
    km = {("ola", "moss"): 1, ("siri", "moss"): 90, ("siri", "halden"): 1, ("kari", "halden"): 7}
    return problem([ola(), siri(), kari()], [camp("moss"), camp("halden")], km)


def one_who_could_save_km() -> Small:
    """When Ola leaves it is nearer for Siri to move to Moss than for Kari to come there."""
    km = {("ola", "moss"): 1, ("siri", "halden"): 30, ("kari", "moss"): 900}
    km |= {("siri", "moss"): 2, ("kari", "halden"): 31}
    return problem([ola(), siri(), kari()], [camp("moss"), camp("halden")], km)


def one_whom_nobody_can_replace() -> Small:
    km = {("ola", "moss"): 1, ("siri", "halden"): 1}
    return problem([ola(), siri()], [camp("moss"), camp("halden")], km)
