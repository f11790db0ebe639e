"""Municipalities with the time they were in force, and which code became which.

Store a code together with the day it is read at; ask here for the county on that day.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal, cast

from portal.geography import _files, counties
from portal.geography.counties import County
from portal.geography.positions import Position

NEWEST_DIVISION = date(2024, 1, 1)

Language = Literal["nb", "nn", "neutral", ""]


class UnknownMunicipality(LookupError):
    """No municipality has, or since 2018 had, that code on the day asked about."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality as long as its code was in force.

    ``valid_from`` and ``valid_to`` as for a county. ``language`` is the written Norwegian it has
    chosen for itself ("" for codes before 2020). ``official_name`` has Sámi and Kven names too.
    """

    code: str
    name: str
    official_name: str
    valid_from: date | None
    valid_to: date | None
    centre: str
    language: Language

    @property
    def county_code(self) -> str:
        """The county while this code was in force: its first two digits."""
        return self.code[:2]

    @property
    def label(self) -> str:
        """The name to show; with its county where two share one, as in "Våler (Østfold)"."""
        return self.official_name if "(" in self.official_name else self.name

    def is_valid(self, on: date) -> bool:
        """Whether the code was in force that day."""
        started = self.valid_from is None or self.valid_from <= on
        return started and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of code: what ``old`` became, wholly or in part."""

    old: str
    old_name: str
    new: str
    share: float


@cache
def all() -> tuple[Municipality, ...]:
    """Every municipality since 2019, by code."""
    return tuple(_municipality(row) for row in _files.rows("municipalities.csv"))


@lru_cache(maxsize=64)
def on(day: date) -> tuple[Municipality, ...]:
    """The municipalities in force that day (from 2019), by code."""
    return tuple(each for each in all() if each.is_valid(day))


@lru_cache(maxsize=64)
def in_jury_area(day: date) -> tuple[Municipality, ...]:
    """The municipalities that day in the counties of the camps, by code."""
    codes = {county.code for county in counties.jury_area(day)}
    return tuple(each for each in on(day) if each.county_code in codes)


def get(code: str, on: date | None = None) -> Municipality | None:
    """The municipality with that code; with ``on``, the one that it is or was that day.

    None when the code is unknown, or has nothing to answer to that day.
    """
    if on is None:
        return _by_code().get(code)
    codes = current_codes(code, on)
    return _by_code()[codes[0]] if codes else None


def current_code(code: str, on: date) -> str:
    """The code in force ``on`` that day for what ``code`` of any generation stands for.

    After a split, the part that has the name, else the largest.

    Raises:
        UnknownMunicipality: there is none.
    """
    codes = current_codes(code, on)
    if not codes:
        raise UnknownMunicipality(f"{code!r} on {on}")
    return codes[0]


@lru_cache(maxsize=4096)
def current_codes(code: str, on: date) -> tuple[str, ...]:
    """Every code in force that day for what ``code`` stands for, the main one first.

    Several after a split (1507 Ålesund became 1508 and 1580), or when a merged municipality is
    looked up on a day before. A code in force that day stands for itself.
    """
    municipality = get(code)
    if municipality and municipality.is_valid(on):
        return (code,)
    if municipality and municipality.valid_from and on < municipality.valid_from:
        before = _predecessors()[code]
        return _unique(earlier for old in before for earlier in _earlier(old, on))
    after = _successors().get(code, ())
    found = _unique(later for new in after for later in current_codes(new, on))
    return tuple(sorted(found, key=lambda later: _name(later) != _name(code)))


def newest_code(code: str) -> str:
    """The code in force since 2024.

    Raises:
        UnknownMunicipality: there is none.
    """
    return current_code(code, NEWEST_DIVISION)


def county_of(code: str, on: date) -> County:
    """The county that the municipality lies or lay in that day, whatever generation of code.

    Moss lies in Viken in 2023 and in Østfold in 2026.

    Raises:
        UnknownMunicipality: no municipality answers to the code that day.
    """
    county = counties.get(current_code(code, on)[:2])
    if county is None:
        raise UnknownMunicipality(f"{code!r} on {on}")
    return county


