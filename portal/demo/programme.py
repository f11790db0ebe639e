"""The programme of the demo: to come and past, moved, called off, and still a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal import dates
from portal.demo import days, post
from portal.demo.people import Cast, organisation
from portal.demo.programme_texts import (
    CANCELLED,
    GATHERING,
    MOVED,
    PROGRAMME,
    WHOLE_DAY,
    Listed,
)
from portal.events import actions
from portal.events.forms import ProgrammeValue
from portal.invitations import event_changes, many
from portal.models.events import Event, EventKind

_ARENDALSUKA_WEEK = 33
# At the latest this long before it begins, and before today, an event was planned and published.
_AHEAD = timedelta(days=60)
_INVITED = timedelta(days=6)


@dataclass(frozen=True)
class Programme:
    """The events that something happens to later."""

    gathering: Event
    whole_day: Event
    cancelled: Event


def fill(cast: Cast, now: datetime) -> Programme:
    """Plan and publish everything, each event some time before it takes place."""
    made = {listed: _plan(listed, cast, now) for listed in PROGRAMME}
    _move(made[MOVED], cast, now - timedelta(days=9))
    return Programme(made[GATHERING], made[WHOLE_DAY], made[CANCELLED])


def invite(programme: Programme, guests: Sequence[int], cast: Cast, now: datetime) -> None:
    """Ask ``guests`` (ids of people) to what will be called off, some days before ``now``."""
    many.invite_all(programme.cancelled, guests, by=cast.kari, now=now - _INVITED)
    post.deliver(now - _INVITED)


def last_hours(programme: Programme, guests: Sequence[int], cast: Cast, now: datetime) -> None:
    """One is called off, and guests are asked to two: the place of one has since changed."""
    reason = "Lokalet er dessverre ikke ledig likevel. Vi kommer tilbake med en ny dato."
    event_changes.cancel(programme.cancelled, reason, by=cast.kari, now=now - timedelta(hours=1))
    many.invite_all(programme.gathering, guests, by=cast.kari, now=now - timedelta(minutes=50))
    values = {"address": "Torggata 100, 2317 Hamar"}
    event_changes.change(programme.gathering, values, by=cast.kari, now=now - timedelta(minutes=5))
    many.invite_all(programme.whole_day, guests[:4], by=cast.kari, now=now - timedelta(minutes=4))


def _plan(listed: Listed, cast: Cast, now: datetime) -> Event:
    first = _first_day(listed, now)
    planned = min(now, days.at(first, 8)) - _AHEAD
    event = actions.plan_event(
        _values(listed, first, cast), _parts(listed, first), by=cast.kari, now=planned
    )
    if not listed.is_draft:
        event_changes.publish(event, by=cast.kari, now=planned + timedelta(days=2))
    return event


def _first_day(listed: Listed, now: datetime) -> date:
    today = dates.today(now)
    if listed.kind != EventKind.ARENDALSUKA:
        return days.workday(today + timedelta(days=listed.after), max(listed.days, 1))
    latest = date.fromisocalendar(today.year, _ARENDALSUKA_WEEK, 5)
    year = today.year if latest < today else today.year - 1
    return date.fromisocalendar(year, _ARENDALSUKA_WEEK, listed.after)


def _values(listed: Listed, first: date, cast: Cast) -> dict[str, Any]:
    starts_at, ends_at = _span(listed, first)
    return {
        "title": listed.title,
        "kind": listed.kind,
        "visibility": listed.visibility,
        "summary": listed.summary,
        "description": listed.description,
        "language": listed.language,
        "all_day": bool(listed.days),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": listed.place,
        "address": listed.address,
        "municipality_code": listed.municipality or None,
        "streaming_url": listed.streaming,
        "join_url": listed.join,
        "contact_name": cast.kari.name,
        "contact_email": cast.kari.email or "",
        "contact_phone": cast.kari.phone,
    }


def _span(listed: Listed, first: date) -> tuple[datetime, datetime]:
    if listed.days:
        return dates.midnight(first), dates.midnight(first + timedelta(days=listed.days))
    return days.at(first, *listed.starts), days.at(first, *listed.ends)


def _parts(listed: Listed, first: date) -> dict[str, Sequence[Any]]:
    return {
        "organisers": [organisation(name).id for name in listed.organisers],
        "links": listed.links,
        "programme": [
            ProgrammeValue(days.at(first, item.hour, item.minute), item.title, item.speakers)
            for item in listed.programme
        ],
    }


def _move(event: Event, cast: Cast, now: datetime) -> None:
    """Two days later, and somewhere else: shown in its history."""
    day = days.workday(event.first_day + timedelta(days=2))
    values = {
        "starts_at": days.at(day, 12),
        "ends_at": days.at(day, 15),
        "place": "Union Scene, Drammen",
    }
    event_changes.change(event, values, by=cast.kari, now=now)
