"""What the pages of reminders tell: what holds, what goes out next and to how many, what went."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.mail.reminding import audiences, occasions
from portal.mail.reminding.occasions import Occasion, Scope
from portal.mail.reminding.rules import Rules
from portal.mail.reminding.times import USUAL, Timing
from portal.models.events import Event
from portal.models.mailings import Mailing, ReminderKind
from portal.models.seasons import Camp, Season

OF_SEASON = (ReminderKind.ASK, ReminderKind.JURY_DAY, ReminderKind.SIGNUP)


@dataclass(frozen=True)
class Setting:
    """One kind of reminder: the timing that holds and the one without it, the next and the last."""

    kind: ReminderKind
    timing: Timing
    usual: Timing
    is_own: bool
    next: Occasion | None
    people: int
    last: Mailing | None


def season_at(slug: str) -> Season:
    """The season at ``slug``."""
    found: Season = db.one_or_404(sa.select(Season).where(Season.slug == slug))
    return found


def event_at(slug: str) -> Event:
    """The event at ``slug``, with its camp and season if it has them."""
    found: Event = db.one_or_404(
        sa.select(Event)
        .where(Event.slug == slug)
        .options(joinedload(Event.camp).joinedload(Camp.season), joinedload(Event.meeting))
    )
    return found


def kind_of(event: Event) -> ReminderKind:
    """What people are reminded of before ``event``: jurors of their day, others of the event."""
    return ReminderKind.JURY_DAY if event.camp is not None else ReminderKind.EVENT


def of_season(season: Season, now: datetime) -> list[Setting]:
    """The reminders of a season."""
    rules = Rules.read()
    return [
        Setting(
            kind,
            rules.timing(kind, season_id=season.id),
            USUAL[kind],
            rules.is_own(kind, season_id=season.id),
            *_next(Scope(season_id=season.id), kind, now),
            _last(kind, Mailing.season_id == season.id),
        )
        for kind in OF_SEASON
    ]


def of_event(event: Event, now: datetime) -> Setting:
    """The reminder before an event."""
    rules, kind = Rules.read(), kind_of(event)
    season_id = event.camp.season_id if event.camp else None
    return Setting(
        kind,
        rules.timing(kind, season_id=season_id, event_id=event.id),
        rules.timing(kind, season_id=season_id),
        rules.is_own(kind, event_id=event.id),
        *_next(Scope(event_id=event.id), kind, now),
        _last(kind, Mailing.event_id == event.id),
    )


def _next(scope: Scope, kind: ReminderKind, now: datetime) -> tuple[Occasion | None, int]:
    """The first reminder still to go out, and to how many people it would as things stand."""
    ahead = [each for each in occasions.coming(now, scope, (kind,)) if each.due_at > now]
    if not ahead:
        return None, 0
    # Several camps may be reminded of at the same moment.
    together = [each for each in ahead if each.due_at == ahead[0].due_at]
    whom = sa.union(*(occasions.people(each, now) for each in together))
    return ahead[0], audiences.reached(whom, occasions.TOPICS[kind])


def _last(kind: ReminderKind, condition: sa.ColumnElement[bool]) -> Mailing | None:
    return db.session.scalar(
        sa.select(Mailing)
        .where(
            condition,
            Mailing.kind == occasions.kind_of_mailing(kind),
            Mailing.stopped_at.is_(None),
            Mailing.total > 0,
        )
        .order_by(Mailing.expanded_at.desc())
        .limit(1)
    )
