"""What the pages of rounds ask for: a group's rounds, one round, its points as they are shown."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload, selectinload

from portal import access, membership
from portal.db import db
from portal.groups import queries as groups
from portal.groups.input_rounds import gathering, naming, points, stages, who
from portal.groups.input_rounds.stages import Stage
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import Group, GroupPlace, PlaceRole
from portal.models.input_rounds import Contribution, InputRound, InputTheme, InputVote
from portal.models.meetings import Meeting

# How long after a meeting a round can still be tied to it, unless it is already.
_RECENT = timedelta(days=120)


@dataclass(frozen=True)
class RoundRow:
    """A round in a list: where it stands and how many points it has."""

    round: InputRound
    stage: Stage
    points: int

    @property
    def answer_day(self) -> date | None:
        """The last day on which points are asked for."""
        return stages.last_day(self.round.answer_by)


@dataclass(frozen=True)
class PointRow:
    """A point as the viewer sees it; ``whose`` is empty where names are not shown."""

    point: Contribution
    whose: str
    is_mine: bool
    may_change: bool


@dataclass(frozen=True)
class Gathered:
    """A theme with the points under it; without a theme the points that stand alone."""

    theme: InputTheme | None
    rows: tuple[PointRow, ...]


@dataclass(frozen=True)
class Waiting:
    """A round that waits for one person: to contribute, or to vote."""

    round: InputRound
    stage: Stage
    has_answered: bool


def round_of(viewer: Person | None, slug: str, public_id: str) -> InputRound:
    """A round of the group at ``slug``, for those who read what is said there.

    A draft exists only for those who run the group.
    """
    group = groups.group_of_or_404(viewer, slug)
    if not who.reads(viewer, group):
        abort(404)
    found: InputRound = db.first_or_404(
        sa.select(InputRound)
        .where(InputRound.group_id == group.id, InputRound.public_id == public_id)
        .options(*_LOADED)
    )
    if found.opened_at is None and not access.leads_group(viewer, group):
        abort(404)
    return found


def round_run_by(viewer: Person | None, slug: str, public_id: str) -> InputRound:
    """A round for whoever runs the group; 403 for those who only sit in it."""
    group = groups.group_run_by(viewer, slug)
    found: InputRound = db.first_or_404(
        sa.select(InputRound)
        .where(InputRound.group_id == group.id, InputRound.public_id == public_id)
        .options(*_LOADED)
    )
    return found


_LOADED = (
    joinedload(InputRound.group),
    joinedload(InputRound.meeting).joinedload(Meeting.event),
    joinedload(InputRound.item),
    joinedload(InputRound.created_by).selectinload(Person.emails),
    selectinload(InputRound.themes),
    selectinload(InputRound.contributions),
)


def rounds_in(viewer: Person | None, group: Group, *, drafts: bool) -> list[RoundRow]:
    """The rounds of ``group`` as the viewer may see them: those that go on first, newest first."""
    if not who.reads(viewer, group):
        return []
    return _rows(InputRound.group_id == group.id, drafts=drafts)


def rounds_at(viewer: Person | None, meeting: Meeting, *, drafts: bool) -> list[RoundRow]:
    """The rounds tied to ``meeting``."""
    if not who.reads(viewer, meeting.group):
        return []
    return _rows(InputRound.meeting_id == meeting.id, drafts=drafts)


def point_of(found: InputRound, public_id: str, person: Person, *, runs: bool) -> Contribution:
    """A point that ``person`` may change; anybody else's does not exist."""
    named = (each for each in found.contributions if each.public_id == public_id)
    point = next((each for each in named if points.may_change(each, person, runs=runs)), None)
    if point is None:
        abort(404)
    return point


def theme_of(found: InputRound, public_id: str) -> InputTheme:
    """A theme of the round; one that was removed does not exist."""
    there = gathering.themes_of(found)
    theme = next((each for each in there if each.public_id == public_id), None)
    if theme is None:
        abort(404)
    return theme


