"""What one person has to do with: asked for, coming up, offered, and sits in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portal.db import db
from portal.groups.polls import queries as polls
from portal.mail import addresses
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState, JurySignup
from portal.models.mail import AddressStanding
from portal.models.polls import DatePoll
from portal.models.seasons import Camp, Season

# The portal waits for an answer in these.
_UNANSWERED = (AssignmentState.ASKED, AssignmentState.OFFERED, AssignmentState.RECONFIRM)


@dataclass(frozen=True, slots=True)
class Mine:
    """All that "my page" shows of one person, nothing of others."""

    asks: Sequence[Assignment]
    unanswered: Sequence[Invitation]
    # Which times suit, asked in the groups one sits in.
    polls: Sequence[DatePoll]
    coming: Sequence[Invitation]
    seats: Sequence[Assignment]
    signups: Sequence[JurySignup]
    places: Sequence[GroupPlace]
    # What is known of the address that mail goes to, when nothing is sent there.
    stopped: AddressStanding | None

    @property
    def ahead(self) -> list[tuple[Event, Assignment | None, Invitation | None]]:
        """What the person takes part in, juries and meetings together, soonest first."""
        seats = [(seat.camp.event, seat, None) for seat in self.seats]
        coming = [(each.event, None, each) for each in self.coming]
        return sorted([*seats, *coming], key=lambda row: (row[0].starts_at, row[0].id))

    @property
    def waits(self) -> int:
        """How many answers somebody is waiting for."""
        return len(self.asks) + len(self.unanswered) + len(self.polls)


def of(person: Person, now: datetime) -> Mine:
    """What stands ahead of ``person``. An event is asked for once: a jury's own ask comes first."""
    assignments = _assignments(person, now)
    asks = [each for each in assignments if each.state in _UNANSWERED]
    seats = [each for each in assignments if each.state == AssignmentState.ACCEPTED]
    jury = {each.camp.event_id for each in assignments}
    invitations = [each for each in _invitations(person, now) if each.event_id not in jury]
    return Mine(
        asks=asks,
        unanswered=[each for each in invitations if each.answer == Answer.NEEDS_ACTION],
        polls=polls.waiting_for(person, now),
        coming=[each for each in invitations if each.answer in (Answer.ACCEPTED, Answer.TENTATIVE)],
        seats=seats,
        signups=_signups(person),
        places=_places(person),
        stopped=_stopped(person),
    )


def _stopped(person: Person) -> AddressStanding | None:
    found = addresses.standing_of(person.email) if person.email else None
    return found if found and found.suppressed_at else None


def _assignments(person: Person, now: datetime) -> Sequence[Assignment]:
    return db.session.scalars(
        sa.select(Assignment)
        .join(Assignment.camp)
        .join(Camp.event)
        .where(
            Assignment.person_id == person.id,
            Assignment.state.in_((*_UNANSWERED, AssignmentState.ACCEPTED)),
            Event.ends_at > now,
            Event.state == EventState.PUBLISHED,
        )
        .options(
            contains_eager(Assignment.camp).options(
                contains_eager(Camp.event), joinedload(Camp.school), joinedload(Camp.season)
            ),
            contains_eager(Assignment.camp).selectinload(Camp.panels),
            joinedload(Assignment.person),
        )
        .order_by(Event.starts_at)
    ).all()


def _invitations(person: Person, now: datetime) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .join(Invitation.event)
        .where(
            Invitation.person_id == person.id,
            Invitation.removed_at.is_(None),
            Event.ends_at > now,
            Event.state == EventState.PUBLISHED,
        )
        .options(contains_eager(Invitation.event))
        .order_by(Event.starts_at)
    ).all()


def _signups(person: Person) -> Sequence[JurySignup]:
    return db.session.scalars(
        sa.select(JurySignup)
        .join(JurySignup.season)
        .where(
            JurySignup.juror_id == person.id,
            JurySignup.withdrawn_at.is_(None),
            Season.archived_at.is_(None),
        )
        .options(contains_eager(JurySignup.season))
        .order_by(Season.year.desc())
    ).all()


def _places(person: Person) -> Sequence[GroupPlace]:
    return db.session.scalars(
        sa.select(GroupPlace)
        .join(GroupPlace.group)
        .where(
            GroupPlace.person_id == person.id,
            GroupPlace.state.in_(CURRENT_PLACES),
            Group.closed_at.is_(None),
        )
        .options(contains_eager(GroupPlace.group))
        .order_by(Group.sort_key)
    ).all()
