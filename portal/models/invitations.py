"""Invitations: an event in somebody's calendar, and what they answered."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event


class Answer(enum.StrEnum):
    """PARTSTAT of RFC 5545."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    DELEGATED = "delegated"


class Invitation(db.Model):
    """One person invited to one event.

    ``sent_sequence`` is that of the newest REQUEST sent, None before the first. ``removed_at``
    tells when the person was uninvited; a new invitation takes the row up again.
    """

    __table_args__ = (UniqueConstraint("event_id", "person_id", name="one_invitation_a_person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[Answer] = mapped_column(one_of(Answer, "answer"), default=Answer.NEEDS_ACTION)
    answered_at: Mapped[datetime | None]
    answer_source: Mapped[str] = mapped_column(String(10), default="")
    answer_sequence: Mapped[int | None]
    answer_dtstamp: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    sent_sequence: Mapped[int | None]
    sent_revision: Mapped[int | None]
    removed_at: Mapped[datetime | None]
    event: Mapped["Event"] = relationship(back_populates="invitations")
    person: Mapped["Person"] = relationship()

    @property
    def is_current(self) -> bool:
        """Whether the person is invited now."""
        return self.removed_at is None
