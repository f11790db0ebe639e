"""What the pages of groups ask for: groups, who sits in them, and what is left to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload

from portal import access
from portal.db import db
from portal.geography import municipalities
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole
from portal.models.invitations import Invitation
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp
from portal.text import search_key

_ROLE_ORDER = {role: number for number, role in enumerate(PlaceRole)}
_MOST_FOUND = 10


@dataclass(frozen=True)
class PlaceRow:
    """A place as the page shows it: the person's name, or the words that stand for one."""

    place: GroupPlace
    name: str
    affiliation: str


@dataclass(frozen=True)
class GroupRow:
    """A group in a list, and how many places are taken or wait to be."""

    group: Group
    places: int


@dataclass(frozen=True)
class MeetingRow:
    """A meeting in somebody's list, and that person's invitation when there is one."""

    meeting: Meeting
    invitation: Invitation | None


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


def places_of(group: Group, *, all_states: bool) -> list[PlaceRow]:
    """Those who sit in ``group``, leads first; former and declined ones with ``all_states``."""
    statement = (
        sa.select(GroupPlace)
        .where(GroupPlace.group_id == group.id)
        .options(
            joinedload(GroupPlace.person).joinedload(Person.organisation),
            joinedload(GroupPlace.organisation),
        )
        .order_by(GroupPlace.position, GroupPlace.id)
    )
    if not all_states:
        statement = statement.where(GroupPlace.state.in_(CURRENT_PLACES))
    places = sorted(
        db.session.scalars(statement),
        key=lambda place: (not place.is_current, _ROLE_ORDER[place.role]),
    )
    return [PlaceRow(place, name_of(place), affiliation_of(place)) for place in places]


def place_of(group: Group, public_id: str) -> GroupPlace:
    """A place of ``group``; another group's does not exist."""
    return db.one_or_404(
        sa.select(GroupPlace)
        .where(GroupPlace.group_id == group.id, GroupPlace.public_id == public_id)
        .options(joinedload(GroupPlace.person))
    )


def name_of(place: GroupPlace) -> str:
    """Who has the place: a name, or the label as it was written down."""
    return place.person.name if place.person else place.label


def affiliation_of(place: GroupPlace) -> str:
    """Whom the place is for: the body named with it, its municipality, or the employer."""
    if place.organisation:
        return place.organisation.name
    found = municipalities.get(place.municipality_code) if place.municipality_code else None
    if found:
        return found.name
    employer = place.person.organisation if place.person else None
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


def follow_ups_in(group: Group) -> Sequence[FollowUp]:
    """What is to be done or was: open ones first, the nearest deadline first, unknown ones last."""
    return db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.group_id == group.id)
        .options(joinedload(FollowUp.owner))
        .order_by(
            FollowUp.closed_at.is_not(None),
            FollowUp.closed_at.desc(),
            FollowUp.due_on.is_(None),
            FollowUp.due_on,
            FollowUp.id,
        )
    ).all()


def follow_up_of(group: Group, public_id: str) -> FollowUp:
    """A follow-up of ``group``; another group's does not exist."""
    return db.one_or_404(
        sa.select(FollowUp)
        .where(FollowUp.group_id == group.id, FollowUp.public_id == public_id)
        .options(joinedload(FollowUp.owner))
    )


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


def groups_of(person: Person) -> Sequence[GroupPlace]:
    """The places that ``person`` has in groups now, with the group, for "my page"."""
    return db.session.scalars(
        sa.select(GroupPlace)
        .join(Group, Group.id == GroupPlace.group_id)
        .where(
            GroupPlace.person_id == person.id,
            GroupPlace.state.in_(CURRENT_PLACES),
            Group.closed_at.is_(None),
        )
        .options(joinedload(GroupPlace.group))
        .order_by(Group.sort_key, Group.id)
    ).all()


def meetings_of(person: Person, now: datetime) -> list[MeetingRow]:
    """The meetings to come in the groups that ``person`` sits in, soonest first, for "my page".

    Cancelled ones stand there too until their day is over; drafts do not.
    """
    rows = db.session.execute(
        sa.select(Meeting, Invitation)
        .join(Event, Event.id == Meeting.event_id)
        .outerjoin(
            Invitation,
            sa.and_(
                Invitation.event_id == Meeting.event_id,
                Invitation.person_id == person.id,
                Invitation.removed_at.is_(None),
            ),
        )
        .where(
            access.held_by(_places(person)),
            Event.state != EventState.DRAFT,
            Event.published_at.is_not(None),
            Event.ends_at > now,
        )
        .options(joinedload(Meeting.event), joinedload(Meeting.group))
        .order_by(Event.starts_at, Event.id)
    )
    return [MeetingRow(meeting, invitation) for meeting, invitation in rows]


def follow_ups_of(person: Person) -> Sequence[FollowUp]:
    """What ``person`` still has to do for the groups one sits in, for "my page"."""
    return db.session.scalars(
        sa.select(FollowUp)
        .where(
            FollowUp.owner_id == person.id,
            FollowUp.closed_at.is_(None),
            FollowUp.group_id.in_(_places(person)),
        )
        .options(joinedload(FollowUp.group))
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
    ).all()


def _places(person: Person) -> sa.Select[int]:
    return sa.select(GroupPlace.group_id).where(
        GroupPlace.person_id == person.id, GroupPlace.state.in_(CURRENT_PLACES)
    )
