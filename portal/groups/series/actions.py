"""What those who run a group do with meetings that recur: plan, call, change, end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from portal import audit, dates, links, slugs
from portal.calendar import entries, recurring
from portal.calendar.recurring import Rhythm
from portal.calendar.values import recurrence_key
from portal.db import db, lock_row
from portal.groups import meanwhile
from portal.groups.meetings import contacts, dropping, summons, written
from portal.groups.series.rule import usual_start
from portal.invitations import event_changes
from portal.invitations import series as invitations
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState, Visibility, new_uid
from portal.models.groups import Group
from portal.models.meetings import Meeting
from portal.models.series import Series

# What an occurrence takes over from its series, under the same names.
TEXTS = ("title", "language", "place", "address", "municipality_code", "join_url")
_CONTACT = ("contact_name", "contact_email", "contact_phone")


class SeriesIsOver(Exception):
    """It was ended, or no meeting is left to come."""


class SeriesIsKnown(Exception):
    """People were called to it: it is ended, not deleted."""


class NothingToEnd(Exception):
    """No meeting to come is after the one named."""


@dataclass(frozen=True)
class Times:
    """When a series meets: on all ``days`` of its rhythm but those ``left_out``.

    ``starts`` and ``ends`` are times of day in Oslo.
    """

    rhythm: Rhythm
    days: Sequence[date]
    starts: time
    ends: time
    left_out: Collection[date] = ()

    @property
    def held(self) -> list[date]:
        """The days on which there is a meeting."""
        return [day for day in self.days if day not in self.left_out]


def plan_series(
    group: Group, values: Mapping[str, Any], times: Times, *, by: Person, now: datetime
) -> Series:
    """Make a draft series with its meetings; nobody hears of it before it is called.

    ``values`` are those of ``TEXTS`` and ``intro``. The rule begins and ends with meetings that are
    held: days left out before or after them are no part of it.
    """
    held = times.held
    starts_at = recurring.moment(held[0], times.starts)
    pattern = recurring.pattern_from(times.rhythm, times.days[0])
    series = Series(
        group=group,
        uid=new_uid(links.host()),
        rrule=recurring.rrule(pattern, recurring.moment(held[-1], times.starts)),
        starts_at=starts_at,
        ends_at=recurring.moment(held[0], times.ends),
        created_at=now,
        changed_at=now,
        **contacts.of_person(by).values,
        **values,
    )
    db.session.add(series)
    _add_meetings(series, [recurring.moment(day, times.starts) for day in held], by, now)
    db.session.flush()
    entries.render_series(series)
    audit.record("series.planned", series, actor=by, now=now, group=group.id, meetings=len(held))
    return series


def call_series(series: Series, *, seen: str | None = None, by: Person, now: datetime) -> int:
    """Publish the meetings to come to the group, and invite all there who can be reached.

    Calling again calls those who could not be reached before.

    Returns:
        How many were called now.

    Raises:
        SeriesIsOver; GroupIsClosed, NobodyToCall, AlreadyCalled as for one meeting.
        EditedMeanwhile: it is not as ``seen`` (``state_of``) any more, if that is given.
    """
    summons.hold_groups([series.group_id])
    _lock(series)
    coming = series.coming(now)
    if series.ended_at is not None or not coming:
        raise SeriesIsOver
    if series.group.closed_at is not None:
        raise summons.GroupIsClosed
    waiting = summons.to_call_to(series.group_id, [event.id for event in coming])
    if not waiting:
        raise summons.AlreadyCalled if series.called_at else summons.NobodyToCall
    if seen not in (None, state_of(series)):
        raise event_changes.EditedMeanwhile
    series.called_at = series.called_at or now
    meetings = _meetings_of(series)
    for event in coming:
        event_changes.publish(event, by=by, now=now)
        meetings[event.id].called_at = meetings[event.id].called_at or now
    called = invitations.invite_all(series, waiting, by=by, now=now)
    audit.record("series.called", series, actor=by, now=now, people=called)
    return called


def state_of(series: Series) -> str:
    """A mark of what the series and each of its meetings say."""
    meetings = db.session.execute(
        sa.select(Event.id, Event.revision).where(Event.series_id == series.id).order_by(Event.id)
    )
    return meanwhile.mark(series.revision, *meetings)


def edit_series(
    series: Series,
    values: Mapping[str, Any],
    *,
    seen_revision: int,
    by: Person,
    now: datetime,
) -> list[str]:
    """Change what all meetings to come have in common, and tell those who are invited.

    A meeting that was given a title, a place and so on of its own keeps that. ``values`` are those
    of ``TEXTS`` and ``intro``. Returns the names of what changed.

    Raises:
        SeriesIsOver: it was ended. EditedMeanwhile: it has moved on from ``seen_revision``.
    """
    _lock(series)
    if series.ended_at is not None:
        raise SeriesIsOver
    if series.revision != seen_revision:
        raise event_changes.EditedMeanwhile
    before = {name: getattr(series, name) for name in values}
    changed = sorted(name for name, value in values.items() if before[name] != value)
    if not changed:
        return []
    meetings = _meetings_of(series)
    coming = _to_come(series, meetings, now)
    untold = {event.id for event in coming if event.is_untold}
    for name in changed:
        setattr(series, name, values[name])
    series.revision += 1
    series.changed_at = now
    for event in coming:
        _follow(meetings[event.id], before, values, by, now)
    entries.render_series(series)
    if series.called_at is not None:
        invitations.tell_of_change(
            series, _as_told(before, values, changed), untold, by=by, now=now
        )
    audit.record("series.changed", series, actor=by, now=now, revision=series.revision,
                 fields=changed)  # fmt: skip
    return changed


def end_series(
    series: Series, last: Event | None, reason: str, *, by: Person, now: datetime
) -> list[Event]:
    """End the series after ``last``, or now: the meetings after that are off, and people told.

    What was held stays in calendars, for the rule only gets a new end; when nothing was held and
    nothing will be, the whole of it is called off. Returns the meetings that are off.

    Raises:
        SeriesIsOver: it was ended, or was never called. NothingToEnd: none is after ``last``.
    """
    _lock(series)
    if series.ended_at is not None or series.called_at is None:
        raise SeriesIsOver
    dropped = [
        event
        for event in _to_come(series, _meetings_of(series), now)
        if last is None or event.starts_at > last.starts_at
    ]
    if not dropped:
        raise NothingToEnd
    apart = [event for event in dropped if event.is_override]
    _shorten(series, dropped, reason, now)
    for event in dropped:
        event_changes.cancel(event, reason, by=by, now=now, tell=False)
    entries.render_series(series)
    invitations.tell_of_end(series, dropped, apart, by=by, now=now)
    audit.record("series.ended", series, actor=by, now=now, meetings=len(dropped))
    return dropped


def move_series(series: Series, first: Event, times: Times, *, by: Person, now: datetime) -> Series:
    """Let the meetings from ``first`` on give way to a new series at other ``times``.

    It has a uid of its own, for calendars do not let a series change its weekday or time of day
    half-way. Those who are invited to the old one are called to the new one at once. What was
    planned for single meetings of the old one is not carried over.

    Raises:
        SeriesIsOver: it was ended. NothingToEnd: ``first`` is not to come.
    """
    # Before the series, as whoever comes into the group does.
    summons.hold_groups([series.group_id])
    values = {name: getattr(series, name) for name in (*TEXTS, "intro")}
    if series.called_at is None:
        group = series.group
        drop_series(series, by=by, now=now)
        return plan_series(group, values, times, by=by, now=now)
    coming = series.coming(now)
    if first not in coming:
        raise NothingToEnd
    earlier = [event for event in coming if event.starts_at < first.starts_at]
    with force_locale(series.language):
        reason = _("The meetings get another time. You get an invitation to the new meetings.")
    # The old one may have nothing to come before ``first``, and still have been held.
    end_series(series, earlier[-1] if earlier else None, reason, by=by, now=now)
    new = plan_series(series.group, values, times, by=by, now=now)
    call_series(new, by=by, now=now)
    return new


def drop_series(series: Series, *, by: Person, now: datetime) -> None:
    """Delete a draft with all its meetings; follow-ups that came of them stay with the group.

    Raises:
        SeriesIsKnown: it was called, or minutes of one of them were sent or approved there.
    """
    _lock(series)
    meetings = list(_meetings_of(series).values())
    if series.called_at is not None or dropping.is_known(meetings):
        raise SeriesIsKnown
    audit.record("series.dropped", series, actor=by, now=now, group=series.group_id)
    dropping.let_go(meetings)
    events = list(series.occurrences)
    for each in (*meetings, *events, series):
        db.session.delete(each)
        db.session.flush()


def _lock(series: Series) -> None:
    """Let two who change one series come one after the other, and the second see the first."""
    lock_row(series, "revision", "sequence", "called_at", "ended_at")


def _add_meetings(series: Series, starts: Sequence[datetime], by: Person, now: datetime) -> None:
    length = series.ends_at - series.starts_at
    titles = [f"{series.title[:60]} {dates.today(each)}" for each in starts]
    names = slugs.free_each(Event.slug, titles)
    for slug, starts_at in zip(names, starts, strict=True):
        event = Event(
            slug=slug,
            kind=EventKind.MEETING,
            state=EventState.DRAFT,
            visibility=Visibility.GROUP,
            uid=series.uid,
            recurrence_id=recurrence_key(starts_at),
            series=series,
            description=series.intro,
            starts_at=starts_at,
            # The same exact length for all, as DTEND says it of a series (RFC 5545 3.8.5.3).
            ends_at=starts_at + length,
            created_at=now,
            changed_at=now,
            created_by=by,
            **{name: getattr(series, name) for name in (*TEXTS, *_CONTACT)},
        )
        event.county_code = event_changes.county_on_the_day(event)
        db.session.add(Meeting(event=event, group=series.group, intro=series.intro))


def _to_come(series: Series, meetings: Mapping[int, Meeting], now: datetime) -> list[Event]:
    """The meetings that stand and are not over; one whose minutes are approved changes no more."""
    return [event for event in series.coming(now) if not meetings[event.id].is_approved]


def _meetings_of(series: Series) -> dict[int, Meeting]:
    """The meetings of ``series`` by the id of their event."""
    found = db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(Event.series_id == series.id)
        .options(selectinload(Meeting.agenda))
    )
    return {meeting.event_id: meeting for meeting in found}


def _follow(
    meeting: Meeting,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    by: Person,
    now: datetime,
) -> None:
    """Change of one meeting what was as the series had it."""
    event = meeting.event
    if meeting.intro == before["intro"]:
        meeting.intro = values["intro"]
    new = {name: values[name] for name in TEXTS if getattr(event, name) == before[name]}
    description = written.as_markdown(meeting, new.get("language", event.language))
    event_changes.change(event, {**new, "description": description}, by=by, now=now)


def _as_told(
    before: Mapping[str, Any], values: Mapping[str, Any], changed: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """What changed, as mails tell it; of the words above the agenda only that they did."""
    told = {name: (before[name] or "", values[name] or "") for name in changed}
    if "intro" in told:
        told["description"] = told.pop("intro")
    return told


def _shorten(series: Series, dropped: Sequence[Event], reason: str, now: datetime) -> None:
    stays = [
        usual_start(event)
        for event in series.occurrences
        if event not in dropped and not event.is_cancelled
    ]
    series.ended_at = now
    series.revision += 1
    if stays:
        series.rrule = recurring.ended_at(series.rrule, max(stays))
    else:
        series.cancelled_at, series.cancel_reason = now, reason
