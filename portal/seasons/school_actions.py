"""What organisers correct in the register of schools and in the list of their breaks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.models.accounts import Person
from portal.models.places import School, SchoolBreak

_EDITED = "edited"


class BreakIsKnown(Exception):
    """The county has a break of that kind from that day already."""


def edit_school(school: School, values: Mapping[str, Any], *, by: Person, now: datetime) -> bool:
    """Correct ``school``; camps already made keep their place. Returns whether anything changed."""
    changed = [name for name, value in values.items() if getattr(school, name) != value]
    for name in changed:
        setattr(school, name, values[name])
    if {"latitude", "longitude"} & set(changed):
        school.position_source = _EDITED
    if changed:
        audit.record("school.changed", school, actor=by, now=now, fields=sorted(changed))
    return bool(changed)


def add_break(values: Mapping[str, Any], *, by: Person, now: datetime) -> SchoolBreak:
    """Write down a break.

    Raises:
        BreakIsKnown: it is there already.
    """
    _refuse_twins(values, None)
    row = SchoolBreak(**values)
    db.session.add(row)
    audit.record("school_break.added", row, actor=by, now=now, county=row.county_code)
    return row


def edit_break(row: SchoolBreak, values: Mapping[str, Any], *, by: Person, now: datetime) -> None:
    """Correct a break.

    Raises:
        BreakIsKnown: another one is the same.
    """
    _refuse_twins(values, row)
    for name, value in values.items():
        setattr(row, name, value)
    audit.record("school_break.changed", row, actor=by, now=now, county=row.county_code)


def delete_break(row: SchoolBreak, *, by: Person, now: datetime) -> None:
    """Forget a break; the usual week counts again."""
    audit.record("school_break.deleted", row, actor=by, now=now, county=row.county_code)
    db.session.delete(row)


def _refuse_twins(values: Mapping[str, Any], row: SchoolBreak | None) -> None:
    twin = db.session.scalar(
        sa.select(SchoolBreak).where(
            SchoolBreak.county_code == values["county_code"],
            SchoolBreak.kind == values["kind"],
            SchoolBreak.first_day == values["first_day"],
        )
    )
    if twin is not None and twin is not row:
        raise BreakIsKnown
