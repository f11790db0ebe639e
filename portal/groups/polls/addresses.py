"""The personal address at which somebody answers a poll: it names the poll and the person."""

from portal import access, links, personal_links
from portal.db import db
from portal.models.accounts import Person
from portal.models.polls import DatePoll

_PURPOSE = "date-poll"


def token(poll: DatePoll, person: Person) -> str:
    """What names ``poll`` and ``person`` in an address; revoked with all their reply addresses."""
    return personal_links.token(_PURPOSE, poll.id, person)


def url(poll: DatePoll, person: Person) -> str:
    """The full address of the page on which ``person`` answers ``poll``."""
    return links.absolute("poll_answers.by_link", token=token(poll, person))


def read(text: str) -> tuple[DatePoll, Person] | None:
    """The poll and the person that a token names.

    None for a token that proves nothing (``personal_links.read``), for a poll that nobody was sent,
    and for somebody who no longer sits in the group or may not sign in.
    """
    named = personal_links.read(_PURPOSE, text)
    if named is None:
        return None
    poll, person = db.session.get(DatePoll, named[0]), named[1]
    if poll is None or poll.opened_at is None or person.suspended_at is not None:
        return None
    return (poll, person) if poll.group_id in access.groups_of(person) else None
