"""What those who were called say about minutes, and what is done about it."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.groups import meanwhile
from portal.groups.writing import locking
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import MinutesComment


class NotOpenForComments(Exception):
    """The minutes have not been sent for comment."""


class IsHandled(Exception):
    """A comment that was dealt with stands."""


class AnsweredMeanwhile(Exception):
    """Somebody else has answered the comment, or opened it again, since it was shown."""


def comment(
    meeting: Meeting, item: AgendaItem | None, text: str, *, by: Person, now: datetime
) -> MinutesComment:
    """Say something about ``item``, or about the minutes as a whole; late comments count too.

    The same words sent twice are one comment, until somebody has dealt with it.

    Raises:
        MinutesAreLocked: they are approved; NotOpenForComments: they were not sent.
    """
    locking.hold(meeting)
    if meeting.minutes_sent_at is None:
        raise NotOpenForComments
    known = db.session.scalar(
        sa.select(MinutesComment).where(
            MinutesComment.meeting_id == meeting.id,
            MinutesComment.item_id == (item.id if item else None),
            MinutesComment.person_id == by.id,
            MinutesComment.text == text,
            MinutesComment.handled_at.is_(None),
        )
    )
    if known is not None:
        return known
    said = MinutesComment(meeting=meeting, item=item, person=by, text=text, created_at=now)
    db.session.add(said)
    audit.record("minutes.commented", said, actor=by, now=now, meeting=meeting.id)
    return said


def withdraw(said: MinutesComment, *, by: Person, now: datetime) -> None:
    """Take back what one has said, as long as nobody has dealt with it.

    Raises:
        IsHandled: somebody has.
    """
    lock_row(said, "handled_at")
    if said.handled_at is not None:
        raise IsHandled
    audit.record("minutes.comment_withdrawn", said, actor=by, now=now, meeting=said.meeting_id)
    db.session.delete(said)


def handle(said: MinutesComment, reply: str, *, seen: str, by: Person, now: datetime) -> None:
    """Note that it is dealt with, and how; an answer that was ``seen`` gives way to the new one.

    Answering twice in the same words answers once.

    Raises:
        AnsweredMeanwhile: it is not as ``seen`` any more.
    """
    lock_row(said)
    if said.handled_at is not None and (said.handled_by_id, said.reply) == (by.id, reply):
        return
    if state_of(said) != seen:
        raise AnsweredMeanwhile
    said.handled_at, said.handled_by, said.reply = now, by, reply
    audit.record("minutes.comment_handled", said, actor=by, now=now, meeting=said.meeting_id)


def reopen(said: MinutesComment, *, by: Person, now: datetime) -> None:
    """It is not dealt with after all; the answer stays until the next one."""
    lock_row(said, "handled_at")
    if said.handled_at is None:
        return
    said.handled_at = said.handled_by = None
    audit.record("minutes.comment_reopened", said, actor=by, now=now, meeting=said.meeting_id)


def state_of(said: MinutesComment) -> str:
    """A mark of what was answered, if anything; two who answer notice each other by it."""
    return meanwhile.mark(said.handled_at, said.handled_by_id, said.reply)
