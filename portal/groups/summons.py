"""Calling a group to its meetings, and keeping the calls in step with who sits in the group."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import audit
from portal.db import db
from portal.invitations import actions as invitations
from portal.invitations import event_changes, many
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, Meeting


class AlreadyCalled(Exception):
    """The summons went out before."""


class MeetingIsOver(Exception):
    """Nobody is called to what has ended."""


class NobodyToCall(Exception):
    """No place of the group has a person with a mail address."""


def call_meeting(meeting: Meeting, *, by: Person, now: datetime) -> int:
    """Publish the meeting to its group, and invite everybody there who can be reached.

    Returns:
        How many were called.

    Raises:
        AlreadyCalled, MeetingIsOver, NobodyToCall; EventIsCancelled: it will not take place.
    """
    # Two who press the button at once: the second waits here, and then finds it done.
    db.session.refresh(meeting, with_for_update=True)
    if meeting.called_at is not None:
        raise AlreadyCalled
    if meeting.event.is_over(now):
        raise MeetingIsOver
    people = reachable(meeting.group)
    if not people:
        raise NobodyToCall
    event_changes.publish(meeting.event, by=by, now=now)
    meeting.called_at = now
    called = many.invite_all(meeting.event, people, by=by, now=now)
    audit.record("meeting.called", meeting, actor=by, now=now, people=called)
    return called


def reachable(group: Group) -> Sequence[Person]:
    """Those who sit in the group now and have a mail address, observers too."""
    return db.session.scalars(
        sa.select(Person).where(Person.id.in_(_seated(group)), _has_address()).order_by(Person.id)
    ).all()


def reachable_count(group: Group) -> int:
    """How many a summons would go to now."""
    counted = sa.select(sa.func.count(Person.id)).where(
        Person.id.in_(_seated(group)), _has_address()
    )
    return db.session.scalar(counted) or 0


def take_in(group: Group, person: Person, *, by: Person, now: datetime) -> int:
    """Invite somebody new to the meetings to come that are called already; how many those are."""
    meetings = coming_called(group, now)
    for meeting in meetings:
        invitations.invite(meeting.event, person, by=by, now=now)
    return len(meetings)


def let_go(group: Group, person: Person, *, by: Person, now: datetime) -> int:
    """Uninvite somebody who leaves from the meetings to come; how many those are."""
    meetings = coming_called(group, now)
    for meeting in meetings:
        invitations.uninvite(meeting.event, person, by=by, now=now)
    return len(meetings)


def coming_called(group: Group, now: datetime) -> Sequence[Meeting]:
    """The meetings that are called, not cancelled and not over."""
    return db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(
            Meeting.group_id == group.id,
            Meeting.called_at.is_not(None),
            Event.state == EventState.PUBLISHED,
            Event.ends_at > now,
        )
        .options(joinedload(Meeting.event))
        .order_by(Event.starts_at, Event.id)
    ).all()


def _seated(group: Group) -> sa.Select[int | None]:
    return sa.select(GroupPlace.person_id).where(
        GroupPlace.group_id == group.id,
        GroupPlace.person_id.is_not(None),
        GroupPlace.state.in_(CURRENT_PLACES),
    )


def _has_address() -> sa.ColumnElement[bool]:
    return sa.exists().where(EmailAddress.person_id == Person.id, EmailAddress.is_primary)
