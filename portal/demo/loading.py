"""The demo, loaded into an empty database."""

from datetime import datetime

import sqlalchemy as sa

from portal.db import db
from portal.imports import registers
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.seasons import Season


def is_empty() -> bool:
    """Whether nobody has begun to use the portal: no person, event or season is known."""
    return not any(
        db.session.scalar(sa.select(sa.exists().where(table.id > 0)))
        for table in (Person, Event, Season)
    )


def load(now: datetime, events: int = 0) -> None:
    """Fill an empty database with the demo as it looks at ``now``, and flush.

    ``events`` is how many synthetic events to add, for trying speed.
    """
    registers.fill()
