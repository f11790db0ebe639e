"""How many jurors are still needed where: one count for every page that tells it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db
from portal.models.events import Event, EventKind
from portal.models.jury import TAKEN, Assignment
from portal.models.seasons import Camp, Panel


def seats_needed(events: Sequence[Event]) -> dict[int, int]:
    """Jury seats nobody has said yes to, by the event's id; events that need none are left out."""
    ids = [event.id for event in events if event.kind in (EventKind.CAMP, EventKind.FINAL)]
    if not ids:
        return {}
    target = _of_camp(sa.func.sum(Panel.target), Panel.camp_id)
    taken = _of_camp(sa.func.count(Assignment.id), Assignment.camp_id, Assignment.state.in_(TAKEN))
    rows = db.session.execute(
        sa.select(Camp.event_id, sa.func.coalesce(target, 0) - taken).where(Camp.event_id.in_(ids))
    )
    return {event_id: seats for event_id, seats in rows if seats > 0}


def _of_camp(
    count: sa.ColumnElement[int],
    camp_id: InstrumentedAttribute[int],
    *conditions: sa.ColumnElement[bool],
) -> sa.ScalarSelect[int]:
    return sa.select(count).where(camp_id == Camp.id, *conditions).correlate(Camp).scalar_subquery()
