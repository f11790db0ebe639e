"""Drafts that are deleted: which may be, and what lets go of them first."""

from collections.abc import Sequence

import sqlalchemy as sa

from portal.db import db
from portal.groups.polls import ended
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import FollowUp
from portal.models.polls import DatePoll


def hold(meeting: Meeting) -> None:
    """Let nobody call the meeting while it is deleted; see whether somebody just has."""
    db.session.flush()
    # The poll it came of first, as whoever takes the choice back does.
    poll = sa.select(DatePoll.id).where(DatePoll.meeting_id == meeting.id)
    db.session.execute(poll.with_for_update())
    db.session.refresh(meeting, ["called_at", "approved_at", "minutes_sent_at"],
                       with_for_update={"of": Meeting})  # fmt: skip
    db.session.refresh(meeting.event, ["published_at", "state"])


def is_known(meetings: Sequence[Meeting]) -> bool:
    """Whether people were called to one of them, or read or approved something there."""
    if any(
        moment is not None
        for each in meetings
        for moment in (
            each.called_at, each.event.published_at, each.minutes_sent_at, each.approved_at,
        )
    ):  # fmt: skip
        return True
    approved = sa.exists().where(Meeting.approved_in_id.in_([each.id for each in meetings]))
    return bool(db.session.scalar(sa.select(approved)))


def let_go(meetings: Sequence[Meeting]) -> None:
    """What came of the meetings stays without them: follow-ups, polls, items that approve."""
    ids = [each.id for each in meetings]
    items = sa.select(AgendaItem.id).where(AgendaItem.meeting_id.in_(ids))
    db.session.execute(
        sa.update(FollowUp)
        .where(sa.or_(FollowUp.meeting_id.in_(ids), FollowUp.item_id.in_(items)))
        .values(meeting_id=None, item_id=None)
    )
    db.session.execute(
        sa.update(AgendaItem).where(AgendaItem.approves_id.in_(ids)).values(approves_id=None)
    )
    for meeting in meetings:
        ended.forget(meeting)
