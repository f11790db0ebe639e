"""Approved minutes made public for anybody to read, one by one, and taken back."""

from datetime import datetime

from portal import audit
from portal.db import lock_row
from portal.models.accounts import Person
from portal.models.meetings import Meeting


class NotApproved(Exception):
    """Only what can no longer change is made public."""


def publish(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Let anybody read the minutes. Publishing twice keeps the first date.

    Raises:
        NotApproved: they are not approved, or no longer.
    """
    lock_row(meeting, "approved_at", "public_at")
    if not meeting.is_approved:
        raise NotApproved
    if meeting.public_at is None:
        meeting.public_at = now
        audit.record("minutes.published", meeting, actor=by, now=now)


def take_back(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Keep the minutes to those who sit in the group again."""
    lock_row(meeting, "approved_at", "public_at")
    if meeting.public_at is not None:
        meeting.public_at = None
        audit.record("minutes.taken_back", meeting, actor=by, now=now)
