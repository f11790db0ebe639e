"""What the pages of polls ask for: polls of a group, what was answered, and who has not yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import abort
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from portal import dates, membership
from portal.db import db
from portal.groups.polls import audience, ranking
from portal.groups.polls.ranking import Tally
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.meetings import Meeting
from portal.models.polls import DateAnswer, DateOption, DatePoll, DateReply, Suits

# People on a page of the table.
PAGE_SIZE = 60
_MOST_LISTED = 12
_MOST_NAMED = 60


@dataclass(frozen=True)
class Time:
    """One time of a poll, and what was answered about it."""

    option: DateOption
    tally: Tally
    is_past: bool
    # As good as any by the rule, and better than some; there may be several.
    is_best: bool

    @property
    def day(self) -> date:
        """The day it is on, in Oslo."""
        return dates.today(self.option.starts_at)


@dataclass(frozen=True)
class Results:
    """What a group has answered: its times, the best first, and how many have answered."""

    times: Sequence[Time]
    asked: int
    answered: int

    @property
    def by_clock(self) -> list[Time]:
        """The times as they follow each other."""
        return sorted(self.times, key=lambda time: (time.option.starts_at, time.option.id))

    def of(self, option: DateOption) -> Time:
        """What was answered about ``option``."""
        return next(time for time in self.times if time.option.id == option.id)


@dataclass(frozen=True)
class Row:
    """What one person has answered, by the id of the time; ``reply`` is None for nothing yet."""

    person: Person
    place: GroupPlace
    reply: DateReply | None
    answers: Mapping[int, Suits]


@dataclass(frozen=True)
class Listed:
    """A poll in a list; ``mine`` is the reader's reply to it."""

    poll: DatePoll
    mine: DateReply | None

    @property
    def lacks_answer(self) -> bool:
        """Whether the poll is open and the reader has not said a thing to it."""
        return self.poll.is_open and self.mine is None


def poll_of(group: Group, public_id: str) -> DatePoll:
    """A poll of ``group``, with its times; another group's does not exist."""
    return db.first_or_404(
        sa.select(DatePoll)
        .where(DatePoll.group_id == group.id, DatePoll.public_id == public_id)
        .options(
            selectinload(DatePoll.options),
            joinedload(DatePoll.meeting).joinedload(Meeting.event),
            joinedload(DatePoll.created_by),
        )
    )


def option_of(poll: DatePoll, public_id: str) -> DateOption:
    """A time of ``poll``; another poll's does not exist."""
    found = next((each for each in poll.options if each.public_id == public_id), None)
    if found is None:
        abort(404)
    return found


def polls_in(group: Group, viewer: Person | None, *, runs: bool) -> list[Listed]:
    """The polls of ``group`` that still matter, newest first.

    Open ones; for those who run the group drafts as well, and those closed without a meeting.
    """
    shown: sa.ColumnElement[bool] = DatePoll.meeting_id.is_(None)
    if not runs:
        shown = sa.and_(DatePoll.opened_at.is_not(None), DatePoll.closed_at.is_(None))
    rows = db.session.execute(
        sa.select(DatePoll, DateReply)
        .outerjoin(
            DateReply,
            sa.and_(
                DateReply.poll_id == DatePoll.id,
                DateReply.person_id == (viewer.id if viewer else 0),
            ),
        )
        .where(DatePoll.group_id == group.id, shown)
        .order_by(DatePoll.closed_at.is_not(None), DatePoll.id.desc())
        .limit(_MOST_LISTED)
    )
    return [Listed(poll, mine) for poll, mine in rows]


def waiting_for(person: Person, now: datetime) -> Sequence[DatePoll]:
    """The open polls that lack an answer of ``person`` to a time to come, the most urgent first."""
    said = (
        sa.select(DateAnswer.option_id)
        .join(DateReply, DateReply.id == DateAnswer.reply_id)
        .where(DateReply.person_id == person.id)
    )
    left = sa.exists().where(
        DateOption.poll_id == DatePoll.id,
        DateOption.starts_at > now,
        DateOption.id.not_in(said),
    )
    return db.session.scalars(
        sa.select(DatePoll)
        .join(Group, Group.id == DatePoll.group_id)
        .where(
            DatePoll.group_id.in_(membership.group_ids_of(person)),
            DatePoll.opened_at.is_not(None),
            DatePoll.closed_at.is_(None),
            Group.closed_at.is_(None),
            left,
        )
        .options(joinedload(DatePoll.group))
        .order_by(DatePoll.answer_by, DatePoll.id)
    ).all()


def poll_behind(meeting: Meeting) -> DatePoll | None:
    """The poll that a meeting came of."""
    return db.session.scalar(sa.select(DatePoll).where(DatePoll.meeting_id == meeting.id))


def reply_of(poll: DatePoll, person: Person) -> DateReply | None:
    """What ``person`` has answered."""
    return db.session.scalar(
        sa.select(DateReply)
        .where(DateReply.poll_id == poll.id, DateReply.person_id == person.id)
        .options(selectinload(DateReply.answers))
    )


