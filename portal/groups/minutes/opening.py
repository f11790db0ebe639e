"""Meetings that were held without a summons from here, and whose minutes others now read."""

from datetime import datetime

from portal.invitations import event_changes
from portal.models.accounts import Person
from portal.models.events import EventState
from portal.models.meetings import Meeting


def open_meeting(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Show the meeting to those who may read its minutes; it is a draft no longer.

    So that it stands among the meetings held, can no longer be deleted, and the next one begins by
    approving its minutes. Nobody is told: the minutes tell of it.
    """
    if meeting.event.state == EventState.DRAFT:
        event_changes.publish(meeting.event, by=by, now=now)
        event_changes.mark_told(meeting.event, now)
