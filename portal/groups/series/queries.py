"""What the pages of meetings that recur ask for: the series of a group, its dates, who comes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import abort

from portal import access, day_notes
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import Group
from portal.models.invitations import Answer, Invitation
from portal.models.meetings import Meeting
from portal.models.series import Series


@dataclass(frozen=True)
class Occurrence:
    """One meeting of a series as a list shows it; ``usual`` is when the rule would have it."""

    event_id: int
    series_id: int
    public_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    usual: datetime
    is_cancelled: bool

    @property
    def is_moved(self) -> bool:
        """Whether it begins at another time than the rule says."""
        return self.starts_at != self.usual

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at <= now


@dataclass(frozen=True)
class SeriesRow:
    """A series on the page of its group, with the meetings of it that are to come."""

    series: Series
    coming: Sequence[Occurrence]


@dataclass(frozen=True)
class Coming:
    """How many said that they come to one meeting, of how many invited."""

    yes: int
    invited: int


@dataclass(frozen=True)
class PlannedDay:
    """A day before it is saved: what speaks against it, and whether it is left out."""

    day: date
    warnings: Sequence[day_notes.Warning]
    is_left_out: bool


@dataclass(frozen=True)
class Neighbours:
    """The meetings of a series around one of them, and where it stands."""

    number: int
    total: int
    previous: Occurrence | None
    following: Occurrence | None


def series_of(viewer: Person | None, group: Group, public_id: str) -> Series:
    """A series of ``group``; a draft exists only for those who run the group."""
    series = db.first_or_404(
        sa.select(Series).where(Series.group_id == group.id, Series.public_id == public_id)
    )
    if series.called_at is None and not access.leads_group(viewer, group):
        abort(404)
    return series


def series_in(group: Group, now: datetime, *, drafts: bool) -> list[SeriesRow]:
    """The series of ``group`` with meetings to come; drafts only for those who run it."""
    statement = sa.select(Series).where(Series.group_id == group.id).order_by(Series.id)
    if not drafts:
        statement = statement.where(Series.called_at.is_not(None))
    found = db.session.scalars(statement).all()
    ahead = [each for each in _occurrences(Series.group_id == group.id) if not each.is_over(now)]
    rows = [SeriesRow(each, [one for one in ahead if one.series_id == each.id]) for each in found]
    return [row for row in rows if any(not one.is_cancelled for one in row.coming)]


def occurrences_of(series: Series) -> list[Occurrence]:
    """All meetings of ``series``, in order of time."""
    return _occurrences(Series.id == series.id)


def answers_to(series: Series) -> dict[int, Coming]:
    """How many come to each meeting of ``series``, by the id of its event."""
    yes = sa.func.sum(sa.case((Invitation.answer == Answer.ACCEPTED, 1), else_=0))
    rows = db.session.execute(
        sa.select(Invitation.event_id, yes, sa.func.count())
        .join(Event, Event.id == Invitation.event_id)
        .where(Event.series_id == series.id, Invitation.removed_at.is_(None))
        .group_by(Invitation.event_id)
    )
    return {event_id: Coming(int(yes), invited) for event_id, yes, invited in rows}


def invitations_of(person: Person, series: Series) -> dict[int, Invitation]:
    """What ``person`` is invited to of ``series`` now, by the id of the event."""
    rows = db.session.scalars(
        sa.select(Invitation)
        .join(Event, Event.id == Invitation.event_id)
        .where(
            Event.series_id == series.id,
            Invitation.person_id == person.id,
            Invitation.removed_at.is_(None),
        )
    )
    return {row.event_id: row for row in rows}


def neighbours_of(meeting: Meeting) -> Neighbours | None:
    """The meetings before and after one of a series; None for a meeting by itself."""
    if meeting.event.series_id is None:
        return None
    every = _occurrences(Series.id == meeting.event.series_id)
    number = [each.event_id for each in every].index(meeting.event_id)
    return Neighbours(
        number + 1,
        len(every),
        every[number - 1] if number else None,
        every[number + 1] if number + 1 < len(every) else None,
    )


def planned_days(
    days: Sequence[date], left_out: Collection[date], county_code: str | None
) -> list[PlannedDay]:
    """``days`` with the weekends, holidays and school breaks among them."""
    breaks = day_notes.known_breaks()
    return [
        PlannedDay(day, day_notes.of_day(day, county_code, breaks), day in left_out) for day in days
    ]


def _occurrences(condition: sa.ColumnElement[bool]) -> list[Occurrence]:
    # Columns, not rows: an event carries texts that a list of dates has no use for.
    rows = db.session.execute(
        sa.select(
            Event.id.label("event_id"),
            Series.id.label("series_id"),
            Meeting.public_id,
            Event.title,
            Event.starts_at,
            Event.ends_at,
            Event.recurrence_id,
            Event.state,
        )
        .join(Series, Series.id == Event.series_id)
        .join(Meeting, Meeting.event_id == Event.id)
        .where(condition)
        .order_by(Event.starts_at, Event.id)
    )
    return [
        Occurrence(
            row.event_id,
            row.series_id,
            row.public_id,
            row.title,
            row.starts_at,
            row.ends_at,
            datetime.fromisoformat(row.recurrence_id),
            row.state == EventState.CANCELLED,
        )
        for row in rows
    ]
