"""Asking whoever leads a group to call its first meeting, and reminding twice.

A group that has met, has a meeting ahead or asks for dates is left alone. Each lead is asked once
of each group: a new lead, and one who gets an address later, is asked then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import audit, dates, membership
from portal.db import db
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting, MeetingGroup
from portal.models.polls import DatePoll

KIND = "groups.first_call"
# Whoever sets a group up and plans its first meeting in one go need not be asked to.
HOLD = timedelta(minutes=30)
REMIND_AFTER = (timedelta(days=14), timedelta(days=28))


@dataclass(frozen=True)
class Asking:
    """A question to one lead: the first, or after so many days once more."""

    group_id: int
    person_id: int
    days: int

    @property
    def key(self) -> str:
        """What names it: nobody is asked the same twice."""
        first = f"first-call-{self.group_id}-{self.person_id}"
        return f"{first}-{self.days}" if self.days else first


def ask_due(now: datetime) -> int:
    """Queue a mail to every lead who is to be asked or reminded now; how many those are."""
    leads = _leads_without_meetings(now)
    asked = _asked_at([Asking(group.id, person_id, 0).key for group, person_id in leads])
    due = list(_due(leads, asked, now))
    known = _asked_at([each.key for _group, each in due])
    fresh = [(group, each) for group, each in due if each.key not in known]
    for group, each in fresh:
        outbox.enqueue_mailing(
            KIND, key=each.key, now=now, by=None, about=outbox.About(group_id=group.id),
            hold=timedelta(0) if each.days else HOLD, person_id=each.person_id, days=each.days,
        )  # fmt: skip
        if not each.days:
            group.first_call_asked_at = now
            audit.record("group.first_call_asked", group, actor=None, now=now, lead=each.person_id)
    return len(fresh)


def waits_for(group: Group) -> bool:
    """Whether the lead was asked and no meeting has come of it yet."""
    if group.first_call_asked_at is None or group.closed_at is not None:
        return False
    return bool(db.session.scalar(sa.select(sa.not_(has_meeting())).where(Group.id == group.id)))


def is_lead_to_ask(group: Group, person: Person) -> bool:
    """Whether ``person`` leads ``group``, which has not met, still."""
    leads = any(
        place.group_id == group.id and place.is_current and place.role == PlaceRole.LEAD
        for place in person.group_places
    )
    if not leads or group.closed_at is not None or person.suspended_at is not None:
        return False
    free = sa.select(sa.not_(sa.or_(has_meeting(), _has_poll()))).where(Group.id == group.id)
    return bool(db.session.scalar(free))


def has_meeting() -> sa.ColumnElement[bool]:
    """The condition, on ``Group``, that it has met or planned to, alone or with others."""
    together = sa.select(MeetingGroup.meeting_id).where(MeetingGroup.group_id == Group.id)
    return (
        sa.exists()
        .where(
            sa.or_(Meeting.group_id == Group.id, Meeting.id.in_(together)),
            Event.id == Meeting.event_id,
            Event.state != EventState.CANCELLED,
        )
        .correlate(Group)
    )


def _has_poll() -> sa.ColumnElement[bool]:
    """The condition, on ``Group``, that it is finding a date."""
    return sa.exists().where(DatePoll.group_id == Group.id, DatePoll.closed_at.is_(None))


def _leads_without_meetings(now: datetime) -> list[tuple[Group, int]]:
    rows = db.session.execute(
        sa.select(Group, Person.id)
        .join(GroupPlace, GroupPlace.group_id == Group.id)
        .join(Person, Person.id == GroupPlace.person_id)
        .where(
            GroupPlace.role == PlaceRole.LEAD,
            GroupPlace.state.in_(CURRENT_PLACES),
            membership.can_be_written_to(),
            Group.closed_at.is_(None),
            sa.or_(Group.ends_on.is_(None), Group.ends_on >= dates.today(now)),
            sa.not_(has_meeting()),
            sa.not_(_has_poll()),
        )
        .order_by(Group.id, Person.id)
    )
    return [(group, person_id) for group, person_id in rows]


def _due(
    leads: list[tuple[Group, int]], asked: dict[str, datetime], now: datetime
) -> Iterator[tuple[Group, Asking]]:
    for group, person_id in leads:
        first = Asking(group.id, person_id, 0)
        if first.key not in asked:
            yield group, first
            continue
        days = days_due(asked[first.key], now)
        if days:
            yield group, Asking(group.id, person_id, days)


def days_due(asked_at: datetime, now: datetime) -> int:
    """After how many days to remind now of what was asked at ``asked_at``; 0 when not now.

    What was missed for long is reminded of once, and after six weeks not any more.
    """
    waited = now - asked_at
    last = REMIND_AFTER[-1]
    if waited >= last + REMIND_AFTER[0]:
        return 0
    return max((each.days for each in REMIND_AFTER if each <= waited), default=0)


def _asked_at(keys: list[str]) -> dict[str, datetime]:
    if not keys:
        return {}
    rows = db.session.execute(
        sa.select(Mailing.dedupe_key, Mailing.created_at).where(Mailing.dedupe_key.in_(keys))
    )
    return {row.dedupe_key: row.created_at for row in rows}
