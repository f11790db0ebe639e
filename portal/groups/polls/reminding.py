"""What time brings about: the day before answers are due, those who have not given one hear so."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa

from portal import dates
from portal.db import db
from portal.groups.polls import changing
from portal.mail.reminding import times
from portal.models.groups import Group
from portal.models.polls import DatePoll

_AT = time(9)
_LOOK_AHEAD = timedelta(days=2)


def due_at(answer_by: datetime) -> datetime:
    """When to remind: at nine in Oslo on the day before."""
    return times.wall_time(dates.today(answer_by) - timedelta(days=1), _AT)


def queue_due(now: datetime) -> int:
    """Queue the reminders that are due and were not queued before; how many those are.

    A poll sent no earlier than on that day was not forgotten by anybody yet.
    """
    polls = db.session.scalars(
        sa.select(DatePoll)
        .join(Group, Group.id == DatePoll.group_id)
        .where(
            DatePoll.opened_at.is_not(None),
            DatePoll.closed_at.is_(None),
            DatePoll.answer_by > now,
            DatePoll.answer_by < now + _LOOK_AHEAD,
            Group.closed_at.is_(None),
        )
        .order_by(DatePoll.id)
    )
    return sum(changing.queue_last_call(poll, now) for poll in polls if _is_due(poll, now))


def _is_due(poll: DatePoll, now: datetime) -> bool:
    due = due_at(poll.answer_by)
    sent = poll.opened_at
    return sent is not None and due <= now and dates.today(sent) < dates.today(due)
