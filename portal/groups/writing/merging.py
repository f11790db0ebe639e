"""Two texts made of one: what changed between them, and how both changes go together."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

# A word carries the space behind it: spaces of their own would be alike everywhere, which takes
# difflib long and finds nothing.
_WORD = re.compile(r"\s*\S+[^\S\n]*|\s+")

_MOST_PAIRS = 500_000

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """A part of a text beside an older one: "same" in both, "gone" from the older, or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Merged:
    """Two changes put together. Not ``clean``: at some place both stand, theirs before mine."""

    text: str
    clean: bool


@dataclass(frozen=True)
class _Change:
    """Lines ``first`` to ``end`` of the base became ``lines``."""

    first: int
    end: int
    lines: Sequence[str]


def changes(old: str, new: str) -> list[Piece]:
    """What became of ``old``: all of both texts in order, lines first and words within them."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, i, j, k, m in _opcodes(before, after):
        gone, added = "".join(before[i:j]), "".join(after[k:m])
        pieces += _in_words(gone, added) if tag == "replace" else _pieces(tag, gone, added)
    return _joined(pieces)


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Both changes of ``base``, line by line, as diff3 does it.

    Where only one of the two changed something, that change stands. Where both changed the same
    lines, or lines beside each other, both results stand, theirs first, for a person to put right.
    """
    lines = base.split("\n")
    ours, others = _changes(lines, mine.split("\n")), _changes(lines, theirs.split("\n"))
    merged: list[str] = []
    clean, at = True, 0
    while ours or others:
        first, end, my_part, their_part = _together(ours, others)
        merged += lines[at:first]
        mine_now = _applied(lines, first, end, my_part)
        theirs_now = _applied(lines, first, end, their_part)
        if not my_part or mine_now == theirs_now:
            merged += theirs_now
        elif not their_part:
            merged += mine_now
        else:
            merged += theirs_now + mine_now
            clean = False
        at = end
    return Merged("\n".join(merged + lines[at:]), clean)


def _together(
    mine: list[_Change], theirs: list[_Change]
) -> tuple[int, int, list[_Change], list[_Change]]:
    """Take the next change off the lists, with all that overlap or touch it."""
    first = min(each[0].first for each in (mine, theirs) if each)
    taken: tuple[list[_Change], list[_Change]] = [], []
    end = first
    moved = True
    while moved:
        moved = False
        for waiting, into in zip((mine, theirs), taken, strict=True):
            while waiting and waiting[0].first <= end:
                change = waiting.pop(0)
                into.append(change)
                end, moved = max(end, change.end), True
    return first, end, taken[0], taken[1]


def _applied(lines: Sequence[str], first: int, end: int, parts: Sequence[_Change]) -> list[str]:
    """Lines ``first`` to ``end`` with ``parts`` changed."""
    found: list[str] = []
    at = first
    for part in parts:
        found += [*lines[at : part.first], *part.lines]
        at = part.end
    return found + list(lines[at:end])


def _changes(lines: Sequence[str], after: Sequence[str]) -> list[_Change]:
    return [
        _Change(i, j, after[k:m]) for tag, i, j, k, m in _opcodes(lines, after) if tag != "equal"
    ]


def _opcodes(before: Sequence[str], after: Sequence[str]) -> list[Opcode]:
    """What became of ``before``, as difflib tells it; of what would take it too long, only where.

    It looks at each pair of equal parts, so that thousands of the same word cost millions of looks.
    """
    counted = Counter(after)
    if sum(counted[part] for part in before) <= _MOST_PAIRS:
        return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    i, j = len(before) - last, len(after) - last
    found: list[Opcode] = [
        ("equal", 0, first, 0, first),
        ("replace" if first < i and first < j else "insert" if first < j else "delete",
         first, i, first, j),
        ("equal", i, len(before), j, len(after)),
    ]  # fmt: skip
    return [each for each in found if each[1] < each[2] or each[3] < each[4]]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts both begin with."""
    both = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))


def _in_words(old: str, new: str) -> list[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    return list(
        chain.from_iterable(
            _pieces(tag, "".join(before[i:j]), "".join(after[k:m]))
            for tag, i, j, k, m in _opcodes(before, after)
        )
    )


def _pieces(tag: str, gone: str, added: str) -> list[Piece]:
    if tag == "equal":
        return [Piece("same", added)]
    return [Piece(kind, text) for kind, text in (("gone", gone), ("new", added)) if text]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """``pieces`` with neighbours of one kind put together."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
