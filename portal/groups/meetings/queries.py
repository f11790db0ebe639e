"""What the pages of meetings ask for: a group's meetings, one meeting, who answered what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload, selectinload

from portal import access
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import Group, PlaceRole
from portal.models.invitations import Answer, Invitation
from portal.models.meetings import AgendaItem, Meeting, MeetingGroup, MeetingGuest
from portal.models.minutes import Attendance, ImportNote

_MOST_HELD = 50
_MOST_COPIED = 12


@dataclass(frozen=True)
class Meetings:
    """A group's meetings: drafts and those to come, soonest first; those held, newest first."""

    coming: Sequence[Meeting]
    held: Sequence[Meeting]


@dataclass(frozen=True)
class Replies:
    """Who is invited to a meeting and what they said, in order of names."""

    rows: Sequence[Invitation]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counts(self) -> dict[Answer, int]:
        """How many gave each answer, in the order of ``Answer``; none is left out."""
        counted = Counter(row.answer for row in self.rows)
        return {answer: counted[answer] for answer in Answer if counted[answer]}

    def of(self, person: Person | None) -> Invitation | None:
        """The invitation of ``person``, None for somebody who is not invited."""
        mine = person.id if person else 0
        return next((row for row in self.rows if row.person_id == mine), None)


@dataclass(frozen=True)
class MyMeeting:
    """A meeting to come, and the invitation of whoever looks when they have one."""

    meeting: Meeting
    invitation: Invitation | None

    @property
    def waits_for_answer(self) -> bool:
        """Whether we ask whether they come, and have not heard."""
        mine = self.invitation
        return mine is not None and mine.answer == Answer.NEEDS_ACTION


def mine_of(person: Person, meetings: Sequence[Meeting]) -> list[MyMeeting]:
    """Those of ``meetings`` that stand and are called, with the invitations of ``person``."""
    standing = [each for each in meetings if each.called_at and not each.event.is_cancelled]
    found = db.session.scalars(
        sa.select(Invitation).where(
            Invitation.person_id == person.id,
            Invitation.event_id.in_([each.event_id for each in standing]),
            Invitation.removed_at.is_(None),
        )
    )
    by_event = {each.event_id: each for each in found}
    return [MyMeeting(each, by_event.get(each.event_id)) for each in standing]


def meetings_of_group(group: Group, now: datetime, *, drafts: bool) -> Meetings:
    """The meetings that ``group`` holds, alone or with others; drafts only for those who run it.

    Of meetings that recur only the next one of each series is among those to come.
    """
    statement = (
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(access.held_by([group.id]))
        .options(joinedload(Meeting.event), joinedload(Meeting.group))
    )
    if not drafts:
        statement = statement.where(*_seen())
    coming = statement.where(Event.ends_at > now).order_by(Event.starts_at, Event.id)
    held = (
        statement.where(Event.ends_at <= now)
        .order_by(Event.starts_at.desc(), Event.id)
        .limit(_MOST_HELD)
    )
    return Meetings(next_of_series(db.session.scalars(coming)), db.session.scalars(held).all())


def next_of_series(meetings: Iterable[Meeting]) -> list[Meeting]:
    """``meetings``, soonest first, with those of one series cut to the next that stands.

    One that is off and comes before it is shown as well: somebody may be on the way there.
    """
    found, known = [], set[int]()
    for meeting in meetings:
        series_id = meeting.event.series_id
        if series_id in known:
            continue
        found.append(meeting)
        if series_id is not None and not meeting.event.is_cancelled:
            known.add(series_id)
    return found


def meeting_of(viewer: Person | None, group: Group, public_id: str) -> Meeting:
    """A meeting that ``group`` holds, alone or with others, with its agenda.

    A draft exists only for those who run one of these groups.
    """
    meeting = db.first_or_404(
        sa.select(Meeting)
        .where(access.held_by([group.id]), Meeting.public_id == public_id)
        .options(
            joinedload(Meeting.event),
            joinedload(Meeting.group),
            selectinload(Meeting.days),
            selectinload(Meeting.others).joinedload(MeetingGroup.group),
            selectinload(Meeting.agenda).options(
                selectinload(AgendaItem.decisions),
                joinedload(AgendaItem.approves).joinedload(Meeting.event),
            ),
        )
    )
    runs = access.leads_group(viewer, group) or access.leads_group(viewer, meeting.group)
    if _is_hidden(meeting.event) and not runs:
        abort(404)
    return meeting


def guest_of(meeting: Meeting, public_id: str) -> MeetingGuest:
    """The guest of ``meeting`` who is the person with that public id."""
    return db.first_or_404(
        sa.select(MeetingGuest)
        .join(Person, Person.id == MeetingGuest.person_id)
        .where(MeetingGuest.meeting_id == meeting.id, Person.public_id == public_id)
    )


def groups_to_join(viewer: Person, host: Group, meeting: Meeting | None) -> list[Group]:
    """The groups that a meeting of ``host`` may be held together with, in order of names.

    Those that the viewer runs and that are open, all of them for organisers; and those that the
    meeting is held with already.
    """
    known = [each.group_id for each in meeting.others] if meeting else []
    statement = sa.select(Group).where(
        Group.id != host.id, sa.or_(Group.closed_at.is_(None), Group.id.in_(known))
    )
    if not viewer.is_organiser:
        leads = (PlaceRole.LEAD, PlaceRole.DEPUTY)
        run = [each.group_id for each in viewer.group_places
               if each.is_current and each.role in leads]  # fmt: skip
        statement = statement.where(Group.id.in_([*run, *known]))
    return list(db.session.scalars(statement.order_by(Group.sort_key, Group.id)))


def earlier_meetings(group: Group, now: datetime) -> Sequence[Meeting]:
    """The meetings of ``group`` that a new one may be a copy of: the last one held first."""
    return db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(Meeting.group_id == group.id)
        .options(joinedload(Meeting.event))
        .order_by(Event.starts_at > now, Event.starts_at.desc(), Event.id.desc())
        .limit(_MOST_COPIED)
    ).all()


def replies_to(meeting: Meeting) -> Replies:
    """Those invited now, with their answers."""
    rows = db.session.scalars(
        sa.select(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.event_id == meeting.event_id, Invitation.removed_at.is_(None))
        .options(joinedload(Invitation.person))
        .order_by(Person.sort_key, Person.id)
    ).all()
    return Replies(rows)


def answers_by_person(meeting: Meeting) -> dict[int, Invitation]:
    """The invitations to ``meeting`` that stand, by the id of whom they are for."""
    return {row.person_id: row for row in replies_to(meeting).rows}


def attendances_of(meeting: Meeting) -> Sequence[Attendance]:
    """Who was there, as the minutes have it."""
    return db.session.scalars(
        sa.select(Attendance)
        .where(Attendance.meeting_id == meeting.id)
        .options(joinedload(Attendance.person))
        .order_by(Attendance.position, Attendance.id)
    ).all()


def notes_on(meeting: Meeting) -> Sequence[ImportNote]:
    """What an organiser should look into of minutes that were imported."""
    return db.session.scalars(
        sa.select(ImportNote)
        .where(ImportNote.meeting_id == meeting.id)
        .options(joinedload(ImportNote.handled_by))
        .order_by(ImportNote.id)
    ).all()


def _seen() -> tuple[sa.ColumnElement[bool], ...]:
    return Event.state != EventState.DRAFT, Event.published_at.is_not(None)


def _is_hidden(event: Event) -> bool:
    return event.state == EventState.DRAFT or event.published_at is None
