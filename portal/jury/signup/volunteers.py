"""Who has offered to serve in a season, as organisers and county coordinators see them.

A coordinator sees those who offer to come, or are assigned, to camps in the own county; of a
conflict only that there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import contains_eager, selectinload

from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.jury import Assignment, Conflict, DayAnswer, JurySignup, SignupDay
from portal.models.places import School
from portal.models.seasons import Camp, Season
from portal.text import search_key

PAGE_SIZE = 50
_BEST_FIRST = (DayAnswer.YES, DayAnswer.IF_NEEDED, DayAnswer.NO)


@dataclass(frozen=True)
class Filters:
    """Whom one looks for: by name, by the county they set out from."""

    q: str = ""
    county: str = ""
    page: int = 1


@dataclass(frozen=True)
class Volunteer:
    """One line: the offer, the best answer for each day, and where something stands in the way."""

    signup: JurySignup
    days: dict[date, DayAnswer]
    conflicts: list[Conflict]

    @property
    def conflict_schools(self) -> list[School]:
        """The schools at which the person should not judge, each once."""
        return list(dict.fromkeys(conflict.school for conflict in self.conflicts))


@dataclass(frozen=True)
class VolunteerPage:
    """One page of volunteers, the days to show for them, and the offers taken back."""

    rows: list[Volunteer]
    days: list[date]
    pages: Pagination
    withdrawn: Sequence[JurySignup]


def page_of(season: Season, viewer: Person, filters: Filters) -> VolunteerPage:
    """The volunteers that ``viewer`` may see and ``filters`` let through, by name."""
    camps = _camps(season, viewer)
    seen = _seen_by(season, viewer)
    pages = db.paginate(
        _signups(sa.and_(seen, JurySignup.withdrawn_at.is_(None), *_narrowed(filters))),
        page=max(filters.page, 1),
        per_page=PAGE_SIZE,
        error_out=False,
    )
    withdrawn = db.session.scalars(
        sa.select(JurySignup)
        .join(JurySignup.juror)
        .where(seen, JurySignup.withdrawn_at.is_not(None))
        .options(contains_eager(JurySignup.juror))
        .order_by(JurySignup.withdrawn_at.desc(), JurySignup.id)
    ).all()
    by_id = {camp.id: camp for camp in camps}
    rows = [_volunteer(signup, by_id) for signup in pages.items]
    days = sorted({camp.event.first_day for camp in camps})
    return VolunteerPage(rows, days, pages, withdrawn)


def _camps(season: Season, viewer: Person) -> Sequence[Camp]:
    """The camps whose days and schools the viewer has to do with."""
    own = [] if viewer.is_organiser else [Event.county_code.in_(viewer.counties_coordinated)]
    return db.session.scalars(
        sa.select(Camp)
        .join(Camp.event)
        .where(Camp.season_id == season.id, Event.state != EventState.CANCELLED, *own)
        .options(contains_eager(Camp.event))
    ).all()


def _seen_by(season: Season, viewer: Person) -> sa.ColumnElement[bool]:
    of_season = JurySignup.season_id == season.id
    if viewer.is_organiser:
        return of_season
    own = sa.select(Camp.id).join(Camp.event).where(
        Camp.season_id == season.id, Event.county_code.in_(viewer.counties_coordinated)
    )  # fmt: skip
    offering = sa.select(SignupDay.signup_id).where(
        SignupDay.camp_id.in_(own), SignupDay.answer != DayAnswer.NO
    )
    assigned = sa.select(Assignment.person_id).where(Assignment.camp_id.in_(own))
    return sa.and_(
        of_season, sa.or_(JurySignup.id.in_(offering), JurySignup.juror_id.in_(assigned))
    )


def _narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for word in search_key(filters.q).split():
        found.append(Person.search_key.contains(word, autoescape=True))
    if filters.county:
        found.append(JurySignup.municipality_code.startswith(filters.county, autoescape=True))
    return found


def _signups(condition: sa.ColumnElement[bool]) -> sa.Select[tuple[JurySignup]]:
    return (
        sa.select(JurySignup)
        .join(JurySignup.juror)
        .where(condition)
        .options(
            contains_eager(JurySignup.juror),
            selectinload(JurySignup.days),
            selectinload(JurySignup.conflicts).joinedload(Conflict.school),
        )
        .order_by(Person.sort_key, JurySignup.id)
    )


def _volunteer(signup: JurySignup, camps: dict[int, Camp]) -> Volunteer:
    days: dict[date, DayAnswer] = {}
    for said in signup.days:
        if said.camp_id in camps:
            day = camps[said.camp_id].event.first_day
            days[day] = min(days.get(day, said.answer), said.answer, key=_BEST_FIRST.index)
    schools = {camp.school_id for camp in camps.values()}
    conflicts = [each for each in signup.conflicts if each.school_id in schools]
    return Volunteer(signup, days, conflicts)
