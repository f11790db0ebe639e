"""What the pages of minutes ask for: a meeting's minutes, who gets them, what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload

from portal import access, dates, membership
from portal.db import db
from portal.groups import names
from portal.groups.meetings import expected
from portal.models.accounts import Person, Role, RoleName
from portal.models.events import Event, EventState
from portal.models.groups import Group, GroupPlace, PlaceRole
from portal.models.invitations import Invitation
from portal.models.meetings import AgendaItem, Meeting, MeetingGuest
from portal.models.minutes import Attendance, MinutesComment

_MOST_LISTED = 200


@dataclass(frozen=True)
class Audience:
    """Ids of those who get the minutes, of guests who may, and how many have no mail address."""

    members: Sequence[int]
    guests: Sequence[int]
    unreached: int


@dataclass(frozen=True)
class CommentRow:
    """A comment as it is shown: by whom, and whether it came after the deadline."""

    comment: MinutesComment
    name: str
    is_late: bool


def group_and_minutes_of(
    viewer: Person | None, slug: str, public_id: str
) -> tuple[Group, Meeting] | None:
    """The group at ``slug`` and a meeting that it held, if ``viewer`` may read its minutes."""
    group = db.session.scalar(sa.select(Group).where(Group.slug == slug))
    if group is None:
        return None
    meeting = db.session.scalar(
        sa.select(Meeting)
        .where(Meeting.public_id == public_id, access.held_by([group.id]))
        .options(joinedload(Meeting.event), joinedload(Meeting.group))
    )
    if meeting is None or meeting.event.is_cancelled or not access.reads_minutes(viewer, meeting):
        return None
    return group, meeting


def minutes_of_or_404(viewer: Person | None, slug: str, public_id: str) -> Meeting:
    """The meeting whose minutes the viewer reads as one of its groups, not as the public."""
    found = group_and_minutes_of(viewer, slug, public_id)
    if found is None or not is_insider(viewer, found[1]):
        abort(404)
    return found[1]


def minutes_run_by(viewer: Person | None, slug: str, public_id: str) -> Meeting:
    """A meeting of a group that the viewer runs; 403 for those who only sit in the group."""
    group = db.first_or_404(sa.select(Group).where(Group.slug == slug))
    if not access.sees_group(viewer, group):
        abort(404)
    if not access.leads_group(viewer, group):
        abort(403)
    return db.first_or_404(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(
            Meeting.group_id == group.id,
            Meeting.public_id == public_id,
            Event.state != EventState.CANCELLED,
        )
        .options(joinedload(Meeting.event), joinedload(Meeting.group))
    )


def is_insider(viewer: Person | None, meeting: Meeting) -> bool:
    """Whether the viewer reads the minutes with names of who is to do what, and comments."""
    groups = [meeting.group, *(each.group for each in meeting.others)]
    return any(
        access.sees_group(viewer, group) and access.sees_minutes(viewer, group) for group in groups
    )


def audience_of(meeting: Meeting) -> Audience:
    """Who gets the minutes for comment: those called, and those who attended.

    They sit in a group that held the meeting now, as observers only if the group lets them read
    minutes, or they organise. Guests never had a place in one.
    """
    groups = expected.group_ids(meeting)
    concerned = _concerned(meeting)
    members = sa.or_(Person.id.in_(_seated(groups)), Person.id.in_(_organisers()))
    outsiders = sa.and_(Person.id.not_in(_ever_seated(groups)), Person.id.not_in(_organisers()))
    reached = membership.can_be_written_to()
    wanted = sa.and_(Person.id.in_(concerned), Person.suspended_at.is_(None))
    unreached = sa.select(sa.func.count(Person.id)).where(wanted, members, sa.not_(reached))
    return Audience(
        members=_ids(wanted, members, reached),
        guests=_ids(wanted, outsiders, reached),
        unreached=db.session.scalar(unreached) or 0,
    )


def names_of(person_ids: Sequence[int]) -> Sequence[str]:
    """The names of people, in order."""
    return db.session.scalars(
        sa.select(Person.name).where(Person.id.in_(person_ids)).order_by(Person.sort_key, Person.id)
    ).all()


def comments_on(meeting: Meeting, viewer: Person, *, runs: bool) -> list[CommentRow]:
    """What was said about the minutes, oldest first: all for those who run it, else one's own."""
    statement = (
        sa.select(MinutesComment)
        .where(MinutesComment.meeting_id == meeting.id)
        .options(joinedload(MinutesComment.person), joinedload(MinutesComment.item))
        .order_by(MinutesComment.id)
    )
    if not runs:
        statement = statement.where(MinutesComment.person_id == viewer.id)
    shown = names.shown_in(meeting.group, *(each.group for each in meeting.others))
    return [
        CommentRow(
            row,
            shown(row.person),
            meeting.comments_by is not None and dates.today(row.created_at) > meeting.comments_by,
        )
        for row in db.session.scalars(statement)
    ]


