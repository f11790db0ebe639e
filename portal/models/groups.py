"""Groups, who sits in them, and the names that were asked for."""

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.db import db
from portal.models.columns import one_of
from portal.text import search_key, sort_key
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.meetings import Meeting
    from portal.models.minutes import FollowUp
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
    # What observers see beside the meetings they are called to.
    observers_see_members: Mapped[bool] = mapped_column(default=True, server_default=true())
    observers_see_minutes: Mapped[bool] = mapped_column(default=True, server_default=true())
    # When whoever leads it was asked to call its first meeting.
    first_call_asked_at: Mapped[datetime | None]
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
        self.search_key = search_key(name)[:500]
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
    # Whoever has left is named in approved minutes and nowhere else.
    left_at: Mapped[datetime | None]
    group: Mapped[Group] = relationship(back_populates="places")
    person: Mapped[Optional["Person"]] = relationship(back_populates="group_places")
    organisation: Mapped[Optional["Organisation"]] = relationship()

    @property
    def is_current(self) -> bool:
        """Whether the place is taken or waits to be."""
        return self.state in CURRENT_PLACES


class NameRequest(db.Model):
    """A question to an organisation: who shall have this place?

    Asked by mail, answered on a page behind the mailed link; ``taken_back_at`` ends it unanswered.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    place_id: Mapped[int] = mapped_column(ForeignKey("group_place.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    address: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer_by: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    # They will not send anybody.
    declined: Mapped[bool] = mapped_column(default=False, server_default=false())
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    taken_back_at: Mapped[datetime | None]
    place: Mapped[GroupPlace] = relationship()
    organisation: Mapped[Optional["Organisation"]] = relationship()
    asked_by: Mapped[Optional["Person"]] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether an answer is still waited for."""
        return self.answered_at is None and self.taken_back_at is None
