"""What the page of a season's juries shows: who sits where, what is open, and who is next."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portal.db import db
from portal.fields import read_number
from portal.jury.asks import repairing, rounds, who_is_next
from portal.jury.matching import repair
from portal.jury.matching.repair import Reserve
from portal.jury.matching.types import Camp as MatchedCamp
from portal.jury.matching.types import NotProved, Travel, Volunteer
from portal.jury.question import problems
from portal.jury.question.problems import Problem
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.jury import TAKEN, AskRound, Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp, Panel, Season

_SHOWN = 3


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take an open seat, and when the person was asked last for any."""

    reserve: Reserve
    signup: JurySignup
    last_asked: datetime | None

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.signup.juror


@dataclass(frozen=True)
class OpenPanel:
    """A jury with seats that nobody sits on or is asked for; ``candidates`` in turn."""

    panel: Panel
    free: int
    candidates: Sequence[Candidate]

    @property
    def usual(self) -> int:
        """How many are asked at once, unless the organiser says otherwise."""
        return who_is_next.how_many(self.free, len(self.candidates))

    @property
    def first(self) -> Sequence[Candidate]:
        """Those to show."""
        return self.candidates[:_SHOWN]


@dataclass(frozen=True)
class Round:
    """Several asked at once, and how each has answered."""

    row: AskRound
    asked: Sequence[Assignment]

    @property
    def is_open(self) -> bool:
        """Whether somebody may still say yes."""
        return self.row.closed_at is None

    @property
    def waiting(self) -> Sequence[Assignment]:
        """Those who have not answered."""
        return [each for each in self.asked if each.state == AssignmentState.OFFERED]

    @property
    def answer_by(self) -> datetime | None:
        """Until when the last of them may."""
        return max((each.answer_by for each in self.waiting if each.answer_by), default=None)


@dataclass(frozen=True)
class StaffedCamp:
    """A camp as it stands: who is on its juries, who was, and what is open."""

    camp: Camp
    seated: Sequence[Assignment]
    others: Sequence[Assignment]
    rounds: Sequence[Round]
    open_panels: Sequence[OpenPanel]

    @property
    def missing(self) -> int:
        """Seats that nobody is asked for."""
        return sum(each.free for each in self.open_panels)

    @property
    def in_rounds(self) -> int:
        """Seats for which several are asked."""
        return sum(each.row.seats_left for each in self.rounds if each.is_open)

    @property
    def said_yes(self) -> int:
        """How many have said yes, also those who must confirm a new time."""
        return sum(seat.state in TAKEN for seat in self.seated)

    @property
    def waiting(self) -> int:
        """How many seats somebody has been asked for and not answered."""
        return self.in_rounds + sum(seat.state == AssignmentState.ASKED for seat in self.seated)


@dataclass(frozen=True)
class Step:
    """Somebody whom a repair asks for a seat; ``leaves`` is the camp that the person gives up."""

    person: Person
    camp: Camp
    leaves: Camp | None


@dataclass(frozen=True)
class Repair:
    """The cheapest repair in rows: what it fills, and whom it asks where."""

    fills: int
    moved: int
    steps: Sequence[Step]
    leaving: Sequence[Step]


@dataclass(frozen=True)
class Juries:
    """All that the page of a season's juries shows. No repair where none helps, or none is proved.

    ``is_proved`` is False in the last case.
    """

    camps: Sequence[StaffedCamp]
    repair: Repair | None
    is_proved: bool = True


def juries(season: Season, now: datetime) -> Juries:
    """The juries of the camps to come, and what would fill their open seats."""
    problem = problems.of_season(season, season.policy, now)
    known = _Known(season, problem)
    camps = _staffed(known, problems.camps_to_come(season, now))
    if not any(each.missing for each in camps):
        return Juries(camps, None)
    try:
        found = repairing.cheapest(problem)
    except NotProved:
        return Juries(camps, None, is_proved=False)
    return Juries(camps, _named(found, known, [each.camp for each in camps]))


def _named(found: repairing.Repair, known: "_Known", camps: Sequence[Camp]) -> Repair | None:
    if found.fills <= 0:
        return None
    places = {camp.id: camp for camp in camps}
    people = known.people | {
        each.person_id: each.person for camp in camps for each in camp.assignments
    }

    def steps(plain: tuple[repairing.Step, ...]) -> list[Step]:
        return [
            Step(people[each.person_id], places[each.camp_id], places.get(each.from_camp_id or 0))
            for each in plain
        ]

    return Repair(found.fills, found.moved, steps(found.steps), steps(found.leaving))


def _staffed(known: "_Known", camps: Sequence[Camp]) -> list[StaffedCamp]:
    by_panel = _rounds_of(camps)
    return [
        StaffedCamp(
            camp,
            [each for each in camp.assignments if each.is_seated],
            [each for each in camp.assignments if not each.is_seated],
            [each for panel in camp.panels for each in _worth_showing(panel, by_panel[panel.id])],
            [
                OpenPanel(panel, free, known.candidates(panel))
                for panel in camp.panels
                if (free := _free(panel, by_panel[panel.id], camp.assignments))
            ],
        )
        for camp in camps
    ]


