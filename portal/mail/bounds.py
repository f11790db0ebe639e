"""How much of a message is read at all: looked at in its bytes, before anything parses them.

The library's parser goes as deep as parts are nested, takes time by the square of the length of a
Content-Type, and keeps every part and every line. None of that may be for a stranger to choose.
"""

import re

_MOST_LINES = 60_000
_MOST_CONTAINERS = 40
# Lines that may be a boundary; parts themselves are counted when they are known.
_MOST_DIVIDERS = 1_000
_MOST_HEADER_LINES = 2_000
_LONGEST_PARAMETERS = 4_000

_CONTAINER = re.compile(rb"multipart/|message/", re.IGNORECASE)
_DIVIDER = re.compile(rb"(?:^|[\r\n])--")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n|\r\r")
_PARAMETERS = re.compile(
    rb"(?:^|[\r\n])content-[a-z-]{1,40}[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*|\r[ \t][^\r\n]*)*)",
    re.IGNORECASE,
)


def fits(raw: bytes, largest: int) -> bool:
    """Whether ``raw``, of at most ``largest`` bytes, can be parsed in little time and memory."""
    if len(raw) > largest or max(raw.count(b"\n"), raw.count(b"\r")) > _MOST_LINES:
        return False
    if _more_than(_MOST_CONTAINERS, _CONTAINER, raw) or _more_than(_MOST_DIVIDERS, _DIVIDER, raw):
        return False
    ends = _HEAD_ENDS.search(raw)
    head = raw[: ends.start()] if ends else raw
    if max(head.count(b"\n"), head.count(b"\r")) > _MOST_HEADER_LINES:
        return False
    return all(len(found[1]) <= _LONGEST_PARAMETERS for found in _PARAMETERS.finditer(raw))


def _more_than(most: int, pattern: re.Pattern[bytes], raw: bytes) -> bool:
    return any(number >= most for number, _found in enumerate(pattern.finditer(raw)))
