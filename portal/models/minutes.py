"""Minutes of meetings: who was there, what was said and agreed, and what follows from it."""

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Optional

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.db import db
from portal.models.accounts import Role, RoleName
from portal.models.columns import one_of
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.meetings import AgendaItem, Meeting
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person


class MinutesVersion(db.Model):
    """The minutes of an item as somebody left them: nothing that was written is lost."""

    __table_args__ = (UniqueConstraint("item_id", "revision", name="one_revision_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    item: Mapped[AgendaItem] = relationship(back_populates="versions")
    saved_by: Mapped[Optional["Person"]] = relationship()


class Decision(db.Model):
    """What a meeting agreed under an item; a proposal is not yet a resolution."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    is_proposal: Mapped[bool] = mapped_column(default=False)
    item: Mapped[AgendaItem] = relationship(back_populates="decisions")


class AttendanceState(enum.StrEnum):
    """Whether somebody was there."""

    PRESENT = "present"
    APOLOGIES = "apologies"
    # Somebody else came in their place.
    DEPUTY = "deputy"
    # Was expected, and was not there.
    ABSENT = "absent"


class AttendsAs(enum.StrEnum):
    """In what capacity somebody is at a meeting."""

    MEMBER = "member"
    DEPUTY = "deputy"
    OBSERVER = "observer"
    GUEST = "guest"
    SECRETARIAT = "secretariat"


class Attendance(db.Model):
    """Somebody at a meeting, with the affiliation as the minutes had it.

    ``name`` stands for somebody the portal does not know.
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id", name="one_attendance_a_person"),
        CheckConstraint("person_id IS NOT NULL OR name <> ''", name="person_or_name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    affiliation: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[AttendanceState] = mapped_column(one_of(AttendanceState, "attendance_state"))
    attends_as: Mapped[AttendsAs] = mapped_column(
        one_of(AttendsAs, "attends_as"), default=AttendsAs.MEMBER, server_default="member"
    )
    # Whose place a deputy has taken.
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_chair: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    person: Mapped[Optional["Person"]] = relationship(foreign_keys=[person_id])
    instead_of: Mapped[Optional["Person"]] = relationship(foreign_keys=[instead_of_id])

    @property
    def shown_name(self) -> str:
        """Who it is: the person's name as it is now, or the name as written."""
        return self.person.name if self.person else self.name


class MinutesComment(db.Model):
    """What somebody who was called says about minutes that were sent for comment."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # What was done about it, in a sentence.
    reply: Mapped[str] = mapped_column(String(500), default="")
    meeting: Mapped[Meeting] = relationship(back_populates="comments")
    item: Mapped[AgendaItem | None] = relationship()
    person: Mapped["Person"] = relationship(foreign_keys=[person_id])
    handled_by: Mapped[Optional["Person"]] = relationship(foreign_keys=[handled_by_id])


class Addendum(db.Model):
    """A correction to approved minutes; ``by_name`` is who made it, as they were called then."""

    __table_args__ = (UniqueConstraint("meeting_id", "number", name="one_addendum_a_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(200), default="")
    meeting: Mapped[Meeting] = relationship(back_populates="addenda")


class FollowUp(db.Model):
    """Something somebody shall do after a meeting; owner and deadline may both be unknown."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    # The item it came up under.
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # Who does it, in words, when no person is named: a body, or "the secretariat".
    owner_label: Mapped[str] = mapped_column(String(200), default="", server_default="")
    due_on: Mapped[date | None] = mapped_column(index=True)
    # Since when its owner has it; empty for what was theirs from the first.
    owner_since: Mapped[datetime | None]
    # When its owner hears that it is theirs; empty once told, or when they know.
    tell_owner_at: Mapped[datetime | None] = mapped_column(index=True)
    # Raised by every change, so that two who change it at once notice each other.
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # What came of it, in a sentence.
    closing_note: Mapped[str] = mapped_column(String(500), default="")
    group: Mapped[Group] = relationship(back_populates="follow_ups")
    meeting: Mapped[Meeting | None] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    owner: Mapped[Optional["Person"]] = relationship(foreign_keys=[owner_id])
    created_by: Mapped[Optional["Person"]] = relationship(foreign_keys=[created_by_id])
    closed_by: Mapped[Optional["Person"]] = relationship(foreign_keys=[closed_by_id])
    # Whether its owner sits in the group now, or organises: else nobody has it in hand, and the
    # name of whoever has left is not shown.
    is_in_hand: Mapped[bool] = column_property(
        sa.or_(
            sa.exists().where(
                GroupPlace.group_id == group_id,
                GroupPlace.person_id == owner_id,
                GroupPlace.state.in_(CURRENT_PLACES),
            ),
            sa.exists().where(
                Role.person_id == owner_id, Role.name.in_((RoleName.ADMIN, RoleName.ORGANISER))
            ),
        )
    )

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.closed_at is None

    def is_late(self, today: date) -> bool:
        """Whether its last day has passed and it is not done."""
        return self.is_open and self.due_on is not None and self.due_on < today


class ImportNote(db.Model):
    """A doubt about imported minutes, for an organiser to look into."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    about: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # What was found out.
    answer: Mapped[str] = mapped_column(String(500), default="", server_default="")
    meeting: Mapped[Meeting] = relationship(back_populates="notes")
    handled_by: Mapped[Optional["Person"]] = relationship()
