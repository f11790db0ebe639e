"""Whose name a group's pages may show: whoever has left is named in approved minutes only."""

from collections.abc import Callable, Container
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from portal import membership
from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import Group


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
    left = db.session.scalars(membership.left([each.id for each in groups]))
    return Nameable(frozenset(person_id for person_id in left if person_id is not None))


def former() -> str:
    """What somebody is called who has left the group."""
    return _("A former member")


def shown(person: Person, group_member_ids: Container[int]) -> str:
    """The name of ``person``, or words for a former member when theirs is not among the ids."""
    return person.name if person.id in group_member_ids else former()


def shown_if_asked(*groups: Group) -> Callable[[Person], str]:
    """``shown_in`` for pages that seldom name anybody: the database is asked when they do."""
    known: list[Callable[[Person], str]] = []

    def name(person: Person) -> str:
        if not known:
            known.append(shown_in(*groups))
        return known[0](person)

    return name


def shown_in(*groups: Group) -> Callable[[Person], str]:
    """What pages of ``groups`` call somebody, for templates; asks the database once."""
    nameable = nameable_in(*groups)
    return lambda person: shown(person, nameable)


def typed_in(*groups: Group) -> Callable[[str], str]:
    """What pages of ``groups`` show of a name that was typed, a presenter's for example.

    That of somebody who has left becomes the words for a former member, unless a namesake sits
    there. The database is asked when there is a name to look up.
    """
    known: list[frozenset[str]] = []

    def words(name: str) -> str:
        if name and not known:
            known.append(_former_names([each.id for each in groups]))
        return former() if name and name in known[0] else name

    return words


def _former_names(group_ids: list[int]) -> frozenset[str]:
    here = sa.select(Person.name).where(Person.id.in_(membership.seated(group_ids)))
    left = sa.select(Person.name).where(Person.id.in_(membership.left(group_ids)))
    return frozenset(db.session.scalars(left.where(Person.name.not_in(here))))
