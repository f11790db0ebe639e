"""Reminding, once a deadline, of what a round of input asks for."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.groups.input_rounds import stages
from portal.mail import outbox
from portal.mail.outbox import About
from portal.models.groups import Group
from portal.models.input_rounds import InputRound

# Reminders are due less than this before what they remind of.
_AHEAD = timedelta(days=4)


def queue(now: datetime) -> int:
    """Queue the reminders that are due: of points asked for, and of votes; how many rounds.

    What was asked so late that the reminder was past already is not reminded of.
    """
    return sum(_remind(found, now) for found in _near(now))


def _remind(found: InputRound, now: datetime) -> bool:
    if stages.takes_votes(found):
        kind, since, until = "input.vote_reminder", found.voting_opened_at, found.vote_by
    elif stages.takes_points(found):
        kind, since, until = "input.reminder", found.opened_at, found.answer_by
    else:
        return False
    if until is None or since is None or not since < stages.reminds_at(until) <= now < until:
        return False
    day = stages.last_day(until)
    return outbox.enqueue_mailing(
        kind,
        # A new deadline is a new occasion; the same one is reminded of once.
        key=f"input-{found.public_id}-{kind.partition('.')[2]}-{day}",
        now=now,
        by=None,
        about=About(subject=found.question[:200], group_id=found.group_id),
        round_id=found.id,
    )


def _near(now: datetime) -> sa.ScalarResult[InputRound]:
    """The rounds with something to remind of: few, and found without a lock."""
    soon = now + _AHEAD
    return db.session.scalars(
        sa.select(InputRound)
        .join(Group, Group.id == InputRound.group_id)
        .where(
            InputRound.opened_at.is_not(None),
            InputRound.voting_closed_at.is_(None),
            Group.closed_at.is_(None),
            sa.or_(
                sa.and_(InputRound.answer_by > now, InputRound.answer_by <= soon),
                sa.and_(InputRound.vote_by > now, InputRound.vote_by <= soon),
            ),
        )
        .options(joinedload(InputRound.group))
        .order_by(InputRound.id)
    )
