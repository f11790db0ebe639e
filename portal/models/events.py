"""Events and what belongs to one: organisers, links, programme items and the history of changes."""

import enum
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Optional

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.dates import OSLO
from portal.db import db
from portal.models.columns import one_of
from portal.text import search_key
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.invitations import Invitation
    from portal.models.meetings import Meeting
    from portal.models.places import Organisation
    from portal.models.seasons import Camp
    from portal.models.series import Series


class EventKind(enum.StrEnum):
    """What sort of event it is; the final and the camps belong to a season."""

    ARENDALSUKA = "arendalsuka"
    CAMP = "camp"
    FINAL = "final"
    WEBINAR = "webinar"
    MEETING = "meeting"
    GATHERING = "gathering"
    OTHER = "other"


class EventState(enum.StrEnum):
    """How far an event has come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Visibility(enum.StrEnum):
    """Who may see a published event.

    ``members`` means whoever holds a current group place or a role; ``group`` the members of the
    group whose meeting it is. Organisers see everything.
    """

    PUBLIC = "public"
    MEMBERS = "members"
    GROUP = "group"


class Event(db.Model):
    """Something that takes place, at one time and mostly at one place.

    ``uid`` and ``sequence`` are those of RFC 5545: the uid never changes, the sequence rises with
    every change of time or status. ``revision`` rises with every change at all.
    """

    __table_args__ = (
        UniqueConstraint("uid", "recurrence_id", name="one_uid_an_occurrence"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        # All that a list is narrowed by stands in the index: rows are wide, and few are shown.
        Index(
            "ix_event_listed",
            "visibility",
            "starts_at",
            "id",
            "ends_at",
            "state",
            "published_at",
            "kind",
            "county_code",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind, "event_kind"))
    state: Mapped[EventState] = mapped_column(
        one_of(EventState, "event_state"), default=EventState.DRAFT
    )
    visibility: Mapped[Visibility] = mapped_column(
        one_of(Visibility, "visibility"), default=Visibility.PUBLIC
    )
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    all_day: Mapped[bool] = mapped_column(default=False)
    # An all-day event runs from midnight in Oslo to the midnight after its last day.
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    municipality_code: Mapped[str | None] = mapped_column(String(4), index=True)
    # The county on the day of the event, written with its date and place: what lists filter by.
    county_code: Mapped[str | None] = mapped_column(String(2), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    streaming_url: Mapped[str] = mapped_column(String(500), default="")
    # The address of an online meeting, for those invited only.
    join_url: Mapped[str] = mapped_column(String(500), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    uid: Mapped[str] = mapped_column(String(200))
    # When this occurrence of its series would have begun; it stays when the meeting moves.
    recurrence_id: Mapped[str] = mapped_column(String(40), default="")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    # Whether calendars must be shown this occurrence apart from its series, since it differs.
    is_override: Mapped[bool] = mapped_column(default=False, server_default=false())
    sequence: Mapped[int] = mapped_column(default=0)
    # The sequence since which the time is what it is: an older answer was given to another time.
    time_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    revision: Mapped[int] = mapped_column(default=1)
    # The revision that those invited or registered were last told of.
    told_revision: Mapped[int] = mapped_column(default=1)
    # When they are told of what has changed until then, so that several changes make one mail.
    tell_at: Mapped[datetime | None] = mapped_column(index=True)
    tell_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    search_key: Mapped[str] = mapped_column(Text, default="")
    # The VEVENT as calendars get it, made anew with every revision (portal/calendar/entries.py).
    ical_public: Mapped[str] = mapped_column(Text, default="")
    ical_participant: Mapped[str] = mapped_column(Text, default="")

    organisers: Mapped[list["EventOrganiser"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventOrganiser.position"
    )
    links: Mapped[list["EventLink"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventLink.position"
    )
    programme: Mapped[list["ProgrammeItem"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="ProgrammeItem.position"
    )
    changes: Mapped[list["EventChange"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventChange.id.desc()"
    )
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="event")
    camp: Mapped[Optional["Camp"]] = relationship(back_populates="event")
    meeting: Mapped[Optional["Meeting"]] = relationship(back_populates="event")
    series: Mapped[Optional["Series"]] = relationship(back_populates="occurrences")
    created_by: Mapped[Optional["Person"]] = relationship(foreign_keys=created_by_id)
    tell_by: Mapped[Optional["Person"]] = relationship(foreign_keys=tell_by_id)

    @validates("title", "summary", "place", "address")
    def _find_by(self, key: str, value: str) -> str:
        names = ("title", "summary", "place", "address")
        parts = {name: getattr(self, name) or "" for name in names}
        self.search_key = search_key(" ".join({**parts, key: value}.values()))
        return value

    @property
    def first_day(self) -> date:
        """The day it begins, in Oslo."""
        return self.starts_at.astimezone(OSLO).date()

    @property
    def last_day(self) -> date:
        """The last day it takes up, in Oslo; an event that ends at midnight ends the day before."""
        return (self.ends_at.astimezone(OSLO) - timedelta(microseconds=1)).date()

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not take place."""
        return self.state == EventState.CANCELLED

    @property
    def is_untold(self) -> bool:
        """Whether something changed that those concerned have not been told of."""
        return self.told_revision < self.revision

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at <= now


class EventOrganiser(db.Model):
    """One of the organisations behind an event, in the order they are named."""

    __table_args__ = (UniqueConstraint("event_id", "organisation_id", name="one_organiser_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    position: Mapped[int] = mapped_column(default=0)
    event: Mapped[Event] = relationship(back_populates="organisers")
    organisation: Mapped["Organisation"] = relationship()


class LinkKind(enum.StrEnum):
    """What a link of an event leads to."""

    RECORDING = "recording"
    DOCUMENT = "document"
    PROGRAMME = "programme"
    OTHER = "other"


class EventLink(db.Model):
    """A recording, document or page that belongs to an event."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(one_of(LinkKind, "link_kind"))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(default=0)
    event: Mapped[Event] = relationship(back_populates="links")


class ProgrammeItem(db.Model):
    """One line of an event's programme: when, what, and who speaks (one name a line)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime | None]
    title: Mapped[str] = mapped_column(String(200))
    speakers: Mapped[str] = mapped_column(Text, default="")
    event: Mapped[Event] = relationship(back_populates="programme")


class EventChange(db.Model):
    """What one revision changed in one field, by whom, and when those concerned were told.

    ``before`` and ``after`` are plain text: moments in ISO form, anything else as shown.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    revision: Mapped[int]
    field: Mapped[str] = mapped_column(String(40))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship(back_populates="changes")
    changed_by: Mapped[Optional["Person"]] = relationship()


def new_uid(host: str) -> str:
    """A uid for a new event, fixed for its life: random, at the portal's own ``host``."""
    return f"{public_id()}{public_id()}@{host}"
