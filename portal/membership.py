"""Who sits in groups now and who can be written to: the parts that queries are made of."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.models.accounts import EmailAddress, Person
from portal.models.groups import CURRENT_PLACES, GroupPlace


def seated(group_ids: sa.Select[int] | Collection[int]) -> sa.Select[int | None]:
    """Ids of the people who sit in one of the groups now, observers too.

    More conditions on ``GroupPlace`` narrow it.
    """
    return sa.select(GroupPlace.person_id).where(
        GroupPlace.group_id.in_(group_ids),
        GroupPlace.person_id.is_not(None),
        GroupPlace.state.in_(CURRENT_PLACES),
    )


def left(group_ids: sa.Select[int] | Collection[int]) -> sa.Select[int | None]:
    """Ids of the people who had a place in one of the groups, and have none in any of them now."""
    return sa.select(GroupPlace.person_id).where(
        GroupPlace.group_id.in_(group_ids),
        GroupPlace.person_id.is_not(None),
        GroupPlace.state.not_in(CURRENT_PLACES),
        GroupPlace.person_id.not_in(seated(group_ids)),
    )


def group_ids_of(person: Person) -> sa.Select[int]:
    """Ids of the groups in which ``person`` sits now.

    More conditions on ``GroupPlace`` narrow it.
    """
    return sa.select(GroupPlace.group_id).where(
        GroupPlace.person_id == person.id, GroupPlace.state.in_(CURRENT_PLACES)
    )


def has_address(person_id: Any = Person.id) -> sa.ColumnElement[bool]:
    """The condition that there is a mail address to write to the person at that column."""
    # By a name of its own: the statement around may ask for addresses as well.
    primary = aliased(EmailAddress)
    return sa.exists().where(primary.person_id == person_id, primary.is_primary)


def can_be_written_to(person_id: Any = Person.id) -> sa.ColumnElement[bool]:
    """The condition that mail goes to the person at that column: an address, and not suspended.

    What is queued for anybody else is dropped (``mail.outbox``); this is for those who count, or
    list whom something goes to.
    """
    return sa.and_(has_address(person_id), sa.not_(is_suspended(person_id)))


def is_suspended(person_id: Any = Person.id) -> sa.ColumnElement[bool]:
    """The condition that the person at that column may not sign in, and is not written to."""
    person = aliased(Person)
    return sa.exists().where(person.id == person_id, person.suspended_at.is_not(None))
