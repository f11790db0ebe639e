"""What an organiser types, and the one event that came of it."""

from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.models.events import Event


def typed(**values: Any) -> dict[str, Any]:
    """The form as an organiser fills it in for a webinar."""
    return {
        "title": "Webinar om ren fjord",
        "kind": "webinar",
        "day": "15.10.2026",
        "starts": "09.00",
        "ends": "10.30",
        "language": "nb",
        "visibility": "public",
        "revision": "0",
        **values,
    }


def the_event() -> Event:
    return db.session.scalars(sa.select(Event)).one()
