"""The address in a mail on which an owner closes a follow-up without signing in."""

from portal import links, signing
from portal.db import db
from portal.models.accounts import Person
from portal.models.minutes import FollowUp

_PURPOSE = "follow-up"


def token(follow_up: FollowUp, owner: Person) -> str:
    """What names a follow-up and whose it is; worthless once it is somebody else's."""
    return signing.sign(_PURPOSE, follow_up.id, owner.id, owner.reply_generation)


def url(follow_up: FollowUp, owner: Person) -> str:
    """The full address of the page on which ``owner`` closes it."""
    return links.absolute("follow_up_links.close", token=token(follow_up, owner))


def read(token: str) -> FollowUp | None:
    """The follow-up that ``token`` names; None for a forged or revoked one, and for one that was
    given to somebody else or whose owner has left the group."""
    numbers = signing.read(_PURPOSE, token, count=3)
    follow_up = db.session.get(FollowUp, numbers[0]) if numbers else None
    if follow_up is None or follow_up.owner is None or not follow_up.is_in_hand:
        return None
    owner = follow_up.owner
    if numbers != [follow_up.id, owner.id, owner.reply_generation] or owner.suspended_at:
        return None
    return follow_up
