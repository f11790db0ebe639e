"""What the organisers' pages about juries ask the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import staffing
from portal.db import db
from portal.geography import municipalities
from portal.jury.plans.explaining import Names
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.jury import Assignment, JurySignup
from portal.models.plans import Plan, PlanAction, PlanEdit, PlanRow, PlanState
from portal.models.seasons import Camp, Panel, Season


@dataclass(frozen=True)
class ProposedCamp:
    """A camp as a plan would staff it. ``in_rounds`` are seats that several are asked for now, by
    the jury's id: a plan leaves them alone.
    """

    camp: Camp
    rows: list[PlanRow]
    filled: int
    in_rounds: Mapping[int, int] = field(default_factory=dict)

    @property
    def asked_together(self) -> int:
        """How many seats several are asked for, and somebody may still say yes to."""
        return min(sum(self.in_rounds.values()), max(0, self.camp.target - self.filled))

    @property
    def missing(self) -> int:
        """How many seats stay empty."""
        return max(0, self.camp.target - self.filled - self.asked_together)

    @property
    def new(self) -> int:
        """How many would come who do not sit there today."""
        return sum(row.action == PlanAction.ADD for row in self.rows)

    @property
    def leaving(self) -> int:
        """How many sit there today and would not."""
        return sum(row.action == PlanAction.REMOVE for row in self.rows)


def season_or_404(slug: str) -> Season:
    """The season at ``slug``, published or not: organisers see all."""
    return db.one_or_404(sa.select(Season).where(Season.slug == slug))


def plan_or_404(public_id: str) -> Plan:
    """A plan with its rows, their people and panels."""
    return db.one_or_404(
        sa.select(Plan)
        .where(Plan.public_id == public_id)
        .options(
            joinedload(Plan.season),
            joinedload(Plan.made_by),
            selectinload(Plan.rows).options(
                joinedload(PlanRow.person).joinedload(Person.organisation),
                joinedload(PlanRow.panel).joinedload(Panel.camp).joinedload(Camp.event),
            ),
            selectinload(Plan.edits).joinedload(PlanEdit.made_by),
        )
    )


def plans_of(season: Season) -> list[Plan]:
    """A season's plans but those put away, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(Plan.season_id == season.id, Plan.state != PlanState.DISCARDED)
            .options(joinedload(Plan.made_by))
            .order_by(Plan.id.desc())
        )
    )


def proposed_camps(plan: Plan, now: datetime) -> list[ProposedCamp]:
    """The camps to come with the plan's rows for each, in the order of their days."""
    rows: dict[int, list[PlanRow]] = defaultdict(list)
    for row in sorted(plan.rows, key=lambda row: (row.action == PlanAction.REMOVE, row.km or 0)):
        rows[row.panel.camp_id].append(row)
    asked = staffing.spoken_for(plan.season_id)
    found = []
    for camp in camps_of(plan.season):
        if camp.event.is_cancelled or (camp.event.is_over(now) and camp.id not in rows):
            continue
        own = rows[camp.id]
        filled = sum(row.action != PlanAction.REMOVE for row in own)
        in_rounds = {panel.id: asked[panel.id] for panel in camp.panels if panel.id in asked}
        found.append(ProposedCamp(camp, own, filled, in_rounds))
    return found


def camps_of(season: Season) -> list[Camp]:
    """All camps of a season with event, school and panels, in the order of their days."""
    return list(
        db.session.scalars(
            sa.select(Camp)
            .join(Camp.event)
            .where(Camp.season_id == season.id)
            .options(joinedload(Camp.event), joinedload(Camp.school), selectinload(Camp.panels))
            .order_by(Event.starts_at, Camp.id)
        )
    )


def names_of(plan: Plan) -> Names:
    """What everybody who offered, everybody in the plan and every camp of the season is called."""
    offered = sa.select(JurySignup.juror_id).where(JurySignup.season_id == plan.season_id)
    people = db.session.execute(
        sa.select(Person.id, Person.name, JurySignup.municipality_code)
        .outerjoin(
            JurySignup,
            sa.and_(JurySignup.juror_id == Person.id, JurySignup.season_id == plan.season_id),
        )
        .where(sa.or_(Person.id.in_(offered), Person.id.in_([row.person_id for row in plan.rows])))
    ).all()
    return Names(
        {row.id: row.name for row in people},
        {camp.id: camp.name for camp in camps_of(plan.season)},
        {
            row.id: home.name
            for row in people
            if row.municipality_code and (home := municipalities.get(row.municipality_code))
        },
    )


def unseated(plan: Plan) -> list[JurySignup]:
    """Those who offered and have no seat in the plan, in Norwegian order."""
    seated = [row.person_id for row in plan.rows if row.action != PlanAction.REMOVE]
    return list(
        db.session.scalars(
            sa.select(JurySignup)
            .join(JurySignup.juror)
            .where(
                JurySignup.season_id == plan.season_id,
                JurySignup.withdrawn_at.is_(None),
                JurySignup.juror_id.not_in(seated),
                Person.suspended_at.is_(None),
            )
            .options(
                joinedload(JurySignup.juror).joinedload(Person.organisation),
                selectinload(JurySignup.days),
            )
            .order_by(Person.sort_key, Person.id)
        )
    )


def ids_of_people(plan: Plan, public_ids: Collection[str]) -> dict[str, int]:
    """The row ids of those who offered to serve in the season or sit in the plan."""
    offered = sa.select(JurySignup.juror_id).where(JurySignup.season_id == plan.season_id)
    seated = [row.person_id for row in plan.rows]
    rows = db.session.execute(
        sa.select(Person.public_id, Person.id).where(
            Person.public_id.in_(public_ids),
            sa.or_(Person.id.in_(offered), Person.id.in_(seated)),
        )
    )
    return {str(row.public_id): int(row.id) for row in rows}


def panels_of_plan(plan: Plan, ids: Collection[int]) -> dict[int, Panel]:
    """The panels of the season among ``ids``, by id."""
    rows = db.session.scalars(
        sa.select(Panel).join(Panel.camp).where(Panel.id.in_(ids), Camp.season_id == plan.season_id)
    )
    return {panel.id: panel for panel in rows}


def panel_of_season(season: Season, panel_id: int) -> Panel:
    """One of the season's panels; any other does not exist."""
    return db.one_or_404(
        sa.select(Panel).join(Panel.camp).where(Panel.id == panel_id, Camp.season_id == season.id)
    )


def offer_in_season(season: Season, person_public_id: str) -> JurySignup:
    """A standing offer in the season by the person's public id; any other does not exist."""
    return db.one_or_404(
        sa.select(JurySignup)
        .join(JurySignup.juror)
        .where(
            JurySignup.season_id == season.id,
            JurySignup.withdrawn_at.is_(None),
            Person.suspended_at.is_(None),
            Person.public_id == person_public_id,
        )
    )


def assignment_in_season(season: Season, public_id: str) -> Assignment:
    """One of the season's assignments; any other does not exist."""
    return db.one_or_404(
        sa.select(Assignment)
        .join(Assignment.camp)
        .where(Assignment.public_id == public_id, Camp.season_id == season.id)
        .options(joinedload(Assignment.person), joinedload(Assignment.camp).joinedload(Camp.event))
    )