def gathered(found: InputRound, viewer: Person | None, *, runs: bool) -> list[Gathered]:
    """The themes with their points, and last those that stand alone; none withdrawn."""
    names = naming.names_in(found)
    under: dict[int | None, list[PointRow]] = defaultdict(list)
    for point in found.contributions:
        if point.withdrawn_at is None:
            under[point.theme_id].append(_row(point, viewer, names, runs=runs))
    themes = [
        Gathered(theme, tuple(under.get(theme.id, ()))) for theme in gathering.themes_of(found)
    ]
    return [*themes, Gathered(None, tuple(under.get(None, ())))]


def withdrawn(found: InputRound, viewer: Person | None, *, runs: bool) -> list[Contribution]:
    """The withdrawn points that the viewer may put back."""
    return [
        each
        for each in found.contributions
        if each.withdrawn_at and viewer and points.may_change(each, viewer, runs=runs)
    ]


def meetings_to_tie(group: Group, found: InputRound | None, now: datetime) -> Sequence[Meeting]:
    """The meetings that a round may belong to, with their agendas: recent ones and coming ones."""
    recent = Event.ends_at > now - _RECENT
    own = Meeting.id == (found.meeting_id if found else None)
    return db.session.scalars(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(
            Meeting.group_id == group.id,
            sa.or_(sa.and_(recent, Event.state != EventState.CANCELLED), own),
        )
        .options(joinedload(Meeting.event), selectinload(Meeting.agenda))
        .order_by(Event.starts_at, Event.id)
    ).all()


def shows_meeting(viewer: Person | None, found: InputRound) -> bool:
    """Whether the meeting that the round is tied to is known to the viewer."""
    if found.meeting is None:
        return False
    event = found.meeting.event
    known = event.state != EventState.DRAFT and event.published_at is not None
    return known or access.leads_group(viewer, found.group)


def waiting_for(person: Person) -> list[Waiting]:
    """The rounds in which ``person`` has a say now, the nearest deadline first, for "my page"."""
    seated = membership.group_ids_of(person).where(GroupPlace.role != PlaceRole.OBSERVER)
    wrote = sa.exists().where(
        Contribution.round_id == InputRound.id,
        Contribution.person_id == person.id,
        Contribution.withdrawn_at.is_(None),
    )
    voted = sa.exists().where(InputVote.round_id == InputRound.id, InputVote.person_id == person.id)
    votes = sa.and_(InputRound.voting_opened_at.is_not(None), InputRound.voting_closed_at.is_(None))
    until = sa.case((votes, InputRound.vote_by), else_=InputRound.answer_by)
    rows = db.session.execute(
        sa.select(InputRound, sa.case((votes, voted), else_=wrote))
        .join(Group, Group.id == InputRound.group_id)
        .where(
            InputRound.group_id.in_(seated),
            Group.closed_at.is_(None),
            InputRound.opened_at.is_not(None),
            sa.or_(votes, InputRound.closed_at.is_(None)),
        )
        .options(joinedload(InputRound.group))
        .order_by(until.is_(None), until, InputRound.id)
    )
    return [Waiting(found, stages.of(found), bool(done)) for found, done in rows]


def _rows(condition: sa.ColumnElement[bool], *, drafts: bool) -> list[RoundRow]:
    statement = sa.select(InputRound).where(condition).options(joinedload(InputRound.group))
    if not drafts:
        statement = statement.where(InputRound.opened_at.is_not(None))
    found = db.session.scalars(statement.order_by(InputRound.id.desc())).all()
    counted: Counter[int] = Counter()
    if found:
        for round_id, number in db.session.execute(
            sa.select(Contribution.round_id, sa.func.count(Contribution.id))
            .where(
                Contribution.round_id.in_([each.id for each in found]),
                Contribution.withdrawn_at.is_(None),
            )
            .group_by(Contribution.round_id)
        ):
            counted[round_id] = number
    rows = [RoundRow(each, stages.of(each), counted[each.id]) for each in found]
    return sorted(rows, key=lambda row: row.stage == Stage.CLOSED)


def _row(
    point: Contribution, viewer: Person | None, names: dict[int, str], *, runs: bool
) -> PointRow:
    mine = viewer is not None and point.person_id == viewer.id
    may = viewer is not None and points.may_change(point, viewer, runs=runs)
    return PointRow(point, naming.whose(point, names), mine, may)
