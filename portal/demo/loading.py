"""The demo, loaded into an empty database."""

import random
from datetime import datetime

import sqlalchemy as sa

from portal.db import db
from portal.demo import (
    appeals,
    archive,
    doubts,
    gatherings,
    group_duties,
    groups,
    held,
    inbox,
    input_rounds,
    juries,
    last_hours,
    mailings,
    many_events,
    meetings,
    minutes,
    name_requests,
    people,
    polls,
    post,
    programme,
    season,
    series,
)
from portal.demo.groups import Groups
from portal.demo.meetings import Meetings
from portal.demo.people import Cast
from portal.imports import registers
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.seasons import Season
from portal.models.series import Series

_SEED = 2023


def is_empty() -> bool:
    """Whether nobody has begun to use the portal: no person, event or season is known."""
    return not any(
        db.session.scalar(sa.select(sa.exists().where(table.id > 0)))
        for table in (Person, Event, Season)
    )


def load(now: datetime, events: int = 0) -> None:
    """Fill an empty database with the demo as it looks at ``now``, and flush.

    ``events`` is how many synthetic events to add, for trying speed.
    """
    # Which names and wishes people have is settled by this number, and by nothing else.
    rng = random.Random(_SEED)
    registers.fill()
    cast = people.fill(rng, now)
    archive.fill(cast, rng)
    planned = programme.fill(cast, now)
    seated = groups.fill(cast, now)
    called, recurring = _what_groups_do(seated, cast, now)
    guests = [person.id for person in cast.volunteers[10:18]]
    programme.invite(planned, guests, cast, now)
    coming = season.fill(cast, now)
    appeals.fill(seated, coming, cast, now)
    mailings.sent(coming, cast, now)
    juries.fill(coming, cast, rng, now)
    programme.last_hours(planned, guests, cast, now)
    meetings.last_hours(called, cast, now)
    series.last_hours(recurring, cast, now)
    last_hours.fill(coming, cast, rng, now)
    appeals.begin_another(seated, coming, cast, now)
    doubts.fill(cast, now)
    mailings.held(coming, cast, now)
    post.hold_until(now)
    many_events.fill(rng, events, now)
    inbox.fill(cast, now)


def _what_groups_do(seated: Groups, cast: Cast, now: datetime) -> tuple[Meetings, Series]:
    """Meet, minute, ask each other, and promise; what something happens to in the last hours."""
    name_requests.fill(seated, cast, now)
    called = meetings.fill(seated, cast, now)
    gatherings.fill(seated, cast, now)
    held.fill(seated, cast, now)
    minutes.fill(seated, cast, now)
    polls.fill(seated, called, cast, now)
    recurring = series.fill(seated, cast, now)
    group_duties.fill(seated, cast, now)
    input_rounds.fill(seated, called, cast, now)
    return called, recurring
