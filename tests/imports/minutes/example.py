"""The shipped example of minutes, and how many rows of each sort there are."""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.events import Event
from portal.models.groups import Group, GroupPlace
from portal.models.input_rounds import Contribution, InputRound
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import Attendance, FollowUp, ImportNote, MinutesVersion
from portal.models.places import School
from portal.models.seasons import Season

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "minutes.json"
NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)


def counts() -> dict[str, int]:
    tables = (
        Person, Group, GroupPlace, Meeting, Event, Season, FollowUp, School, AuditEntry,
        Attendance, AgendaItem, MinutesVersion, InputRound, Contribution, ImportNote,
    )  # fmt: skip
    return {
        table.__name__: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in tables
    }
