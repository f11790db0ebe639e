"""Tokens in addresses of feeds and answers: they prove that we made them, and nothing is stored.

They are made under ``FEED_KEY``; those made under an older key stay valid.
"""

from flask import current_app

from portal import tokens


def sign(purpose: str, *numbers: int) -> str:
    """A token for ``purpose`` that names ``numbers`` (row ids and a generation)."""
    return tokens.sign(_key(current_app.config["FEED_KEY"], purpose), *numbers)


def read(purpose: str, token: str, *, count: int) -> list[int] | None:
    """The ``count`` numbers that ``token`` names; None unless we made it for this ``purpose``."""
    keys = [current_app.config["FEED_KEY"], *current_app.config["FEED_KEYS_OLD"]]
    named = tokens.verify([_key(key, purpose) for key in keys], token.lower())
    return [int(number) for number in named] if named and len(named) == count else None


def _key(key: str, purpose: str) -> str:
    # A key for each purpose: a token that opens a feed must not answer an invitation.
    return f"{purpose}:{key}"
