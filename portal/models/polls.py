"""Polls of dates: when a group can meet, before a date is set."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of
from portal.models.groups import Group
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.meetings import Meeting


class DatePoll(db.Model):
    """A question to a group: which of these times suit you? It becomes a meeting, or is dropped.

    Nobody hears of it before ``opened_at``; ``closed_at`` is when it ended, with ``meeting`` if
    one came of it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    # Until when answers are asked for.
    answer_by: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    group: Mapped[Group] = relationship()
    created_by: Mapped[Optional["Person"]] = relationship()
    meeting: Mapped[Optional["Meeting"]] = relationship()
    options: Mapped[list["DateOption"]] = relationship(
        back_populates="poll", cascade="all, delete-orphan", order_by="DateOption.starts_at"
    )
    replies: Mapped[list["DateReply"]] = relationship(
        back_populates="poll", cascade="all, delete-orphan", order_by="DateReply.id"
    )

    @property
    def is_open(self) -> bool:
        """Whether it can be answered."""
        return self.opened_at is not None and self.closed_at is None


class DateOption(db.Model):
    """One of the times a poll asks about; ``chosen_at`` when it became the meeting's."""

    __table_args__ = (
        UniqueConstraint("poll_id", "starts_at", "ends_at", name="one_time_once"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    chosen_at: Mapped[datetime | None]
    poll: Mapped[DatePoll] = relationship(back_populates="options")


class DateReply(db.Model):
    """What one person answered a poll, all times together."""

    __table_args__ = (UniqueConstraint("poll_id", "person_id", name="one_reply_a_person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answered_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(String(500), default="")
    poll: Mapped[DatePoll] = relationship(back_populates="replies")
    person: Mapped["Person"] = relationship()
    answers: Mapped[list["DateAnswer"]] = relationship(
        back_populates="reply", cascade="all, delete-orphan", order_by="DateAnswer.id"
    )


class Suits(enum.StrEnum):
    """Whether a time suits somebody."""

    YES = "yes"
    IF_NEEDED = "if_needed"
    NO = "no"


class DateAnswer(db.Model):
    """Whether one time suits one person."""

    __table_args__ = (UniqueConstraint("reply_id", "option_id", name="one_answer_a_time"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("date_reply.id"))
    option_id: Mapped[int] = mapped_column(ForeignKey("date_option.id"), index=True)
    suits: Mapped[Suits] = mapped_column(one_of(Suits, "suits"))
    reply: Mapped[DateReply] = relationship(back_populates="answers")
    option: Mapped[DateOption] = relationship()