def panel_or_404(season: Season, event_slug: str, number: int) -> Panel:
    """One jury of the season, by its camp's event and its number there."""
    return db.one_or_404(
        sa.select(Panel)
        .join(Panel.camp)
        .join(Camp.event)
        .where(
            Camp.season_id == season.id,
            Event.slug == event_slug,
            # An address may hold more digits than a column.
            Panel.number == read_number(str(number)),
        )
    )


def open_panel(season: Season, panel: Panel, now: datetime) -> OpenPanel:
    """One jury with its open seats, none when it is full or its camp is off, and who is next."""
    problem = problems.of_season(season, season.policy, now)
    camps = {camp.id: camp for camp in problems.camps_to_come(season, now)}
    camp = camps.get(panel.camp_id)
    if camp is None:
        return OpenPanel(panel, 0, ())
    free = _free(panel, _rounds_of([camp])[panel.id], camp.assignments)
    return OpenPanel(panel, free, _Known(season, problem).candidates(panel) if free else ())


def round_in_season(season: Season, public_id: str) -> AskRound:
    """One of the season's rounds; any other does not exist."""
    return db.one_or_404(
        sa.select(AskRound)
        .join(AskRound.panel)
        .join(Panel.camp)
        .where(AskRound.public_id == public_id, Camp.season_id == season.id)
        .options(joinedload(AskRound.panel).joinedload(Panel.camp).joinedload(Camp.event))
    )


def waiting_in(opened: AskRound) -> Sequence[Assignment]:
    """Those of a round who have not answered, in Norwegian order."""
    return db.session.scalars(
        sa.select(Assignment)
        .join(Assignment.person)
        .where(Assignment.round_id == opened.id, Assignment.state == AssignmentState.OFFERED)
        .options(contains_eager(Assignment.person))
        .order_by(Person.sort_key, Person.id)
    ).all()


class _Known:
    """What is read once, for all the open seats of a season."""

    def __init__(self, season: Season, problem: Problem) -> None:
        self._problem = problem
        self._signups = {each.juror_id: each for each in problems.offers(season)}
        asked = rounds.last_asked(list(self._signups))
        self._asked = {str(person_id): moment for person_id, moment in asked.items()}
        self._serving = [*problem.locks, *problem.standing]
        self._ways: dict[tuple[str, str], Travel] = {}

    @property
    def people(self) -> dict[int, Person]:
        """Everybody who offered to serve, by id."""
        return {number: each.juror for number, each in self._signups.items()}

    def candidates(self, panel: Panel) -> Sequence[Candidate]:
        """Everybody who could take a seat of ``panel`` so that nobody has to move, in turn."""
        problem = self._problem
        reserves = repair.reserves(
            problem.volunteers,
            problem.camps,
            problem.policy,
            self._serving,
            str(panel.camp_id),
            str(panel.id),
            travel=self._way,
        )
        return [
            Candidate(each, self._signups[int(each.volunteer)], self._asked.get(each.volunteer))
            for each in who_is_next.in_turn(reserves, self._asked)
            if int(each.volunteer) in self._signups
        ]

    def _way(self, volunteer: Volunteer, camp: MatchedCamp) -> Travel:
        """Each way once, however many seats are open."""
        key = volunteer.id, camp.id
        if key not in self._ways:
            self._ways[key] = self._problem.travel(volunteer, camp)
        return self._ways[key]


def _rounds_of(camps: Collection[Camp]) -> dict[int, list[Round]]:
    """The rounds of the camps' juries, by the jury's id, the newest first."""
    asked: dict[int, list[Assignment]] = defaultdict(list)
    for each in (each for camp in camps for each in camp.assignments if each.round_id):
        asked[each.round_id or 0].append(each)
    found: dict[int, list[Round]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(AskRound)
        .where(AskRound.panel_id.in_([panel.id for camp in camps for panel in camp.panels]))
        .order_by(AskRound.id.desc())
        .execution_options(populate_existing=True)
    )
    for row in rows:
        found[row.panel_id].append(Round(row, asked[row.id]))
    return found


def _worth_showing(panel: Panel, all_rounds: list[Round]) -> list[Round]:
    """The rounds that are open; else the newest, if it ended with seats to give."""
    running = [each for each in all_rounds if each.is_open]
    return running or [each for each in all_rounds[:1] if each.row.seats_left]


def _free(panel: Panel, all_rounds: list[Round], assignments: Collection[Assignment]) -> int:
    seated = sum(each.is_seated and each.panel_id == panel.id for each in assignments)
    promised = sum(each.row.seats_left for each in all_rounds if each.is_open)
    return max(0, panel.target - seated - promised)
