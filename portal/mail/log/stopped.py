"""What organisers ask about the addresses that nothing is sent to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.mail import AddressStanding, Cause, MailState, OutboxMail

PAGE_SIZE = 50
_LIFTED_SHOWN = 20


@dataclass(frozen=True)
class Around:
    """What there is to say of some addresses, by the address as it is compared."""

    owners: dict[str, Person]
    # Messages that wait for the address to be lifted, and are of use yet.
    held: dict[str, int]


def page_of(number: int) -> Pagination:
    """A page of the addresses that nothing is sent to, the latest first."""
    statement = (
        sa.select(AddressStanding)
        .where(AddressStanding.suppressed_at.is_not(None))
        .order_by(AddressStanding.suppressed_at.desc(), AddressStanding.id.desc())
    )
    return db.paginate(statement, page=max(number, 1), per_page=PAGE_SIZE, error_out=False)


def lately_lifted() -> Sequence[AddressStanding]:
    """The last addresses that were taken up again."""
    return db.session.scalars(
        sa.select(AddressStanding)
        .where(AddressStanding.lifted_at.is_not(None), AddressStanding.suppressed_at.is_(None))
        .order_by(AddressStanding.lifted_at.desc(), AddressStanding.id.desc())
        .limit(_LIFTED_SHOWN)
        .options(joinedload(AddressStanding.lifted_by))
    ).all()


def around(folded: Iterable[str], now: datetime) -> Around:
    """Whose the ``folded`` addresses are, and how much they hold back."""
    wanted = sorted(set(folded))
    return Around(_owners(wanted), _held(wanted, now))


def _owners(folded: Sequence[str]) -> dict[str, Person]:
    found = db.session.execute(
        sa.select(EmailAddress.folded, Person)
        .join(Person, Person.id == EmailAddress.person_id)
        .where(EmailAddress.folded.in_(folded))
    )
    return {row[0]: row[1] for row in found}


def _held(folded: Sequence[str], now: datetime) -> dict[str, int]:
    address = sa.func.lower(OutboxMail.recipient)
    found = db.session.execute(
        sa.select(address, sa.func.count())
        .where(
            address.in_(folded),
            OutboxMail.state == MailState.SUPPRESSED,
            OutboxMail.cause == Cause.ADDRESS_SUPPRESSED,
            OutboxMail.expires_at > now,
        )
        .group_by(address)
    )
    return {row[0]: row[1] for row in found}


def count() -> int:
    """How many addresses nothing is sent to."""
    counted = sa.select(sa.func.count()).where(AddressStanding.suppressed_at.is_not(None))
    return db.session.scalar(counted) or 0


def of_person(person: Person) -> Sequence[AddressStanding]:
    """Those of a person's addresses that nothing is sent to."""
    folded = [email.folded for email in person.emails]
    return db.session.scalars(
        sa.select(AddressStanding)
        .where(AddressStanding.folded.in_(folded), AddressStanding.suppressed_at.is_not(None))
        .order_by(AddressStanding.id)
    ).all()


def standing_or_404(public_id: str) -> AddressStanding:
    """One address that mail was refused for."""
    return db.one_or_404(sa.select(AddressStanding).where(AddressStanding.public_id == public_id))
