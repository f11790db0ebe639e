"""Postcodes: place, municipality and point, PO boxes included."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from portal.geography import _files
from portal.geography.positions import Position

Usage = Literal[
    "street", "po_box", "street_and_po_box", "service", "historic", "uncertain", "unknown"
]
PositionSource = Literal["postcode", "place", "municipality"]


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode as of January 2026.

    ``municipality_code`` is of the division of 2024. ``position_source`` says how good the point
    is: of the postcode itself, the mean of its place, or that of the municipality.
    """

    code: str
    place: str
    municipality_code: str
    lat: float
    lon: float
    usage: Usage
    position_source: PositionSource

    @property
    def position(self) -> Position:
        """Where it is, to measure travel from."""
        return Position(self.municipality_code, self.lat, self.lon)


def find(text: str) -> Postcode | None:
    """The postcode written in ``text``, as "1530", "N-1530" or "1530 Moss"; None if unknown.

    Unknown are also Svalbard and Jan Mayen, and codes taken out of use before 2026.
    """
    found = re.match(r"\s*(?:NO?[- ]?)?(\d{4})(?!\d)", text, re.IGNORECASE)
    row = _rows().get(found[1]) if found else None
    return _postcode(row) if row else None


def near(text: str, limit: int = 3) -> tuple[Postcode, ...]:
    """Known postcodes closest in number to an unknown one, to suggest instead.

    Only those that share the first two digits, since those lie in the same part of the country.
    """
    code = text.strip()
    if not re.fullmatch(r"\d{4}", code):
        return ()
    candidates = (row for known, row in _rows().items() if known[:2] == code[:2])
    closest = sorted(candidates, key=lambda row: abs(int(row[0]) - int(code)))[:limit]
    return tuple(_postcode(row) for row in closest)


@cache
def all() -> tuple[Postcode, ...]:
    """Every postcode, in order."""
    return tuple(_postcode(row) for row in _rows().values())


@cache
def _rows() -> dict[str, list[str]]:
    return {row[0]: row for row in _files.plain_rows("postcodes.csv")}


def _postcode(row: list[str]) -> Postcode:
    code, place, municipality, lat, lon, usage, source = row
    return Postcode(
        code,
        place,
        municipality,
        float(lat),
        float(lon),
        cast(Usage, usage),
        cast(PositionSource, source),
    )
