"""Whom an organiser means by a name, an address, or both."""

from datetime import datetime

from portal import people
from portal.groups import queries
from portal.models.accounts import Person


class NameNeeded(Exception):
    """Nobody has this address, and a new person needs a name."""


class WhoIsMeant(Exception):
    """A name alone does not say who. ``people`` are those it may be; perhaps nobody."""

    def __init__(self, people: list[Person]) -> None:
        super().__init__(f"{len(people)} people")
        self.people = people


def person_meant(name: str, email: str, chosen: str, *, by: Person, now: datetime) -> Person | None:
    """The person that an organiser wrote down; a new one when nobody has the address.

    ``chosen`` is the public id of one of those offered for the name. Nothing written means nobody.

    Raises:
        NameNeeded: the address is new. WhoIsMeant: only a name is given. BadAddress: it is none.
    """
    if email:
        return people.find_by_email(people.normal_address(email)) or _new(name, email, by, now)
    if not name:
        return None
    found = queries.people_called(name)
    meant = next((person for person in found if person.public_id == chosen), None)
    if meant is None:
        raise WhoIsMeant(found)
    return meant


def _new(name: str, email: str, by: Person, now: datetime) -> Person:
    if not name:
        raise NameNeeded
    return people.create_person(name, email, confirmed_at=None, now=now, actor=by)
