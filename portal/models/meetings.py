"""Meetings of groups: when, with whom, and about what."""

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Optional

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of
from portal.models.groups import Group
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event
    from portal.models.minutes import (
        Addendum,
        Attendance,
        Decision,
        ImportNote,
        MinutesComment,
        MinutesVersion,
    )


class Meeting(db.Model):
    """A group's meeting: an event with an agenda, who came, and what was decided.

    Its minutes are written, sent to those who were called, and approved by a later meeting. From
    then on ``document`` is what they are, whatever happens to people and rows; what must be put
    right stands in addenda.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    # When the summons went out; before that nobody has heard of the meeting.
    called_at: Mapped[datetime | None]
    # What those called read above the agenda.
    intro: Mapped[str] = mapped_column(Text, default="")
    minutes_taker: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # Raised by every change to the minutes or to who was there.
    minutes_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    minutes_sent_at: Mapped[datetime | None]
    # The last day on which comments on the minutes are asked for.
    comments_by: Mapped[date | None]
    approved_at: Mapped[datetime | None]
    # The meeting that approved the minutes of this one.
    approved_in_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The minutes as approved (groups/minutes/document.py).
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # When the minutes were made public for anybody to read.
    public_at: Mapped[datetime | None]
    event: Mapped["Event"] = relationship(back_populates="meeting")
    group: Mapped[Group] = relationship(back_populates="meetings")
    approved_in: Mapped[Optional["Meeting"]] = relationship(
        remote_side=[id], foreign_keys=[approved_in_id]
    )
    approved_by: Mapped[Optional["Person"]] = relationship()
    days: Mapped[list["MeetingDay"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingDay.starts_at"
    )
    others: Mapped[list["MeetingGroup"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingGroup.id"
    )
    guests: Mapped[list["MeetingGuest"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingGuest.id"
    )
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="meeting",
        cascade="all, delete-orphan",
        order_by="AgendaItem.number",
        foreign_keys="AgendaItem.meeting_id",
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Attendance.position"
    )
    comments: Mapped[list["MinutesComment"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MinutesComment.id"
    )
    addenda: Mapped[list["Addendum"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Addendum.number"
    )
    notes: Mapped[list["ImportNote"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="ImportNote.id"
    )

    @property
    def group_names(self) -> list[str]:
        """What the groups that hold it are called, the host first."""
        return [self.group.name, *(each.group.name for each in self.others)]

    @property
    def is_approved(self) -> bool:
        """Whether the minutes are locked."""
        return self.approved_at is not None


class MeetingDay(db.Model):
    """One day of a meeting that takes several: from when to when people sit together."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "starts_at", name="one_day_once"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    meeting: Mapped[Meeting] = relationship(back_populates="days")


class MeetingGroup(db.Model):
    """Another group that a meeting is held together with."""

    __table_args__ = (UniqueConstraint("meeting_id", "group_id", name="one_group_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    meeting: Mapped[Meeting] = relationship(back_populates="others")
    group: Mapped[Group] = relationship()


class MeetingGuest(db.Model):
    """Somebody called to one meeting without a place in the group; perhaps in a member's place."""

    __table_args__ = (UniqueConstraint("meeting_id", "person_id", name="one_guest_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    meeting: Mapped[Meeting] = relationship(back_populates="guests")
    person: Mapped["Person"] = relationship(foreign_keys=[person_id])
    instead_of: Mapped[Optional["Person"]] = relationship(foreign_keys=[instead_of_id])


class AgendaKind(enum.StrEnum):
    """What is to be done with an agenda item."""

    APPROVAL = "approval"
    DECISION = "decision"
    DISCUSSION = "discussion"
    INPUT = "input"
    INFORMATION = "information"


class UsualItem(enum.StrEnum):
    """The items that stand on every agenda by themselves."""

    # The meeting approves how it was called, and its agenda.
    SUMMONS = "summons"
    # It approves the minutes of an earlier meeting (AgendaItem.approves).
    MINUTES = "minutes"
    # What earlier meetings left to do and is still open.
    FOLLOW_UPS = "follow_ups"


class AgendaItem(db.Model):
    """One item of a meeting's agenda, with the minutes written of it."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "number", name="one_number_a_meeting"),
        CheckConstraint("planned_minutes IS NULL OR planned_minutes > 0", name="takes_some_time"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    # Which day of the meeting it is on, from 1.
    day: Mapped[int] = mapped_column(default=1, server_default="1")
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[AgendaKind] = mapped_column(one_of(AgendaKind, "agenda_kind"))
    usual: Mapped[UsualItem | None] = mapped_column(one_of(UsualItem, "usual_item"))
    # Whose minutes it approves.
    approves_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    presenter: Mapped[str] = mapped_column(String(200), default="")
    # For how long it is planned, in minutes.
    planned_minutes: Mapped[int | None]
    # One a line: words, an address, or words and then an address (groups/meetings/papers.py).
    papers: Mapped[str] = mapped_column(Text, default="", server_default="")
    # What was said, as Markdown.
    minutes: Mapped[str] = mapped_column(Text, default="")
    # Raised by every save of ``minutes``, so that two who write at once notice each other.
    minutes_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    minutes_at: Mapped[datetime | None]
    minutes_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    meeting: Mapped[Meeting] = relationship(back_populates="agenda", foreign_keys=[meeting_id])
    approves: Mapped[Meeting | None] = relationship(foreign_keys=[approves_id])
    minutes_by: Mapped[Optional["Person"]] = relationship()
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="Decision.id"
    )
    versions: Mapped[list["MinutesVersion"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="MinutesVersion.revision"
    )
