"""The mails of a poll: the question, times added to it, a reminder, and that it is closed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import dates, markdown
from portal.db import db
from portal.groups.polls import addresses, audience
from portal.mail.composing import SENDER_NAME, compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Message, Topic
from portal.models.accounts import Person
from portal.models.mailings import Mailing
from portal.models.polls import DateAnswer, DateOption, DatePoll, DateReply

ASK = "polls.question"
NEW_TIMES = "polls.new_times"
REMINDER = "polls.reminder"
CLOSED = "polls.closed"
_CHUNK = 100


def question(
    poll: DatePoll, person: Person, now: datetime, *, url: str = "", to: str = ""
) -> Message:
    """Ask one person which times suit. ``url`` and ``to`` are other than the person's for a look.

    Raises:
        NoAddress: the person has none; UnsafeHeader: a value cannot be sent.
    """
    return _message("question", poll, person, now, url=url, to=to)


def questions(mailing: Mailing, now: datetime) -> Keyed:
    """The question for each of those who sit in the group, or of ``params["person_ids"]``."""
    poll = _open_poll(mailing)
    if poll is None:
        return
    ids = audience.to_write_to(poll)
    if "person_ids" in mailing.params:
        ids = ids.where(Person.id.in_(mailing.params["person_ids"]))
    yield from _keyed(
        f"poll-{poll.public_id}-question", ids, lambda person: question(poll, person, now)
    )


def new_times(mailing: Mailing, now: datetime) -> Keyed:
    """What those who have answered are told of times they said nothing of yet, once of each."""
    poll = _open_poll(mailing)
    if poll is None:
        return
    coming = [each for each in poll.options if each.starts_at > now]
    said = _said(coming)
    for person in _people(audience.replied(poll)):
        lacking = [each for each in coming if (person.id, each.id) not in said]
        if lacking:
            # The newest of them names the occasion: what was told with it is not told again.
            newest = max(each.id for each in lacking)
            key = f"poll-{poll.public_id}-times-{newest}-person-{person.id}"
            make = partial(_message, "new_times", poll, person, now, new=lacking)
            yield from sendable(key, make)


def reminders(mailing: Mailing, now: datetime) -> Keyed:
    """The question once more, for those who have not answered and want to be reminded."""
    poll = _open_poll(mailing)
    if poll is None:
        return
    yield from _keyed(
        f"poll-{poll.public_id}-reminder-{mailing.params['day']}",
        audience.waited_for(poll),
        lambda person: _message("reminder", poll, person, now, topic=Topic.REMIND_ASK),
    )


def closures(mailing: Mailing, now: datetime) -> Keyed:
    """What everybody is told when a poll ends without a meeting, unless it is open again."""
    poll = db.session.get(DatePoll, mailing.params["poll_id"])
    if poll is None or poll.closed_at is None or poll.meeting_id is not None:
        return
    yield from _keyed(
        f"poll-{poll.public_id}-closed-{mailing.params['revision']}",
        audience.to_write_to(poll),
        lambda person: _message("closed", poll, person, now),
    )


MAILINGS = {ASK: questions, NEW_TIMES: new_times, REMINDER: reminders, CLOSED: closures}


def _open_poll(mailing: Mailing) -> DatePoll | None:
    """What a mailing is about, if it can be answered still."""
    poll = db.session.get(DatePoll, mailing.params["poll_id"])
    if poll is None or not poll.is_open or poll.group.closed_at is not None:
        return None
    return poll


def _keyed(prefix: str, ids: sa.Select[int], make: Callable[[Person], Message]) -> Keyed:
    for person in _people(ids):
        yield from sendable(f"{prefix}-person-{person.id}", partial(make, person))


def _people(ids: sa.Select[int]) -> Iterator[Person]:
    # By id and in chunks: the worker ends its transaction after every hundred messages.
    numbers = db.session.scalars(ids).all()
    for start in range(0, len(numbers), _CHUNK):
        yield from db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(numbers[start : start + _CHUNK]))
            .options(selectinload(Person.emails))
            .order_by(Person.id)
        ).all()


def _said(options: Sequence[DateOption]) -> set[tuple[int, int]]:
    """Who has said something of which of the times."""
    rows = db.session.execute(
        sa.select(DateReply.person_id, DateAnswer.option_id)
        .join(DateReply, DateReply.id == DateAnswer.reply_id)
        .where(DateAnswer.option_id.in_([each.id for each in options]))
    )
    return {(person_id, option_id) for person_id, option_id in rows}


def _message(
    name: str,
    poll: DatePoll,
    person: Person,
    now: datetime,
    *,
    url: str = "",
    to: str = "",
    topic: Topic | None = None,
    **values: Any,
) -> Message:
    host = audience.asker_of(poll)
    return compose(
        f"polls/{name}",
        person,
        lane=Lane.BULK,
        topic=topic,
        to=to or None,
        reply_to=mailbox_of(host),
        poll=poll,
        words=markdown.to_text(poll.intro),
        group=poll.group,
        host=host,
        host_name=host.name if host else SENDER_NAME,
        times=[each for each in poll.options if each.starts_at > now],
        answer_by=dates.today(poll.answer_by),
        is_late=poll.answer_by <= now,
        url=url or addresses.url(poll, person),
        **values,
    )
