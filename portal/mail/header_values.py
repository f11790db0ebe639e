"""What stands in the headers of a message that came in, as plain values; nothing here raises.

A header may be missing, stand many times, or hold octets that are no text.
"""

import codecs
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

_LONGEST = 4_000
_MOST_VALUES = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BETWEEN = re.compile(r"[\s<>,;:\"()]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAMED = re.compile(r"([^<>]*)<\s*([^<>@\s,;]+@[^<>@\s,;]+)\s*>\s*")
_BARE = re.compile(r"\s*([^<>@\s,;()]+@[^<>@\s,;()]+)\s*(?:\(([^()]*)\))?\s*")
# Where the address stands that a message came to, the hardest to make up first: what the server in
# front of us noted, and then what the sender wrote.
_CAME_TO = ("X-Original-To", "Delivered-To", "To", "Cc", "Original-Recipient")
_MOST_ADDRESSES = 50
_LONGEST_ADDRESS = 254
# Others are not for mail, and some of them take time by the square of what they decode.
_CHARSET = re.compile(r"utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp125\d|koi8-[ru]")


def one_line(value: object, longest: int = _LONGEST) -> str:
    """A value on one line without control characters; empty for None."""
    return "" if value is None else _CONTROL.sub(" ", str(value)[:_LONGEST]).strip()[:longest]


def all_of(message: Message, name: str) -> list[str]:
    """The values of every header ``name``, from the top, each on one line."""
    wanted = name.lower()
    # As they came: asked in the usual way, the library puts a mark in place of unencoded letters.
    found = [value for each, value in message.raw_items() if each.lower() == wanted]
    return [one_line(_unescaped(str(value)[:_LONGEST])) for value in found[:_MOST_VALUES]]


def first_of(message: Message, name: str) -> str:
    """The first header ``name`` on one line; empty when there is none."""
    return next(iter(all_of(message, name)), "")


def words(value: str, longest: int) -> str:
    """A header as people read it: encoded words are decoded (RFC 2047)."""
    try:
        parts = decode_header(value[:_LONGEST])
    except (HeaderParseError, ValueError):
        return value[:longest]
    read = (decoded(part, name) if isinstance(part, bytes) else part for part, name in parts)
    return " ".join(one_line("".join(read)).split())[:longest]


def _unescaped(value: str) -> str:
    """Letters in place of the octets that stand outside ASCII."""
    return decoded(value.encode("ascii", "surrogateescape")) if value.isascii() is False else value


def decoded(octets: bytes, charset: str | None = None) -> str:
    """Octets as text: by what they are said to be, if they are, and else as mostly meant."""
    for name in (charset or "utf-8", "utf-8"):
        try:
            known = codecs.lookup(name).name
            if _CHARSET.fullmatch(known):
                return octets.decode(known)
        except (LookupError, ValueError):
            continue
    return octets.decode("cp1252", errors="replace")


def came_to(message: Message) -> Iterator[str]:
    """The addresses that ``message`` came to, at most fifty of them."""
    found = (
        address
        for name in _CAME_TO
        for value in all_of(message, name)
        for address in _BETWEEN.split(value)
        if "@" in address[1:] and len(address) <= _LONGEST_ADDRESS
    )
    yield from (address for _number, address in zip(range(_MOST_ADDRESSES), found, strict=False))


def author(message: Message) -> tuple[str, str]:
    """Address and name in From; no address when it is not exactly one (RFC 5322 3.6.2)."""
    values = all_of(message, "From")
    raw = values[0][:1_000] if values else ""
    bare, named = _BARE.fullmatch(raw), _NAMED.fullmatch(raw)
    address, name = "", raw
    if bare:
        address, name = bare[1], bare[2] or ""
    elif named:
        name = named[1]
        # A comma outside quotes divides two authors.
        address = named[2] if "," not in _QUOTED.sub("", name) else ""
    if len(values) > 1 or len(address) > _LONGEST_ADDRESS:
        address = ""
    return address, words(name.strip().strip('"'), 200)
