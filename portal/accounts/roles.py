"""Actions of administrators: who may do what, and who is let in at all."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit, people
from portal.db import db
from portal.geography import counties
from portal.models.accounts import Person, Role, RoleName


class NeedsCounty(Exception):
    """A coordinator coordinates one county, and nobody else has a county to their role."""


class LastAdmin(Exception):
    """Without this administrator nobody could give roles any more."""


def grant(
    person: Person, name: RoleName, county: str, *, actor: Person | None, now: datetime
) -> bool:
    """Give a role; whether it is new. Somebody whose rights change signs in again.

    ``county`` is the code of a county for coordinators and empty for others. ``actor`` is None for
    a command.

    Raises:
        NeedsCounty: the county is missing, unknown, or not called for.
    """
    wanted = counties.get(county) is not None if name == RoleName.COORDINATOR else not county
    if not wanted:
        raise NeedsCounty
    if any((role.name, role.county_code) == (name, county) for role in person.roles):
        return False
    person.roles.append(Role(name=name, county_code=county, granted_at=now))
    people.end_sessions(person, now=now)
    audit.record("role.granted", person, actor=actor, now=now, role=str(name), county=county)
    return True


def revoke(person: Person, name: RoleName, county: str, *, actor: Person, now: datetime) -> bool:
    """Take a role back; whether it was there. Somebody whose rights change signs in again.

    Raises:
        LastAdmin: nobody else could give roles.
    """
    if name == RoleName.ADMIN:
        _leave_an_admin_beside(person)
    held = [role for role in person.roles if (role.name, role.county_code) == (name, county)]
    for role in held:
        person.roles.remove(role)
        people.end_sessions(person, now=now)
        audit.record("role.revoked", person, actor=actor, now=now, role=str(name), county=county)
    return bool(held)


def suspend(person: Person, *, actor: Person, now: datetime) -> None:
    """Let the person in no more. Nothing is deleted, and it can be taken back.

    Raises:
        LastAdmin: nobody else could give roles.
    """
    if person.suspended_at is not None:
        return
    if person.has_role(RoleName.ADMIN):
        _leave_an_admin_beside(person)
    person.suspended_at = now
    people.end_sessions(person, now=now)
    audit.record("person.suspended", person, actor=actor, now=now)


def unsuspend(person: Person, *, actor: Person, now: datetime) -> None:
    """Let the person in again."""
    if person.suspended_at is not None:
        person.suspended_at = None
        audit.record("person.unsuspended", person, actor=actor, now=now)


def _leave_an_admin_beside(person: Person) -> None:
    """Look at the administrators, locked: two who remove each other must not both succeed."""
    admins = db.session.scalars(
        sa.select(Role.person_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.name == RoleName.ADMIN, Person.suspended_at.is_(None))
        .order_by(Role.id)
        .with_for_update()
    ).all()
    if set(admins) <= {person.id}:
        raise LastAdmin
