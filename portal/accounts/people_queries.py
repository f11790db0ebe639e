"""What the organisers' pages about people ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal import people
from portal.db import db
from portal.mail.log import stopped
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import GroupPlace
from portal.models.jury import Assignment, JurySignup
from portal.models.mail import AddressStanding, OutboxMail
from portal.models.places import Organisation
from portal.models.seasons import Camp
from portal.text import search_key

Row = TypeVar("Row")
PAGE_SIZE = 50
_LONGEST_TEXT = 100
_NEWEST_MAILS = 20


def people_found(text: str, page: int) -> Pagination:
    """A page of people in Norwegian order: each word is in their name, employer or address."""
    found = sa.select(Person).outerjoin(Organisation, Person.organisation_id == Organisation.id)
    for word in people.clean_name(text)[:_LONGEST_TEXT].split():
        found = found.where(_has(word))
    ordered = found.order_by(Person.sort_key, Person.id).options(
        joinedload(Person.organisation), selectinload(Person.emails), selectinload(Person.roles)
    )
    return db.paginate(
        ordered,
        page=page,
        per_page=PAGE_SIZE,
        max_per_page=PAGE_SIZE,
        error_out=False,
    )


def _has(word: str) -> sa.ColumnElement[bool]:
    key = search_key(word)
    address = sa.exists().where(
        EmailAddress.person_id == Person.id,
        EmailAddress.folded.contains(people.fold(word), autoescape=True),
    )
    if not key:
        return address
    return sa.or_(
        Person.search_key.contains(key, autoescape=True),
        Organisation.search_key.contains(key, autoescape=True),
        address,
    )


def person_or_404(public_id: str) -> Person:
    """One person, for organisers."""
    return db.session.scalars(
        sa.select(Person)
        .where(Person.public_id == public_id)
        .options(
            joinedload(Person.organisation), selectinload(Person.emails), selectinload(Person.roles)
        )
    ).one()


@dataclass(frozen=True)
class Dealings:
    """What the portal and a person have had to do with each other, the newest first."""

    signups: Sequence[JurySignup]
    assignments: Sequence[Assignment]
    places: Sequence[GroupPlace]
    mails: Sequence[OutboxMail]
    # Those of the person's addresses that nothing is sent to.
    stopped: Sequence[AddressStanding]


def dealings_with(person: Person) -> Dealings:
    """Offers, juries, groups and the latest mails of one person."""
    signups = _newest(JurySignup, JurySignup.juror_id == person.id, joinedload(JurySignup.season))
    assignments = _newest(
        Assignment,
        Assignment.person_id == person.id,
        joinedload(Assignment.camp).joinedload(Camp.event),
        joinedload(Assignment.camp).joinedload(Camp.school),
        joinedload(Assignment.camp).joinedload(Camp.season),
    )
    places = _newest(GroupPlace, GroupPlace.person_id == person.id, joinedload(GroupPlace.group))
    mails = _newest(OutboxMail, OutboxMail.person_id == person.id).limit(_NEWEST_MAILS)
    return Dealings(
        db.session.scalars(signups).all(),
        db.session.scalars(assignments).all(),
        db.session.scalars(places).all(),
        db.session.scalars(mails).all(),
        stopped.of_person(person),
    )


def _newest(
    model: type[Row], condition: sa.ColumnElement[bool], *options: ExecutableOption
) -> sa.Select[Row]:
    found: sa.Select[Row] = sa.select(model).where(condition).options(*options)
    return found.order_by(sa.inspect(model).primary_key[0].desc())
