"""Reminding owners before a deadline and once after it, and leads of what nobody has in hand.

An occasion is named by its stage, whom it is for, and its day: whatever an owner has to do by one
day makes one mail, what moves to another day is another occasion, and what has been reminded of
once is not reminded of again. What was missed while nobody looked is caught up with while of use.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import dates, membership
from portal.db import db
from portal.mail import outbox
from portal.mail.reminding import times, withdrawing
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.mailings import Mailing
from portal.models.minutes import FollowUp

KIND = "follow_ups.owner"
KIND_UNOWNED = "follow_ups.unowned"
DAYS_BEFORE = 3
# For how long after a deadline it is still worth saying that it has passed.
DAYS_AFTER = 14
_AT = time(9)
_WEEK = timedelta(days=7)


class Stage(enum.StrEnum):
    """On which side of the deadline an owner is reminded."""

    BEFORE = "before"
    LATE = "late"


@dataclass(frozen=True)
class Occasion:
    """What one owner has to do by ``day``, to be reminded of once at this stage."""

    stage: Stage
    owner_id: int
    day: date

    @property
    def key(self) -> str:
        """What names it: no two mailings are made of it."""
        return f"follow-ups-{self.stage}-{self.owner_id}-{self.day}"

    @property
    def due_at(self) -> datetime:
        """When to remind, in UTC: at nine, three days before or the day after."""
        days = -DAYS_BEFORE if self.stage is Stage.BEFORE else 1
        return times.wall_time(self.day + timedelta(days=days), _AT)

    @property
    def until(self) -> datetime:
        """Until when that is of use."""
        days = 1 if self.stage is Stage.BEFORE else DAYS_AFTER + 1
        return dates.midnight(self.day + timedelta(days=days))

    def is_due(self, now: datetime) -> bool:
        """Whether to remind of it at ``now``."""
        return self.due_at <= now < self.until


def queue(now: datetime) -> int:
    """Queue a mailing for each occasion that is due and was not queued before; how many."""
    due = sorted(_due(now), key=lambda each: each.key)
    known = outbox.known_mailings([each.key for each in due])
    return sum(
        outbox.enqueue_mailing(
            KIND, key=each.key, now=now, by=None,
            stage=str(each.stage), owner_id=each.owner_id, day=each.day.isoformat(),
        )
        for each in due
        if each.key not in known
    )  # fmt: skip


def queue_unowned(now: datetime) -> int:
    """Queue a mailing, one a week, for each group with late follow-ups that nobody has in hand."""
    monday = _monday(dates.today(now))
    if now < times.wall_time(monday, _AT):
        return 0
    found = db.session.scalars(
        sa.select(FollowUp.group_id)
        .join(Group, Group.id == FollowUp.group_id)
        .where(*_unowned(monday), Group.closed_at.is_(None))
        .distinct()
        .order_by(FollowUp.group_id)
    ).all()
    keys = {_weekly_key(group_id, monday): group_id for group_id in found}
    known = outbox.known_mailings(keys)
    return sum(
        outbox.enqueue_mailing(
            KIND_UNOWNED, key=key, now=now, by=None, about=outbox.About(group_id=group_id),
            monday=monday.isoformat(),
        )
        for key, group_id in keys.items()
        if key not in known
    )  # fmt: skip


def of_mailing(mailing: Mailing, now: datetime) -> tuple[Occasion, Sequence[FollowUp]] | None:
    """What a mailing reminds of, and of which follow-ups as they stand; None when of none now."""
    given = mailing.params
    occasion = Occasion(Stage(given["stage"]), given["owner_id"], date.fromisoformat(given["day"]))
    if not occasion.is_due(now):
        return None
    rows = db.session.scalars(
        sa.select(FollowUp)
        .where(
            FollowUp.owner_id == occasion.owner_id,
            FollowUp.due_on == occasion.day,
            *_reminded_of(occasion.due_at),
        )
        .options(joinedload(FollowUp.group))
        .order_by(FollowUp.group_id, FollowUp.id)
    ).all()
    return (occasion, rows) if rows else None


def unowned_of(
    mailing: Mailing, now: datetime
) -> tuple[Group, datetime, Sequence[FollowUp]] | None:
    """The group a weekly mailing is for, until when it holds, and what is late there; or None."""
    monday = date.fromisoformat(mailing.params["monday"])
    until = dates.midnight(monday + _WEEK)
    group = mailing.group
    if group is None or group.closed_at is not None or now >= until:
        return None
    rows = db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.group_id == group.id, *_unowned(monday))
        .options(joinedload(FollowUp.group), joinedload(FollowUp.owner))
        .order_by(FollowUp.due_on, FollowUp.id)
    ).all()
    return (group, until, rows) if rows else None


def withdraw(follow_up: FollowUp, now: datetime) -> None:
    """Take back what reminds of a follow-up as it was, before it is changed or closed."""
    withdraw_all([follow_up], now)


def withdraw_all(follow_ups: Iterable[FollowUp], now: datetime) -> None:
    """``withdraw`` for several at once; what else their mails hold is written anew."""
    keys = set[str]()
    for each in follow_ups:
        if each.due_on is None:
            continue
        keys.add(_weekly_key(each.group_id, _monday(dates.today(now))))
        if each.owner_id is not None:
            keys |= {Occasion(stage, each.owner_id, each.due_on).key for stage in Stage}
    if keys:
        withdrawing.of_occasions(keys, now)


def _due(now: datetime) -> set[Occasion]:
    today = dates.today(now)
    rows = db.session.execute(
        sa.select(FollowUp.owner_id, FollowUp.due_on, _since())
        .join(Person, Person.id == FollowUp.owner_id)
        .where(
            FollowUp.due_on >= today - timedelta(days=DAYS_AFTER),
            FollowUp.due_on <= today + timedelta(days=DAYS_BEFORE),
            membership.can_be_written_to(),
            *_reminded_of(now),
        )
    )
    return {
        occasion
        for owner_id, day, since in rows
        if owner_id is not None and day is not None
        for occasion in (Occasion(stage, owner_id, day) for stage in Stage)
        if occasion.is_due(now) and since <= occasion.due_at
    }


def _reminded_of(due_at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """What an owner is reminded of. Who was given it later has just had a mail that says when."""
    return (
        FollowUp.closed_at.is_(None),
        sa.and_(FollowUp.is_in_hand),
        FollowUp.tell_owner_at.is_(None),
        _since() <= due_at,
    )


def _since() -> sa.ColumnElement[datetime]:
    return sa.func.coalesce(FollowUp.owner_since, FollowUp.created_at)


def _unowned(monday: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        FollowUp.closed_at.is_(None),
        FollowUp.due_on < monday,
        sa.not_(FollowUp.is_in_hand),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekly_key(group_id: int, monday: date) -> str:
    return f"follow-ups-unowned-{group_id}-{monday}"
