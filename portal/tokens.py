"""Names and keys nobody can guess: random public ids, one-use secrets, and MACs in addresses."""

import base64
import hashlib
import hmac
import json
import random
import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LETTERS = 12
_NAMES = len(_ALPHABET) ** _LETTERS
_MAC_BYTES = 20
_LONGEST = 200


def public_id() -> str:
    """A random name for a row in public addresses: 12 letters and digits that read aloud well."""
    return _letters(secrets.randbelow(_NAMES))


def settled_id(*parts: str) -> str:
    """The random name that ``parts`` settle, one of which nobody can guess: the same each time."""
    return _letters(int(fingerprint(json.dumps(parts)), 16) % _NAMES)


def passing_id() -> str:
    """A name of the same look for what is over in a moment: unlike others, but not hard to guess.

    It asks nothing of the operating system, which would let other threads in between.
    """
    return _letters(random.randrange(_NAMES))  # noqa: S311  no secret


def secret() -> str:
    """A one-use secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What is kept of a secret: its SHA-256, from which it cannot be had back."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(key: str, *parts: str | int) -> str:
    """A token that names ``parts`` (row ids and a generation) and proves that we made it.

    The parts stand readable in front of a 160-bit MAC, so nothing need be stored to check it.
    """
    named = "-".join(str(part) for part in parts)
    return f"{named}-{_mac(key, named)}"


def verify(keys: list[str], token: str) -> list[str] | None:
    """The parts that ``token`` names, if one of ``keys`` made it; None for anything else."""
    named, dash, mac = token.rpartition("-")
    if not dash or len(token) > _LONGEST or not token.isascii():
        return None
    if any(hmac.compare_digest(_mac(key, named), mac) for key in keys):
        return named.split("-")
    return None


def _mac(key: str, named: str) -> str:
    digest = hmac.new(key.encode(), named.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.b32encode(digest).decode().lower()


def _letters(number: int) -> str:
    # One draw for all of them: to draw each by itself is dear.
    letters = []
    for _each in range(_LETTERS):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)