def comment_of(meeting: Meeting, public_id: str) -> MinutesComment:
    """A comment on the minutes of ``meeting``; another meeting's does not exist."""
    return db.one_or_404(
        sa.select(MinutesComment)
        .where(MinutesComment.meeting_id == meeting.id, MinutesComment.public_id == public_id)
        .options(joinedload(MinutesComment.person))
    )


def item_of(meeting: Meeting, number: int) -> AgendaItem:
    """Item ``number`` on the agenda of ``meeting``."""
    return db.one_or_404(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.number == number)
        .options(joinedload(AgendaItem.approves).joinedload(Meeting.event))
    )


def open_comments(meeting: Meeting) -> int:
    """How many comments nobody has dealt with."""
    return db.session.scalar(
        sa.select(sa.func.count(MinutesComment.id)).where(
            MinutesComment.meeting_id == meeting.id, MinutesComment.handled_at.is_(None)
        )
    ) or 0  # fmt: skip


def public_minutes() -> Sequence[Meeting]:
    """The meetings whose minutes anybody may read, newest first."""
    return db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(Meeting.public_at.is_not(None))
        .options(joinedload(Meeting.event), joinedload(Meeting.group))
        .order_by(Event.starts_at.desc(), Meeting.id)
        .limit(_MOST_LISTED)
    ).all()


def minutes_in(
    group: Group, viewer: Person | None, now: datetime, *, runs: bool
) -> Sequence[Meeting]:
    """The meetings of ``group`` with minutes that the viewer may read, newest first."""
    if not access.sees_minutes(viewer, group):
        return []
    told = sa.or_(Meeting.minutes_sent_at.is_not(None), Meeting.approved_at.is_not(None))
    statement = (
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(
            access.held_by([group.id]),
            Event.state != EventState.CANCELLED,
            Event.starts_at <= now,
        )
        .options(joinedload(Meeting.event), joinedload(Meeting.group))
        .order_by(Event.starts_at.desc(), Meeting.id)
        .limit(_MOST_LISTED)
    )
    return db.session.scalars(statement if runs else statement.where(told)).all()


def _concerned(meeting: Meeting) -> sa.CompoundSelect[int]:
    return sa.union(
        sa.select(Invitation.person_id).where(
            Invitation.event_id == meeting.event_id, Invitation.removed_at.is_(None)
        ),
        sa.select(Attendance.person_id).where(
            Attendance.meeting_id == meeting.id, Attendance.person_id.is_not(None)
        ),
        sa.select(MeetingGuest.person_id).where(MeetingGuest.meeting_id == meeting.id),
    )


def _seated(group_ids: Sequence[int]) -> sa.Select[int | None]:
    return (
        membership.seated(group_ids)
        .join(Group, Group.id == GroupPlace.group_id)
        .where(sa.or_(GroupPlace.role != PlaceRole.OBSERVER, Group.observers_see_minutes))
    )


def _ever_seated(group_ids: Sequence[int]) -> sa.Select[int | None]:
    return sa.select(GroupPlace.person_id).where(
        GroupPlace.group_id.in_(group_ids), GroupPlace.person_id.is_not(None)
    )


def _organisers() -> sa.Select[int]:
    return sa.select(Role.person_id).where(Role.name.in_((RoleName.ADMIN, RoleName.ORGANISER)))


def _ids(*conditions: sa.ColumnElement[bool]) -> Sequence[int]:
    return db.session.scalars(sa.select(Person.id).where(*conditions).order_by(Person.id)).all()
