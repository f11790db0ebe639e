"""What there is to remind of: for each occasion when, of what, until when it is of any use.

An occasion is named by its kind, its event or season, and its day: what moves to another day is
another one, and what has been reminded of once is not reminded of again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal import dates
from portal.db import db
from portal.mail import outbox
from portal.mail.reminding import audiences, times
from portal.mail.reminding.rules import Rules
from portal.models.events import Event, EventChange, EventState
from portal.models.invitations import Invitation
from portal.models.jury import Assignment
from portal.models.mailings import Mailing, ReminderKind, Topic
from portal.models.seasons import Camp, Season

TOPICS = {
    ReminderKind.ASK: Topic.REMIND_ASK,
    ReminderKind.EVENT: Topic.REMIND_EVENT,
    ReminderKind.JURY_DAY: Topic.REMIND_JURY_DAY,
    ReminderKind.SIGNUP: Topic.REMIND_SIGNUP,
}
_MAILING = "reminders."
_TO = "-person-"
_LONG_AGO, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Occasion:
    """Something to remind people of, once: what happens on ``day``, from ``due_at`` on."""

    kind: ReminderKind
    day: date
    due_at: datetime
    until: datetime
    season_id: int | None = None
    event_id: int | None = None

    @property
    def key(self) -> str:
        """What names it: no two mailings, and no two messages to one person, are made of it."""
        of = f"event-{self.event_id}" if self.event_id else f"season-{self.season_id}"
        return f"reminder-{self.kind}-{of}-{self.day}"

    def key_for(self, person_id: int) -> str:
        """What names the message of it to one person."""
        return key_to(self.key, person_id)


@dataclass(frozen=True)
class Scope:
    """A season or an event to look at alone; without either, all of them."""

    season_id: int | None = None
    event_id: int | None = None

    def of_season(self, column: InstrumentedAttribute[int]) -> tuple[audiences.Condition, ...]:
        """The condition that keeps to the season."""
        return () if self.season_id is None else (column == self.season_id,)

    def of_event(self) -> tuple[audiences.Condition, ...]:
        """The condition that keeps to the event."""
        return () if self.event_id is None else (Event.id == self.event_id,)


EVERYTHING = Scope()


def kind_of_mailing(kind: ReminderKind) -> str:
    """What the mailings are called that remind of ``kind``."""
    return f"{_MAILING}{kind}"


def key_to(key: str, person_id: int) -> str:
    """What names the message to one person of the occasion that ``key`` names."""
    return f"{key}{_TO}{person_id}"


def key_within(key_of_message: str) -> str:
    """The key of the occasion that a message reminds of."""
    return key_of_message.partition(_TO)[0]


def queue(now: datetime) -> int:
    """Queue a mailing for all that is due and was not queued before; how many those are.

    What was missed while nobody looked is caught up with, as long as it is still to come.
    """
    due = [each for each in coming(now) if each.due_at <= now]
    known = outbox.known_mailings([each.key for each in due])
    return sum(_enqueue(each, now) for each in due if each.key not in known)


def coming(
    now: datetime, scope: Scope = EVERYTHING, kinds: Sequence[ReminderKind] = tuple(ReminderKind)
) -> list[Occasion]:
    """The occasions that are due or will be, and of use still, the first first."""
    rules = Rules.read()
    found = (each for kind in kinds for each in _FINDERS[kind](now, rules, scope))
    useful = (each for each in found if max(each.due_at, now) < each.until)
    return sorted(useful, key=lambda each: (each.due_at, each.key))


def of_mailing(mailing: Mailing, now: datetime) -> Occasion | None:
    """What a mailing was queued for; None when that has moved, is off, or is over by now."""
    kind = ReminderKind(mailing.kind.removeprefix(_MAILING))
    scope = Scope(mailing.season_id if not mailing.event_id else None, mailing.event_id)
    found = (each for each in coming(now, scope, (kind,)) if each.due_at <= now)
    return next((each for each in found if each.key == mailing.dedupe_key), None)


def people(occasion: Occasion, now: datetime) -> sa.Select[int]:
    """The ids of those whom an occasion concerns, as it stands at ``now``."""
    due_at = occasion.due_at
    if occasion.kind is ReminderKind.EVENT:
        return sa.select(Invitation.person_id).where(
            Invitation.event_id == occasion.event_id, *audiences.invited(due_at)
        )
    if occasion.kind is ReminderKind.SIGNUP:
        return audiences.volunteers_to_be(db.session.get_one(Season, occasion.season_id), now)
    seats = sa.select(Assignment.person_id).join(Camp, Camp.id == Assignment.camp_id)
    if occasion.kind is ReminderKind.JURY_DAY:
        return seats.where(Camp.event_id == occasion.event_id, *audiences.jurors(due_at))
    return (
        seats.join(Event, Event.id == Camp.event_id)
        .join(Season, Season.id == Camp.season_id)
        .where(
            Camp.season_id == occasion.season_id,
            Assignment.asked_at <= due_at,
            *audiences.asked(now),
            *audiences.answer_due_on(occasion.day),
        )
    )


def _events(now: datetime, rules: Rules, scope: Scope) -> Iterator[Occasion]:
    rows = db.session.execute(
        sa.select(Event.id, Event.starts_at, Event.ends_at, Event.all_day)
        .where(
            *_ahead(now),
            *scope.of_event(),
            sa.exists().where(Invitation.event_id == Event.id, *audiences.invited()),
        )
        .order_by(Event.id)
    ).all()
    moved = _moves([row.id for row in rows])
    for event_id, starts_at, ends_at, all_day in rows:
        timing = rules.timing(ReminderKind.EVENT, event_id=event_id)
        day, until = times.day_and_end(starts_at, ends_at, all_day)
        due_at = times.due_at(day, timing)
        # Who was told of a move after that moment knows; and nobody learns of one by a reminder.
        if timing.is_on and moved.get(event_id, _LONG_AGO) <= due_at:
            yield Occasion(ReminderKind.EVENT, day, due_at, until, event_id=event_id)


def _jury_days(now: datetime, rules: Rules, scope: Scope) -> Iterator[Occasion]:
    rows = db.session.execute(
        sa.select(Event.id, Camp.season_id, Event.starts_at, Event.ends_at, Event.all_day)
        .join(Camp, Camp.event_id == Event.id)
        .where(
            *_ahead(now),
            *scope.of_event(),
            *scope.of_season(Camp.season_id),
            sa.exists().where(Assignment.camp_id == Camp.id, *audiences.jurors()),
        )
        .order_by(Event.id)
    )
    for event_id, season_id, starts_at, ends_at, all_day in rows:
        timing = rules.timing(ReminderKind.JURY_DAY, season_id=season_id, event_id=event_id)
        day, until = times.day_and_end(starts_at, ends_at, all_day)
        if timing.is_on:
            due_at = times.due_at(day, timing)
            yield Occasion(ReminderKind.JURY_DAY, day, due_at, until, season_id, event_id)


def _asks(now: datetime, rules: Rules, scope: Scope) -> Iterator[Occasion]:
    rows = db.session.execute(
        sa.select(Camp.season_id, Assignment.answer_by, Assignment.asked_at)
        .join(Camp, Camp.id == Assignment.camp_id)
        .join(Event, Event.id == Camp.event_id)
        .join(Season, Season.id == Camp.season_id)
        .where(*audiences.asked(now), *scope.of_season(Camp.season_id))
    )
    last: dict[Occasion, datetime] = {}
    for season_id, answer_by, asked_at in rows:
        # Both are set for whoever is asked; the condition says so, the columns do not.
        if answer_by is None or asked_at is None:
            continue
        timing = rules.timing(ReminderKind.ASK, season_id=season_id)
        day = dates.today(answer_by)
        due_at = times.due_at(day, timing)
        if timing.is_on and asked_at <= due_at:
            # Until the last of its answers is needed, which is known when all are seen.
            occasion = Occasion(ReminderKind.ASK, day, due_at, due_at, season_id)
            last[occasion] = max(answer_by, last.get(occasion, answer_by))
    for occasion, until in last.items():
        yield replace(occasion, until=until)


def _signups(now: datetime, rules: Rules, scope: Scope) -> Iterator[Occasion]:
    seasons = db.session.scalars(
        sa.select(Season)
        .where(
            Season.published_at.is_not(None),
            Season.archived_at.is_(None),
            Season.signup_closes_at > now,
            *scope.of_season(Season.id),
        )
        .order_by(Season.id)
    )
    for season in seasons:
        timing = rules.timing(ReminderKind.SIGNUP, season_id=season.id)
        opens_at, closes_at = season.signup_opens_at, season.signup_closes_at
        if not timing.is_on or opens_at is None or closes_at is None:
            continue
        day = dates.today(closes_at)
        due_at = times.due_at(day, timing)
        if opens_at <= due_at:
            yield Occasion(ReminderKind.SIGNUP, day, due_at, closes_at, season.id)


_FINDERS: dict[ReminderKind, Callable[[datetime, Rules, Scope], Iterator[Occasion]]] = {
    ReminderKind.ASK: _asks,
    ReminderKind.EVENT: _events,
    ReminderKind.JURY_DAY: _jury_days,
    ReminderKind.SIGNUP: _signups,
}


def _ahead(now: datetime) -> tuple[audiences.Condition, ...]:
    """Published, not begun, and near enough to be reminded of now or soon.

    A whole day has begun at midnight, when nobody is there yet.
    """
    return (
        Event.state == EventState.PUBLISHED,
        sa.or_(Event.starts_at > now, sa.and_(Event.all_day, Event.ends_at > now)),
        Event.starts_at < now + times.LONGEST + timedelta(days=1),
    )


def _moves(event_ids: list[int]) -> dict[int, datetime]:
    """When those invited to each event last heard of a new time; far ahead if they have not yet."""
    if not event_ids:
        return {}
    rows = db.session.execute(
        sa.select(
            EventChange.event_id,
            EventChange.changed_at,
            EventChange.told_at,
            EventChange.revision > Event.told_revision,
        )
        .join(Event, Event.id == EventChange.event_id)
        .where(EventChange.event_id.in_(event_ids), EventChange.field.in_(audiences.TIMES))
    )
    found: dict[int, datetime] = {}
    for event_id, changed_at, told_at, is_untold in rows:
        heard = _NEVER if is_untold else max(changed_at, told_at or changed_at)
        found[event_id] = max(heard, found.get(event_id, heard))
    return found


def _enqueue(occasion: Occasion, now: datetime) -> bool:
    return outbox.enqueue_mailing(
        kind_of_mailing(occasion.kind),
        key=occasion.key,
        now=now,
        by=None,
        about=outbox.About(season_id=occasion.season_id, event_id=occasion.event_id),
    )
