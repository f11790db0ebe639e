"""Plans of a season, and what is asked of them, for the tests of plans."""

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.db import db
from portal.jury.plans import planning
from portal.jury.plans.edits import Edit
from portal.models.accounts import Person
from portal.models.plans import Plan, PlanRow
from portal.models.seasons import RankingPolicy

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
NEAREST = RankingPolicy.NEAREST


def seats(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.panel.camp.name, row.person.name, str(row.action)) for row in plan.rows}


def make(season, **values: Any) -> Plan:
    plan = planning.make_plan(season, NEAREST, by=None, now=NOW, **values)
    db.session.commit()
    return plan


def by(person: Person, plan: Plan, revision: int = 0) -> Edit:
    """An edit of the plan as it is now, or as it was at ``revision``."""
    return Edit(revision or plan.revision, person, NOW)


def row_at(plan: Plan, camp: Any) -> PlanRow:
    """The first seat of a camp that the plan does not take away."""
    return next(
        row for row in plan.rows if row.panel.camp_id == camp.id and row.action.value != "remove"
    )


def asking_to(action: str, row: PlanRow, **fields: Any) -> dict[str, Any]:
    """The fields of a form that changes a seat."""
    return {
        "action": action,
        "person": row.person.public_id,
        "panel": row.panel_id,
        "revision": row.plan.revision,
        **fields,
    }


def change(client: FlaskClient, plan: Plan, fields: dict[str, Any], **how: Any) -> TestResponse:
    """Send a form that changes a plan."""
    return client.post(f"/organise/plans/{plan.public_id}/changes", data=fields, **how)
