"""Minutes are open until a later meeting approves them; one change of a meeting's at a time."""

from datetime import datetime

from portal.db import lock_row
from portal.models.meetings import Meeting


class MinutesAreLocked(Exception):
    """The minutes are approved: what must be put right stands in an addendum."""


def hold(meeting: Meeting) -> None:
    """Keep everybody else from the minutes of ``meeting`` until the caller commits.

    What was read of the minutes before may have changed meanwhile: read it after.

    Raises:
        MinutesAreLocked: they were approved, perhaps a moment ago.
    """
    lock_row(meeting, "minutes_revision", "approved_at")
    if meeting.is_approved:
        raise MinutesAreLocked


def touch(meeting: Meeting, now: datetime) -> None:
    """Note that the minutes, or who was there, change at ``now``: their revision rises.

    Every change calls this, so that whoever shows, sends or approves the minutes can tell by the
    number whether they are still what was looked at. Raises as ``hold``.
    """
    hold(meeting)
    meeting.minutes_revision += 1
