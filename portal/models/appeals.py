"""Appeals: a group asked whether its members would sit on juries of a season."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import json_list
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.groups import Group
    from portal.models.mailings import Mailing
    from portal.models.seasons import Season


class JuryAppeal(db.Model):
    """One mail to a group about jury duty in a season, and whom it went to."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"), index=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    # What the organiser wrote above the rest.
    words: Mapped[str] = mapped_column(Text, default="")
    answer_by: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))
    group: Mapped["Group"] = relationship()
    season: Mapped["Season"] = relationship()
    created_by: Mapped[Optional["Person"]] = relationship()
    mailing: Mapped[Optional["Mailing"]] = relationship()
    recipients: Mapped[list["AppealRecipient"]] = relationship(
        back_populates="appeal", cascade="all, delete-orphan", order_by="AppealRecipient.position"
    )


class AppealRecipient(db.Model):
    """Somebody an appeal goes to: the camps near them, nearest first, and whether they said no.

    Who says yes has a sign-up in the season.
    """

    __table_args__ = (UniqueConstraint("appeal_id", "person_id", name="one_appeal_a_person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("jury_appeal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    is_near: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Row ids of camps.
    camps: Mapped[list[int]] = mapped_column(json_list(), default=list)
    declined_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    appeal: Mapped[JuryAppeal] = relationship(back_populates="recipients")
    person: Mapped["Person"] = relationship()
