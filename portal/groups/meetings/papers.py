"""The papers of an agenda item: written one a line, shown as links where they are addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"(?:^|(?<=\s))https?://\S+", re.IGNORECASE)
# What somebody took for an address, whether or not it is one that a page may link to.
_MEANT = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|www\.|(?:javascript|data|file|ftp|mailto):)", re.I)


class HasPapers(Protocol):
    """An agenda item, as a row or as typed."""

    papers: str


@dataclass(frozen=True)
class Paper:
    """One paper: what it is called, and its http or https address; empty when it has none.

    A paper that is only an address is called by that.
    """

    title: str
    url: str = ""


def of(item: HasPapers | str) -> list[Paper]:
    """The papers of ``item``, in the order of its lines; an address ends its line."""
    text = item if isinstance(item, str) else item.papers
    return [_paper(line) for line in _lines(text)]


def faults(text: str) -> list[int]:
    """The numbers, from 1, of the lines with an address that nobody could follow.

    It is neither http nor https, has no host, or does not end its line.
    """
    numbered = enumerate((text or "").splitlines(), 1)
    return [number for number, line in numbered if _is_faulty(line)]


def _lines(text: str) -> Iterator[str]:
    stripped = (" ".join(line.split()) for line in (text or "").splitlines())
    return (line for line in stripped if line)


def _paper(line: str) -> Paper:
    words, _space, last = line.rpartition(" ")
    if not _is_address(last):
        return Paper(line)
    title = words.rstrip(" :–-")
    return Paper(title or last, last)


def _is_faulty(line: str) -> bool:
    *others, last = line.split() or [""]
    return _is_broken(last) or any(_MEANT.match(word) for word in others)


def _is_broken(word: str) -> bool:
    return bool(_MEANT.match(word)) and not _is_address(word)


def _is_address(word: str) -> bool:
    if not _ADDRESS.fullmatch(word) or any(mark in word for mark in '<>"\\'):
        return False
    try:
        return bool(urlsplit(word).hostname)
    except ValueError:
        # Half an address in brackets.
        return False
