"""What those who run a group do with its meetings: plan, edit, drop. Calling is in ``summons``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal import audit, links, slugs
from portal.calendar import entries
from portal.db import db
from portal.groups.meetings import agenda, contacts, dropping, summons, timing, written
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.meetings.timing import Span
from portal.groups.series import rule as series_rule
from portal.groups.writing import locking
from portal.invitations import actions as invitations
from portal.invitations import event_changes
from portal.invitations.parts import Made
from portal.models.accounts import Person
from portal.models.events import Event, EventChange, EventKind, EventState, Visibility, new_uid
from portal.models.groups import Group
from portal.models.meetings import Meeting, MeetingDay, MeetingGroup


class MeetingIsKnown(Exception):
    """A meeting that people may know of is cancelled, not deleted."""


def plan_meeting(
    group: Group,
    values: Mapping[str, Any],
    items: Sequence[AgendaValue],
    *,
    intro: str,
    days: Sequence[Span] = (),
    others: Sequence[int] = (),
    by: Person,
    now: datetime,
) -> Meeting:
    """Make a draft meeting of ``group``; nobody hears of it before it is called.

    ``days`` are given when it takes several (the event begins with the first and ends with the
    last), ``others`` are ids of groups that it is held together with.
    """
    event = Event(
        slug=slugs.free(Event.slug, slugs.dated(values["title"], values["starts_at"])),
        kind=_kind(days, others),
        state=EventState.DRAFT,
        visibility=Visibility.GROUP,
        uid=new_uid(links.host()),
        created_at=now,
        changed_at=now,
        created_by=by,
        **contacts.of_person(by).values,
        **values,
    )
    meeting = Meeting(event=event, group=group, intro=intro)
    db.session.add(meeting)
    _set_days(meeting, days)
    meeting.others = [MeetingGroup(group_id=each) for each in others]
    agenda.replace(meeting, items)
    # What is carried over is looked up by the group that the meeting's row names.
    db.session.flush()
    event.description = written.as_markdown(meeting, event.language)
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
    days: Sequence[Span] | None = None,
    others: Sequence[int] | None = None,
    seen_others: str | None = None,
    seen_revision: int,
    newest_seen: int | None = None,
    by: Person,
    now: datetime,
) -> list[EventChange]:
    """Change the meeting; what those called see of it stands in the event, and makes history.

    ``days`` and ``others`` as for a new one; left as they are when not given. Who was called for a
    group that no longer takes part is uninvited. ``seen_others`` are the ids of those that did.

    Raises:
        EditedMeanwhile: the event has moved on from ``seen_revision``, or other groups take part.
        EventIsCancelled: it will not take place.
        ItemHasMinutes, AddedMeanwhile: an item would be lost (``agenda.replace``).
        MinutesAreLocked: they are approved, and its agenda with them.
    """
    event = meeting.event
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    locking.hold(meeting)
    event_changes.check_unedited(event, seen_revision)
    meeting.intro = intro
    if days is not None:
        _set_days(meeting, days)
    made = [] if others is None else _set_others(meeting, others, seen_others, by, now)
    agenda.replace(meeting, items, newest_seen=newest_seen)
    only = [Span(values["starts_at"], values["ends_at"])]
    spans = agenda.spans_of(meeting) if meeting.days else only
    new = {
        **values,
        "kind": _kind(meeting.days, meeting.others),
        "description": written.as_markdown(meeting, values["language"], spans),
    }
    return event_changes.change(event, new, also=made, by=by, now=now)


def move_meeting(
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    *,
    seen_revision: int,
    by: Person,
    now: datetime,
) -> list[EventChange]:
    """Give the meeting another time and leave all else as it is. Raises as ``edit_meeting``.

    Of several days the later ones follow the first; the last ends at ``ends_at`` if it can.
    """
    event = meeting.event
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    locking.hold(meeting)
    event_changes.check_unedited(event, seen_revision)
    values: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "all_day": False}
    spans = [Span(starts_at, ends_at)]
    if meeting.days:
        spans = timing.shifted(agenda.spans_of(meeting), starts_at, ends_at)
        _set_days(meeting, spans)
        values["ends_at"] = spans[-1].ends_at
    if any(item.planned_minutes for item in meeting.agenda) or meeting.days:
        values["description"] = written.as_markdown(meeting, event.language, spans)
    return event_changes.change(event, values, by=by, now=now)


def cancel_meeting(meeting: Meeting, reason: str, *, by: Person, now: datetime) -> None:
    """Call the meeting off, and tell all who were called. Cancelling twice tells once.

    Raises:
        MinutesAreLocked: its minutes are approved, so it was held.
    """
    locking.hold(meeting)
    invitations.hold(meeting.event)
    event_changes.cancel(meeting.event, reason, by=by, now=now)


def drop_meeting(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Delete a draft that nobody was called to; follow-ups that came of it stay with the group.

    Raises:
        MeetingIsKnown: it was called or published once, or minutes were sent or approved there.
    """
    event = meeting.event
    dropping.hold(meeting)
    if dropping.is_known([meeting]):
        raise MeetingIsKnown
    audit.record("meeting.dropped", meeting, actor=by, now=now, group=meeting.group_id)
    dropping.let_go([meeting])
    series = event.series
    db.session.delete(meeting)
    db.session.flush()
    db.session.delete(event)
    if series is not None:
        series_rule.keep_in_step(series, now)


def _kind(days: Sequence[object], others: Sequence[object]) -> EventKind:
    """Several days, or several groups, make a meeting a gathering."""
    return EventKind.GATHERING if len(days) > 1 or others else EventKind.MEETING


def _set_days(meeting: Meeting, spans: Sequence[Span]) -> None:
    """Write down the days of a meeting that takes several; of one, its event says all."""
    wanted = [(span.starts_at, span.ends_at) for span in spans] if len(spans) > 1 else []
    if wanted == [(day.starts_at, day.ends_at) for day in meeting.days]:
        return
    if meeting.days:
        meeting.days = []
        # No two days may begin at one time, and the new ones may begin as old ones did.
        db.session.flush()
    meeting.days = [MeetingDay(starts_at=starts, ends_at=ends) for starts, ends in wanted]


def _set_others(
    meeting: Meeting, wanted: Sequence[int], seen: str | None, by: Person, now: datetime
) -> list[Made]:
    """Let the groups ``wanted`` hold it along with the host; what that changed, by name."""
    db.session.flush()
    db.session.expire(meeting, ["others"])
    known = {each.group_id: each for each in meeting.others}
    gone = sorted(known.keys() - set(wanted))
    if not gone and known.keys() == set(wanted):
        return []
    if seen is not None and set(seen.split(",")) - {""} != {str(each) for each in known}:
        raise event_changes.EditedMeanwhile
    before = ", ".join(meeting.group_names)
    meeting.others = [known.get(each) or MeetingGroup(group_id=each) for each in wanted]
    db.session.flush()
    audit.record("meeting.groups_changed", meeting, actor=by, now=now, groups=sorted(wanted))
    if gone and meeting.called_at is not None and not meeting.event.is_over(now):
        summons.let_go_of_groups(meeting, gone, by=by, now=now)
    return [("groups", before, ", ".join(meeting.group_names))]