def position_of(code: str) -> Position | None:
    """The point that stands for a municipality: its centre, where most people live.

    Older codes have the point of their (main) successor; None for an unknown code.
    """
    codes = current_codes(code, NEWEST_DIVISION)
    return _positions().get(codes[0]) if codes else None


def adjacent(code: str, other: str) -> bool:
    """Whether two of the jury area share a border on land or a fixed link (division of 2024)."""
    return frozenset((newest_code(code), newest_code(other))) in _adjacent_pairs()


def search(text: str, on: date, limit: int = 20) -> tuple[Municipality, ...]:
    """Municipalities in force that day, by name, code, earlier name or district.

    "Vaaler" finds Våler, "Hobøl" Indre Østfold, "Follo" all of Follo. Exact names come first, then
    beginnings, then parts.
    """
    key = _files.place_key(text)
    ranked = [(rank, code) for name, code in _names() if (rank := _rank(key, name)) is not None]
    best = [found for _, code in sorted(ranked) for found in current_codes(code, on)]
    return tuple(_by_code()[code] for code in _unique(best)[:limit])


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        code=row["code"],
        name=row["name"],
        official_name=row["official_name"] or row["name"],
        valid_from=_files.day(row["valid_from"]),
        valid_to=_files.day(row["valid_to"]),
        centre=row["centre"],
        language=cast(Language, row["language"]),
    )


@cache
def _by_code() -> dict[str, Municipality]:
    return {municipality.code: municipality for municipality in all()}


@cache
def _positions() -> dict[str, Position]:
    return {
        row["code"]: Position(row["code"], float(row["lat"]), float(row["lon"]))
        for row in _files.rows("municipalities.csv")
        if row["lat"]
    }


@cache
def _adjacent_pairs() -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset((row["a"], row["b"]))
        for row in _files.rows("neighbours.csv")
        if row["kind"] in ("land", "bridge", "fixed")
    )


def _earlier(code: str, on: date) -> tuple[str, ...]:
    """Like current_codes, but only backwards: the files know no code that ended before 2019."""
    return current_codes(code, on) if get(code) else ()


def _unique(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


@cache
def _steps() -> tuple[_Step, ...]:
    return tuple(
        _Step(row["old_code"], row["old_name"], row["new_code"], float(row["area_share"] or 0))
        for row in _files.rows("municipality_changes.csv")
    )


@cache
def _successors() -> dict[str, list[str]]:
    return _joined((step.old, step.new, step) for step in _steps())


@cache
def _predecessors() -> dict[str, list[str]]:
    return _joined((step.new, step.old, step) for step in _steps())


def _joined(pairs: Iterable[tuple[str, str, _Step]]) -> dict[str, list[str]]:
    """What each code leads to: the one of the same name first, then by share."""
    found: dict[str, list[tuple[bool, float, str]]] = defaultdict(list)
    for start, end, step in pairs:
        renamed = step.old_name != _name(step.new)
        found[start].append((renamed, -step.share, end))
    return defaultdict(list, {code: [c for *_, c in sorted(to)] for code, to in found.items()})


def _name(code: str) -> str:
    municipality = get(code)
    return municipality.name if municipality else ""


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Search key and code, for every name a municipality has or had, and every district."""
    given = [(name, m.code) for m in all() for name in (m.name, m.code)]
    # Older official names hold a county of their time: "viken" would find Våler alone.
    given += [(m.official_name, m.code) for m in all() if m.valid_to is None]
    given += [(step.old_name, step.old) for step in _steps()]
    given += [(name, code) for name, codes in counties.region_names().items() for code in codes]
    return tuple(dict.fromkeys((_files.place_key(name), code) for name, code in given))


def _rank(key: str, name: str) -> int | None:
    """How well a name answers to a search: 0 exact, 1 beginning, 2 a word of it; None not at all.

    A single letter or two find beginnings only.
    """
    if not key:
        return None
    if name == key:
        return 0
    if name.startswith(key):
        return 1
    return 2 if len(key) > 2 and key in name else None
