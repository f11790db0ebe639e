"""What a poll remembers of its meeting, when there is no such meeting any more."""

import sqlalchemy as sa

from portal.db import db
from portal.models.meetings import Meeting
from portal.models.polls import DateOption, DatePoll


def forget(meeting: Meeting) -> None:
    """Let the poll that ``meeting`` came of have ended without one; it can be opened again."""
    polls = sa.select(DatePoll.id).where(DatePoll.meeting_id == meeting.id)
    db.session.execute(
        sa.update(DateOption).where(DateOption.poll_id.in_(polls)).values(chosen_at=None)
    )
    db.session.execute(
        sa.update(DatePoll).where(DatePoll.meeting_id == meeting.id).values(meeting_id=None)
    )
