"""What somebody in a group answers to a poll, signed in or by the mailed link."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import audit
from portal.db import db
from portal.groups.polls.actions import lock_open
from portal.models.accounts import Person
from portal.models.polls import DateAnswer, DatePoll, DateReply, Suits


def answer(
    poll: DatePoll, person: Person, given: Mapping[int, Suits], *, comment: str, now: datetime
) -> DateReply:
    """Note what ``person`` says of each time (by its id), in place of what was said before.

    A time of another poll, or one that is asked about no more, is passed over.

    Raises:
        PollIsClosed: it takes no answers.
    """
    # One at a time: of two sent at once by one person the later replaces the first.
    lock_open(poll)
    reply = db.session.scalar(
        sa.select(DateReply)
        .where(DateReply.poll_id == poll.id, DateReply.person_id == person.id)
        .options(selectinload(DateReply.answers))
        .execution_options(populate_existing=True)
    )
    if reply is None:
        reply = DateReply(poll_id=poll.id, person_id=person.id)
        db.session.add(reply)
    reply.answered_at, reply.comment = now, comment
    known = {each.option_id: each for each in reply.answers}
    asked = {each.id for each in poll.options}
    for option_id, suits in given.items():
        if option_id in known:
            known[option_id].suits = suits
        elif option_id in asked:
            reply.answers.append(DateAnswer(option_id=option_id, suits=suits))
    db.session.flush()
    audit.record("poll.answered", reply, actor=person, now=now, poll=poll.id)
    return reply
