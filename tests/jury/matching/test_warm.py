"""Repairs against solving anew: the same staffing, moves and cost, and proved by their duals."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.jury.matching import audit, repair
from portal.jury.matching.problem import problem_of
from portal.jury.matching.types import NotProved
from portal.jury.matching.warm import Warm
from tests.jury.matching.small import Small, small_problems


def warm_of(small: Small) -> Warm:
    return Warm.solved(
        problem_of(
            small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
        )
    )


def anew(warm: Warm, serving, travel):
    """The plan solved from the start that keeps as many ``serving`` as can be."""
    problem = warm.problem
    return repair.rematch(
        list(problem.volunteers.values()),
        list(problem.camps.values()),
        problem.policy,
        serving,
        problem.locks,
        travel=travel,
    )


def worth(plan):
    """Staffing, people moved, and the cost without what the moves cost."""
    moved = len(plan.removed)
    return (*plan.objective[:2], moved, plan.objective.cost - 100_000 * moved)


def check_repaired(warm: Warm, changes, serving, small):
    """That a repair is proved, keeps the rules, and is worth what solving anew is."""
    plan = warm.plan()
    warm.check()
    assert audit.check(warm.answered(), plan) == []
    assert worth(plan) == worth(anew(warm, serving, small.travel))
    assert len(changes.moved) == len(plan.removed)
    return plan


@settings(max_examples=300, deadline=None)
@given(small_problems(), st.data())
def test_repairs_one_after_another_equal_solving_anew(small, data):
    warm = warm_of(small)

    for leaver in data.draw(st.permutations(sorted(warm.problem.volunteers))):
        serving = [pair for pair in warm.pairs() if pair.volunteer != leaver]
        changes = warm.drop(leaver)
        check_repaired(warm, changes, serving, small)
