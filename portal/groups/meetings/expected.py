"""Whom a meeting is for: those who sit in its groups, observers too, and its guests."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import membership
from portal.db import db
from portal.mail import addresses
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import CURRENT_PLACES, GroupPlace, PlaceRole
from portal.models.invitations import Invitation
from portal.models.meetings import Meeting, MeetingGuest


class Why(enum.StrEnum):
    """Why a summons does not reach somebody."""

    NOBODY = "nobody"
    NO_ADDRESS = "no_address"
    SUSPENDED = "suspended"
    STOPPED = "stopped"


class Part(enum.StrEnum):
    """In what capacity somebody is called."""

    MEMBER = "member"
    OBSERVER = "observer"
    GUEST = "guest"


@dataclass(frozen=True)
class Unreached:
    """A place or guest that a summons does not reach."""

    name: str
    why: Why


@dataclass(frozen=True)
class Called:
    """Somebody whom a summons goes to now."""

    person_id: int
    name: str
    part: Part


def group_ids(meeting: Meeting) -> list[int]:
    """The groups that hold ``meeting``, the host first."""
    return [meeting.group_id, *(each.group_id for each in meeting.others)]


def is_expected(meeting: Meeting, person: Person) -> bool:
    """Whether ``person`` sits in one of the meeting's groups now, or is a guest of it."""
    return bool(expected_among(meeting, [person.id]))


def expected_among(meeting: Meeting, person_ids: Collection[int]) -> set[int]:
    """Those of ``person_ids`` who sit in one of the meeting's groups now, or are guests of it."""
    found = sa.select(Person.id).where(Person.id.in_(person_ids), _is_asked(meeting))
    return set(db.session.scalars(found))


def has_place(meeting: Meeting, person: Person) -> bool:
    """Whether ``person`` sits in one of the meeting's groups now."""
    found = sa.literal(person.id).in_(membership.seated(group_ids(meeting)))
    return bool(db.session.scalar(sa.select(found)))


def to_call(meeting: Meeting) -> Sequence[int]:
    """Ids, in order, of those who can be reached and are not invited yet."""
    statement = sa.select(Person.id).where(*_waiting(meeting)).order_by(Person.id)
    return db.session.scalars(statement).all()


def to_call_by_name(meeting: Meeting) -> list[Called]:
    """Those of ``to_call`` by name, each once, and in what capacity they come."""
    places = membership.seated(group_ids(meeting)).where(GroupPlace.role != PlaceRole.OBSERVER)
    part = sa.case(
        (Person.id.in_(places), Part.MEMBER),
        (Person.id.in_(membership.seated(group_ids(meeting))), Part.OBSERVER),
        else_=Part.GUEST,
    )
    rows = db.session.execute(
        sa.select(Person.id, Person.name, part)
        .where(*_waiting(meeting))
        .order_by(Person.sort_key, Person.id)
    )
    return [Called(number, name, Part(found)) for number, name, found in rows]


def not_reached(meeting: Meeting) -> list[Unreached]:
    """The places and guests that a summons does not reach, and why not."""
    places = db.session.scalars(
        sa.select(GroupPlace)
        .where(GroupPlace.group_id.in_(group_ids(meeting)), GroupPlace.state.in_(CURRENT_PLACES))
        .where(
            sa.or_(
                GroupPlace.person_id.is_(None),
                sa.not_(membership.can_be_written_to(GroupPlace.person_id)),
            )
        )
        .options(joinedload(GroupPlace.person))
        .order_by(GroupPlace.position, GroupPlace.id)
    )
    found = [_unreached(place) for place in places]
    guests = db.session.scalars(
        sa.select(Person)
        .where(Person.id.in_(_guests(meeting)), sa.not_(membership.can_be_written_to()))
        .order_by(Person.sort_key, Person.id)
    )
    found += [_not_written_to(person) for person in guests]
    return list(dict.fromkeys(found + _stopped(meeting)))


def _unreached(place: GroupPlace) -> Unreached:
    if place.person is None:
        return Unreached(place.label, Why.NOBODY)
    return _not_written_to(place.person)


def _not_written_to(person: Person) -> Unreached:
    return Unreached(person.name, Why.SUSPENDED if person.suspended_at else Why.NO_ADDRESS)


def _stopped(meeting: Meeting) -> list[Unreached]:
    """Those who are to be called at an address from which mail comes back."""
    rows = db.session.execute(
        sa.select(Person.name, EmailAddress.folded)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.is_primary, *_waiting(meeting))
        .order_by(Person.sort_key, Person.id)
    ).all()
    closed = addresses.suppressed(folded for _name, folded in rows)
    return [Unreached(name, Why.STOPPED) for name, folded in rows if folded in closed]


def _waiting(meeting: Meeting) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions, on ``Person``, that they can be called and are not invited yet."""
    invited = sa.exists().where(
        Invitation.event_id == meeting.event_id,
        Invitation.person_id == Person.id,
        Invitation.removed_at.is_(None),
    )
    return _is_asked(meeting), membership.can_be_written_to(), sa.not_(invited)


def _is_asked(meeting: Meeting) -> sa.ColumnElement[bool]:
    return sa.or_(
        Person.id.in_(membership.seated(group_ids(meeting))), Person.id.in_(_guests(meeting))
    )


def _guests(meeting: Meeting) -> sa.Select[int]:
    return sa.select(MeetingGuest.person_id).where(MeetingGuest.meeting_id == meeting.id)
