"""What the front page and the menu ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.access import visible_events
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.jury import TAKEN, Assignment, JurySignup
from portal.models.seasons import Camp, Panel, Season


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a season has come in finding its juries; ``camps`` are those at schools."""

    camps: int
    seats: int
    taken: int
    volunteers: int

    @property
    def open(self) -> int:
        """Seats that nobody has said yes to."""
        return max(self.seats - self.taken, 0)


def next_events(person: Person | None, now: datetime, most: int = 5) -> Sequence[Event]:
    """What comes next of all that ``person`` may see, cancelled and draft events left out."""
    return db.session.scalars(
        sa.select(Event)
        .where(visible_events(person), Event.state == EventState.PUBLISHED, Event.ends_at > now)
        .order_by(Event.starts_at, Event.id)
        .limit(most)
    ).all()


def open_season(now: datetime) -> Season | None:
    """The season that people may volunteer for now; the newest when there are several."""
    return db.session.scalar(
        sa.select(Season)
        .where(
            Season.published_at.is_not(None),
            Season.archived_at.is_(None),
            Season.signup_opens_at <= now,
            sa.or_(Season.signup_closes_at.is_(None), Season.signup_closes_at > now),
        )
        .order_by(Season.year.desc(), Season.id.desc())
        .limit(1)
    )


def progress_of(seasons: Sequence[Season]) -> dict[int, Progress]:
    """How far each season has come, by its id. Cancelled camps do not count."""
    ids = [season.id for season in seasons]
    camps = dict.fromkeys(ids, (0, 0)) | _camps_and_seats(ids)
    taken = _seats_taken(ids)
    volunteers = _counted(
        sa.select(JurySignup.season_id, sa.func.count())
        .where(JurySignup.season_id.in_(ids), JurySignup.withdrawn_at.is_(None))
        .group_by(JurySignup.season_id)
    )
    return {id: Progress(*camps[id], taken.get(id, 0), volunteers.get(id, 0)) for id in ids}


def _camps_and_seats(ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        sa.select(
            Camp.season_id,
            sa.func.count(sa.case((Camp.school_id.is_not(None), Camp.id)).distinct()),
            sa.func.coalesce(sa.func.sum(Panel.target), 0),
        )
        .join(Event, Event.id == Camp.event_id)
        .outerjoin(Panel, Panel.camp_id == Camp.id)
        .where(Camp.season_id.in_(ids), Event.state != EventState.CANCELLED)
        .group_by(Camp.season_id)
    )
    return {season_id: (camps, seats) for season_id, camps, seats in rows}


def _seats_taken(ids: list[int]) -> dict[int, int]:
    return _counted(
        sa.select(Camp.season_id, sa.func.count(Assignment.id))
        .join(Camp, Camp.id == Assignment.camp_id)
        .join(Event, Event.id == Camp.event_id)
        .where(
            Camp.season_id.in_(ids),
            Event.state != EventState.CANCELLED,
            Assignment.state.in_(TAKEN),
        )
        .group_by(Camp.season_id)
    )


def _counted(query: sa.Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(query)}
