"""The address in a mail on which an owner closes a follow-up without signing in."""

from portal import links, personal_links
from portal.db import db
from portal.models.accounts import Person
from portal.models.minutes import FollowUp

_PURPOSE = "follow-up"


def token(follow_up: FollowUp, owner: Person) -> str:
    """What names a follow-up and whose it is; worthless once it is somebody else's."""
    return personal_links.token(_PURPOSE, follow_up.id, owner)


def url(follow_up: FollowUp, owner: Person) -> str:
    """The full address of the page on which ``owner`` closes it."""
    return links.absolute("follow_up_links.close", token=token(follow_up, owner))


def read(token: str) -> FollowUp | None:
    """The follow-up that ``token`` names.

    None for one that proves nothing (``personal_links.read``), and when the follow-up was given to
    somebody else or its owner has left the group.
    """
    named = personal_links.read(_PURPOSE, token)
    if named is None:
        return None
    follow_up, person = db.session.get(FollowUp, named[0]), named[1]
    if follow_up is None or follow_up.owner_id != person.id or not follow_up.is_in_hand:
        return None
    return follow_up
