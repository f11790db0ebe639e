"""Plans for juries: what is proposed, how it was changed by hand, and what proves it."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of
from portal.models.seasons import RankingPolicy
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.jury import JurySignup
    from portal.models.seasons import Panel, Season


class PlanState(enum.StrEnum):
    """What became of a plan."""

    DRAFT = "draft"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Plan(db.Model):
    """A proposal of juries for a season: a draft until a person applies it as a whole.

    ``figures`` holds what the matcher reported as plain values: objective, travel, certificates.
    ``basis`` is the fingerprint of what it was made from; when the season's no longer equals it,
    the plan is stale.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    state: Mapped[PlanState] = mapped_column(
        one_of(PlanState, "plan_state"), default=PlanState.DRAFT
    )
    policy: Mapped[RankingPolicy] = mapped_column(one_of(RankingPolicy, "plan_policy"))
    # The prices in km by name where they differ from the defaults (matching.types.Prices).
    prices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # The draft that this one was tried beside, for comparing the two.
    tried_from_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    basis: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Raised by each edit, so that two people who edit at once notice each other.
    revision: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    season: Mapped["Season"] = relationship(back_populates="plans")
    rows: Mapped[list["PlanRow"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="PlanRow.id"
    )
    made_by: Mapped[Optional["Person"]] = relationship()
    tried_from: Mapped[Optional["Plan"]] = relationship(remote_side=[id])
    edits: Mapped[list["PlanEdit"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="PlanEdit.id"
    )


class PlanProof(db.Model):
    """What proves a plan and lets one seat be refilled without solving anew: flow and dual prices.

    ``content`` is what portal/jury/matching/rematch/packing.py packed; only it reads it.
    """

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    plan: Mapped[Plan] = relationship()


class PlanEdit(db.Model):
    """One change of a draft by hand, with the rows as they were before, so that it can be undone.

    ``before`` lists the rows it touched as plain values; those it added are named by panel and
    person alone. See portal/jury/plans/edits.py.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    # The plan's revision after the edit.
    revision: Mapped[int]
    verb: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    plan: Mapped[Plan] = relationship(back_populates="edits")
    made_by: Mapped[Optional["Person"]] = relationship()


class PlanAction(enum.StrEnum):
    """What a plan does with a person on a panel."""

    ADD = "add"
    KEEP = "keep"
    REMOVE = "remove"


class PlanRow(db.Model):
    """One person on one panel, as a plan proposes it, and why."""

    __table_args__ = (UniqueConstraint("plan_id", "panel_id", "person_id", name="one_row_a_seat"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("jury_signup.id"))
    action: Mapped[PlanAction] = mapped_column(one_of(PlanAction, "plan_action"))
    km: Mapped[float | None]
    band: Mapped[str] = mapped_column(String(20), default="")
    over_water: Mapped[bool] = mapped_column(default=False)
    # Codes and values that templates turn into sentences; see portal/jury/plans/explaining.py.
    reason: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    locked: Mapped[bool] = mapped_column(default=False)
    by_hand: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[Plan] = relationship(back_populates="rows")
    panel: Mapped["Panel"] = relationship()
    person: Mapped["Person"] = relationship()
    signup: Mapped[Optional["JurySignup"]] = relationship()
