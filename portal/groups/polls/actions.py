"""What those who run a group do with a poll before it is answered: make, edit, send, drop."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal import audit
from portal.db import db, lock_row
from portal.groups.polls import audience, notices
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.polls import DateOption, DatePoll

# From when to when, in UTC.
Span = tuple[datetime, datetime]


class PollIsSent(Exception):
    """People have been asked, so the poll is closed, not edited away or deleted."""


class PollIsClosed(Exception):
    """The poll is over: it became a meeting, or was closed without one, or its group is closed."""


class PollMovedOn(Exception):
    """Somebody else changed the poll since the form was shown."""


class NotReady(Exception):
    """The poll cannot be sent: its times or its deadline have passed."""


class NobodyToAsk(Exception):
    """No place of the group has a person with a mail address."""


def make_poll(
    group: Group, values: Mapping[str, Any], spans: Sequence[Span], *, by: Person, now: datetime
) -> DatePoll:
    """Make a draft of a poll (``values`` are columns); nobody hears of it before it is sent."""
    poll = DatePoll(group=group, created_at=now, created_by=by, **values)
    poll.options = [DateOption(starts_at=starts, ends_at=ends) for starts, ends in spans]
    db.session.add(poll)
    db.session.flush()
    audit.record("poll.made", poll, actor=by, now=now, group=group.id, times=len(spans))
    return poll


def edit_draft(
    poll: DatePoll,
    values: Mapping[str, Any],
    spans: Sequence[Span],
    *,
    seen_revision: int,
    by: Person,
    now: datetime,
) -> None:
    """Change everything about a poll that nobody has heard of.

    Raises:
        PollIsSent: people were asked.
        PollMovedOn: it was changed since ``seen_revision``.
    """
    lock_row(poll)
    if poll.opened_at is not None:
        raise PollIsSent
    _set(poll, values, seen_revision)
    kept = {(each.starts_at, each.ends_at): each for each in poll.options}
    poll.options = [
        kept.get(span) or DateOption(starts_at=span[0], ends_at=span[1]) for span in spans
    ]
    db.session.flush()
    audit.record("poll.edited", poll, actor=by, now=now, times=len(spans))


def edit_texts(
    poll: DatePoll, values: Mapping[str, Any], *, seen_revision: int, by: Person, now: datetime
) -> None:
    """Change what is said about an open poll; whoever opens it reads the new words.

    Raises:
        PollIsClosed: it is over.
        PollMovedOn: it was changed since ``seen_revision``.
    """
    lock_open(poll)
    _set(poll, values, seen_revision)
    audit.record("poll.edited", poll, actor=by, now=now)


def send(poll: DatePoll, *, by: Person, now: datetime) -> int:
    """Ask everybody in the group who can be reached, by one mailing; how many those are.

    Raises:
        PollIsSent: they have been asked already.
        PollIsClosed: the group is closed.
        NotReady: a time or the deadline has passed.
        NobodyToAsk: nobody can be reached.
    """
    lock_row(poll)
    if poll.opened_at is not None:
        raise PollIsSent
    if poll.group.closed_at is not None:
        raise PollIsClosed
    if not is_ready(poll, now):
        raise NotReady
    people = audience.count(audience.to_write_to(poll))
    if not people:
        raise NobodyToAsk
    poll.opened_at = now
    poll.revision += 1
    outbox.enqueue_mailing(
        notices.ASK,
        key=f"poll-{poll.public_id}-sent",
        now=now,
        by=by,
        about=outbox.About(group_id=poll.group_id),
        poll_id=poll.id,
    )
    audit.record("poll.sent", poll, actor=by, now=now, people=people)
    return people


def is_ready(poll: DatePoll, now: datetime) -> bool:
    """Whether all that it asks about is still to come, its deadline too."""
    return (
        bool(poll.options)
        and poll.answer_by > now
        and all(each.starts_at > now for each in poll.options)
    )


def drop(poll: DatePoll, *, by: Person, now: datetime) -> None:
    """Delete a draft.

    Raises:
        PollIsSent: people have been asked.
    """
    lock_row(poll)
    if poll.opened_at is not None:
        raise PollIsSent
    audit.record("poll.dropped", poll, actor=by, now=now, group=poll.group_id)
    db.session.delete(poll)


def lock_open(poll: DatePoll) -> None:
    """``lock`` a poll that can be answered.

    Raises:
        PollIsClosed: it cannot.
    """
    lock_row(poll)
    if not takes_answers(poll):
        raise PollIsClosed


def takes_answers(poll: DatePoll) -> bool:
    """Whether a poll can be answered: past its deadline as well, until somebody closes it."""
    return poll.is_open and poll.group.closed_at is None


def _set(poll: DatePoll, values: Mapping[str, Any], seen_revision: int) -> None:
    if poll.revision != seen_revision:
        raise PollMovedOn
    for name, value in values.items():
        setattr(poll, name, value)
    poll.revision += 1
