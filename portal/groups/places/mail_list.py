"""The mail addresses of those who sit in a group, for those who run it."""

from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace

# A link of more letters than this is cut or refused by the mail programs of Windows.
_LONGEST_LINK = 1_900


@dataclass(frozen=True)
class MailList:
    """The addresses of a group in order of names, and how many sit there who have none."""

    addresses: tuple[str, ...]
    missing: int

    @property
    def to_paste(self) -> str:
        """All of them as Outlook and others take them in one field."""
        return "; ".join(self.addresses)

    @property
    def mailto(self) -> str:
        """A link that opens a mail with all as blind copies; empty when it would be too long."""
        link = "mailto:?bcc=" + ",".join(quote(each, safe="@+") for each in self.addresses)
        return link if self.addresses and len(link) <= _LONGEST_LINK else ""


def of(group: Group) -> MailList:
    """The mail list of ``group`` as it is now: current places only."""
    rows = db.session.execute(
        sa.select(EmailAddress.address)
        .select_from(GroupPlace)
        .join(Person, Person.id == GroupPlace.person_id)
        .outerjoin(
            EmailAddress,
            sa.and_(EmailAddress.person_id == Person.id, EmailAddress.is_primary),
        )
        .where(GroupPlace.group_id == group.id, GroupPlace.state.in_(CURRENT_PLACES))
        .order_by(Person.sort_key, Person.id)
    )
    found = [row.address for row in rows]
    known = tuple(address for address in found if address)
    return MailList(known, len(found) - len(known))
