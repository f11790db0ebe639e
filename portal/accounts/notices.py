"""The mails about one's account."""

from datetime import datetime

from portal import links
from portal.mail.composing import compose
from portal.mail.message import Lane, Message
from portal.models.accounts import Person


def sign_in_link(person: Person, address: str, token: str, expires_at: datetime) -> Message:
    """The mail with the key: it goes before all others, and not at all when it would be late."""
    return compose(
        "accounts/sign_in",
        person,
        to=address,
        lane=Lane.SIGN_IN,
        expires_at=expires_at,
        url=links.absolute("accounts.use_link", token=token),
        until=expires_at,
    )
