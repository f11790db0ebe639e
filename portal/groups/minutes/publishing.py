"""Approved minutes made public for anybody to read, one by one, and taken back."""

from datetime import datetime

from portal import audit
from portal.db import db, lock_row
from portal.groups import meanwhile
from portal.models.accounts import Person
from portal.models.meetings import Meeting


class ChangedMeanwhile(Exception):
    """What would be public is not what was looked at any more."""


class NotApproved(Exception):
    """Only what can no longer change is made public."""


def publish(meeting: Meeting, *, seen: str | None = None, by: Person, now: datetime) -> None:
    """Let anybody read the minutes. Publishing twice keeps the first date.

    ``seen`` is what ``state_of`` gave on the page that showed what would be public.

    Raises:
        NotApproved: they are not approved, or no longer. ChangedMeanwhile: not as ``seen``.
    """
    lock_row(meeting, "approved_at", "public_at")
    db.session.expire(meeting, ["document", "addenda"])
    if not meeting.is_approved:
        raise NotApproved
    if meeting.public_at is None:
        if seen not in (None, state_of(meeting)):
            raise ChangedMeanwhile
        meeting.public_at = now
        audit.record("minutes.published", meeting, actor=by, now=now)


def state_of(meeting: Meeting) -> str:
    """A mark of the minutes as they were approved, and of how often they were corrected."""
    return meanwhile.mark(meeting.approved_at, len(meeting.addenda))


def take_back(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Keep the minutes to those who sit in the group again."""
    lock_row(meeting, "approved_at", "public_at")
    if meeting.public_at is not None:
        meeting.public_at = None
        audit.record("minutes.taken_back", meeting, actor=by, now=now)
