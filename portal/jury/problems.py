"""A season's rows as the plain values that the matching reads."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.geography import counties, municipalities
from portal.geography.positions import Position
from portal.jury import nearness
from portal.jury.matching import travel as matching_travel
from portal.jury.matching.types import Camp as MatchedCamp
from portal.jury.matching.types import Pair, Policy, Volunteer
from portal.jury.matching.types import Panel as MatchedPanel
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.jury import (
    Assignment,
    AssignmentState,
    DayAnswer,
    JurySignup,
    Wish,
)
from portal.models.places import Organisation, OrganisationKind
from portal.models.seasons import Camp, RankingPolicy, Season

# Who said no, or nothing, is not proposed for the same camp again.
_REFUSALS = (AssignmentState.DECLINED, AssignmentState.WITHDRAWN, AssignmentState.EXPIRED)
# A promise given stands whatever the matching would like better.
_PROMISED = (AssignmentState.ACCEPTED, AssignmentState.RECONFIRM, AssignmentState.SERVED)
_PRIVATE = "private"


@dataclass(frozen=True)
class Problem:
    """What the matching is asked: ids are row ids as text. ``basis`` names this very question."""

    volunteers: tuple[Volunteer, ...]
    camps: tuple[MatchedCamp, ...]
    policy: Policy
    locks: tuple[Pair, ...]
    standing: tuple[Pair, ...]
    starts: dict[str, Position | None]
    places: dict[str, Position | None]

    @property
    def travel(self) -> matching_travel.Estimate:
        """The way from where somebody sets out to a camp; unknown places count as no way at all."""
        return matching_travel.Estimate(
            lambda volunteer: self.starts.get(volunteer.id), lambda camp: self.places.get(camp.id)
        )

    @property
    def basis(self) -> str:
        """The same for two questions that are alike, in whatever order their rows came."""
        parts = (sorted(map(_plain, self.volunteers)), sorted(map(_plain, self.camps)))
        pairs = (sorted(map(str, self.locks)), sorted(map(str, self.standing)))
        return hashlib.sha256(repr((parts, pairs, self.policy)).encode()).hexdigest()


def of_season(
    season: Season, ranking: RankingPolicy, now: datetime, locks: tuple[Pair, ...] = ()
) -> Problem:
    """The question of who serves where, for the camps of ``season`` that are still to come.

    ``locks`` are added to the promises that stand.
    """
    camps = camps_to_come(season, now)
    day = min((camp.event.first_day for camp in camps), default=now.date())
    signups = offers(season)
    seated = [a for camp in camps for a in camp.assignments if a.is_seated]
    owners = _owners()
    promised = tuple(_pair(a) for a in seated if a.state in _PROMISED or a.locked)
    matched = tuple(_camp(camp, owners) for camp in camps)
    volunteers = [_volunteer(signup, camps, day) for signup in signups]
    volunteers += _unoffered(seated, {signup.juror_id for signup in signups}, day)
    taken = {*promised, *locks}
    return Problem(
        tuple(volunteers),
        matched,
        Policy(ranking=ranking.value, bar_owner=season.bars_school_owner),
        tuple(sorted(taken, key=str)),
        tuple(sorted((_pair(a) for a in seated if _pair(a) not in taken), key=str)),
        {
            **{str(a.person_id): _home(a.person) for a in seated},
            **{
                str(s.juror_id): nearness.start_of(s.postcode, s.municipality_code) for s in signups
            },
        },
        {str(camp.id): nearness.place_of(camp) for camp in camps},
    )


def camps_to_come(season: Season, now: datetime) -> list[Camp]:
    """The camps of ``season`` that are neither held nor cancelled, in the order of their days."""
    return list(
        db.session.scalars(
            sa.select(Camp)
            .join(Camp.event)
            .where(
                Camp.season_id == season.id,
                Event.state != EventState.CANCELLED,
                Event.ends_at > now,
            )
            .options(
                joinedload(Camp.event),
                joinedload(Camp.school),
                selectinload(Camp.panels),
                selectinload(Camp.assignments).joinedload(Assignment.person),
            )
            .order_by(Event.starts_at, Camp.id)
            # What an earlier step of the same transaction changed must be seen.
            .execution_options(populate_existing=True)
        )
    )


def offers(season: Season) -> list[JurySignup]:
    """The offers of ``season`` that stand, with all they hold."""
    return list(
        db.session.scalars(
            sa.select(JurySignup)
            .where(JurySignup.season_id == season.id, JurySignup.withdrawn_at.is_(None))
            .options(
                joinedload(JurySignup.juror).joinedload(Person.organisation),
                selectinload(JurySignup.days),
                selectinload(JurySignup.conflicts),
            )
            .order_by(JurySignup.id)
        )
    )


def _camp(camp: Camp, owners: dict[str, str]) -> MatchedCamp:
    county = camp.event.county_code
    on = camp.event.first_day
    private = camp.school is None or camp.school.owner == _PRIVATE
    return MatchedCamp(
        id=str(camp.id),
        day=on.isoformat(),
        panels=tuple(
            MatchedPanel(str(p.id), p.minimum, p.target, p.remote_allowed) for p in camp.panels
        ),
        municipality_code=_code(camp.event.municipality_code, on),
        county_code=county,
        neighbour_counties=(
            matching_travel.neighbour_counties(county, on) if county else frozenset()
        ),
        owner=None if private or county is None else owners.get(county),
    )


def _volunteer(signup: JurySignup, camps: list[Camp], day: date) -> Volunteer:
    answers = {each.camp_id: each for each in signup.days}
    conflicting = {each.school_id for each in signup.conflicts}
    said = {camp.id: answers[camp.id].answer for camp in camps if camp.id in answers}
    wishes = {camp.id: answers[camp.id].wish for camp in camps if camp.id in answers}
    return Volunteer(
        id=str(signup.juror_id),
        municipality_code=_code(signup.municipality_code, day),
        county_code=_county(signup.municipality_code, day),
        days=_days(camps, said, DayAnswer.YES),
        if_needed=_days(camps, said, DayAnswer.IF_NEEDED) - _days(camps, said, DayAnswer.YES),
        at_most=signup.at_most,
        longest_km=signup.longest_km,
        counties=_related(signup.counties) if signup.counties else None,
        takes_ferry=signup.takes_ferry,
        employer=_employer(signup.juror),
        conflicts=_ids(camp for camp in camps if camp.school_id in conflicting),
        # One may come to one camp of a day and not to another.
        refused=_ids(
            camp
            for camp in camps
            if said.get(camp.id, DayAnswer.NO) == DayAnswer.NO or _refused(camp, signup.juror_id)
        ),
        wishes=_ids(camp for camp in camps if wishes.get(camp.id) == Wish.WISH),
        avoids=_ids(camp for camp in camps if wishes.get(camp.id) == Wish.AVOID),
    )


def _unoffered(seated: list[Assignment], offered: set[int], day: date) -> list[Volunteer]:
    """People whom an organiser put on a jury without an offer: they stay where they are."""
    found: dict[int, Volunteer] = {}
    for assignment in seated:
        person = assignment.person
        if person.id in offered or person.id in found:
            continue
        own = [a for a in seated if a.person_id == person.id]
        found[person.id] = Volunteer(
            id=str(person.id),
            municipality_code=_code(person.municipality_code, day),
            county_code=_county(person.municipality_code, day),
            days=frozenset(a.camp.event.first_day.isoformat() for a in own),
            at_most=len(own),
            employer=_employer(person),
        )
    return list(found.values())


def _refused(camp: Camp, person_id: int) -> bool:
    own = (a for a in camp.assignments if a.person_id == person_id)
    return any(a.state in _REFUSALS or _was_taken_out(a) for a in own)


def _was_taken_out(seat: Assignment) -> bool:
    return seat.state == AssignmentState.RELEASED and bool(seat.reason.get("for_good"))


def _days(camps: list[Camp], said: dict[int, DayAnswer], wanted: DayAnswer) -> frozenset[str]:
    return frozenset(c.event.first_day.isoformat() for c in camps if said.get(c.id) == wanted)


def _ids(camps: object) -> frozenset[str]:
    return frozenset(str(camp.id) for camp in camps)  # type: ignore[attr-defined]


def _pair(assignment: Assignment) -> Pair:
    return Pair(str(assignment.person_id), str(assignment.camp_id), str(assignment.panel_id))


def _home(person: Person) -> Position | None:
    return nearness.start_of(person.postcode or "", person.municipality_code or "")


def _employer(person: Person) -> str | None:
    return str(person.organisation_id) if person.organisation_id else None


def _owners() -> dict[str, str]:
    """Which organisation owns the public upper secondary schools of a county."""
    rows = db.session.execute(
        sa.select(Organisation.county_code, Organisation.id).where(
            Organisation.kind == OrganisationKind.COUNTY_COUNCIL,
            Organisation.county_code.is_not(None),
        )
    )
    return {str(code): str(number) for code, number in rows}


def _related(codes: list[str]) -> frozenset[str]:
    """The counties and those they came from or became: an offer outlives a reform."""
    return frozenset(
        county.code
        for county in counties.all()
        if any(counties.related(county.code, code) for code in codes)
    )


def _code(code: str | None, on: date) -> str | None:
    known = municipalities.current_codes(code, on) if code else ()
    return known[0] if known else None


def _county(code: str | None, on: date) -> str | None:
    current = _code(code, on)
    return municipalities.county_of(current, on).code if current else None


def _plain(value: Volunteer | MatchedCamp) -> str:
    """A value written so that equal ones read alike: sets have no order of their own."""
    shown = {
        name: sorted(each) if isinstance(each, frozenset) else each
        for name, each in vars(value).items()
    }
    return repr(sorted(shown.items()))
