"""Who is the contact of a group's meetings: whoever planned them, as long as they are there."""

from dataclasses import dataclass

from flask import current_app

from portal import access
from portal.groups import leading
from portal.mail.composing import SENDER_NAME
from portal.models.accounts import Person
from portal.models.groups import Group


@dataclass(frozen=True)
class Contact:
    """Whom those called may ask: a name, and an address and telephone that may be empty."""

    name: str
    email: str
    phone: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The same as columns of a meeting's event, or of a series."""
        return {
            "contact_name": self.name,
            "contact_email": self.email,
            "contact_phone": self.phone,
        }


def of_person(person: Person) -> Contact:
    """Somebody who is a contact by what they did themselves, with their telephone."""
    return Contact(person.name, person.email or "", person.phone)


def standing(group: Group, by: Person | None = None) -> Contact:
    """Whom to ask about what ``by`` began for ``group``.

    That is ``by`` while they sit there or organise; else whoever leads the group, stands in for
    the lead, or the secretariat. Of a lead, who did not choose to be asked, no telephone is told.
    """
    stays = access.who_acts(by, group)
    if stays is not None:
        return of_person(stays)
    lead = next(iter(leading.to_write_to(group)), None)
    if lead is not None:
        return Contact(lead.name, lead.email or "")
    return Contact(SENDER_NAME, current_app.config["PUBLISHER"]["contact"])
