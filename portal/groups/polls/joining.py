"""Those who come to sit in a group are asked what the others were asked before them."""

from datetime import datetime

import sqlalchemy as sa

from portal.db import db
from portal.groups.polls import notices
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.polls import DatePoll


def take_in(group: Group, person: Person, *, by: Person | None, now: datetime) -> int:
    """Send somebody new the polls of ``group`` that are open; how many those are.

    Whoever leaves needs no such step: links and answers count only while one sits in the group.
    """
    polls = db.session.scalars(
        sa.select(DatePoll)
        .where(
            DatePoll.group_id == group.id,
            DatePoll.opened_at.is_not(None),
            DatePoll.closed_at.is_(None),
        )
        .order_by(DatePoll.id)
    ).all()
    for poll in polls:
        outbox.enqueue_mailing(
            notices.ASK,
            key=f"poll-{poll.public_id}-sent-to-{person.id}",
            now=now,
            by=by,
            about=outbox.About(group_id=group.id),
            poll_id=poll.id,
            person_ids=[person.id],
        )
    return len(polls)
