"""Plans: propose juries, and apply the proposal as one unit. By hand: plans/edits.py."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit, staffing
from portal.db import db
from portal.jury.asks import asking, repairing
from portal.jury.matching import planner
from portal.jury.matching.types import NotProved, Pair
from portal.jury.matching.types import Plan as Solution
from portal.jury.plans import checking, families
from portal.jury.prices import pricing
from portal.jury.question import problems, proofs, solutions
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState
from portal.models.plans import Plan, PlanAction, PlanRow, PlanState
from portal.models.seasons import RankingPolicy, Season


class PlanIsClosed(Exception):
    """The plan was applied or put away; it is history now."""


class PlanIsStale(Exception):
    """Sign-ups, camps or answers have changed since the plan was made: make a new one."""


class RulesAreBroken(Exception):
    """Changes by hand break rules, and nobody has said that it shall be so."""


class EditedMeanwhile(Exception):
    """Somebody else changed the plan after this page was opened."""


def make_plan(
    season: Season,
    ranking: RankingPolicy,
    *,
    by: Person | None,
    now: datetime,
    keeping: Plan | None = None,
    prices: pricing.Kept | None = None,
    beside: Plan | None = None,
    moving_fewest: bool = False,
) -> Plan:
    """Propose the best juries for the camps to come.

    Rows locked in ``keeping`` keep their seats in the new plan. ``prices`` are, when not given,
    those of ``keeping`` or else of the season. Earlier drafts are put away, but for ``beside``, the
    one that this is tried beside, and those compared with it. ``moving_fewest``: nobody who has a
    seat is moved, but where one more is filled by it.

    Raises:
        BadPrice: a price that cannot be used.
        NotProved: the optimum was not certified, so there is no plan.
    """
    kept = _prices(season, ranking, keeping) if prices is None else prices
    kept = pricing.normal(kept, ranking.value)
    asked = problems.of_season(season, ranking, now, prices=kept)
    locked = {_pair(row) for row in (keeping.rows if keeping else ()) if row.locked}
    # Who has withdrawn since, and camps that are off, hold no seat.
    locked = {pair for pair in locked if asked.knows(pair)}
    question = asked.holding(tuple(locked))
    solution = repairing.solve(question) if moving_fewest else _solved(question)
    families.hold(season)
    families.put_away_drafts(season, sparing=families.family_of(beside) if beside else set())
    plan = Plan(
        season_id=season.id,
        policy=ranking,
        prices=kept,
        tried_from_id=beside.id if beside else None,
        basis=asked.basis,
        figures=solutions.figures_of(asked, solution),
        made_at=now,
        made_by_id=by.id if by else None,
    )
    db.session.add(plan)
    plan.rows = solutions.rows_of(season, asked, solution, locked)
    db.session.flush()
    proofs.keep(plan, question, solution)
    told = {"policy": str(ranking), "prices": kept, "tried_from": plan.tried_from_id}
    audit.record("plan.made", plan, actor=by, now=now, rows=len(plan.rows), **told)
    return plan


def question_of(plan: Plan, now: datetime) -> problems.Problem:
    """What the matching would be asked now, were the plan made anew in the same way."""
    return problems.of_season(plan.season, plan.policy, now, prices=plan.prices)


def is_stale(plan: Plan, now: datetime) -> bool:
    """Whether the plan answers another question than the one that stands now."""
    return question_of(plan, now).basis != plan.basis


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


def apply(
    plan: Plan,
    *,
    revision: int,
    by: Person | None,
    now: datetime,
    despite_rules: bool = False,
) -> int:
    """Make the plan's rows assignments and ask those who are new, one mail each.

    What is applied is checked once more, seat by seat, however it came about. Where changes by
    hand break rules, somebody has to say that it shall be so all the same (``despite_rules``).

    Returns:
        How many people are asked.

    Raises:
        PlanIsClosed, EditedMeanwhile, PlanIsStale, RulesAreBroken: see there. NotProved: the check
            found what nobody has decided. Nothing was applied.
    """
    families.hold(plan.season)
    db.session.refresh(plan, ["state"])
    if plan.state != PlanState.DRAFT:
        raise PlanIsClosed
    # No answer comes in between the look and the change.
    staffing.lock_juries(row.panel.camp_id for row in plan.rows)
    question = question_of(plan, now)
    if question.basis != plan.basis:
        raise PlanIsStale
    checked = checking.check(plan, question)
    if checked.faults:
        raise NotProved("; ".join(checked.faults))
    if checked.broken and not despite_rules:
        raise RulesAreBroken
    _close(plan, revision, now)
    families.put_away_drafts(plan.season, sparing={plan.id})
    for row in plan.rows:
        if row.action == PlanAction.REMOVE:
            _release(row, by, now)
    asked = [_assignment(row, now) for row in plan.rows if row.action == PlanAction.ADD]
    db.session.flush()
    asking.ask(asked, key=f"plan-{plan.id}", by=by, now=now)
    audit.record(
        "plan.applied", plan, actor=by, now=now, asked=len(asked), despite=len(checked.broken)
    )
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


def _prices(season: Season, ranking: RankingPolicy, keeping: Plan | None) -> dict[str, Any]:
    if keeping is None:
        return problems.prices_of(season, ranking)
    return pricing.for_ranking(keeping.prices, keeping.policy.value, ranking.value)


def _solved(problem: problems.Problem) -> Solution:
    return planner.plan(
        problem.volunteers,
        problem.camps,
        problem.policy,
        problem.locks,
        problem.standing,
        travel=problem.travel,
    )


def _pair(row: PlanRow) -> Pair:
    return Pair(str(row.person_id), str(row.panel.camp_id), str(row.panel_id))
