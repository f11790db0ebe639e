"""Two plans side by side: what each is worth, and who sits where in one of them only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.jury.matching.types import Pair
from portal.jury.plans import measuring, plan_queries
from portal.jury.prices import pricing
from portal.jury.question import problems
from portal.jury.question.problems import Problem
from portal.models.accounts import Person
from portal.models.plans import Plan, PlanAction, PlanRow, PlanState
from portal.models.seasons import Camp, Panel, Season
from portal.text import sort_key


@dataclass(frozen=True)
class Side:
    """One of the two. ``figures`` are those of ``measuring.measures``, as the rows are now."""

    plan: Plan
    figures: dict[str, Any]
    stale: bool


@dataclass(frozen=True)
class CampChange:
    """A camp where the two differ: who sits there only ``before``, and who only ``after``."""

    camp: Camp
    before: list[PlanRow]
    after: list[PlanRow]


@dataclass(frozen=True)
class Move:
    """Somebody who has a seat in both, but not at the same camps."""

    person: Person
    before: list[str]
    after: list[str]


@dataclass(frozen=True)
class Comparison:
    """A plan and the one that came ``after`` it. ``prices`` hold both values, where they differ."""

    before: Side
    after: Side
    prices: dict[str, tuple[Any, Any]]
    camps: list[CampChange]
    gained: list[Person]
    lost: list[Person]
    moved: list[Move]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the earlier first."""
        return self.before, self.after

    @property
    def policies(self) -> tuple[Any, Any]:
        """The rankings of both."""
        return self.before.plan.policy, self.after.plan.policy


def counterpart(plan: Plan) -> Plan | None:
    """The plan that ``plan`` was tried beside, or else the newest that was tried beside it."""
    if plan.tried_from is not None:
        return plan.tried_from
    beside = sa.select(Plan).where(Plan.tried_from_id == plan.id)
    is_draft = sa.case((Plan.state == PlanState.DRAFT, 1), else_=0)
    return db.session.scalar(beside.order_by(is_draft.desc(), Plan.id.desc()).limit(1))


def compare(one: Plan, other: Plan, now: datetime) -> Comparison:
    """Lay two plans of one season side by side, the earlier first."""
    before, after = sorted(_with_rows(one, other), key=lambda plan: plan.id)
    season = before.season
    camps = plan_queries.camps_of(season)
    asked = problems.of_season(season, before.policy, now, prices=before.prices)
    seats = _seats(before), _seats(after)
    people = {row.person_id: row.person for side in seats for row in side}
    homes = tuple(_camps_by_person(side) for side in seats)
    moved = [number for number in homes[0] if number in homes[1]]
    return Comparison(
        _side(season, before, asked),
        _side(season, after, asked),
        pricing.differing((before.policy.value, before.prices), (after.policy.value, after.prices)),
        _camp_changes(camps, *seats),
        _sorted(people[number] for number in homes[1] if number not in homes[0]),
        _sorted(people[number] for number in homes[0] if number not in homes[1]),
        _moves(camps, [people[number] for number in moved], homes[0], homes[1]),
    )


def _with_rows(one: Plan, other: Plan) -> list[Plan]:
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(Plan.id.in_([one.id, other.id]))
            .options(
                joinedload(Plan.season),
                joinedload(Plan.made_by),
                selectinload(Plan.rows).options(
                    joinedload(PlanRow.person),
                    joinedload(PlanRow.panel).joinedload(Panel.camp).joinedload(Camp.event),
                ),
            )
            .execution_options(populate_existing=True)
        )
    )


def _side(season: Season, plan: Plan, asked: Problem) -> Side:
    problem = asked.under(problems.policy_of(season, plan.policy, plan.prices))
    stale = plan.state == PlanState.DRAFT and problem.basis != plan.basis
    # As it was made, unless it has been edited since or was made before these were counted.
    if plan.revision == 1 and "tiers" in plan.figures:
        return Side(plan, plan.figures, stale)
    rows = _seats(plan)
    known = {_pair(row): row.km for row in rows if row.km is not None}
    counted = measuring.measures(problem, [_pair(row) for row in rows], known)
    return Side(plan, {**plan.figures, **counted}, stale)


def _seats(plan: Plan) -> list[PlanRow]:
    return [row for row in plan.rows if row.action != PlanAction.REMOVE]


def _pair(row: PlanRow) -> Pair:
    return Pair(str(row.person_id), str(row.panel.camp_id), str(row.panel_id))


def _camps_by_person(rows: Iterable[PlanRow]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row.person_id].add(row.panel.camp_id)
    return dict(found)


def _camp_changes(
    camps: list[Camp], before: list[PlanRow], after: list[PlanRow]
) -> list[CampChange]:
    """The camps where others sit, in the order of their days; which of its juries is all one."""
    pairs = [{(row.panel.camp_id, row.person_id) for row in rows} for rows in (before, after)]
    changes = [
        CampChange(
            camp,
            [row for row in before if _is_only_here(row, camp, pairs[1])],
            [row for row in after if _is_only_here(row, camp, pairs[0])],
        )
        for camp in camps
    ]
    return [change for change in changes if change.before or change.after]


def _is_only_here(row: PlanRow, camp: Camp, elsewhere: set[tuple[int, int]]) -> bool:
    return row.panel.camp_id == camp.id and (camp.id, row.person_id) not in elsewhere


def _moves(
    camps: list[Camp],
    people: list[Person],
    before: dict[int, set[int]],
    after: dict[int, set[int]],
) -> list[Move]:
    def names(held: set[int], kept: set[int]) -> list[str]:
        return [camp.name for camp in camps if camp.id in held - kept]

    return [
        Move(
            person,
            names(before[person.id], after[person.id]),
            names(after[person.id], before[person.id]),
        )
        for person in _sorted(people)
        if before[person.id] != after[person.id]
    ]


def _sorted(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (sort_key(person.name), person.id))
