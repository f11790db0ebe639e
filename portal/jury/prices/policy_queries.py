"""What the pages about prices ask the database."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.models.plans import Plan, PlanState
from portal.models.seasons import Season


def plan_beside_or_404(plan: Plan, public_id: str) -> Plan:
    """Another plan of the same season; any other does not exist."""
    return db.one_or_404(
        sa.select(Plan).where(
            Plan.public_id == public_id, Plan.season_id == plan.season_id, Plan.id != plan.id
        )
    )


def newest_draft(season: Season) -> Plan | None:
    """The draft made last, if there is one."""
    return db.session.scalar(
        sa.select(Plan)
        .where(Plan.season_id == season.id, Plan.state == PlanState.DRAFT)
        .order_by(Plan.id.desc())
        .limit(1)
    )


def put_away(season: Season, *, most: int = 5) -> list[Plan]:
    """The plans put away last that may be taken up again: none was applied since they were made."""
    applied = (
        sa.select(sa.func.max(Plan.applied_at))
        .where(Plan.season_id == season.id, Plan.state == PlanState.APPLIED)
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            sa.select(Plan)
            .where(
                Plan.season_id == season.id,
                Plan.state == PlanState.DISCARDED,
                sa.or_(applied.is_(None), Plan.made_at > applied),
            )
            .options(joinedload(Plan.made_by))
            .order_by(Plan.id.desc())
            .limit(most)
        )
    )
