"""Series: meetings that recur by a rule, under one uid."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.events import Event
    from portal.models.groups import Group


class Series(db.Model):
    """A recurring meeting of a group: what all its occurrences have in common, and its rule.

    ``uid``, ``sequence`` and ``rrule`` are those of RFC 5545; ``starts_at`` and ``ends_at`` are the
    first occurrence's. Each occurrence is an Event under the same uid, with a ``recurrence_id``;
    a time of the rule that has none was left out (EXDATE).
    ``revision`` rises with every change; ``called_at`` is when people were first invited to it.
    """

    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    uid: Mapped[str] = mapped_column(String(200), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    # The value of an RRULE, with UNTIL in UTC.
    rrule: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    municipality_code: Mapped[str | None] = mapped_column(String(4))
    join_url: Mapped[str] = mapped_column(String(500), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    # When it was ended before its time; the rule says since then where it ends.
    ended_at: Mapped[datetime | None]
    # When all of it was called off, none having been held.
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    # The VEVENT that holds the rule, made anew with every revision of it or of an occurrence.
    ical_participant: Mapped[str] = mapped_column(Text, default="")
    group: Mapped["Group"] = relationship()
    occurrences: Mapped[list["Event"]] = relationship(
        back_populates="series", order_by="Event.starts_at, Event.id"
    )

    @property
    def is_cancelled(self) -> bool:
        """Whether none of it will take place."""
        return self.cancelled_at is not None

    def coming(self, now: datetime) -> list["Event"]:
        """The occurrences that stand and are not over, in order of time."""
        found = [
            each for each in self.occurrences if not each.is_cancelled and not each.is_over(now)
        ]
        return sorted(found, key=lambda event: (event.starts_at, event.id))
