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
    from portal.models.mailings import Mailing


class Answer(enum.StrEnum):
    """PARTSTAT of RFC 5545."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    DELEGATED = "delegated"


class AnswerSource(enum.StrEnum):
    """By what way an answer came."""

    PAGE = "page"
    MAIL = "mail"
    # An organiser settled an answer that we could not be sure of.
    ORGANISER = "organiser"


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
    # Who comes instead, as the calendar that delegated wrote it.
    delegated_to: Mapped[str] = mapped_column(String(254), default="", server_default="")
    created_at: Mapped[datetime]
    sent_sequence: Mapped[int | None]
    sent_revision: Mapped[int | None]
    removed_at: Mapped[datetime | None]
    event: Mapped["Event"] = relationship(back_populates="invitations")
    person: Mapped["Person"] = relationship()
    answers: Mapped[list["GivenAnswer"]] = relationship(
        back_populates="invitation",
        cascade="all, delete-orphan",
        order_by="GivenAnswer.id.desc()",
    )

    @property
    def is_current(self) -> bool:
        """Whether the person is invited now."""
        return self.removed_at is None

    def came_after(self, mailing: "Mailing") -> bool:
        """Whether the person was invited, or invited anew, after ``mailing`` was queued.

        Their own invitation then says all that it could.
        """
        return self.created_at > mailing.created_at


class GivenAnswer(db.Model):
    """One answer as it was given: the history of an invitation's answer, newest first.

    One that ``counts`` was the invitation's answer from then on; any other was given to an older
    time, or overtaken before it came.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    answer: Mapped[Answer] = mapped_column(one_of(Answer, "given_answer"))
    source: Mapped[AnswerSource] = mapped_column(one_of(AnswerSource, "answer_source"))
    given_at: Mapped[datetime]
    sequence: Mapped[int | None]
    dtstamp: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    counts: Mapped[bool] = mapped_column(default=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_message.id"), index=True)
    invitation: Mapped[Invitation] = relationship(back_populates="answers")
