"""Drafts that are compared with each other: one, those tried beside it, those tried beside them."""

import sqlalchemy as sa

from portal.db import db
from portal.models.plans import Plan, PlanState
from portal.models.seasons import Season


def hold(season: Season) -> None:
    """Let one at a time decide which drafts of a season stand: whoever comes next waits here."""
    # Camps and sign-ups refer to the season and may be written meanwhile.
    held = sa.select(Season.id).where(Season.id == season.id).with_for_update(key_share=True)
    db.session.execute(held)


def family_of(plan: Plan) -> set[int]:
    """The ids of all plans that ``plan`` was tried beside, directly or not, and its own."""
    rows = db.session.execute(
        sa.select(Plan.id, Plan.tried_from_id).where(Plan.season_id == plan.season_id)
    )
    beside = {row.id: row.tried_from_id for row in rows}
    eldest = _eldest(plan.id, beside)
    return {number for number in beside if _eldest(number, beside) == eldest}


def put_away_drafts(season: Season, *, sparing: set[int]) -> None:
    """Discard the drafts of ``season``, but for those whose ids are spared."""
    db.session.execute(
        sa.update(Plan)
        .where(Plan.season_id == season.id, Plan.state == PlanState.DRAFT, Plan.id.not_in(sparing))
        .values(state=PlanState.DISCARDED)
    )


def _eldest(number: int, beside: dict[int, int | None]) -> int:
    """The plan that was there before any was tried beside it. Later ones have higher ids."""
    while (earlier := beside.get(number)) is not None:
        number = earlier
    return number
