"""The personal address at which somebody answers a poll: it names the poll and the person."""

from portal import access, links, signing
from portal.db import db
from portal.models.accounts import Person
from portal.models.polls import DatePoll

_PURPOSE = "date-poll"


def token(poll: DatePoll, person: Person) -> str:
    """What names ``poll`` and ``person`` in an address; revoked with all their reply addresses."""
    return signing.sign(_PURPOSE, poll.id, person.id, person.reply_generation)


def url(poll: DatePoll, person: Person) -> str:
    """The full address of the page on which ``person`` answers ``poll``."""
    return links.absolute("poll_answers.by_link", token=token(poll, person))


def read(text: str) -> tuple[DatePoll, Person] | None:
    """The poll and the person that a token names.

    None for a token we did not make, for one revoked, for a poll that nobody was sent, and for
    somebody who no longer sits in the group or may not sign in.
    """
    numbers = signing.read(_PURPOSE, text, count=3)
    if numbers is None:
        return None
    poll, person = db.session.get(DatePoll, numbers[0]), db.session.get(Person, numbers[1])
    if poll is None or person is None or poll.opened_at is None or person.suspended_at is not None:
        return None
    if numbers[2] != person.reply_generation or poll.group_id not in access.groups_of(person):
        return None
    return poll, person
