"""What organisers see of all groups: who leads them, what comes next, and what is left."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from portal import dates
from portal.db import db
from portal.groups.setup import first_call, periods
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole
from portal.models.meetings import Meeting, MeetingGroup
from portal.models.minutes import FollowUp


@dataclass(frozen=True)
class Row:
    """A group as organisers see it in their list."""

    group: Group
    places: int
    open_follow_ups: int
    next_at: datetime | None
    has_met: bool
    leads: Sequence[str]

    @property
    def asked_on(self) -> date | None:
        """When its lead was asked to call the first meeting."""
        moment = self.group.first_call_asked_at
        return dates.today(moment) if moment else None

    @property
    def is_uncalled(self) -> bool:
        """Whether its lead was asked to call the first meeting, and none has come of it."""
        asked = self.group.first_call_asked_at is not None
        return asked and not self.has_met and self.group.closed_at is None


def all_groups(now: datetime) -> list[Row]:
    """Every group, open ones first, in order of names."""
    rows = db.session.execute(
        sa.select(
            Group, _places(), _open_follow_ups(), _next_at(now), first_call.has_meeting()
        ).order_by(Group.closed_at.is_not(None), Group.sort_key, Group.id)
    ).all()
    leads = _leads()
    return [Row(*row, leads=leads.get(row[0].id, ())) for row in rows]


def ending(today: date) -> Sequence[Group]:
    """The open groups whose last day is near or has passed, the longest past first."""
    return db.session.scalars(
        sa.select(Group)
        .where(Group.closed_at.is_(None), Group.ends_on <= today + periods.WARN_BEFORE)
        .order_by(Group.ends_on, Group.sort_key, Group.id)
    ).all()


def open_follow_ups_in(group: Group) -> int:
    """How much the group has left to do."""
    count = sa.select(sa.func.count(FollowUp.id)).where(
        FollowUp.group_id == group.id, FollowUp.closed_at.is_(None)
    )
    return db.session.scalar(count) or 0


def members_to_tell(group: Group) -> int:
    """How many sit in the group now, a mail address or not."""
    count = sa.select(sa.func.count(GroupPlace.id)).where(
        GroupPlace.group_id == group.id,
        GroupPlace.person_id.is_not(None),
        GroupPlace.state.in_(CURRENT_PLACES),
    )
    return db.session.scalar(count) or 0


def _places() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(GroupPlace.group_id == Group.id, GroupPlace.state.in_(CURRENT_PLACES))
        .scalar_subquery()
    )


def _open_follow_ups() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(FollowUp.group_id == Group.id, FollowUp.closed_at.is_(None))
        .scalar_subquery()
    )


def _next_at(now: datetime) -> sa.ScalarSelect[datetime]:
    """When the next meeting is, drafts among them, alone or with others."""
    together = sa.select(MeetingGroup.meeting_id).where(MeetingGroup.group_id == Group.id)
    return (
        sa.select(sa.func.min(Event.starts_at))
        .join(Meeting, Meeting.event_id == Event.id)
        .where(
            sa.or_(Meeting.group_id == Group.id, Meeting.id.in_(together)),
            Event.state != EventState.CANCELLED,
            Event.ends_at > now,
        )
        .correlate(Group)
        .scalar_subquery()
    )


def _leads() -> dict[int, list[str]]:
    rows = db.session.execute(
        sa.select(GroupPlace.group_id, Person.name)
        .join(Person, Person.id == GroupPlace.person_id)
        .where(GroupPlace.role == PlaceRole.LEAD, GroupPlace.state.in_(CURRENT_PLACES))
        .order_by(GroupPlace.group_id, Person.sort_key, Person.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for group_id, name in rows:
        found[group_id].append(name)
    return found
