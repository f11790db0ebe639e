"""When people hear of a change: at once, in ten minutes together with more, or not yet.

An organiser who puts an event right saves it several times. Waiting a little makes one mail of
that, and nobody has to remember to send it.
"""

import enum
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from portal import audit, dates
from portal.db import db
from portal.invitations import event_changes
from portal.models.accounts import Person
from portal.models.events import Event, EventChange

WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(minutes=30)

# Tells those concerned of all they do not know of an event.
Teller = Callable[[Event, Person | None, datetime], object]


class When(enum.StrEnum):
    """When those concerned are told of a change that is saved now."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"


CHOICES = (
    (str(When.NOW), _l("Tell them now")),
    (str(When.SOON), _l("Tell them in ten minutes, together with what else I change")),
    (str(When.LATER), _l("Not yet")),
)


class WhenField(RadioField):
    """The question on a form; whoever was not asked tells nobody."""

    def __init__(self, label: Any, **rest: Any) -> None:
        super().__init__(label, **{"choices": CHOICES, "default": When.NOW, **rest})

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if not valuelist:
            self.data = str(When.LATER)


def usual(event: Event) -> str:
    """What a form on ``event`` has chosen: what is planned already goes on."""
    return str(When.SOON if event.tell_at else When.NOW)


def as_chosen(
    event: Event, when: str, *, by: Person, now: datetime, tell: Teller | None = None
) -> None:
    """Do what was chosen with a change of ``event`` that has just been saved.

    ``tell`` is for events that concern more people than those invited.
    """
    if when == When.NOW:
        (tell or _tell)(event, by, now)
    elif when == When.SOON:
        tell_later(event, by=by, now=now)
    else:
        keep_back(event, by=by, now=now)


def tell_later(event: Event, *, by: Person, now: datetime) -> None:
    """Tell in ten minutes of all that is untold by then.

    Whoever goes on changing moves that moment, up to half an hour after the first change that
    waits; it never lies later than the event itself begins. Cancelling and telling end the wait.
    """
    moment = now + WAIT
    if event.tell_at:
        moment = min(moment, max(event.tell_at, _first_untold(event, now) + LONGEST_WAIT))
    if now < event.starts_at:
        moment = min(moment, event.starts_at)
    event.tell_at, event.tell_by_id = moment, by.id
    audit.record("event.tell_planned", event, actor=by, now=now, revision=event.revision)


def keep_back(event: Event, *, by: Person, now: datetime) -> None:
    """Tell nobody before somebody says so; what was planned is dropped."""
    if event.tell_at is None:
        return
    event.tell_at = event.tell_by_id = None
    audit.record("event.tell_kept_back", event, actor=by, now=now, revision=event.revision)


def said(event: Event) -> str:
    """That a change is saved and told of later, for whoever saved it."""
    assert event.tell_at is not None, "asked of an event that nothing is planned for"
    return _(
        "Saved. They will be told at %(time)s of all that has changed by then.",
        time=dates.clock_time(event.tell_at),
    )


def tell_due(now: datetime) -> int:
    """Tell of every event whose time for that has come, but for camps: a season tells of its own.

    Returns:
        How many there were.
    """
    return tell_due_where(sa.not_(Event.camp.has()), _tell, now)


def tell_due_where(condition: sa.ColumnElement[bool], tell: Teller, now: datetime) -> int:
    """Tell of every event under ``condition`` whose time has come; how many there were.

    The rows are held until the transaction ends: of two workers one tells.
    """
    due = _due(condition, now)
    for event in due:
        if event.is_over(now):
            # News of what is over would only puzzle people; it stays untold, and shown as that.
            event.tell_at = event.tell_by_id = None
        else:
            tell(event, event.tell_by, now)
    return len(due)


def _tell(event: Event, by: Person | None, now: datetime) -> None:
    event_changes.tell(event, by=by, now=now)


def _due(condition: sa.ColumnElement[bool], now: datetime) -> Sequence[Event]:
    return db.session.scalars(
        sa.select(Event)
        .where(Event.tell_at <= now, condition)
        .order_by(Event.id)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _first_untold(event: Event, now: datetime) -> datetime:
    """When the first change was made that nobody has been told of."""
    first = db.session.scalar(
        sa.select(sa.func.min(EventChange.changed_at)).where(
            EventChange.event_id == event.id, EventChange.told_at.is_(None)
        )
    )
    return first or now
