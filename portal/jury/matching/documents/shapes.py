"""Rows of a problem that plainly have the shape of its schema, told so by a glance.

A schema takes its time with hundreds of thousands of rows. What is plain here is right by the
schema too; what is not may still be, and only the schema tells.
"""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]
_FAR, _SEATS = 100_000, 10_000


def plain(kind: str, row: Any) -> bool:
    """Whether a row of ``camps``, ``volunteers``, ``pairs``, ``locks`` or ``standing`` is right."""
    checks, required = _ROWS[kind]
    if type(row) is not dict or not required <= row.keys() <= checks.keys():
        return False
    if ("lat" in row) != ("lon" in row):
        return False
    if kind == "camps" and "minimum" not in row and "panels" not in row:
        return False
    return all(checks[name](value) for name, value in row.items())


def _is_id(value: Any) -> bool:
    return (type(value) is str and value != "") or type(value) is int


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_code(value: Any) -> bool:
    return type(value) is str and value != ""


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _between(low: int, high: int) -> Check:
    return lambda value: type(value) in (int, float) and low <= value <= high


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _SEATS


def _list_of(check: Check) -> Check:
    return lambda values: type(values) is list and all(map(check, values))


def _or_nothing(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _is_panel(value: Any) -> bool:
    return (
        type(value) is dict
        and {"id", "minimum"} <= value.keys() <= _PANEL.keys()
        and all(_PANEL[name](each) for name, each in value.items())
    )


_IDS = _list_of(_is_id)
_CODES = _or_nothing(_list_of(_is_code))
_PLACE: dict[str, Check] = {
    "municipality": _is_code,
    "lat": _between(-90, 90),
    "lon": _between(-180, 180),
}
_PANEL: dict[str, Check] = {
    "id": _is_id,
    "minimum": _is_count,
    "target": _is_count,
    "remote": _is_flag,
}
_CAMP: dict[str, Check] = {
    **_PLACE,
    "id": _is_id,
    "day": _is_id,
    "minimum": _is_count,
    "target": _is_count,
    "panels": _list_of(_is_panel),
    "owner": _is_text,
}
_VOLUNTEER: dict[str, Check] = {
    **_PLACE,
    "id": _is_id,
    "at_most": _is_count,
    "longest_km": _or_nothing(_between(0, _FAR)),
    "counties": _CODES,
    "municipalities": _CODES,
    "takes_ferry": _is_flag,
    "employer": _or_nothing(_is_text),
    "experienced": _or_nothing(_is_flag),
    "field": _or_nothing(_is_text),
    **dict.fromkeys(
        ("days", "if_needed", "conflicts", "refused", "banned", "wishes", "avoids"), _IDS
    ),
}
_SEAT: dict[str, Check] = {"volunteer": _is_id, "camp": _is_id, "panel": _is_id}
_PAIR: dict[str, Check] = {"volunteer": _is_id, "camp": _is_id, "km": _between(0, _FAR)}
_ROWS: dict[str, tuple[dict[str, Check], frozenset[str]]] = {
    "camps": (_CAMP, frozenset({"id", "day"})),
    "volunteers": (_VOLUNTEER, frozenset({"id"})),
    "pairs": (_PAIR, frozenset(_PAIR)),
    "locks": (_SEAT, frozenset({"volunteer", "camp"})),
    "standing": (_SEAT, frozenset({"volunteer", "camp"})),
}
ARRAYS = tuple(_ROWS)
"""The arrays of a problem whose rows are looked at so."""
