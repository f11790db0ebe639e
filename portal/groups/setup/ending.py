"""Warning of groups that end: two months before their last day, two weeks before, and once after.

Each warning is named by its stage, group and last day, so that it is written once; what was missed
is caught up with, and only the latest that holds.
"""

import enum
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import dates, membership
from portal.db import db
from portal.groups import leading
from portal.groups.setup import periods
from portal.mail import outbox
from portal.mail.reminding import times, withdrawing
from portal.models.accounts import Person, Role, RoleName
from portal.models.audit import AuditEntry
from portal.models.groups import Group
from portal.models.mailings import Mailing

KIND = "groups.ending"
_AT = time(9)
_OF_USE_AFTER = timedelta(days=30)


class Stage(enum.StrEnum):
    """How near a group's last day is."""

    EARLY = "early"
    SOON = "soon"
    ENDED = "ended"


# In days from the last day.
_DAYS = {Stage.EARLY: -periods.WARN_BEFORE.days, Stage.SOON: -14, Stage.ENDED: 1}


def due_at(stage: Stage, ends_on: date) -> datetime:
    """When to warn, in UTC: at nine in the morning."""
    return times.wall_time(ends_on + timedelta(days=_DAYS[stage]), _AT)


def until(stage: Stage, ends_on: date) -> datetime:
    """Until when that warning holds: the next one, or a month after the end."""
    if stage is Stage.EARLY:
        return due_at(Stage.SOON, ends_on)
    if stage is Stage.SOON:
        return due_at(Stage.ENDED, ends_on)
    return due_at(stage, ends_on) + _OF_USE_AFTER


def stage_at(ends_on: date, now: datetime) -> Stage | None:
    """The warning that holds at ``now``; None when it is too early or too late for any."""
    return next(
        (each for each in Stage if due_at(each, ends_on) <= now < until(each, ends_on)), None
    )


def queue(now: datetime) -> int:
    """Queue a mailing for each warning that holds and was not queued before; how many."""
    today = dates.today(now)
    groups = db.session.scalars(
        sa.select(Group)
        .where(
            Group.closed_at.is_(None),
            Group.ends_on >= today - _OF_USE_AFTER - timedelta(days=2),
            Group.ends_on <= today + periods.WARN_BEFORE,
        )
        .order_by(Group.id)
    )
    due = {key_of(stage, each): (stage, each) for each in groups if (stage := _due(each, now))}
    known = outbox.known_mailings(due)
    return sum(
        outbox.enqueue_mailing(
            KIND, key=key, now=now, by=None, about=outbox.About(group_id=group.id),
            stage=str(stage),
        )
        for key, (stage, group) in due.items()
        if key not in known
    )  # fmt: skip


def of_mailing(mailing: Mailing, now: datetime) -> tuple[Group, Stage, date] | None:
    """What a mailing warns of; None when the group was closed or renewed, or time went on."""
    group, stage = mailing.group, Stage(mailing.params["stage"])
    if group is None or group.closed_at is not None or group.ends_on is None:
        return None
    is_right = mailing.dedupe_key == key_of(stage, group) and stage_at(group.ends_on, now) is stage
    return (group, stage, group.ends_on) if is_right else None


def withdraw(group: Group, now: datetime) -> None:
    """Take back what warns of the group's last day as it was, before that is changed."""
    if group.ends_on is not None:
        withdrawing.of_occasions([key_of(stage, group) for stage in Stage], now)


def key_of(stage: Stage, group: Group) -> str:
    """What names a warning: no two mailings are made of it."""
    return f"group-ends-{stage}-{group.id}-{group.ends_on}"


def to_tell(group: Group) -> list[Person]:
    """Who is warned: its leads and deputies, and who organises it (docs/decisions/0030)."""
    leads = [person for person, _role in leading.leads_and_deputies(group)]
    known = {person.id for person in leads}
    return [*leads, *(each for each in organisers_of(group) if each.id not in known)]


def _due(group: Group, now: datetime) -> Stage | None:
    """The warning to write now. Who sets a group up for so short a time knows when it ends."""
    assert group.ends_on is not None, "asked of a group that ends"
    stage = stage_at(group.ends_on, now)
    return stage if stage and group.created_at <= due_at(stage, group.ends_on) else None


def organisers_of(group: Group) -> Sequence[Person]:
    """Whoever set the group up, if they organise still; else all organisers."""
    organisers = [
        each
        for each in db.session.scalars(
            sa.select(Person)
            .where(
                Person.id.in_(
                    sa.select(Role.person_id).where(
                        Role.name.in_((RoleName.ORGANISER, RoleName.ADMIN))
                    )
                ),
                membership.can_be_written_to(),
            )
            .options(selectinload(Person.emails), selectinload(Person.roles))
            .order_by(Person.id)
        )
        if each.email
    ]
    creator = db.session.scalar(
        sa.select(AuditEntry.actor_id).where(
            AuditEntry.object_kind == Group.__tablename__,
            AuditEntry.object_id == group.id,
            AuditEntry.verb == "group.created",
        )
    )
    return [each for each in organisers if each.id == creator] or organisers
