"""What those who run a group do with its meetings: plan, edit, drop. Calling is in ``summons``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit, links, slugs
from portal.calendar import entries
from portal.db import db
from portal.groups.meetings import agenda
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.polls import ended
from portal.groups.series import rule as series_rule
from portal.groups.writing import locking
from portal.invitations import event_changes
from portal.models.accounts import Person
from portal.models.events import Event, EventChange, EventKind, EventState, Visibility, new_uid
from portal.models.groups import Group
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp


class MeetingIsKnown(Exception):
    """A meeting that people may know of is cancelled, not deleted."""


def plan_meeting(
    group: Group,
    values: Mapping[str, Any],
    items: Sequence[AgendaValue],
    *,
    intro: str,
    by: Person,
    now: datetime,
) -> Meeting:
    """Make a draft meeting of ``group``; nobody hears of it before it is called."""
    event = Event(
        slug=slugs.free(Event.slug, slugs.dated(values["title"], values["starts_at"])),
        kind=EventKind.MEETING,
        state=EventState.DRAFT,
        visibility=Visibility.GROUP,
        uid=new_uid(links.host()),
        contact_name=by.name,
        contact_email=by.email or "",
        contact_phone=by.phone,
        created_at=now,
        changed_at=now,
        created_by=by,
        **values,
    )
    meeting = Meeting(event=event, group=group, intro=intro)
    db.session.add(meeting)
    agenda.replace(meeting, items)
    event.description = agenda.as_markdown(meeting, event.language)
    event.county_code = event_changes.county_on_the_day(event)
    db.session.flush()
    entries.render(event)
    audit.record("meeting.planned", meeting, actor=by, now=now, group=group.id)
    return meeting


def edit_meeting(
    meeting: Meeting,
    values: Mapping[str, Any],
    items: Sequence[AgendaValue],
    *,
    intro: str,
    seen_revision: int,
    by: Person,
    now: datetime,
) -> list[EventChange]:
    """Change the meeting; what those called see of it stands in the event, and makes history.

    Raises:
        EditedMeanwhile: the event has moved on from ``seen_revision``.
        EventIsCancelled: it will not take place.
        ItemHasMinutes: an item that was minuted would be lost.
        MinutesAreLocked: they are approved, and its agenda with them.
    """
    event = meeting.event
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    locking.hold(meeting)
    event_changes.check_unedited(event, seen_revision)
    meeting.intro = intro
    agenda.replace(meeting, items)
    description = agenda.as_markdown(meeting, values["language"])
    return event_changes.change(event, {**values, "description": description}, by=by, now=now)


def move_meeting(
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    *,
    seen_revision: int,
    by: Person,
    now: datetime,
) -> list[EventChange]:
    """Give the meeting another time and leave all else as it is. Raises as ``edit_meeting``."""
    event = meeting.event
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    event_changes.check_unedited(event, seen_revision)
    return event_changes.change(
        event, {"starts_at": starts_at, "ends_at": ends_at, "all_day": False}, by=by, now=now
    )


def drop_meeting(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Delete a draft that nobody was called to; follow-ups that came of it stay with the group.

    Raises:
        MeetingIsKnown: it was called or published once.
    """
    event = meeting.event
    if meeting.called_at is not None or event.published_at is not None:
        raise MeetingIsKnown
    audit.record("meeting.dropped", meeting, actor=by, now=now, group=meeting.group_id)
    db.session.execute(
        sa.update(FollowUp).where(FollowUp.meeting_id == meeting.id).values(meeting_id=None)
    )
    ended.forget(meeting)
    series = event.series
    db.session.delete(meeting)
    db.session.flush()
    db.session.delete(event)
    if series is not None:
        series_rule.keep_in_step(series, now)
