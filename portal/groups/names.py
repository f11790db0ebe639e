"""Whose name a group's pages may show: whoever has left is named in approved minutes only."""

from collections.abc import Callable, Container
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace


@dataclass(frozen=True)
class Nameable:
    """The ids of all whose names a group's pages may show: everybody but who has left it.

    Guests, and organisers who never had a place, are among them.
    """

    former: frozenset[int]

    def __contains__(self, person_id: object) -> bool:
        return person_id not in self.former


def nameable_in(*groups: Group) -> Nameable:
    """Whom pages of ``groups``, who do something together, may name; by one query."""
    places = sa.select(GroupPlace.person_id).where(
        GroupPlace.group_id.in_([each.id for each in groups]), GroupPlace.person_id.is_not(None)
    )
    here = places.where(GroupPlace.state.in_(CURRENT_PLACES))
    left = places.where(GroupPlace.state.not_in(CURRENT_PLACES), GroupPlace.person_id.not_in(here))
    return Nameable(frozenset(db.session.scalars(left)))


def former() -> str:
    """What somebody is called who has left the group."""
    return _("A former member")


def shown(person: Person, group_member_ids: Container[int]) -> str:
    """The name of ``person``, or words for a former member when theirs is not among the ids."""
    return person.name if person.id in group_member_ids else former()


def shown_if_asked(group: Group) -> Callable[[Person], str]:
    """``shown_in`` for pages that seldom name anybody: the database is asked when they do."""
    known: list[Callable[[Person], str]] = []

    def name(person: Person) -> str:
        if not known:
            known.append(shown_in(group))
        return known[0](person)

    return name


def shown_in(*groups: Group) -> Callable[[Person], str]:
    """What pages of ``groups`` call somebody, for templates; asks the database once."""
    nameable = nameable_in(*groups)
    return lambda person: shown(person, nameable)
