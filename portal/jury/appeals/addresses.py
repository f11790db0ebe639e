"""The address at which somebody answers an appeal: it proves that mail to them was read.

It names the row, the mail address that the mail went to, and a number of the person's: it is worth
nothing once the address is no longer theirs, or the person has asked for new addresses.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import links, signing
from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.appeals import AppealRecipient, JuryAppeal

_PURPOSE = "appeal"


@dataclass(frozen=True)
class Appealed:
    """Whom a link was mailed to, for which appeal, and at which address."""

    recipient: AppealRecipient
    email: EmailAddress

    @property
    def person(self) -> Person:
        """Who is asked."""
        return self.recipient.person


def url_of(recipient: AppealRecipient, person: Person) -> str:
    """The full address at which ``person`` answers, for the mail to their primary address."""
    primary = next(email for email in person.emails if email.is_primary)
    token = signing.sign(_PURPOSE, recipient.id, primary.id, person.reply_generation)
    return links.absolute("appeal_links.show", token=token)


def shown(url: str) -> str:
    """The same for whoever looks over somebody's shoulder: without what makes it work."""
    return f"{url.rpartition('/')[0]}/…"


def find(token: str) -> Appealed | None:
    """Whom ``token`` was made for; None for a forged one and for one that no longer counts."""
    numbers = signing.read(_PURPOSE, token, count=3)
    recipient = _recipient(numbers[0]) if numbers else None
    if recipient is None or numbers is None:
        return None
    person = recipient.person
    if person.suspended_at is not None or person.reply_generation != numbers[2]:
        return None
    email = next((each for each in person.emails if each.id == numbers[1]), None)
    return Appealed(recipient, email) if email else None


def _recipient(number: int) -> AppealRecipient | None:
    return db.session.scalar(
        sa.select(AppealRecipient)
        .where(AppealRecipient.id == number)
        .options(
            joinedload(AppealRecipient.person).selectinload(Person.emails),
            joinedload(AppealRecipient.appeal).options(
                joinedload(JuryAppeal.season),
                joinedload(JuryAppeal.group),
                joinedload(JuryAppeal.created_by),
            ),
        )
    )
