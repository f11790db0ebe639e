"""The mails of groups: you have a place. The summons is the calendar invitation itself."""

from portal import links
from portal.groups import wording
from portal.mail.composing import compose
from portal.mail.message import Mailbox, Message
from portal.models.accounts import Person
from portal.models.groups import GroupPlace


def place(place: GroupPlace, by: Person) -> Message:
    """Tell somebody of their place in a group, and who gave it to them.

    Raises:
        NoAddress: the person has none.
    """
    assert place.person is not None, "only a person can be told"
    return compose(
        "groups/place",
        place.person,
        reply_to=Mailbox(by.email, by.name) if by.email else None,
        group=place.group,
        role=wording.ROLES[place.role],
        by=by,
        url=links.absolute("groups.show", slug=place.group.slug),
    )
