"""Notices to many: mailings and drafts, when reminders are due, and what people do not want."""

import enum
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Optional

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event
    from portal.models.groups import Group
    from portal.models.mail import OutboxMail
    from portal.models.seasons import Season


class Topic(enum.StrEnum):
    """A sort of notice that a person can turn off. What one was asked or agreed to is none."""

    # What organisers write to many.
    NEWS = "news"
    REMIND_ASK = "remind_ask"
    REMIND_EVENT = "remind_event"
    REMIND_JURY_DAY = "remind_jury_day"
    REMIND_SIGNUP = "remind_signup"
    REMIND_FOLLOW_UP = "remind_follow_up"


class Mailing(db.Model):
    """One notice to many people, written by a request as one row and made into messages later.

    ``kind`` names the composer that the worker asks (portal/worker.py), ``params`` what it needs.
    Until ``hold_until`` nothing is made of it, so that it can still be stopped whole; ``paused_at``
    and ``stopped_at`` do the same to what is left of it later. ``retry_at`` is when to try again
    after a fault.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(String(40))
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # What an organiser wrote it about; empty for what the portal sends by itself.
    subject: Mapped[str] = mapped_column(String(200), default="", server_default="")
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("working_group.id"), index=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hold_until: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    expanded_at: Mapped[datetime | None] = mapped_column(index=True)
    total: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[Optional["Person"]] = relationship()
    season: Mapped[Optional["Season"]] = relationship()
    event: Mapped[Optional["Event"]] = relationship()
    group: Mapped[Optional["Group"]] = relationship()
    mails: Mapped[list["OutboxMail"]] = relationship(back_populates="mailing")

    def is_held(self, now: datetime) -> bool:
        """Whether it can still be stopped before anybody gets it."""
        return self.stopped_at is None and self.expanded_at is None and now < self.hold_until


class MailingDraft(db.Model):
    """What an organiser is writing to many: kept as typed, sound or not, until it is sent.

    Its ``public_id`` names the occasion: however often it is sent, one mailing comes of it.
    ``is_ready`` says that nothing is missing; ``revision`` rises with each change.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Whom it is for (portal/mailings/audiences.py), and by language the subject and the body.
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    is_ready: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    written_by: Mapped["Person"] = relationship()


class ReminderKind(enum.StrEnum):
    """What people are reminded of."""

    # A question about a jury that waits for its answer.
    ASK = "ask"
    # A meeting or other event that one is invited to.
    EVENT = "event"
    # The day one sits on a jury.
    JURY_DAY = "jury_day"
    # Volunteering for a season comes to its end.
    SIGNUP = "signup"


class ReminderRule(db.Model):
    """When a season, or one event, reminds of something; without a row the usual time holds.

    ``days_before`` counts whole days before the day in question (0: the same day), ``at`` is Oslo
    wall time. A rule for the event goes before one for its season.
    """

    __table_args__ = (
        UniqueConstraint("season_id", "kind", name="one_rule_a_season"),
        UniqueConstraint("event_id", "kind", name="one_rule_an_event"),
        CheckConstraint("(season_id IS NULL) <> (event_id IS NULL)", name="season_or_event"),
        CheckConstraint("days_before >= 0 AND days_before <= 60", name="within_two_months"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[ReminderKind] = mapped_column(one_of(ReminderKind, "reminder_kind"))
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())
    days_before: Mapped[int]
    at: Mapped[time]
    season: Mapped[Optional["Season"]] = relationship()
    event: Mapped[Optional["Event"]] = relationship()


class OptOut(db.Model):
    """A sort of notice that one person does not want; one row a topic."""

    __table_args__ = (UniqueConstraint("person_id", "topic", name="one_opt_out_a_topic"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[Topic] = mapped_column(one_of(Topic, "topic"))
    created_at: Mapped[datetime]
