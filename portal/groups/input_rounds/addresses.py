"""The personal addresses of a round of input, answered from the mail without signing in."""

from portal import links, signing
from portal.db import db
from portal.groups.input_rounds import who
from portal.models.accounts import Person
from portal.models.input_rounds import InputRound

_PURPOSE = "input"


def token_of(found: InputRound, person: Person) -> str:
    """What names ``person``'s part in the round; worthless once they make their links so."""
    return signing.sign(_PURPOSE, found.id, person.id, person.reply_generation)


def url_of(found: InputRound, person: Person) -> str:
    """The full address of the page on which ``person`` contributes."""
    return links.absolute("input_links.show", token=token_of(found, person))


def vote_url_of(found: InputRound, person: Person) -> str:
    """The full address of the page on which ``person`` votes."""
    return links.absolute("input_links.vote", token=token_of(found, person))


def named_by(token: str) -> tuple[InputRound, Person] | None:
    """The round and the person that ``token`` names.

    None for a forged and for a revoked one, and for somebody who has no say in the group any more.
    """
    numbers = signing.read(_PURPOSE, token, count=3)
    if numbers is None:
        return None
    found, person = db.session.get(InputRound, numbers[0]), db.session.get(Person, numbers[1])
    if found is None or person is None or person.suspended_at is not None:
        return None
    if person.reply_generation != numbers[2] or not who.contributes(person, found.group):
        return None
    return found, person
