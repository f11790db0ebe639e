"""Actions on one's own mail addresses: one more, another first, one less."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal import audit, people
from portal.accounts import notices
from portal.db import db
from portal.mail import addresses as mail_addresses
from portal.mail import outbox
from portal.models.accounts import EmailAddress, Person
from portal.models.mail import OutboxMail
from portal.tokens import public_id

LASTS = timedelta(hours=24)
PER_HOUR = 5


class TooOften(Exception):
    """The person has had many addresses written to within the hour."""


class AlreadyYours(Exception):
    """The person has this address."""


class NotConfirmed(Exception):
    """Nobody has shown that mail to the address arrives."""


class LastWay(Exception):
    """The address is the one mail goes to, so it must stay."""


@dataclass(frozen=True)
class Claim:
    """An address that a person says is theirs; the mail to it proves it."""

    person_id: int
    address: str


def claim(person: Person, address: str, now: datetime) -> None:
    """Send a link to ``address`` that adds it to the person. No row is made until it is used.

    So nobody can hold an address that is not theirs, and the answer does not tell whether
    somebody else has it.

    Raises:
        AlreadyYours: the person has it.
        TooOften: five were written to within the hour.
    """
    if any(email.folded == people.fold(address) for email in person.emails):
        raise AlreadyYours
    if _claims_since(person, now - timedelta(hours=1)) >= PER_HOUR:
        raise TooOften
    until = int((now + LASTS).timestamp())
    token = _serializer().dumps([person.id, address, until])
    notice = notices.address_claimed(person, address, str(token), now + LASTS)
    outbox.enqueue(notice, key=f"claim-{public_id()}", now=now)
    audit.record("person.address_claimed", person, actor=person, now=now)


def _claims_since(person: Person, moment: datetime) -> int:
    found = db.session.scalar(
        sa.select(sa.func.count()).where(
            OutboxMail.person_id == person.id,
            OutboxMail.kind == notices.ADDRESS_CLAIMED,
            OutboxMail.created_at > moment,
        )
    )
    return found or 0


def read_claim(token: str, person: Person, now: datetime) -> Claim | None:
    """What a link claims for ``person``; None when it is another's, too old or made up."""
    try:
        person_id, address, until = _serializer().loads(token)
        expired = datetime.fromtimestamp(until, UTC) <= now
    except (BadData, ValueError, TypeError):
        return None
    return None if expired or person_id != person.id else Claim(person_id, address)


def add(person: Person, claimed: Claim, now: datetime) -> None:
    """Give the person the address whose link they opened: mail arrives there. Twice adds nothing.

    Raises:
        people.AddressTaken: somebody else has it by now.
    """
    holder = people.find_by_email(claimed.address)
    if holder is not None and holder is not person:
        raise people.AddressTaken
    mail_addresses.prove(claimed.address, by=person, now=now)
    if holder is person:
        people.confirm_address(person, claimed.address, now)
        return
    added = EmailAddress(address=claimed.address, is_primary=person.email is None, confirmed_at=now)
    person.emails.append(added)
    db.session.flush()
    audit.record("person.address_added", person, actor=person, now=now, address_id=added.id)


def make_primary(person: Person, address: str, now: datetime) -> None:
    """Let mail go to this one of the person's addresses; the one before hears of it.

    Raises:
        NoResultFound: it is not theirs.
        NotConfirmed: it was never shown that it works.
    """
    chosen = _own(person, address)
    if chosen.confirmed_at is None:
        raise NotConfirmed
    if chosen.is_primary:
        return
    before = next(email for email in person.emails if email.is_primary)
    before.is_primary = False
    # Two primary addresses are refused, if only for a moment.
    db.session.flush()
    chosen.is_primary = True
    db.session.flush()
    outbox.enqueue(
        notices.address_changed(person, before.address), key=f"primary-{public_id()}", now=now
    )
    audit.record(
        "person.primary_address_chosen", person, actor=person, now=now, address_id=chosen.id
    )


def replace_primary(person: Person, address: str, *, actor: Person, now: datetime) -> None:
    """Write down another address for somebody, instead of the one mail went to until now.

    The one before lets nobody in any more, and whoever could read mail there is told. The new one
    is confirmed when the person first signs in with it.

    Raises:
        people.AddressTaken: somebody else has it.
    """
    before = next((email for email in person.emails if email.is_primary), None)
    if before is not None and before.folded == people.fold(address):
        return
    holder = people.find_by_email(address)
    if holder is not None and holder is not person:
        raise people.AddressTaken
    if before is not None:
        _give_up(person, before, now)
    added = next((email for email in person.emails if email.folded == people.fold(address)), None)
    if added is None:
        added = EmailAddress(address=address, confirmed_at=None)
        person.emails.append(added)
    added.is_primary = True
    people.end_sessions(person, now=now)
    db.session.flush()
    audit.record("person.address_replaced", person, actor=actor, now=now, address_id=added.id)


def _give_up(person: Person, before: EmailAddress, now: datetime) -> None:
    if before.confirmed_at is not None:
        notice = notices.address_replaced(person, before.address)
        outbox.enqueue(notice, key=f"replaced-{public_id()}", now=now)
    person.emails.remove(before)
    db.session.flush()


def remove(person: Person, address: str, now: datetime) -> None:
    """Take one of the person's addresses away.

    Raises:
        NoResultFound: it is not theirs.
        LastWay: it is the one mail goes to.
    """
    chosen = _own(person, address)
    if chosen.is_primary:
        raise LastWay
    audit.record("person.address_removed", person, actor=person, now=now, address_id=chosen.id)
    person.emails.remove(chosen)


def _own(person: Person, address: str) -> EmailAddress:
    return db.session.scalars(
        sa.select(EmailAddress).where(
            EmailAddress.person_id == person.id, EmailAddress.folded == people.fold(address)
        )
    ).one()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="address-claim")