def results_of(poll: DatePoll, now: datetime) -> Results:
    """What those who sit in the group now have answered, the best time first."""
    here = audience.asked(poll.group_id)
    asked = audience.count(sa.select(Person.id).where(Person.id.in_(here)))
    counted = _counts(poll)
    said = _said_by_chairs(poll)
    found = []
    for option in poll.options:
        counts = {suits: counted.get((option.id, suits), 0) for suits in Suits}
        tally = Tally(
            option.starts_at,
            counts[Suits.YES],
            counts[Suits.IF_NEEDED],
            counts[Suits.NO],
            asked - sum(counts.values()),
            ranking.chair_can(answers.get(option.id) for answers in said.values()),
        )
        found.append((option, tally))
    answered = audience.count(
        sa.select(DateReply.person_id).where(
            DateReply.poll_id == poll.id, DateReply.person_id.in_(here)
        )
    )
    return Results(_ranked(found, now), asked, answered)


def rows_of(poll: DatePoll, page: int) -> tuple[Pagination, list[Row]]:
    """One page of those who sit in the group, by name, and what each has answered."""
    found = db.paginate(
        sa.select(GroupPlace)
        .join(Person, Person.id == GroupPlace.person_id)
        .where(GroupPlace.group_id == poll.group_id, GroupPlace.state.in_(CURRENT_PLACES))
        .options(joinedload(GroupPlace.person))
        .order_by(Person.sort_key, Person.id),
        page=page,
        per_page=PAGE_SIZE,
        error_out=False,
    )
    replies = {
        reply.person_id: reply
        for reply in db.session.scalars(
            sa.select(DateReply)
            .where(
                DateReply.poll_id == poll.id,
                DateReply.person_id.in_([place.person_id for place in found.items]),
            )
            .options(selectinload(DateReply.answers))
        )
    }
    return found, [_row(place, replies.get(place.person_id)) for place in found.items]


def not_answered(poll: DatePoll) -> list[str]:
    """The names of those who have not answered, in order; the first of them when they are many."""
    replied = sa.select(DateReply.person_id).where(DateReply.poll_id == poll.id)
    return list(
        db.session.scalars(
            sa.select(Person.name)
            .where(Person.id.in_(audience.asked(poll.group_id)), Person.id.not_in(replied))
            .order_by(Person.sort_key, Person.id)
            .limit(_MOST_NAMED)
        )
    )


def not_reached(poll: DatePoll) -> list[str]:
    """The names of those who sit in the group and cannot be written to."""
    return list(
        db.session.scalars(
            sa.select(Person.name)
            .where(
                Person.id.in_(audience.asked(poll.group_id)),
                sa.not_(membership.can_be_written_to()),
            )
            .order_by(Person.sort_key, Person.id)
            .limit(_MOST_NAMED)
        )
    )


def names_by_answer(option: DateOption) -> dict[Suits, list[str]]:
    """Who said what of one time, in order of names; the first of them when they are many."""
    return {
        suits: list(
            db.session.scalars(
                sa.select(Person.name)
                .join(DateReply, DateReply.person_id == Person.id)
                .join(DateAnswer, DateAnswer.reply_id == DateReply.id)
                .where(
                    DateAnswer.option_id == option.id,
                    DateAnswer.suits == suits,
                    Person.id.in_(audience.asked(option.poll.group_id)),
                )
                .order_by(Person.sort_key, Person.id)
                .limit(_MOST_NAMED)
            )
        )
        for suits in Suits
    }


def _row(place: GroupPlace, reply: DateReply | None) -> Row:
    assert place.person is not None, "places without a person are left out"
    answers = {each.option_id: each.suits for each in reply.answers} if reply else {}
    return Row(place.person, place, reply, answers)


def _counts(poll: DatePoll) -> dict[tuple[int, Suits], int]:
    rows = db.session.execute(
        sa.select(DateAnswer.option_id, DateAnswer.suits, sa.func.count())
        .join(DateReply, DateReply.id == DateAnswer.reply_id)
        .where(DateReply.poll_id == poll.id, DateReply.person_id.in_(audience.asked(poll.group_id)))
        .group_by(DateAnswer.option_id, DateAnswer.suits)
    )
    return {(option_id, suits): number for option_id, suits, number in rows}


def _said_by_chairs(poll: DatePoll) -> dict[int, dict[int, Suits]]:
    """What each who chairs the group has answered, by the id of the time."""
    found: dict[int, dict[int, Suits]] = {
        person_id: {}
        for person_id in db.session.scalars(audience.chairs(poll.group_id))
        if person_id is not None
    }
    rows = db.session.execute(
        sa.select(DateReply.person_id, DateAnswer.option_id, DateAnswer.suits)
        .join(DateAnswer, DateAnswer.reply_id == DateReply.id)
        .where(DateReply.poll_id == poll.id, DateReply.person_id.in_(list(found)))
    )
    for person_id, option_id, suits in rows:
        found[person_id][option_id] = suits
    return found


def _ranked(found: Iterable[tuple[DateOption, Tally]], now: datetime) -> list[Time]:
    """The times to come, the best first, then those that have passed."""
    ordered = sorted(
        found, key=lambda pair: (pair[0].starts_at <= now, ranking.rank(pair[1]), pair[0].id)
    )
    coming = [tally for option, tally in ordered if option.starts_at > now]
    # All but the clock: of two as good, the earlier is only listed first.
    best = ranking.rank(coming[0])[:-1] if coming and coming[0].could_come else None
    return [
        Time(
            option,
            tally,
            option.starts_at <= now,
            option.starts_at > now and ranking.rank(tally)[:-1] == best,
        )
        for option, tally in ordered
    ]
