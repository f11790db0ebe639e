"""A season with two camps on one day, and plans for it, for the tests of plans."""

from datetime import UTC, datetime
from typing import Any

from portal.db import db
from portal.jury import planning
from portal.models.plans import Plan
from portal.models.seasons import RankingPolicy

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
NEAREST = RankingPolicy.NEAREST


def seats(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.panel.camp.name, row.person.name, str(row.action)) for row in plan.rows}


def make(season, **values: Any) -> Plan:
    plan = planning.make_plan(season, NEAREST, by=None, now=NOW, **values)
    db.session.commit()
    return plan
