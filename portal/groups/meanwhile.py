"""Two who change one row at once: a mark of what a form was filled from, and what differs now."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField

from portal import dates
from portal.tokens import fingerprint

_NOTHING = "–"


@dataclass(frozen=True)
class Difference:
    """A field of a form, and what is saved of it now, in words; another thing was typed."""

    label: str
    stands: str


def mark(*values: object) -> str:
    """What two looks at a row have in common as long as ``values`` of it are the same."""
    return fingerprint(json.dumps([str(value) for value in values]))[:16]


def differences(typed: FlaskForm, stands: FlaskForm, names: Iterable[str]) -> list[Difference]:
    """The fields called ``names`` in which what was ``typed`` is not what ``stands`` now.

    Both are forms of one kind; ``stands`` was filled from the row and not from what was sent.
    """
    return [
        Difference(str(stands[name].label.text), _in_words(stands[name]))
        for name in names
        if _plain(typed[name].data) != _plain(stands[name].data)
    ]


def look_anew(seen: HiddenField, now: str) -> None:
    """Let the next save be made of the row as it is shown now: ``now`` is its mark."""
    seen.raw_data, seen.data = None, now


def _plain(value: Any) -> Any:
    # A form ends lines with CR LF, what comes otherwise with LF alone.
    return value.replace("\r\n", "\n") if isinstance(value, str) else value or None


def _in_words(field: Field) -> str:
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if isinstance(field, SelectField):
        return next((str(words) for value, words in field.choices if value == field.data), _NOTHING)
    if isinstance(field.data, date):
        return dates.plain_day(field.data)
    return field.data or _NOTHING
