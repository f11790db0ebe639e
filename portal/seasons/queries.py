"""What the season pages ask the database."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import access, directory
from portal.dates import OSLO
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState
from portal.models.jury import TAKEN, AskRound, Assignment, AssignmentState, JurySignup
from portal.models.plans import Plan, PlanState
from portal.models.seasons import Camp, Panel, Season, SeasonCommissioner
from portal.text import sort_key

_SCHOOL = re.compile("videregående skole|vidaregåande skule", re.IGNORECASE)
WAITING = (AssignmentState.PROPOSED, AssignmentState.ASKED)


@dataclass(frozen=True)
class Staffing:
    """A camp and how far its juries are filled; ``waiting`` seats are asked and not answered."""

    camp: Camp
    taken: int = 0
    waiting: int = 0

    @property
    def event(self) -> Event:
        """The camp as an event."""
        return self.camp.event

    @property
    def label(self) -> str:
        """Its name as short as tables want it: "Skien vgs."."""
        return _SCHOOL.sub("vgs.", self.camp.name)

    @property
    def need(self) -> int:
        """The seats we would like to fill; none when the camp is cancelled."""
        return 0 if self.event.is_cancelled else self.camp.target

    @property
    def missing(self) -> int:
        """The seats that nobody has said yes to."""
        return max(self.need - self.taken, 0)

    @property
    def short(self) -> int:
        """How many more the juries need at the very least."""
        return 0 if self.event.is_cancelled else max(self.camp.minimum - self.taken, 0)

    @property
    def county(self) -> str:
        """The name of the county it lies in on its day."""
        return directory.county_name(self.event.county_code)


@dataclass(frozen=True)
class Outline:
    """A season in a list: how many camps it has, and from when to when."""

    camps: int = 0
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Progress:
    """What the overview needs to know besides the camps."""

    volunteers: int
    plans_drafted: int
    plans_applied: int
    asked: int


def published_seasons() -> Sequence[Season]:
    """The seasons everybody may see, newest first."""
    return db.session.scalars(
        sa.select(Season)
        .where(Season.published_at.is_not(None))
        .order_by(Season.year.desc(), Season.id.desc())
    ).all()


def all_seasons() -> Sequence[Season]:
    """Every season, drafts too, newest first."""
    return db.session.scalars(
        sa.select(Season).order_by(Season.year.desc(), Season.id.desc())
    ).all()


def outlines(*, with_drafts: bool = False) -> dict[int, Outline]:
    """Camps and days of the seasons, by season id; cancelled camps do not count."""
    states = [EventState.PUBLISHED, *([EventState.DRAFT] if with_drafts else [])]
    rows = db.session.execute(
        sa.select(
            Camp.season_id,
            sa.func.count(Camp.school_id),
            sa.func.min(Event.starts_at),
            sa.func.max(Event.starts_at),
        )
        .join(Event, Event.id == Camp.event_id)
        .where(Event.state.in_(states))
        .group_by(Camp.season_id)
    )
    return {
        season_id: Outline(camps, _oslo_day(first), _oslo_day(last))
        for season_id, camps, first, last in rows
    }


def shown_season(viewer: Person | None, slug: str) -> Season:
    """The season at ``slug`` if it is published; organisers see theirs before that."""
    condition = [Season.slug == slug]
    if viewer is None or not viewer.is_organiser:
        condition.append(Season.published_at.is_not(None))
    return db.one_or_404(sa.select(Season).where(*condition).options(_COMMISSIONERS))


def season_of_organiser(slug: str) -> Season:
    """The season at ``slug`` for whoever has a role."""
    return db.one_or_404(sa.select(Season).where(Season.slug == slug).options(_COMMISSIONERS))


def shown_camps(season: Season, viewer: Person | None) -> list[Staffing]:
    """The camps a reader of the season's page sees: no drafts, but before it is published all."""
    conditions = [access.visible_events(viewer)]
    if season.published_at is not None:
        conditions.append(Event.state != EventState.DRAFT)
    return _staffed(season, sa.and_(*conditions))


