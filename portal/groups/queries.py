"""What the pages of groups ask for: groups, who sits in them, and what is left to do."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from portal import access
from portal.db import db
from portal.geography import municipalities
from portal.groups import names
from portal.models.accounts import Person
from portal.models.appeals import JuryAppeal
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole, PlaceState
from portal.models.seasons import Season
from portal.text import search_key

_MOST_FOUND = 10


@dataclass(frozen=True)
class GroupRow:
    """A group in a list, and how many places are taken or wait to be."""

    group: Group
    places: int


def group_of_or_404(viewer: Person | None, slug: str) -> Group:
    """The group at ``slug``, if the viewer sits in it or organises; else it does not exist."""
    group = db.first_or_404(
        sa.select(Group).where(Group.slug == slug).options(joinedload(Group.parent))
    )
    if not access.sees_group(viewer, group):
        abort(404)
    return group


def group_run_by(viewer: Person | None, slug: str) -> Group:
    """The group at ``slug`` for whoever runs it; 403 for those who only sit in it."""
    group = group_of_or_404(viewer, slug)
    if not access.leads_group(viewer, group):
        abort(403)
    return group


def groups_seen_by(viewer: Person) -> list[GroupRow]:
    """The groups whose pages the viewer may open: all for organisers, else one's own."""
    count = (
        sa.select(sa.func.count())
        .where(GroupPlace.group_id == Group.id, GroupPlace.state.in_(CURRENT_PLACES))
        .scalar_subquery()
    )
    statement = sa.select(Group, count).order_by(
        Group.closed_at.is_not(None), Group.sort_key, Group.id
    )
    if not viewer.is_organiser:
        statement = statement.where(Group.id.in_(access.groups_of(viewer)))
    return [GroupRow(group, places) for group, places in db.session.execute(statement)]


def asks_about_juries(group: Group, now: datetime) -> bool:
    """Whether ``group`` can be asked about jury duty, or has been: a season takes sign-ups."""
    opens = sa.exists().where(
        Season.published_at.is_not(None),
        Season.archived_at.is_(None),
        Season.signup_opens_at <= now,
        sa.or_(Season.signup_closes_at.is_(None), Season.signup_closes_at > now),
    )
    asked = sa.exists().where(JuryAppeal.group_id == group.id, JuryAppeal.mailing_id.is_not(None))
    return bool(db.session.scalar(sa.select(sa.or_(opens, asked))))


def place_of(group: Group, public_id: str) -> GroupPlace:
    """A place of ``group``; another group's does not exist."""
    return db.one_or_404(
        sa.select(GroupPlace)
        .where(GroupPlace.group_id == group.id, GroupPlace.public_id == public_id)
        .options(joinedload(GroupPlace.person))
    )


def place_run_by(viewer: Person, slug: str, public_id: str) -> tuple[Group, GroupPlace]:
    """A place and its group, for whoever runs it; that of a chair or deputy is for organisers."""
    group = group_run_by(viewer, slug)
    place = place_of(group, public_id)
    if place.role in (PlaceRole.LEAD, PlaceRole.DEPUTY) and not viewer.is_organiser:
        abort(403)
    return group, place


def name_of(place: GroupPlace) -> str:
    """Who has the place: a name, or the label as it was written down.

    Whoever has left, or said no, is not named (``portal/groups/names.py``).
    """
    if place.person is None:
        return place.label
    if place.is_current:
        return place.person.name
    declined = place.state == PlaceState.DECLINED
    return _("Someone who said no") if declined else names.former()


def affiliation_of(place: GroupPlace) -> str:
    """Whom the place is for: the body named with it, its municipality, or the employer."""
    if place.organisation:
        return place.organisation.name
    found = municipalities.get(place.municipality_code) if place.municipality_code else None
    if found:
        return found.name
    employer = place.person.organisation if place.person and place.is_current else None
    return employer.name if employer else ""


def people_called(text: str) -> list[Person]:
    """Those whose name has all the words of ``text``: for organisers, who may look people up."""
    statement = sa.select(Person).order_by(Person.sort_key, Person.id).limit(_MOST_FOUND)
    for word in search_key(text).split():
        statement = statement.where(Person.search_key.contains(word, autoescape=True))
    return list(db.session.scalars(statement.options(joinedload(Person.organisation))))


def other_groups(group: Group | None) -> list[Group]:
    """The groups that ``group`` could belong under: not itself, nor those under it."""
    groups = list(db.session.scalars(sa.select(Group).order_by(Group.sort_key, Group.id)))
    if group is None:
        return groups
    below = {group.id}
    while more := {each.id for each in groups if each.parent_id in below} - below:
        below |= more
    return [each for each in groups if each.id not in below]


def members_to_choose(group: Group) -> list[Person]:
    """The people who sit in ``group`` now, in order of their names."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .join(GroupPlace, GroupPlace.person_id == Person.id)
            .where(GroupPlace.group_id == group.id, GroupPlace.state.in_(CURRENT_PLACES))
            .order_by(Person.sort_key, Person.id)
        )
    )
