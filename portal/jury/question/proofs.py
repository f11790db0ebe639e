"""What proves a plan, kept beside it, so that one seat can be refilled without solving anew.

It is good for as long as the question stays the one that the plan answered: while it is a draft,
and after it was applied until somebody answers. A promise is a lock, and a no bars the person from
that camp; both make it another question, and so do a new sign-up, other seats and other prices.
From then on the season is solved anew, which is no less exact. Nothing of the plan is carried over:
a season that lives soon has seats that no plan gave, and of two repairs that are equally good the
one from an old plan need not be the one that solving finds.
"""

import sqlalchemy as sa

from portal.db import db
from portal.jury.matching.problem import Problem as Question
from portal.jury.matching.problem import problem_of
from portal.jury.matching.rematch.packing import OtherInput, pack, unpack
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.types import NotProved
from portal.jury.matching.types import Plan as Solution
from portal.jury.question.problems import Problem
from portal.models.plans import Plan, PlanProof, PlanState


def keep(plan: Plan, problem: Problem, solution: Solution) -> None:
    """Store what a repair of ``plan`` needs, and drop what discarded plans of the season had.

    A plan that no flow proves, where juries are to be mixed, has nothing to keep.
    """
    drop_discarded(plan.season_id)
    pairs = [row.pair for row in solution.rows if not row.locked]
    try:
        state = Warm.standing(_question(problem), pairs)
    except NotProved:
        return
    db.session.add(PlanProof(plan=plan, content=pack(state)))


def warm_of(plan: Plan, problem: Problem) -> Warm | None:
    """The plan ready for repair; None when nothing fits ``problem``, so that it is solved anew.

    ``problem`` must ask what the plan answered: the same people, camps, prices and locks. Who stood
    before does not matter, so a plan that was just applied is found as well.
    """
    proof = db.session.get(PlanProof, plan.id)
    if proof is None:
        return None
    try:
        return unpack(_question(problem), proof.content)
    except OtherInput:
        return None


def drop_discarded(season_id: int) -> None:
    """Let go of what proved plans that nobody will use."""
    discarded = sa.select(Plan.id).where(
        Plan.season_id == season_id, Plan.state == PlanState.DISCARDED
    )
    db.session.execute(sa.delete(PlanProof).where(PlanProof.plan_id.in_(discarded)))


def _question(problem: Problem) -> Question:
    return problem_of(
        problem.volunteers,
        problem.camps,
        problem.policy,
        problem.locks,
        problem.standing,
        problem.travel,
    )
