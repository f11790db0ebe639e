"""The minutes of a meeting: read from its rows, or as they were when they were approved.

Until they are approved people are named as they are now, and whoever has left the group since is
not named as responsible for anything. From then on the minutes are what was kept as JSON, whatever
happens to rows, names and people (docs/decisions/0025, 0031).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import dates
from portal.db import db
from portal.groups import names
from portal.groups.minutes.values import (
    Agreed,
    Approval,
    Attendee,
    Correction,
    Item,
    Minutes,
    State,
    Task,
    from_json,
    to_json,
)
from portal.groups.writing import roll
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting, MeetingDay, MeetingGroup
from portal.models.minutes import Addendum, Attendance, FollowUp

__all__ = [
    "Agreed",
    "Approval",
    "Attendee",
    "Correction",
    "Item",
    "Minutes",
    "State",
    "Task",
    "approval_of",
    "from_json",
    "of",
    "public_version",
    "to_json",
    "written",
]


# What the minutes call whoever is responsible for something.
Called = Callable[[Person], str]


def of(meeting: Meeting) -> Minutes:
    """The minutes of ``meeting`` as they stand now; the same few queries however long they are."""
    if meeting.is_approved and meeting.document is not None:
        return replace(from_json(meeting.document), addenda=_addenda(meeting))
    if meeting.approved_at is None:
        shown = names.shown_if_asked(meeting.group, *(each.group for each in meeting.others))
        return replace(_written(meeting, shown), addenda=_addenda(meeting))
    approval = approval_of(meeting, meeting.approved_in, meeting.approved_at)
    return replace(written(meeting), addenda=_addenda(meeting), approval=approval)


def written(meeting: Meeting) -> Minutes:
    """The minutes as the rows have them and as they are approved, without addenda.

    Everybody is named, whether they have left or not.
    """
    return _written(meeting, lambda person: person.name)


def _written(meeting: Meeting, called: Called) -> Minutes:
    event, attendance = meeting.event, _attendance(meeting)
    tasks = [(row.item_id, _task(row, called)) for row in _tasks(meeting)]
    return Minutes(
        title=event.title,
        language=event.language,
        groups=(meeting.group.name, *_other_groups(meeting)),
        days=_days(meeting) or ((event.starts_at, event.ends_at),),
        place=", ".join(part for part in (event.place, event.address) if part),
        chair=next((each.name for each in attendance if each.is_chair), ""),
        minutes_taker=meeting.minutes_taker,
        attendance=attendance,
        items=_items(meeting, tasks),
        follow_ups=tuple(task for item_id, task in tasks if item_id is None),
        state=_state(meeting),
        comments_by=meeting.comments_by,
    )


def approval_of(
    meeting: Meeting,
    later: Meeting | None,
    now: datetime,
    *,
    by: str = "",
    changes: str = "",
    reason: str = "",
) -> Approval:
    """How ``meeting`` is approved: in ``later``, or without a meeting."""
    return Approval(
        on=dates.today(now),
        by=by,
        in_title=later.event.title if later else "",
        in_day=later.event.first_day if later else None,
        changes=changes,
        reason=reason,
    )


def public_version(minutes: Minutes) -> Minutes:
    """The minutes as anybody may read them: who is to do what is left out.

    docs/decisions/0025 tells why.
    """
    return replace(
        minutes,
        items=tuple(replace(item, follow_ups=_nobodys(item.follow_ups)) for item in minutes.items),
        follow_ups=_nobodys(minutes.follow_ups),
    )


def _nobodys(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(replace(each, owner="") for each in tasks)


def _state(meeting: Meeting) -> State:
    if meeting.is_approved:
        return State.APPROVED
    return State.SENT if meeting.minutes_sent_at else State.DRAFT


def _attendance(meeting: Meeting) -> tuple[Attendee, ...]:
    rows = db.session.scalars(
        sa.select(Attendance)
        .where(Attendance.meeting_id == meeting.id)
        .options(joinedload(Attendance.person), joinedload(Attendance.instead_of))
        .order_by(Attendance.position, Attendance.id)
    )
    known = [
        (
            row.position,
            Attendee(
                name=row.shown_name,
                represents=row.affiliation,
                attends_as=row.attends_as,
                state=row.state,
                instead_of=row.instead_of.name if row.instead_of else "",
                is_chair=row.is_chair,
            ),
        )
        for row in rows
    ]
    is_open = not meeting.is_approved and roll.has_answers_to_note(meeting)
    answered = _answered(meeting) if is_open else ()
    return tuple(each for _place, each in sorted([*known, *answered], key=lambda each: each[0]))


def _answered(meeting: Meeting) -> Iterator[tuple[int, Attendee]]:
    """Whoever said no, or sends somebody, and has no row yet, with the place that it would have.

    Sending or approving the minutes makes the row (``attendance.fill``); to look makes none.
    """
    for place, line in enumerate(roll.lines_of(meeting)):
        if line.row is None and line.state is not None:
            yield (
                place,
                Attendee(
                    name=line.name,
                    represents=line.affiliation[:200],
                    attends_as=line.attends_as,
                    state=line.state,
                    instead_of=line.instead_of.name if line.instead_of else "",
                    is_chair=False,
                ),
            )


def _other_groups(meeting: Meeting) -> Sequence[str]:
    return db.session.scalars(
        sa.select(Group.name)
        .join(MeetingGroup, MeetingGroup.group_id == Group.id)
        .where(MeetingGroup.meeting_id == meeting.id)
        .order_by(MeetingGroup.id)
    ).all()


def _days(meeting: Meeting) -> tuple[tuple[datetime, datetime], ...]:
    rows = db.session.execute(
        sa.select(MeetingDay.starts_at, MeetingDay.ends_at)
        .where(MeetingDay.meeting_id == meeting.id)
        .order_by(MeetingDay.starts_at)
    )
    return tuple((starts_at, ends_at) for starts_at, ends_at in rows)


def _items(meeting: Meeting, tasks: Sequence[tuple[int | None, Task]]) -> tuple[Item, ...]:
    rows = db.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(selectinload(AgendaItem.decisions))
        .order_by(AgendaItem.number)
    )
    return tuple(
        Item(
            number=row.number,
            title=row.title,
            kind=row.kind,
            presenter=row.presenter,
            papers=row.papers,
            minutes=row.minutes,
            decisions=tuple(Agreed(each.text, each.is_proposal) for each in row.decisions),
            follow_ups=tuple(task for item_id, task in tasks if item_id == row.id),
            day=row.day,
        )
        for row in rows
    )


def _tasks(meeting: Meeting) -> Sequence[FollowUp]:
    return db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.meeting_id == meeting.id)
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.id)
    ).all()


def _task(row: FollowUp, called: Called) -> Task:
    owner: Person | None = row.owner
    # What an imported follow-up is about stands in front of what is to be done.
    text = f"{row.subject}: {row.text}" if row.subject else row.text
    return Task(text, called(owner) if owner else row.owner_label, row.due_on)


def _addenda(meeting: Meeting) -> tuple[Correction, ...]:
    rows = db.session.scalars(
        sa.select(Addendum).where(Addendum.meeting_id == meeting.id).order_by(Addendum.number)
    )
    return tuple(
        Correction(row.number, row.text, dates.today(row.created_at), row.by_name) for row in rows
    )
