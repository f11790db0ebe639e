"""Addresses in mails that one person opens without signing in, about one thing.

They carry a number of the person's, so that whoever has lost a mail can make all of theirs
worthless at once.
"""

from portal import signing
from portal.db import db
from portal.models.accounts import Person


def token(purpose: str, row_id: int, person: Person) -> str:
    """What names ``person`` and the row they are asked about, in an address for ``purpose``."""
    return signing.sign(purpose, row_id, person.id, person.reply_generation)


def read(purpose: str, token: str) -> tuple[int, Person] | None:
    """The id of the row, and the person, that ``token`` names; whether they may is for the caller.

    None for a token that we did not make for ``purpose``, for one made worthless since, and for
    somebody who is suspended.
    """
    numbers = signing.read(purpose, token, count=3)
    person = db.session.get(Person, numbers[1]) if numbers else None
    if numbers is None or person is None or person.suspended_at is not None:
        return None
    return (numbers[0], person) if numbers[2] == person.reply_generation else None
