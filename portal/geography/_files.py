"""Reading the data files beside this package, and the small keys they are searched by."""

import csv
import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "data"
_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "đ": "d"})
_LOOSE = (("aa", "a"), ("ae", "a"), ("oe", "o"))


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file as dictionaries."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def plain_rows(name: str) -> Iterator[list[str]]:
    """The rows of a CSV file below its header line, as lists: quicker for the long ones."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader


def content(name: str) -> Any:
    """What a JSON file says."""
    return json.loads((_FOLDER / name).read_text("utf-8"))


def day(text: str) -> date | None:
    """A date of a file; an empty one is open."""
    return date.fromisoformat(text) if text else None


def number(text: str) -> float | None:
    """A number of a file; an empty one is unknown."""
    return float(text) if text else None


def place_key(text: str) -> str:
    """What a place is looked up by: "Våler", "Vaaler" and "valer" have one key.

    Looser than a key for running text may be, since there are only some hundred places.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_FOLDS)
    letters = unicodedata.normalize("NFD", folded)
    plain = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    for double, single in _LOOSE:
        plain = plain.replace(double, single)
    return " ".join(plain.split())
