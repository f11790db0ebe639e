"""The mails about one's account."""

from datetime import datetime

from portal import links
from portal.mail.composing import compose
from portal.mail.message import Lane, Message
from portal.models.accounts import Person

ADDRESS_CLAIMED = "accounts/confirm_address"


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


def address_claimed(person: Person, address: str, token: str, expires_at: datetime) -> Message:
    """To an address that somebody says is theirs: the link that proves it.

    Like a sign-in link it is a key, is waited for, and goes even where mail did not arrive before.
    """
    return compose(
        ADDRESS_CLAIMED,
        person,
        to=address,
        lane=Lane.SIGN_IN,
        expires_at=expires_at,
        url=links.absolute("accounts.confirm_address", token=token),
        until=expires_at,
    )


def address_changed(person: Person, before: str) -> Message:
    """To the address that mail went to until now: somebody chose another."""
    return compose("accounts/address_changed", person, to=before)


def address_replaced(person: Person, before: str) -> Message:
    """To the address that an organiser took away: so that nobody is shut out unseen."""
    return compose("accounts/address_replaced", person, to=before)
