"""Calling a group to its meetings, and keeping the calls in step with who sits in the group."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import access, audit, membership
from portal.db import db, lock_row
from portal.groups.meetings import deputies, expected, written
from portal.invitations import actions as invitations
from portal.invitations import event_changes, many
from portal.invitations import series as series_invitations
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.invitations import Invitation
from portal.models.meetings import Meeting
from portal.models.series import Series


class AlreadyCalled(Exception):
    """Everybody who can be reached has had the summons."""


class CalledWithSeries(Exception):
    """A meeting of a series is called with all the others, by one invitation."""


class GroupIsClosed(Exception):
    """A group whose work is over is not called."""


class MeetingIsOver(Exception):
    """Nobody is called to what has ended."""


class NobodyToCall(Exception):
    """No place of the group has a person with a mail address."""


def call_meeting(
    meeting: Meeting, *, seen_revision: int | None = None, by: Person, now: datetime
) -> int:
    """Publish the meeting to its groups, and invite all of them, and guests, who can be reached.

    Who sits in several of the groups is called once. Calling again calls those who could not be
    reached before.

    Returns:
        How many were called now.

    Raises:
        GroupIsClosed, MeetingIsOver, NobodyToCall, AlreadyCalled; EventIsCancelled: it is off.
        CalledWithSeries: it is one of several that recur.
        EditedMeanwhile: the event has moved on from ``seen_revision``, if that is given.
    """
    if meeting.event.series_id is not None:
        raise CalledWithSeries
    hold_groups(expected.group_ids(meeting))
    # Two who press the button at once: the second waits here, and then finds it done.
    lock_row(meeting, "called_at")
    invitations.hold(meeting.event)
    if meeting.event.is_cancelled:
        raise event_changes.EventIsCancelled
    if meeting.group.closed_at is not None:
        raise GroupIsClosed
    if meeting.event.is_over(now):
        raise MeetingIsOver
    waiting = expected.to_call(meeting)
    if not waiting:
        raise AlreadyCalled if meeting.called_at else NobodyToCall
    if seen_revision not in (None, meeting.event.revision):
        raise event_changes.EditedMeanwhile
    if meeting.called_at is None:
        # What was left to do may have been done since the meeting was planned.
        meeting.event.description = written.as_markdown(meeting, meeting.event.language)
    event_changes.publish(meeting.event, by=by, now=now)
    meeting.called_at = meeting.called_at or now
    called = many.invite_all(meeting.event, waiting, by=by, now=now)
    audit.record("meeting.called", meeting, actor=by, now=now, people=called)
    return called


def hold_groups(ids: Sequence[int]) -> None:
    """Let nobody come into or leave these groups meanwhile: who leaves must not be called."""
    db.session.flush()
    groups = sa.select(Group.id).where(Group.id.in_(ids)).order_by(Group.id)
    # Not so tightly that nothing could refer to them.
    db.session.execute(groups.with_for_update(key_share=True)).all()


def to_call_count(meeting: Meeting) -> int:
    """How many a summons would go to now: expected, with a mail address, not yet invited."""
    return len(expected.to_call(meeting))


def to_call_to(group_id: int, event_ids: Sequence[int]) -> Sequence[int]:
    """Those in the group, observers too, who can be reached and are invited to none of the events.

    Ids of people, in order.
    """
    invited = sa.exists().where(
        Invitation.event_id.in_(event_ids),
        Invitation.person_id == Person.id,
        Invitation.removed_at.is_(None),
    )
    seated = Person.id.in_(membership.seated([group_id]))
    return db.session.scalars(
        sa.select(Person.id)
        .where(seated, membership.can_be_written_to(), sa.not_(invited))
        .order_by(Person.id)
    ).all()


def not_reached(group: Group) -> Sequence[GroupPlace]:
    """The places that a summons does not reach: nobody is named there, or cannot be written to."""
    reached = membership.can_be_written_to(GroupPlace.person_id)
    return db.session.scalars(
        sa.select(GroupPlace)
        .where(
            GroupPlace.group_id == group.id, GroupPlace.state.in_(CURRENT_PLACES), sa.not_(reached)
        )
        .options(joinedload(GroupPlace.person))
        .order_by(GroupPlace.position, GroupPlace.id)
    ).all()


def take_in(group: Group, person: Person, *, by: Person | None, now: datetime) -> int:
    """Invite somebody new to the meetings to come that are called already; how many those are.

    To a series they are invited as a whole. Somebody suspended is called when that has ended.
    """
    if person.suspended_at is not None:
        return 0
    meetings = coming_called(group, now)
    for meeting in meetings:
        if meeting.event.series_id is None:
            invitations.invite(meeting.event, person, by=by, now=now)
    for series in _series_among(meetings):
        series_invitations.invite_all(series, [person.id], by=by, now=now)
    return len(meetings)


def take_in_all(
    group: Group, person_ids: Sequence[int], *, by: Person | None, now: datetime
) -> int:
    """``take_in`` for many at once, by one mailing a meeting or series; how many meetings."""
    let_in = sa.select(Person.id).where(
        Person.id.in_(person_ids), sa.not_(membership.is_suspended())
    )
    person_ids = db.session.scalars(let_in.order_by(Person.id)).all()
    meetings = coming_called(group, now)
    for meeting in meetings:
        if meeting.event.series_id is None:
            many.invite_all(meeting.event, person_ids, by=by, now=now)
    for series in _series_among(meetings):
        series_invitations.invite_all(series, person_ids, by=by, now=now)
    return len(meetings)


def let_go(group: Group, person: Person, *, by: Person | None, now: datetime) -> int:
    """Uninvite somebody who leaves from the meetings to come; how many those are.

    Who is expected there all the same, as a guest or for another group, stays invited. A deputy
    whom they had sent is not needed any more.
    """
    left = 0
    for meeting in coming_called(group, now):
        if meeting.event.series_id is None and not expected.is_expected(meeting, person):
            deputies.let_go(meeting, person, by=by, now=now)
            invitations.uninvite(meeting.event, person, by=by, now=now)
            left += 1
    for series in _series_among(coming_called(group, now)):
        left += series_invitations.uninvite(series, person, by=by, now=now)
    return left


def let_go_of_groups(
    meeting: Meeting, group_ids: Sequence[int], *, by: Person, now: datetime
) -> int:
    """Uninvite those who were called for groups that hold ``meeting`` no longer; how many.

    One mailing tells all of them, and the deputies whom they had sent.
    """
    invited = db.session.scalars(
        sa.select(Invitation.person_id).where(
            Invitation.event_id == meeting.event_id,
            Invitation.removed_at.is_(None),
            Invitation.person_id.in_(membership.seated(group_ids)),
        )
    ).all()
    leaving = set(invited) - expected.expected_among(meeting, invited)
    leaving.update(deputies.let_go_all(meeting, leaving, by=by, now=now))
    return many.uninvite_all(meeting.event, sorted(leaving), by=by, now=now)


def coming_called(group: Group, now: datetime) -> Sequence[Meeting]:
    """The meetings ``group`` holds, alone or with others: called, not cancelled and not over."""
    return db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(
            access.held_by([group.id]),
            Meeting.called_at.is_not(None),
            Event.state == EventState.PUBLISHED,
            Event.ends_at > now,
        )
        .options(joinedload(Meeting.event).joinedload(Event.series), selectinload(Meeting.others))
        .order_by(Event.starts_at, Event.id)
    ).all()


def _series_among(meetings: Sequence[Meeting]) -> list[Series]:
    """The series that some of ``meetings`` belong to, each once."""
    found = {each.event.series_id: each.event.series for each in meetings}
    return [series for series in found.values() if series is not None]
