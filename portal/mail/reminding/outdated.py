"""What no longer holds since it was written, as conditions on messages."""

from datetime import datetime

import sqlalchemy as sa

from portal.db import db
from portal.mail.reminding.audiences import TIMES
from portal.mail.reminding.occasions import TOPICS
from portal.models.events import Event, EventChange, EventState
from portal.models.mail import OutboxMail
from portal.models.mailings import Topic

Condition = sa.ColumnElement[bool]


_REMINDS = frozenset(topic.value for topic in (*TOPICS.values(), Topic.REMIND_FOLLOW_UP))


def reminds(mail: OutboxMail) -> bool:
    """Whether ``mail`` reminds of something: it is true until a moment of its own."""
    return mail.topic in _REMINDS


def is_reminder() -> Condition:
    """The same as a condition."""
    return OutboxMail.topic.in_(_REMINDS)


def is_outdated_reminder(mail: OutboxMail, now: datetime) -> bool:
    """Whether ``mail`` is a reminder that no longer holds."""
    if not reminds(mail):
        return False
    found = sa.select(sa.exists().where(OutboxMail.id == mail.id, reminder(now)))
    return bool(db.session.scalar(found))


def reminder(now: datetime) -> Condition:
    """Whether it is a reminder whose time is over, or whose event is another one by now."""
    return sa.and_(is_reminder(), sa.or_(OutboxMail.expires_at <= now, _changed_since()))


def by_event(now: datetime) -> Condition:
    """Whether its event was called off or moved after it was written, or has ended since."""
    over = sa.exists().where(
        Event.id == OutboxMail.event_id,
        sa.or_(
            sa.and_(Event.ends_at <= now, OutboxMail.created_at < Event.ends_at),
            sa.and_(
                Event.state == EventState.CANCELLED,
                OutboxMail.created_at < sa.func.coalesce(Event.cancelled_at, now),
            ),
        ),
    )
    return sa.or_(over, _changed_since(EventChange.field.in_(TIMES)))


def _changed_since(*conditions: Condition) -> Condition:
    return sa.exists().where(
        EventChange.event_id == OutboxMail.event_id,
        EventChange.changed_at > OutboxMail.created_at,
        *conditions,
    )
