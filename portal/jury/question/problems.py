"""A season's rows as the plain values that the matching reads."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import membership, staffing
from portal.db import db
from portal.geography.positions import Position
from portal.jury.matching import travel as matching_travel
from portal.jury.matching.types import Camp as MatchedCamp
from portal.jury.matching.types import Pair, Policy, Volunteer
from portal.jury.prices import pricing
from portal.jury.question import backgrounds, matched, said
from portal.jury.signup import nearness
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.jury import Assignment, AssignmentState, JurySignup
from portal.models.places import Organisation, OrganisationKind
from portal.models.seasons import Camp, RankingPolicy, Season

# A promise given stands whatever the matching would like better.
_PROMISED = (AssignmentState.ACCEPTED, AssignmentState.RECONFIRM, AssignmentState.SERVED)


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

    def holding(self, locks: tuple[Pair, ...]) -> "Problem":
        """The same question with these pairs locked as well."""
        taken = {*self.locks, *locks}
        return replace(
            self,
            locks=tuple(sorted(taken, key=str)),
            standing=tuple(sorted((p for p in self.standing if p not in taken), key=str)),
        )

    def lockable(self, pairs: Iterable[Pair]) -> set[Pair]:
        """Those of ``pairs`` that it is about, and that no conflict bars."""
        panels = {(camp.id, panel.id) for camp in self.camps for panel in camp.panels}
        conflicts = {each.id: each.conflicts for each in self.volunteers}
        return {
            pair
            for pair in pairs
            if (pair.camp, pair.panel) in panels
            and pair.volunteer in conflicts
            and pair.camp not in conflicts[pair.volunteer]
        }

    def under(self, policy: Policy) -> "Problem":
        """The same question asked under another policy."""
        return replace(self, policy=policy)

    @property
    def basis(self) -> str:
        """The same for two questions that are alike, in whatever order their rows came."""
        parts = (sorted(map(_plain, self.volunteers)), sorted(map(_plain, self.camps)))
        pairs = (sorted(map(str, self.locks)), sorted(map(str, self.standing)))
        return hashlib.sha256(repr((parts, pairs, self.policy)).encode()).hexdigest()


def of_season(
    season: Season,
    ranking: RankingPolicy,
    now: datetime,
    locks: tuple[Pair, ...] = (),
    prices: pricing.Kept | None = None,
) -> Problem:
    """The question of who serves where, for the camps of ``season`` that are still to come.

    ``locks`` are added to the promises that stand. ``prices`` are the season's when not given.

    Raises:
        BadPrice: a price that cannot be used.
    """
    camps = camps_to_come(season, now)
    day = min((camp.event.first_day for camp in camps), default=now.date())
    signups = offers(season)
    seats = [seat for camp in camps for seat in camp.assignments]
    seated = [seat for seat in seats if seat.is_seated]
    owners = owners_of_schools()
    promised = tuple(_pair(a) for a in seated if a.state in _PROMISED or a.locked)
    spoken_for = staffing.spoken_for(season.id)
    places = tuple(matched.camp_of(camp, owners, spoken_for) for camp in camps)
    served = backgrounds.have_served({s.juror_id for s in signups} | {a.person_id for a in seated})
    answers, asked = said.answers_of(season), said.asked_about(camps, seats)
    offered = _asked_together(seats)
    volunteers = [
        _held_back(_volunteer(s, answers[s.id], asked, day, served), camps, offered[s.juror_id])
        for s in signups
    ]
    volunteers += _unoffered(seated, {signup.juror_id for signup in signups}, day, served)
    problem = Problem(
        tuple(volunteers),
        places,
        policy_of(season, ranking, prices),
        (),
        tuple(_pair(a) for a in seated),
        {
            **{str(a.person_id): _home(a.person) for a in seated},
            **{
                str(s.juror_id): nearness.start_of(s.postcode, s.municipality_code) for s in signups
            },
        },
        {str(camp.id): nearness.place_of(camp) for camp in camps},
    )
    return problem.holding((*promised, *locks))


def policy_of(season: Season, ranking: RankingPolicy, prices: pricing.Kept | None = None) -> Policy:
    """How juries of ``season`` are ranked; ``prices`` are the season's when not given.

    Raises:
        BadPrice: a price that cannot be used.
    """
    kept = prices_of(season, ranking) if prices is None else prices
    return Policy(
        ranking=ranking.value, prices=pricing.read(kept), bar_owner=season.bars_school_owner
    )


def prices_of(season: Season, ranking: RankingPolicy) -> dict[str, Any]:
    """The prices that the proposals of ``season`` begin with, as they hold for ``ranking``."""
    return pricing.for_ranking(season.prices, season.policy.value, ranking.value)


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
                selectinload(Camp.assignments)
                .joinedload(Assignment.person)
                .joinedload(Person.organisation),
            )
            .order_by(Event.starts_at, Camp.id)
            # What an earlier step of the same transaction changed must be seen.
            .execution_options(populate_existing=True)
        )
    )


def offers(season: Season) -> list[JurySignup]:
    """The offers of ``season`` that stand, with their conflicts. What was said: ``said``.

    Not those of people who are suspended: nobody asks them.
    """
    return list(
        db.session.scalars(
            sa.select(JurySignup)
            .where(
                JurySignup.season_id == season.id,
                JurySignup.withdrawn_at.is_(None),
                ~membership.is_suspended(JurySignup.juror_id),
            )
            .options(
                joinedload(JurySignup.juror).joinedload(Person.organisation),
                selectinload(JurySignup.conflicts),
            )
            .order_by(JurySignup.id)
        )
    )


def _volunteer(
    signup: JurySignup, answers: said.Answers, asked: said.Asked, day: date, served: set[int]
) -> Volunteer:
    person = matched.Person(
        str(signup.juror_id),
        employer_of(signup.juror),
        asked.refusals.get(signup.juror_id, frozenset()),
        backgrounds.of(signup.juror_id, served, signup.expertise),
    )
    schools = {each.school_id for each in signup.conflicts}
    return matched.volunteer_of(person, signup, answers, schools, asked, day)


def _asked_together(seats: list[Assignment]) -> defaultdict[int, list[Assignment]]:
    """The seats, by person, of those who are asked together with others and have not answered."""
    found: defaultdict[int, list[Assignment]] = defaultdict(list)
    for seat in seats:
        if seat.state == AssignmentState.OFFERED:
            found[seat.person_id].append(seat)
    return found


def _held_back(volunteer: Volunteer, camps: list[Camp], asked: list[Assignment]) -> Volunteer:
    """Without what somebody might still say yes to: they are asked, together with others."""
    if not asked:
        return volunteer
    person = asked[0].person_id
    seated = {
        camp.id for camp in camps for a in camp.assignments if a.person_id == person and a.is_seated
    }
    days = {a.camp.event.first_day for a in asked}
    others = {str(c.id) for c in camps if c.event.first_day in days and c.id not in seated}
    return replace(
        volunteer,
        at_most=max(len(seated), volunteer.at_most - len(asked)),
        refused=volunteer.refused | others,
    )


def _unoffered(
    seated: list[Assignment], offered: set[int], day: date, served: set[int]
) -> list[Volunteer]:
    """People whom an organiser put on a jury without an offer: they stay where they are."""
    found: dict[int, Volunteer] = {}
    for assignment in seated:
        person = assignment.person
        if person.id in offered or person.id in found:
            continue
        own = [a for a in seated if a.person_id == person.id]
        found[person.id] = Volunteer(
            id=str(person.id),
            municipality_code=matched.code_on(person.municipality_code, day),
            county_code=matched.county_on(person.municipality_code, day),
            days=frozenset(a.camp.event.first_day.isoformat() for a in own),
            at_most=len(own),
            employer=employer_of(person),
            experienced=person.id in served,
        )
    return list(found.values())


def _pair(assignment: Assignment) -> Pair:
    return Pair(str(assignment.person_id), str(assignment.camp_id), str(assignment.panel_id))


def _home(person: Person) -> Position | None:
    return nearness.start_of(person.postcode or "", person.municipality_code or "")


def employer_of(person: Person) -> str | None:
    """The organisation that employs somebody, by its id as text."""
    return str(person.organisation_id) if person.organisation_id else None


def owners_of_schools() -> dict[str, str]:
    """Which organisation owns the public upper secondary schools of a county."""
    rows = db.session.execute(
        sa.select(Organisation.county_code, Organisation.id).where(
            Organisation.kind == OrganisationKind.COUNTY_COUNCIL,
            Organisation.county_code.is_not(None),
        )
    )
    return {str(code): str(number) for code, number in rows}


def _plain(value: Volunteer | MatchedCamp) -> str:
    """A value written so that equal ones read alike: sets have no order of their own."""
    shown = {
        name: sorted(each) if isinstance(each, frozenset) else each
        for name, each in vars(value).items()
    }
    return repr(sorted(shown.items()))
