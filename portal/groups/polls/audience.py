"""Whom a poll concerns: those who sit in its group now, whoever was there when it was sent."""

from typing import Any

import sqlalchemy as sa

from portal import access, membership
from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import Group, GroupPlace, PlaceRole
from portal.models.polls import DatePoll, DateReply


def asked(group_id: int) -> sa.Select[int | None]:
    """The ids of those who sit in the group, as a summons to a meeting counts them."""
    return membership.seated([group_id])


def chairs(group_id: int) -> sa.Select[int | None]:
    """The ids of those who chair the group."""
    return asked(group_id).where(GroupPlace.role == PlaceRole.LEAD)


def to_write_to(poll: DatePoll) -> sa.Select[int]:
    """The ids of those whom a poll is sent to, in order."""
    return (
        sa.select(Person.id)
        .where(Person.id.in_(asked(poll.group_id)), membership.can_be_written_to())
        .order_by(Person.id)
    )


def waited_for(poll: DatePoll) -> sa.Select[int]:
    """Of those, the ids of those who have not answered at all."""
    replied = sa.select(DateReply.person_id).where(DateReply.poll_id == poll.id)
    return to_write_to(poll).where(Person.id.not_in(replied))


def replied(poll: DatePoll) -> sa.Select[int]:
    """Of those, the ids of those who have answered."""
    found = sa.select(DateReply.person_id).where(DateReply.poll_id == poll.id)
    return to_write_to(poll).where(Person.id.in_(found))


def asker_of(poll: DatePoll) -> Person | None:
    """Who asks, None when they have left the group: then nobody is named."""
    return access.who_acts(poll.created_by, poll.group)


def count(people: sa.Select[Any]) -> int:
    """How many people that are."""
    found = people.order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def of_group(group: Group) -> int:
    """How many a poll of ``group`` would go to now."""
    people = Person.id.in_(asked(group.id))
    return count(sa.select(Person.id).where(people, membership.can_be_written_to()))
