"""The personal addresses of a round of input, answered from the mail without signing in."""

from portal import links, personal_links
from portal.db import db
from portal.groups.input_rounds import who
from portal.models.accounts import Person
from portal.models.input_rounds import InputRound

_PURPOSE = "input"


def token_of(found: InputRound, person: Person) -> str:
    """What names ``person``'s part in the round; worthless once they make their links so."""
    return personal_links.token(_PURPOSE, found.id, person)


def url_of(found: InputRound, person: Person) -> str:
    """The full address of the page on which ``person`` contributes."""
    return links.absolute("input_links.show", token=token_of(found, person))


def vote_url_of(found: InputRound, person: Person) -> str:
    """The full address of the page on which ``person`` votes."""
    return links.absolute("input_links.vote", token=token_of(found, person))


def named_by(token: str) -> tuple[InputRound, Person] | None:
    """The round and the person that ``token`` names.

    None for one that proves nothing (``personal_links.read``), and for somebody who has no say in
    the group any more.
    """
    named = personal_links.read(_PURPOSE, token)
    if named is None:
        return None
    found, person = db.session.get(InputRound, named[0]), named[1]
    return (found, person) if found and who.contributes(person, found.group) else None
