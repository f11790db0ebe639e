"""Tokens in addresses of feeds and answers: they prove that we made them, and nothing is stored.

They are made under ``FEED_KEY``; those made under an older key stay valid.
"""

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal import tokens


def sign(purpose: str, *numbers: int) -> str:
    """A token for ``purpose`` that names ``numbers`` (row ids and a generation)."""
    return tokens.sign(_key(current_app.config["FEED_KEY"], purpose), *numbers)


def read(purpose: str, token: str, *, count: int) -> list[int] | None:
    """The ``count`` numbers that ``token`` names; None unless we made it for this ``purpose``."""
    keys = [current_app.config["FEED_KEY"], *current_app.config["FEED_KEYS_OLD"]]
    named = tokens.verify([_key(key, purpose) for key in keys], token.lower())
    return [int(number) for number in named] if named and len(named) == count else None


def seal(purpose: str, value: Any) -> str:
    """``value`` (plain JSON) as a text that a page may carry and send back, packed and signed."""
    return str(_sealer(purpose).dumps(value))


def unseal(purpose: str, text: str) -> Any:
    """What ``seal`` was given for this ``purpose``; None for anything that it did not make."""
    try:
        return _sealer(purpose).loads(text)
    except BadData:
        return None


def _sealer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=purpose)


def _key(key: str, purpose: str) -> str:
    # A key for each purpose: a token that opens a feed must not answer an invitation.
    return f"{purpose}:{key}"
