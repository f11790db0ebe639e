"""What those who run a group do with a poll that is out: times, deadline, reminding, closing."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from portal import audit, dates
from portal.db import db, lock_row
from portal.groups.polls import audience, notices
from portal.groups.polls.actions import PollIsClosed, PollMovedOn, Span, lock_open
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.mailings import Mailing
from portal.models.polls import DateAnswer, DateOption, DatePoll


class KnownTime(Exception):
    """The poll asks about one of the times already."""


class LastTime(Exception):
    """A poll has at least one time."""


class PollIsOpen(Exception):
    """What is open is not opened again."""


class RemindedToday(Exception):
    """Nobody is written to about the same poll twice a day."""


def add_times(poll: DatePoll, spans: Sequence[Span], *, by: Person, now: datetime) -> int:
    """Ask about more times; those who have answered are told of them once.

    Returns:
        How many are told.

    Raises:
        PollIsClosed: nobody can answer it.
        KnownTime: it asks about one of them already.
    """
    lock_open(poll)
    known = {(each.starts_at, each.ends_at) for each in poll.options}
    if known & set(spans):
        raise KnownTime
    added = [DateOption(starts_at=starts, ends_at=ends) for starts, ends in spans]
    poll.options.extend(added)
    poll.revision += 1
    db.session.flush()
    told = audience.count(audience.replied(poll))
    if told:
        outbox.enqueue_mailing(
            notices.NEW_TIMES,
            key=f"poll-{poll.public_id}-times-{poll.revision}",
            now=now,
            by=by,
            about=outbox.About(group_id=poll.group_id),
            poll_id=poll.id,
            option_ids=[each.id for each in added],
        )
    audit.record("poll.times_added", poll, actor=by, now=now, times=len(added), people=told)
    return told


def drop_time(poll: DatePoll, option: DateOption, *, by: Person, now: datetime) -> None:
    """Ask no more about a time; what was answered about it is gone.

    Raises:
        PollIsClosed: the poll is over.
        LastTime: it is the only one.
    """
    lock_open(poll)
    if option not in poll.options:
        return
    if len(poll.options) == 1:
        raise LastTime
    audit.record("poll.time_dropped", poll, actor=by, now=now, option=option.id)
    db.session.execute(sa.delete(DateAnswer).where(DateAnswer.option_id == option.id))
    poll.options.remove(option)
    poll.revision += 1


def extend(
    poll: DatePoll, answer_by: datetime, *, seen: str | None = None, by: Person, now: datetime
) -> None:
    """Give people longer, or less long, to answer; ``seen`` is the deadline that was shown (ISO).

    Raises:
        PollIsClosed: the poll is over.
        PollMovedOn: its deadline is neither what was ``seen`` nor what is wanted.
    """
    lock_open(poll)
    if seen not in (None, poll.answer_by.isoformat()) and poll.answer_by != answer_by:
        raise PollMovedOn
    poll.answer_by = answer_by
    poll.revision += 1
    audit.record("poll.deadline", poll, actor=by, now=now)


def close(poll: DatePoll, *, tell: bool, by: Person, now: datetime) -> int:
    """End a poll without a meeting; how many are told.

    Raises:
        PollIsClosed: it is over already.
    """
    lock_open(poll)
    poll.closed_at = now
    poll.revision += 1
    told = audience.count(audience.to_write_to(poll)) if tell else 0
    if told:
        outbox.enqueue_mailing(
            notices.CLOSED,
            key=f"poll-{poll.public_id}-closed-{poll.revision}",
            now=now,
            by=by,
            about=outbox.About(group_id=poll.group_id),
            poll_id=poll.id,
            revision=poll.revision,
        )
    audit.record("poll.closed", poll, actor=by, now=now, people=told)
    return told


def reopen(poll: DatePoll, answer_by: datetime, *, by: Person, now: datetime) -> None:
    """Take answers again to a poll that was closed without a meeting.

    Raises:
        PollIsOpen: it can be answered.
        PollIsClosed: it became a meeting, or its group is closed.
    """
    lock_row(poll)
    if poll.closed_at is None:
        raise PollIsOpen
    if poll.meeting_id is not None or poll.group.closed_at is not None:
        raise PollIsClosed
    poll.closed_at = None
    poll.answer_by = answer_by
    poll.revision += 1
    audit.record("poll.reopened", poll, actor=by, now=now)


def remind(poll: DatePoll, *, by: Person, now: datetime) -> int:
    """Remind those who have not answered; how many those are.

    Raises:
        PollIsClosed: nobody can answer it.
        RemindedToday: they have had a mail about it today.
    """
    lock_open(poll)
    if heard_today(poll, now):
        raise RemindedToday
    people = audience.count(audience.waited_for(poll))
    if people:
        _queue_reminder(poll, reminder_key(poll, dates.today(now)), now, by)
        audit.record("poll.reminded", poll, actor=by, now=now, people=people)
    return people


def heard_today(poll: DatePoll, now: datetime) -> bool:
    """Whether those asked have been written to today: the question itself, or a reminder."""
    today = dates.today(now)
    if poll.opened_at is not None and dates.today(poll.opened_at) == today:
        return True
    keys = (reminder_key(poll, today), last_call_key(poll))
    found = db.session.scalars(sa.select(Mailing.created_at).where(Mailing.dedupe_key.in_(keys)))
    return any(dates.today(moment) == today for moment in found)


def reminder_key(poll: DatePoll, day: date) -> str:
    """What names the reminder that somebody asks for on ``day``."""
    return f"poll-{poll.public_id}-reminder-{day}"


def last_call_key(poll: DatePoll) -> str:
    """What names the reminder that goes out by itself: a new deadline is a new occasion."""
    return f"poll-{poll.public_id}-last-call-{dates.today(poll.answer_by)}"


def queue_last_call(poll: DatePoll, now: datetime) -> bool:
    """Queue the reminder that goes out by itself, once; whether it was not queued before."""
    return _queue_reminder(poll, last_call_key(poll), now, None)


def _queue_reminder(poll: DatePoll, key: str, now: datetime, by: Person | None) -> bool:
    return outbox.enqueue_mailing(
        notices.REMINDER,
        key=key,
        now=now,
        by=by,
        about=outbox.About(group_id=poll.group_id),
        poll_id=poll.id,
        day=dates.today(now).isoformat(),
    )
