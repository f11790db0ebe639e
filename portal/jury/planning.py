"""Plans: propose juries, change the proposal by hand, and apply it as one unit."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.jury import asking, problems, proofs, solutions
from portal.jury.matching import planner
from portal.jury.matching.types import Pair
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState, JurySignup
from portal.models.plans import Plan, PlanAction, PlanRow, PlanState
from portal.models.seasons import Panel, RankingPolicy, Season


class PlanIsClosed(Exception):
    """The plan was applied or put away; it is history now."""


class PlanIsStale(Exception):
    """Sign-ups, camps or answers have changed since the plan was made: make a new one."""


class EditedMeanwhile(Exception):
    """Somebody else changed the plan after this page was opened."""


def make_plan(
    season: Season,
    ranking: RankingPolicy,
    *,
    by: Person | None,
    now: datetime,
    keeping: Plan | None = None,
) -> Plan:
    """Propose the best juries for the camps to come. Earlier drafts are put away.

    Rows locked in ``keeping`` keep their seats in the new plan.

    Raises:
        NotProved: the optimum was not certified, so there is no plan.
    """
    locked = [row for row in keeping.rows if row.locked] if keeping else []
    problem = problems.of_season(season, ranking, now, tuple(_pair(row) for row in locked))
    solution = planner.plan(
        problem.volunteers,
        problem.camps,
        problem.policy,
        problem.locks,
        problem.standing,
        travel=problem.travel,
    )
    _put_away_drafts(season)
    plan = Plan(
        season_id=season.id,
        policy=ranking,
        basis=problems.of_season(season, ranking, now).basis,
        figures=solutions.figures_of(problem, solution),
        made_at=now,
        made_by_id=by.id if by else None,
    )
    db.session.add(plan)
    plan.rows = solutions.rows_of(season, problem, solution, {_pair(row) for row in locked})
    db.session.flush()
    proofs.keep(plan, problem, solution)
    audit.record("plan.made", plan, actor=by, now=now, rows=len(plan.rows), policy=str(ranking))
    return plan


def is_stale(plan: Plan, now: datetime) -> bool:
    """Whether the plan answers another question than the one that stands now."""
    return problems.of_season(plan.season, plan.policy, now).basis != plan.basis


def lock(
    plan: Plan, row: PlanRow, locked: bool, *, revision: int, by: Person, now: datetime
) -> None:
    """Hold a row where it is when the plan is made anew, or let it go.

    Raises:
        PlanIsClosed, EditedMeanwhile: see there.
    """
    _begin_edit(plan, revision)
    row.locked = locked
    audit.record("plan.row_locked", plan, actor=by, now=now, person=row.person_id, locked=locked)


def move(plan: Plan, row: PlanRow, to: Panel, *, revision: int, by: Person, now: datetime) -> None:
    """Put the person of ``row`` on another panel, and hold them there.

    Raises:
        PlanIsClosed, EditedMeanwhile, SitsAlready, StandsInTheWay: see there.
    """
    _begin_edit(plan, revision)
    if row.signup is not None:
        asking.check_impartial(row.signup, to.camp)
    _leave(plan, row)
    _seat(plan, to, row.person_id, row.signup_id)
    audit.record("plan.row_moved", plan, actor=by, now=now, person=row.person_id, panel=to.id)


def take_out(plan: Plan, row: PlanRow, *, revision: int, by: Person, now: datetime) -> None:
    """Leave the person of ``row`` without that seat.

    Raises:
        PlanIsClosed, EditedMeanwhile: see there.
    """
    _begin_edit(plan, revision)
    _leave(plan, row)
    audit.record("plan.row_taken_out", plan, actor=by, now=now, person=row.person_id)


def put_in(
    plan: Plan, panel: Panel, signup: JurySignup, *, revision: int, by: Person, now: datetime
) -> None:
    """Give somebody who offered to serve a seat, by hand.

    Raises:
        PlanIsClosed, EditedMeanwhile, SitsAlready, StandsInTheWay: see there.
    """
    _begin_edit(plan, revision)
    asking.check_impartial(signup, panel.camp)
    _seat(plan, panel, signup.juror_id, signup.id)
    audit.record("plan.row_put_in", plan, actor=by, now=now, person=signup.juror_id, panel=panel.id)


def discard(plan: Plan, *, by: Person, now: datetime) -> None:
    """Put the draft away; nothing of it takes effect.

    Raises:
        PlanIsClosed: it is no draft any more.
    """
    put_away = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.state == PlanState.DRAFT)
        .values(state=PlanState.DISCARDED)
    )
    if put_away.rowcount == 0:  # type: ignore[attr-defined]
        raise PlanIsClosed
    proofs.drop_discarded(plan.season_id)
    audit.record("plan.discarded", plan, actor=by, now=now)


def apply(plan: Plan, *, revision: int, by: Person | None, now: datetime) -> int:
    """Make the plan's rows assignments and ask those who are new, one mail each.

    Returns:
        How many people are asked.

    Raises:
        PlanIsClosed, EditedMeanwhile: see there. PlanIsStale: nothing was applied.
    """
    if plan.state != PlanState.DRAFT:
        raise PlanIsClosed
    if is_stale(plan, now):
        raise PlanIsStale
    _close(plan, revision, now)
    for row in plan.rows:
        if row.action == PlanAction.REMOVE:
            _release(row, by, now)
    asked = [_assignment(row, now) for row in plan.rows if row.action == PlanAction.ADD]
    db.session.flush()
    asking.ask(asked, key=f"plan-{plan.id}", by=by, now=now)
    audit.record("plan.applied", plan, actor=by, now=now, asked=len(asked))
    return len({assignment.person_id for assignment in asked})


def _close(plan: Plan, revision: int, now: datetime) -> None:
    """Take the plan from draft to applied in one statement: of two who press at once, one does."""
    won = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.state == PlanState.DRAFT, Plan.revision == revision)
        .values(state=PlanState.APPLIED, applied_at=now)
    )
    if won.rowcount == 0:  # type: ignore[attr-defined]
        raise EditedMeanwhile
    db.session.refresh(plan, ["state", "applied_at"])


def _begin_edit(plan: Plan, revision: int) -> None:
    if plan.state != PlanState.DRAFT:
        raise PlanIsClosed
    raised = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.state == PlanState.DRAFT, Plan.revision == revision)
        .values(revision=Plan.revision + 1)
    )
    if raised.rowcount == 0:  # type: ignore[attr-defined]
        raise EditedMeanwhile
    db.session.refresh(plan, ["revision"])


def _leave(plan: Plan, row: PlanRow) -> None:
    if row.action == PlanAction.ADD:
        plan.rows.remove(row)
    else:
        row.action, row.by_hand, row.locked = PlanAction.REMOVE, True, False
    db.session.flush()


def _seat(plan: Plan, panel: Panel, person_id: int, signup_id: int | None) -> None:
    same = next((r for r in plan.rows if (r.panel_id, r.person_id) == (panel.id, person_id)), None)
    if same is not None and same.action == PlanAction.REMOVE:
        same.action, same.by_hand, same.locked = PlanAction.KEEP, True, True
        return
    if any(
        r.panel.camp_id == panel.camp_id and r.person_id == person_id
        for r in plan.rows
        if r.action != PlanAction.REMOVE
    ):
        raise asking.SitsAlready
    plan.rows.append(
        PlanRow(
            panel=panel,
            person_id=person_id,
            signup_id=signup_id,
            action=PlanAction.ADD,
            by_hand=True,
            locked=True,
        )
    )
    db.session.flush()


def _release(row: PlanRow, by: Person | None, now: datetime) -> None:
    held = _held(row)
    if held is not None and held.is_seated:
        asking.release(held, by=by, now=now)


def _assignment(row: PlanRow, now: datetime) -> Assignment:
    """The seat of a row: a new assignment, or the one the person had at this camp before."""
    held = _held(row) or Assignment(
        camp_id=row.panel.camp_id, person_id=row.person_id, created_at=now
    )
    held.panel_id = row.panel_id
    held.signup_id = row.signup_id
    held.state = AssignmentState.PROPOSED
    held.origin = "organiser" if row.by_hand else "plan"
    held.reason = {**row.reason, "km": row.km, "band": row.band, "over_water": row.over_water}
    db.session.add(held)
    return held


def _held(row: PlanRow) -> Assignment | None:
    return db.session.scalar(
        sa.select(Assignment).where(
            Assignment.camp_id == row.panel.camp_id, Assignment.person_id == row.person_id
        )
    )


def _put_away_drafts(season: Season) -> None:
    db.session.execute(
        sa.update(Plan)
        .where(Plan.season_id == season.id, Plan.state == PlanState.DRAFT)
        .values(state=PlanState.DISCARDED)
    )


def _pair(row: PlanRow) -> Pair:
    return Pair(str(row.person_id), str(row.panel.camp_id), str(row.panel_id))
