"""Owners are told of what others gave them: of all from one meeting in one mail, and once of each.

The mail waits half an hour after the last that somebody was given, and until the meeting is over;
what was put right in that time is never heard of.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.minutes import FollowUp

HOLD = timedelta(minutes=30)
# Whoever is given something every few minutes hears of the first all the same.
LONGEST = timedelta(hours=3)
# What comes of an older meeting is written down for the record, long after people have heard.
_LONG_AGO = timedelta(days=60)
KIND = "follow_ups.given"
_TOLD = "follow_up.told"


def moment(follow_up: FollowUp, by: Person, now: datetime) -> datetime | None:
    """When the owner is told that it is theirs; None when there is nobody to tell, or no need."""
    if follow_up.owner is None or follow_up.owner.id == by.id:
        return None
    if follow_up.meeting is None:
        return now + HOLD
    event = follow_up.meeting.event
    if event.ends_at < now - _LONG_AGO:
        return None
    return (event.ends_at if event.starts_at <= now < event.ends_at else now) + HOLD


def is_due(moments: Iterable[datetime], now: datetime) -> bool:
    """Whether to tell now of what was to be told at ``moments``, all in one."""
    waiting = sorted(moments)
    return waiting[-1] <= now or waiting[0] <= now - LONGEST


def tell_due(now: datetime) -> int:
    """Queue a mail to everybody who has been given something; how many those are.

    The rows are held until the transaction ends: of two workers one tells.
    """
    waiting: dict[tuple[int, int], list[FollowUp]] = defaultdict(list)
    for follow_up in _waiting():
        if follow_up.owner_id is not None:
            waiting[follow_up.owner_id, follow_up.group_id].append(follow_up)
    due = {
        who: rows
        for who, rows in waiting.items()
        if is_due((row.tell_owner_at or now for row in rows), now)
    }
    told = _told([row.id for rows in due.values() for row in rows])
    for (owner_id, group_id), rows in due.items():
        news = [row for row in rows if row.is_in_hand and (row.id, owner_id) not in told]
        if news:
            _tell(owner_id, group_id, news, now)
        for row in rows:
            row.tell_owner_at = None
    return len(due)


def _waiting() -> Iterable[FollowUp]:
    return db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.tell_owner_at.is_not(None), FollowUp.closed_at.is_(None))
        .order_by(FollowUp.id)
        .with_for_update(of=FollowUp, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _tell(owner_id: int, group_id: int, rows: list[FollowUp], now: datetime) -> None:
    ids = [row.id for row in rows]
    # The first that is new to them is in no earlier mail.
    key = f"follow-ups-given-{ids[0]}-to-{owner_id}"
    about = outbox.About(group_id=group_id)
    outbox.enqueue_mailing(
        KIND, key=key, now=now, by=None, about=about, owner_id=owner_id, follow_up_ids=ids
    )
    for row in rows:
        audit.record(_TOLD, row, actor=None, now=now, owner=owner_id)


def _told(ids: list[int]) -> set[tuple[int, int]]:
    """Which follow-ups whom was told of before, as the audit has it."""
    if not ids:
        return set()
    entries = db.session.execute(
        sa.select(AuditEntry.object_id, AuditEntry.details).where(
            AuditEntry.object_kind == FollowUp.__tablename__,
            AuditEntry.object_id.in_(ids),
            AuditEntry.verb == _TOLD,
        )
    )
    return {(number, details["owner"]) for number, details in entries}