def camps_of(season: Season, viewer: Person) -> list[Staffing]:
    """All camps of the season for those who run it; a coordinator's are those of the county."""
    camps = _staffed(season, sa.true())
    return [each for each in camps if access.coordinates(viewer, each.event.county_code)]


def camp_of(season: Season, event_slug: str) -> Camp:
    """The camp whose event is at ``event_slug``, with all that its page shows."""
    return db.one_or_404(
        sa.select(Camp)
        .join(Camp.event)
        .where(Camp.season_id == season.id, Event.slug == event_slug)
        .options(
            joinedload(Camp.event),
            joinedload(Camp.school),
            selectinload(Camp.panels),
            selectinload(Camp.assignments),
        )
    )


def final_of(season: Season) -> Camp | None:
    """The final that is not cancelled, if there is one."""
    return db.session.scalar(
        sa.select(Camp)
        .join(Camp.event)
        .where(
            Camp.season_id == season.id,
            Event.kind == EventKind.FINAL,
            Event.state != EventState.CANCELLED,
        )
        .limit(1)
    )


def progress(season: Season) -> Progress:
    """How far recruiting, planning and asking have come, in one question."""
    signups = _count(
        JurySignup, JurySignup.season_id == season.id, JurySignup.withdrawn_at.is_(None)
    )
    of_season = Assignment.camp_id.in_(sa.select(Camp.id).where(Camp.season_id == season.id))
    row = db.session.execute(
        sa.select(
            signups,
            _count(Plan, Plan.season_id == season.id, Plan.state == PlanState.DRAFT),
            _count(Plan, Plan.season_id == season.id, Plan.state == PlanState.APPLIED),
            _count(Assignment, of_season, Assignment.asked_at.is_not(None)),
        )
    ).one()
    return Progress(*row)


def _staffed(season: Season, condition: sa.ColumnElement[bool]) -> list[Staffing]:
    camps = db.session.scalars(
        sa.select(Camp)
        .join(Camp.event)
        .where(Camp.season_id == season.id, condition)
        .options(joinedload(Camp.event), joinedload(Camp.school), selectinload(Camp.panels))
    ).all()
    seats = _seats(season)
    rows = [
        Staffing(
            camp,
            sum(seats.get((camp.id, state), 0) for state in TAKEN),
            sum(seats.get((camp.id, state), 0) for state in WAITING),
        )
        for camp in camps
    ]
    return sorted(rows, key=_order)


def _order(row: Staffing) -> tuple[bool, str, datetime]:
    return row.camp.is_final, sort_key(row.camp.name), row.event.starts_at


def _seats(season: Season) -> Counter[tuple[int, AssignmentState]]:
    """How many seats of each camp are in which state; what open rounds have to give is asked."""
    held = (
        sa.select(Assignment.camp_id, Assignment.state, sa.func.count())
        .join(Camp, Camp.id == Assignment.camp_id)
        .where(Camp.season_id == season.id, Assignment.state.in_((*TAKEN, *WAITING)))
        .group_by(Assignment.camp_id, Assignment.state)
    )
    asked = sa.literal(AssignmentState.ASKED, Assignment.state.type)
    in_rounds = (
        sa.select(Panel.camp_id, asked, AskRound.seats_left)
        .join(Panel, Panel.id == AskRound.panel_id)
        .join(Camp, Camp.id == Panel.camp_id)
        .where(Camp.season_id == season.id, AskRound.closed_at.is_(None))
    )
    found: Counter[tuple[int, AssignmentState]] = Counter()
    for camp_id, state, count in db.session.execute(sa.union_all(held, in_rounds)):
        found[camp_id, AssignmentState(state)] += count
    return found


def _count(table: type[db.Model], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:  # type: ignore[name-defined]
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


def _oslo_day(moment: datetime | None) -> date | None:
    return moment.astimezone(OSLO).date() if moment else None


_COMMISSIONERS = selectinload(Season.commissioners).joinedload(SeasonCommissioner.organisation)
