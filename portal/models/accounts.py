"""People, how they are reached, what they may do, and where they are signed in."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.db import db
from portal.models.columns import one_of
from portal.text import search_key, sort_key
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.groups import GroupPlace
    from portal.models.places import Organisation


class RoleName(enum.StrEnum):
    """What a person may do everywhere, or in one county."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    COORDINATOR = "coordinator"


class Person(db.Model):
    """Somebody the portal knows by name: a juror, a group member, an organiser."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(500), index=True)
    sort_key: Mapped[str] = mapped_column(String(500))
    phone: Mapped[str] = mapped_column(String(40), default="")
    job_title: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    municipality_code: Mapped[str | None] = mapped_column(String(4))
    postcode: Mapped[str | None] = mapped_column(String(4))
    # Raised to make every secret feed address of this person worthless.
    feed_generation: Mapped[int] = mapped_column(default=1)
    # Raised to make every kalender+<token> address of this person worthless.
    reply_generation: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]

    emails: Mapped[list["EmailAddress"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="EmailAddress.id"
    )
    roles: Mapped[list["Role"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="Role.id"
    )
    organisation: Mapped[Optional["Organisation"]] = relationship()
    group_places: Mapped[list["GroupPlace"]] = relationship(back_populates="person")

    @validates("name")
    def _name_keys(self, key: str, name: str) -> str:
        self.search_key = search_key(name)[:500]
        self.sort_key = sort_key(name)
        return name

    @property
    def email(self) -> str | None:
        """The address mail goes to, if there is one."""
        first = next((e for e in self.emails if e.is_primary), None)
        return first.address if first else None

    def has_role(self, *names: RoleName) -> bool:
        """Whether the person holds any of the roles, in whatever county."""
        return any(role.name in names for role in self.roles)

    @property
    def is_organiser(self) -> bool:
        """Organisers may do all that concerns events, seasons and groups; so may admins."""
        return self.has_role(RoleName.ADMIN, RoleName.ORGANISER)

    @property
    def counties_coordinated(self) -> list[str]:
        """The codes of the counties the person coordinates."""
        return [
            role.county_code
            for role in self.roles
            if role.name == RoleName.COORDINATOR and role.county_code
        ]


class EmailAddress(db.Model):
    """One address of one person. Nobody else can have it, in whatever case it is written."""

    __table_args__ = (
        CheckConstraint("folded LIKE '%_@_%'", name="has_at"),
        Index(
            "one_primary_address",
            "person_id",
            unique=True,
            sqlite_where=db.text("is_primary"),
            postgresql_where=db.text("is_primary"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    folded: Mapped[str] = mapped_column(String(254), unique=True)
    is_primary: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="emails")

    @validates("address")
    def _fold(self, key: str, address: str) -> str:
        self.folded = address.strip().casefold()
        return address.strip()


class Role(db.Model):
    """A role somebody holds; a coordinator's holds in one county."""

    __table_args__ = (
        UniqueConstraint("person_id", "name", "county_code", name="one_role_once"),
        CheckConstraint(
            "(name = 'coordinator') = (county_code <> '')", name="county_for_coordinators"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[RoleName] = mapped_column(one_of(RoleName, "role_name"))
    # Empty rather than null, so that the constraint above sees two equal roles as equal.
    county_code: Mapped[str] = mapped_column(String(2), default="")
    granted_at: Mapped[datetime]
    person: Mapped[Person] = relationship(back_populates="roles")


class SignInRequest(db.Model):
    """Somebody asked for a sign-in link. A row is written whether or not the address is known.

    The delivery worker makes the token and the mail, so that the answer to the person who asked
    takes the same time either way.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(String(254), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Empty when nothing but the address is known to have asked (a link printed by a command).
    browser_hash: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    next_path: Mapped[str] = mapped_column(String(500), default="")
    network: Mapped[str] = mapped_column(String(64), default="", index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()


class SignInSession(db.Model):
    """A browser in which somebody is signed in. Ending the row signs that browser out."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    browser: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
