"""Volunteering for a jury, plans for juries, and who is assigned to which."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import json_list, one_of
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.places import School
    from portal.models.seasons import Camp, Panel, Season


class JurySignup(db.Model):
    """One person's offer to serve on juries in one season."""

    __table_args__ = (
        UniqueConstraint("season_id", "juror_id", name="one_signup_a_season"),
        CheckConstraint("at_most >= 1", name="at_least_one_camp"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Where the person sets out: a postcode, or only a municipality; no street address is asked.
    postcode: Mapped[str] = mapped_column(String(4), default="")
    municipality_code: Mapped[str] = mapped_column(String(4))
    # An empty list of counties means any county.
    counties: Mapped[list[str]] = mapped_column(json_list(), default=list)
    longest_km: Mapped[int | None]
    takes_ferry: Mapped[bool] = mapped_column(default=True)
    at_most: Mapped[int] = mapped_column(default=1)
    # As written; Person.organisation says which body of ours that is, if any.
    employer: Mapped[str] = mapped_column(String(200), default="")
    expertise: Mapped[str] = mapped_column(String(500), default="")
    languages: Mapped[list[str]] = mapped_column(json_list(), default=list)
    travel_note: Mapped[str] = mapped_column(String(500), default="")
    consent_at: Mapped[datetime]
    consent_text: Mapped[str] = mapped_column(String(20), default="2026-1")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(String(500), default="")
    season: Mapped["Season"] = relationship(back_populates="signups")
    juror: Mapped["Person"] = relationship()
    days: Mapped[list["SignupDay"]] = relationship(
        back_populates="signup", cascade="all, delete-orphan"
    )
    conflicts: Mapped[list["Conflict"]] = relationship(
        back_populates="signup", cascade="all, delete-orphan"
    )

    def withdraw(self, now: datetime) -> None:
        """Take back the offer. Withdrawing twice keeps the first date."""
        self.withdrawn_at = self.withdrawn_at or now


class DayAnswer(enum.StrEnum):
    """Whether somebody can serve on the day of a camp."""

    YES = "yes"
    IF_NEEDED = "if_needed"
    NO = "no"


class Wish(enum.StrEnum):
    """What somebody would like of a school, beyond whether they can."""

    WISH = "wish"
    NONE = "none"
    AVOID = "avoid"


class SignupDay(db.Model):
    """What a volunteer said of one camp: can they come that day, and would they like to."""

    __table_args__ = (UniqueConstraint("signup_id", "camp_id", name="one_answer_a_camp"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("jury_signup.id"))
    camp_id: Mapped[int] = mapped_column(ForeignKey("camp.id"), index=True)
    answer: Mapped[DayAnswer] = mapped_column(one_of(DayAnswer, "day_answer"))
    wish: Mapped[Wish] = mapped_column(one_of(Wish, "wish"), default=Wish.NONE)
    signup: Mapped[JurySignup] = relationship(back_populates="days")
    camp: Mapped["Camp"] = relationship()


class ConflictKind(enum.StrEnum):
    """Why somebody should not judge at a school (DOMAIN: forvaltningsloven section 6)."""

    FAMILY = "family"
    WORK = "work"
    MENTOR = "mentor"
    INTEREST = "interest"


class Conflict(db.Model):
    """A reason, declared by the volunteer, not to judge at one school."""

    __table_args__ = (UniqueConstraint("signup_id", "school_id", "kind", name="one_conflict_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("jury_signup.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[ConflictKind] = mapped_column(one_of(ConflictKind, "conflict_kind"))
    signup: Mapped[JurySignup] = relationship(back_populates="conflicts")
    school: Mapped["School"] = relationship()


class SignupDraft(db.Model):
    """Answers on their way to an offer (portal/jury/signup/answers.py has their shape).

    Those of somebody not signed in count when the mailed link is confirmed by POST; nothing else is
    touched before that. Changing an answer makes the link worthless.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"))
    # Which browser fills it in, and whose it is when that person is signed in.
    browser_hash: Mapped[str] = mapped_column(String(64), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    folded: Mapped[str] = mapped_column(String(254), default="", index=True)
    language: Mapped[str] = mapped_column(String(2), default="nb")
    created_at: Mapped[datetime] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None]
    links_sent: Mapped[int] = mapped_column(default=0)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    season: Mapped["Season"] = relationship()


class AssignmentState(enum.StrEnum):
    """Where a seat stands between the portal and the person."""

    PROPOSED = "proposed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    RESERVE = "reserve"
    RECONFIRM = "reconfirm"
    SERVED = "served"
    ABSENT = "absent"
    # Asked together with others for fewer seats: the first yes has it. Takes up no seat until then;
    # the round does.
    OFFERED = "offered"


# States in which the person takes up a seat of the panel.
SEATED = (
    AssignmentState.PROPOSED,
    AssignmentState.ASKED,
    AssignmentState.ACCEPTED,
    AssignmentState.RECONFIRM,
    AssignmentState.SERVED,
)

# States in which somebody has said yes; those asked or proposed may still be another.
TAKEN = (AssignmentState.ACCEPTED, AssignmentState.RECONFIRM, AssignmentState.SERVED)


class AskRound(db.Model):
    """Several people asked at once for fewer seats of one panel: the first yes gets each.

    While it is open, ``seats_left`` seats of the panel are spoken for. A yes takes one by one
    conditional update of this row. Who changes it, or its assignments, locks the juries of the camp
    first (``staffing.lock_juries``).
    """

    __table_args__ = (CheckConstraint("seats_left >= 0", name="no_seat_given_twice"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    seats: Mapped[int]
    seats_left: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    panel: Mapped["Panel"] = relationship()
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="round")


class Assignment(db.Model):
    """One person on one panel; a person sits on one panel of a camp at most."""

    __table_args__ = (
        UniqueConstraint("camp_id", "person_id", name="one_seat_a_camp"),
        Index("ix_assignment_panel_state", "panel_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    camp_id: Mapped[int] = mapped_column(ForeignKey("camp.id"))
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("jury_signup.id"))
    # The round in which the person was asked last, if together with others.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("ask_round.id"), index=True)
    state: Mapped[AssignmentState] = mapped_column(one_of(AssignmentState, "assignment_state"))
    locked: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(20), default="plan")
    reason: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    comment: Mapped[str] = mapped_column(Text, default="")
    # Raised by each fresh ask, so that an older link and an older mail are known as such.
    ask_number: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    # Declined in a calendar: the seat is theirs until they say so on its page as well.
    calendar_declined_at: Mapped[datetime | None]
    camp: Mapped["Camp"] = relationship(back_populates="assignments")
    panel: Mapped["Panel"] = relationship(back_populates="assignments")
    person: Mapped["Person"] = relationship()
    signup: Mapped[JurySignup | None] = relationship()
    round: Mapped[AskRound | None] = relationship(back_populates="assignments")

    @property
    def is_seated(self) -> bool:
        """Whether the person takes up a seat."""
        return self.state in SEATED

    def reopen(self, now: datetime) -> None:
        """Ask anew, since the camp has moved: a yes must be confirmed, and older links are stale.

        Only those asked or coming are concerned; a lock stays. They get as long to answer as they
        had the first time.
        """
        if self.state not in (
            AssignmentState.ASKED,
            AssignmentState.OFFERED,
            AssignmentState.ACCEPTED,
            AssignmentState.RECONFIRM,
        ):
            return
        if self.state == AssignmentState.ACCEPTED:
            self.state = AssignmentState.RECONFIRM
        if self.answer_by is not None and self.asked_at is not None:
            self.answer_by = now + (self.answer_by - self.asked_at)
        self.ask_number += 1
        self.asked_at = now
        self.answered_at = None

    def release(self) -> None:
        """Give the seat up from our side, for whoever holds or might have held it."""
        held = self.is_seated or self.state in (AssignmentState.RESERVE, AssignmentState.OFFERED)
        if held and self.state != AssignmentState.SERVED:
            self.state = AssignmentState.RELEASED
