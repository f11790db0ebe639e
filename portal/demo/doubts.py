"""Doubts about the minutes of a meeting that was read in: one looked into, one not yet."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.demo.people import Cast
from portal.groups.doubts import actions
from portal.models.events import Event
from portal.models.meetings import Meeting
from portal.models.minutes import ImportNote


def fill(cast: Cast, now: datetime) -> None:
    """Leave two notes on the meeting that was held first."""
    meeting = db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(Event.ends_at < now)
        .order_by(Event.starts_at)
        .limit(1)
    ).one()
    note = ImportNote(
        meeting=meeting,
        about="Dato",
        text="Toppteksten i referatet har en annen dato enn selve møtet.",
    )
    other = ImportNote(
        meeting=meeting,
        about="Leder",
        text="Lederen var merket med uthevet skrift i referatet. Uthevingen er gått tapt.",
    )
    db.session.add_all([note, other])
    db.session.flush()
    actions.handle(
        note, "Møtedatoen er riktig. Toppteksten var fra en eldre mal.", by=cast.kari,
        now=now - timedelta(days=3),
    )  # fmt: skip
