"""Organisations, schools and school breaks: places and dates that the secretariat may edit."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.db import db
from portal.models.columns import one_of
from portal.text import search_key, sort_key


class OrganisationKind(enum.StrEnum):
    """What sort of body an organisation is."""

    MUNICIPALITY = "municipality"
    COUNTY_COUNCIL = "county_council"
    REGIONAL_COUNCIL = "regional_council"
    SCHOOL_OWNER = "school_owner"
    PARTNER = "partner"


class Membership(enum.StrEnum):
    """Whether an organisation belongs to Osloregionen, as far as anybody could find out."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Organisation(db.Model):
    """A body that employs people, organises events or commissions a season."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    search_key: Mapped[str] = mapped_column(String(500), index=True)
    sort_key: Mapped[str] = mapped_column(String(500))
    kind: Mapped[OrganisationKind] = mapped_column(one_of(OrganisationKind, "organisation_kind"))
    municipality_code: Mapped[str | None] = mapped_column(String(4), index=True)
    county_code: Mapped[str | None] = mapped_column(String(2))
    region_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    member: Mapped[Membership] = mapped_column(
        one_of(Membership, "membership"), default=Membership.UNKNOWN
    )
    evidence: Mapped[str] = mapped_column(String(500), default="")
    # Where a question to the body is sent, such as who shall have its place in a group.
    contact_email: Mapped[str] = mapped_column(String(254), default="", server_default="")

    @validates("name")
    def _name_keys(self, key: str, name: str) -> str:
        self.search_key = search_key(name)[:500]
        self.sort_key = sort_key(name)
        return name


class School(db.Model):
    """An upper secondary school, as the register has it or as the secretariat corrected it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    orgnr: Mapped[str | None] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(500), index=True)
    sort_key: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(20), default="ordinary")
    owner: Mapped[str] = mapped_column(String(200), default="")
    municipality_code: Mapped[str] = mapped_column(String(4), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(4), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    latitude: Mapped[float]
    longitude: Mapped[float]
    position_source: Mapped[str] = mapped_column(String(20), default="school")
    website: Mapped[str] = mapped_column(String(300), default="")

    @validates("name")
    def _name_keys(self, key: str, name: str) -> str:
        self.search_key = search_key(name)[:500]
        self.sort_key = sort_key(name)
        return name


class SchoolBreak(db.Model):
    """Days on which a county's schools have no pupils."""

    __table_args__ = (
        UniqueConstraint("county_code", "kind", "first_day", name="one_break_once"),
        CheckConstraint("first_day <= last_day", name="first_before_last"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    county_code: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date]
    last_day: Mapped[date]
    source: Mapped[str] = mapped_column(String(300), default="")
    basis: Mapped[str] = mapped_column(String(300), default="")
