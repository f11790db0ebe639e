"""Groups, their places, meetings with agenda, and what follows from them."""

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.db import db
from portal.models.columns import one_of
from portal.text import search_key, sort_key
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event
    from portal.models.places import Organisation


class GroupKind(enum.StrEnum):
    """An expert group (faggruppe) stands; a working group (arbeidsgruppe) is for a time."""

    EXPERT = "expert"
    WORKING = "working"


class Group(db.Model):
    """A group of people from several municipalities who meet."""

    __tablename__ = "working_group"
    __table_args__ = (
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on",
            name="starts_before_it_ends",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(500))
    sort_key: Mapped[str] = mapped_column(String(500))
    kind: Mapped[GroupKind] = mapped_column(one_of(GroupKind, "group_kind"))
    mandate: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("working_group.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    parent: Mapped[Optional["Group"]] = relationship(remote_side=[id])
    places: Mapped[list["GroupPlace"]] = relationship(
        back_populates="group",
        cascade="all, delete-orphan",
        order_by="GroupPlace.position, GroupPlace.id",
    )
    meetings: Mapped[list["Meeting"]] = relationship(back_populates="group")
    follow_ups: Mapped[list["FollowUp"]] = relationship(back_populates="group")

    @validates("name")
    def _name_keys(self, key: str, name: str) -> str:
        self.search_key = search_key(name)
        self.sort_key = sort_key(name)
        return name


class PlaceState(enum.StrEnum):
    """How sure we are of who has a place."""

    NAMED = "named"
    UNCLEAR = "unclear"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LEFT = "left"


CURRENT_PLACES = (PlaceState.NAMED, PlaceState.UNCLEAR, PlaceState.PENDING, PlaceState.CONFIRMED)


class PlaceRole(enum.StrEnum):
    """What somebody is in a group."""

    LEAD = "lead"
    DEPUTY = "deputy"
    MEMBER = "member"
    OBSERVER = "observer"


class GroupPlace(db.Model):
    """A place in a group: a person, or only the words for who shall have it."""

    __table_args__ = (
        UniqueConstraint("group_id", "person_id", name="one_place_a_person"),
        CheckConstraint("person_id IS NOT NULL OR label <> ''", name="person_or_label"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    municipality_code: Mapped[str | None] = mapped_column(String(4))
    state: Mapped[PlaceState] = mapped_column(one_of(PlaceState, "place_state"))
    role: Mapped[PlaceRole] = mapped_column(
        one_of(PlaceRole, "place_role"), default=PlaceRole.MEMBER
    )
    note: Mapped[str] = mapped_column(String(500), default="")
    position: Mapped[int] = mapped_column(default=0)
    group: Mapped[Group] = relationship(back_populates="places")
    person: Mapped[Optional["Person"]] = relationship(back_populates="group_places")
    organisation: Mapped[Optional["Organisation"]] = relationship()

    @property
    def is_current(self) -> bool:
        """Whether the place is taken or waits to be."""
        return self.state in CURRENT_PLACES


class Meeting(db.Model):
    """A group's meeting: an event with an agenda, who came, and what was decided."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    # When the summons went out; before that nobody has heard of the meeting.
    called_at: Mapped[datetime | None]
    # What those called read above the agenda.
    intro: Mapped[str] = mapped_column(Text, default="")
    event: Mapped["Event"] = relationship(back_populates="meeting")
    group: Mapped[Group] = relationship(back_populates="meetings")
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="AgendaItem.number"
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Attendance.position"
    )
    notes: Mapped[list["ImportNote"]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="ImportNote.id"
    )


class AgendaKind(enum.StrEnum):
    """What is to be done with an agenda item."""

    APPROVAL = "approval"
    DECISION = "decision"
    DISCUSSION = "discussion"
    INPUT = "input"
    INFORMATION = "information"


class AgendaItem(db.Model):
    """One item of a meeting's agenda, with the minutes written of it."""

    __table_args__ = (UniqueConstraint("meeting_id", "number", name="one_number_a_meeting"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[AgendaKind] = mapped_column(one_of(AgendaKind, "agenda_kind"))
    presenter: Mapped[str] = mapped_column(String(200), default="")
    attachment: Mapped[str] = mapped_column(String(500), default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    meeting: Mapped[Meeting] = relationship(back_populates="agenda")
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="Decision.id"
    )


class Decision(db.Model):
    """What a meeting agreed under an item; a proposal is not yet a resolution."""

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    is_proposal: Mapped[bool] = mapped_column(default=False)
    item: Mapped[AgendaItem] = relationship(back_populates="decisions")


class AttendanceState(enum.StrEnum):
    """Whether somebody was there."""

    PRESENT = "present"
    APOLOGIES = "apologies"
    DEPUTY = "deputy"


class Attendance(db.Model):
    """Somebody at a meeting, with the affiliation as the minutes had it."""

    __table_args__ = (UniqueConstraint("meeting_id", "person_id", name="one_attendance_a_person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    affiliation: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[AttendanceState] = mapped_column(one_of(AttendanceState, "attendance_state"))
    is_chair: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    person: Mapped["Person"] = relationship()


class FollowUp(db.Model):
    """Something somebody shall do after a meeting; owner and deadline may both be unknown."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    subject: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    # What came of it, in a sentence.
    closing_note: Mapped[str] = mapped_column(String(500), default="")
    group: Mapped[Group] = relationship(back_populates="follow_ups")
    meeting: Mapped[Meeting | None] = relationship()
    owner: Mapped[Optional["Person"]] = relationship()


class ImportNote(db.Model):
    """A doubt about imported minutes, for an organiser to look into."""

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    about: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    meeting: Mapped[Meeting] = relationship(back_populates="notes")
