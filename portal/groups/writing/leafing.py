"""A long list of who is here, searched and leafed through."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from portal.fields import read_number
from portal.groups.writing import roll
from portal.groups.writing.roll import Line
from portal.text import search_key

# A list of so many is one page: most groups never see another, and 1 800 lines are 3 MB.
PAGE_SIZE = 100
_LONGEST_TEXT = 100


@dataclass(frozen=True)
class Wish:
    """What part of the list somebody looks at: a search, a page, only those to be ticked."""

    text: str = ""
    page: int = 1
    only_open: bool = False

    @property
    def values(self) -> dict[str, str]:
        """The same as parts of an address; empty for the whole list."""
        found = {
            "show": "open" if self.only_open else "",
            "q": self.text,
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Page:
    """Some of the lines, and where in the list they are; ``total`` counts those found."""

    items: Sequence[Line]
    page: int
    pages: int
    total: int

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        """The number of the page before."""
        return self.page - 1

    @property
    def next_num(self) -> int:
        """The number of the page after."""
        return self.page + 1


def wish() -> Wish:
    """What the address or the form asks for."""
    asked = request.values
    text = " ".join(asked.get("q", "")[:_LONGEST_TEXT].split())
    return Wish(text, max(read_number(asked.get("page"), 1), 1), asked.get("show") == "open")


def page_of(lines: Sequence[Line], wanted: Wish) -> Page:
    """The page of ``lines`` that is ``wanted``, or the last when there are fewer."""
    words = search_key(wanted.text).split()
    found = [
        line
        for line in lines
        if (not wanted.only_open or roll.is_to_be_ticked(line)) and _has(line, words)
    ]
    pages = max(math.ceil(len(found) / PAGE_SIZE), 1)
    number = min(wanted.page, pages)
    first = (number - 1) * PAGE_SIZE
    return Page(found[first : first + PAGE_SIZE], number, pages, len(found))


def wish_for(lines: Sequence[Line], key: str) -> Wish:
    """The page of the whole list on which the line of ``key`` stands."""
    place = next((number for number, line in enumerate(lines) if line.key == key), 0)
    return Wish(page=place // PAGE_SIZE + 1)


def _has(line: Line, words: Sequence[str]) -> bool:
    key = search_key(f"{line.name} {line.affiliation}")
    return all(word in key for word in words)
