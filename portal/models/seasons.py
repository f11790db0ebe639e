"""Seasons of camps, the camps, and their panels (juries)."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import json_list, one_of

if TYPE_CHECKING:
    from portal.models.events import Event
    from portal.models.jury import Assignment, JurySignup
    from portal.models.places import Organisation, School
    from portal.models.plans import Plan


class RankingPolicy(enum.StrEnum):
    """Which juror comes first to a school: the nearest, or one from the same county."""

    NEAREST = "nearest"
    COUNTY = "county"


class Season(db.Model):
    """One autumn of camps and their final. The name may change; the slug stays."""

    __table_args__ = (
        CheckConstraint("default_minimum >= 1", name="at_least_one_seat"),
        CheckConstraint("default_minimum <= default_target", name="minimum_within_target"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    year: Mapped[int]
    theme: Mapped[str] = mapped_column(String(300), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    juror_info: Mapped[str] = mapped_column(Text, default="")
    counties: Mapped[list[str]] = mapped_column(json_list(), default=list)
    default_minimum: Mapped[int] = mapped_column(default=2)
    default_target: Mapped[int] = mapped_column(default=3)
    policy: Mapped[RankingPolicy] = mapped_column(
        one_of(RankingPolicy, "ranking_policy"), default=RankingPolicy.NEAREST
    )
    bars_school_owner: Mapped[bool] = mapped_column(default=False)
    # Prices that proposals begin with, in km by name, where they differ from the defaults.
    prices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    signup_opens_at: Mapped[datetime | None]
    signup_closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    camps: Mapped[list["Camp"]] = relationship(back_populates="season", order_by="Camp.id")
    commissioners: Mapped[list["SeasonCommissioner"]] = relationship(
        cascade="all, delete-orphan", order_by="SeasonCommissioner.position"
    )
    signups: Mapped[list["JurySignup"]] = relationship(back_populates="season")
    plans: Mapped[list["Plan"]] = relationship(back_populates="season")

    def accepts_signups(self, now: datetime) -> bool:
        """Whether people may volunteer at ``now``."""
        if self.published_at is None or self.archived_at or self.signup_opens_at is None:
            return False
        closes = self.signup_closes_at
        return self.signup_opens_at <= now and (closes is None or now < closes)


class SeasonCommissioner(db.Model):
    """One of the organisations that commission a season, in the order they are named."""

    __table_args__ = (
        UniqueConstraint("season_id", "organisation_id", name="one_commissioner_once"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    position: Mapped[int] = mapped_column(default=0)
    organisation: Mapped["Organisation"] = relationship()


class Camp(db.Model):
    """An event of a season: a camp at a school, or the final, which has no school."""

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    pupils: Mapped[int | None]
    practical: Mapped[str] = mapped_column(Text, default="")
    season: Mapped[Season] = relationship(back_populates="camps")
    event: Mapped["Event"] = relationship(back_populates="camp")
    school: Mapped[Optional["School"]] = relationship()
    panels: Mapped[list["Panel"]] = relationship(
        back_populates="camp", cascade="all, delete-orphan", order_by="Panel.number"
    )
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="camp")

    @property
    def name(self) -> str:
        """What people call it: the school, or the event's title for the final."""
        return self.school.name if self.school else self.event.title

    @property
    def is_final(self) -> bool:
        """Whether it is the season's final rather than a camp at a school."""
        return self.school_id is None

    @property
    def minimum(self) -> int:
        """Seats that must be filled, over all its panels."""
        return sum(panel.minimum for panel in self.panels)

    @property
    def target(self) -> int:
        """Seats we would like to fill, over all its panels."""
        return sum(panel.target for panel in self.panels)


class Panel(db.Model):
    """One jury of a camp: how many jurors it must and should have."""

    __table_args__ = (
        UniqueConstraint("camp_id", "number", name="one_number_a_camp"),
        CheckConstraint("minimum >= 1 AND minimum <= target", name="minimum_within_target"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    camp_id: Mapped[int] = mapped_column(ForeignKey("camp.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    minimum: Mapped[int]
    target: Mapped[int]
    remote_allowed: Mapped[bool] = mapped_column(default=False)
    camp: Mapped[Camp] = relationship(back_populates="panels")
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="panel")
