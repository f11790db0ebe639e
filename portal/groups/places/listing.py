"""Who sits in a group, as its pages list them: leads first, so many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.groups import queries
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole, PlaceState
from portal.models.places import Organisation
from portal.text import search_key

# The group's own page shows so many, and leads on to the others.
MOST_AT_HOME = 25
PAGE_SIZE = 50
_LONGEST_TEXT = 100
_OPEN = (PlaceState.PENDING, PlaceState.UNCLEAR)


@dataclass(frozen=True)
class PlaceRow:
    """A place as the page shows it: the person's name, or the words that stand for one."""

    place: GroupPlace
    name: str
    affiliation: str


@dataclass(frozen=True)
class Counts:
    """How many places a group has now, and how many of them wait for a name."""

    sitting: int
    nameless: int


def counts_of(group: Group) -> Counts:
    """The figures of ``group``."""
    nameless = sa.and_(GroupPlace.person_id.is_(None), GroupPlace.state.in_(_OPEN))
    sitting, open_ones = db.session.execute(
        sa.select(
            sa.func.count(GroupPlace.id),
            sa.func.coalesce(sa.func.sum(sa.case((nameless, 1), else_=0)), 0),
        ).where(GroupPlace.group_id == group.id, GroupPlace.state.in_(CURRENT_PLACES))
    ).one()
    return Counts(sitting, int(open_ones))


def first_places(group: Group, *, all_states: bool) -> list[PlaceRow]:
    """The first places of ``group``; those who left or said no last, if ``all_states``."""
    found = db.session.scalars(_places(group, all_states=all_states).limit(MOST_AT_HOME))
    return rows_of(found.all())


def places_found(group: Group, text: str, page: int, *, all_states: bool) -> Pagination:
    """A page of places: each word of ``text`` is in a name, a body or the words for the place.

    Whoever has left is not found by name.
    """
    statement = _places(group, all_states=all_states)
    for word in text[:_LONGEST_TEXT].split():
        statement = statement.where(_has(word))
    return db.paginate(
        statement, page=max(page, 1), per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False
    )


def rows_of(places: Sequence[GroupPlace]) -> list[PlaceRow]:
    """``places`` as rows of a list."""
    return [
        PlaceRow(place, queries.name_of(place), queries.affiliation_of(place)) for place in places
    ]


def _places(group: Group, *, all_states: bool) -> sa.Select[GroupPlace]:
    roles = {role: number for number, role in enumerate(PlaceRole)}
    is_former = GroupPlace.state.not_in(CURRENT_PLACES)
    statement = (
        sa.select(GroupPlace)
        .where(GroupPlace.group_id == group.id)
        .outerjoin(Person, Person.id == GroupPlace.person_id)
        .outerjoin(Organisation, Organisation.id == GroupPlace.organisation_id)
        .options(
            joinedload(GroupPlace.person).joinedload(Person.organisation),
            joinedload(GroupPlace.organisation),
        )
        .order_by(
            sa.case((is_former, 1), else_=0),
            sa.case(roles, value=GroupPlace.role),
            GroupPlace.position,
            GroupPlace.id,
        )
    )
    return statement if all_states else statement.where(~is_former)


def _has(word: str) -> sa.ColumnElement[bool]:
    key = search_key(word)
    named = sa.and_(
        GroupPlace.state.in_(CURRENT_PLACES), Person.search_key.contains(key, autoescape=True)
    )
    # Labels have no key of their own: a few words, found as they are written.
    label = sa.func.lower(GroupPlace.label).contains(word.lower(), autoescape=True)
    as_written = GroupPlace.label.contains(word, autoescape=True)
    return sa.or_(
        named,
        Organisation.search_key.contains(key, autoescape=True),
        sa.and_(GroupPlace.person_id.is_(None), sa.or_(label, as_written)),
    )
