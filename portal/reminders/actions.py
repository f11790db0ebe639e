"""What organisers do with reminders: choose a time for them, and go back to the usual one."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.mail.reminding import withdrawing
from portal.mail.reminding.times import Timing
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.mailings import ReminderKind, ReminderRule
from portal.models.seasons import Season

Subject = Season | Event


def choose(
    subject: Subject, kind: ReminderKind, timing: Timing, *, by: Person, now: datetime
) -> bool:
    """Let ``timing`` hold for ``kind`` in a season or for an event. Returns whether that is new.

    What waits to be sent waits for the time chosen; what was sent is not sent again.
    """
    rule = _locked_rule(subject, kind)
    if rule is not None and Timing(rule.days_before, rule.at, rule.is_on) == timing:
        return False
    rule = rule or ReminderRule(kind=kind, **_of(subject))
    rule.days_before, rule.at, rule.is_on = timing.days_before, timing.at, timing.is_on
    db.session.add(rule)
    audit.record(
        "reminder.chosen",
        subject,
        actor=by,
        now=now,
        kind=str(kind),
        is_on=timing.is_on,
        days_before=timing.days_before,
        at=timing.at.isoformat("minutes"),
    )
    _take_back(subject, kind, now)
    return True


def use_usual(subject: Subject, kind: ReminderKind, *, by: Person, now: datetime) -> None:
    """Let the usual time hold again: for an event of a season, that of the season."""
    rule = _locked_rule(subject, kind)
    if rule is None:
        return
    db.session.delete(rule)
    audit.record("reminder.usual", subject, actor=by, now=now, kind=str(kind))
    _take_back(subject, kind, now)


def _locked_rule(subject: Subject, kind: ReminderKind) -> ReminderRule | None:
    """The rule there is; of two who choose at once, the second waits and sees the first's."""
    table = type(subject)
    row = sa.select(table.id).where(table.id == subject.id)
    # Not so tightly that no message could refer to it: who writes one holds what we wait for.
    db.session.execute(row.with_for_update(key_share=True))
    return db.session.scalar(sa.select(ReminderRule).filter_by(kind=kind, **_of(subject)))


def _of(subject: Subject) -> dict[str, int]:
    column = "season_id" if isinstance(subject, Season) else "event_id"
    return {column: subject.id}


def _take_back(subject: Subject, kind: ReminderKind, now: datetime) -> None:
    if isinstance(subject, Season):
        withdrawing.of_season(subject.id, now, (kind,))
    else:
        withdrawing.of_event(subject.id, now)
