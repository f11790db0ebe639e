"""The school breaks that are known, and the usual weeks where nothing is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal import directory
from portal.db import db
from portal.geography import calendar_days, counties
from portal.geography.calendar_days import BreakKind
from portal.models.places import SchoolBreak
from portal.text import sort_key


@dataclass(frozen=True)
class BreakRow:
    """A break in the list; without ``row`` it is a usual week that nobody has published."""

    county_code: str
    kind: BreakKind
    first_day: date
    last_day: date
    source: str
    row: SchoolBreak | None = None

    @property
    def county(self) -> str:
        """The name of the county."""
        return directory.county_name(self.county_code)


def known() -> list[BreakRow]:
    """The breaks written down, the latest first."""
    rows = db.session.scalars(sa.select(SchoolBreak).order_by(SchoolBreak.first_day.desc()))
    found = [
        BreakRow(row.county_code, BreakKind(row.kind), row.first_day, row.last_day, row.source, row)
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.first_day.toordinal(), sort_key(each.county)))


def to_check(rows: Sequence[BreakRow], today: date) -> list[BreakRow]:
    """The usual weeks of this school year and the next, where nothing is written down.

    What is past already is left out.
    """
    years = (
        calendar_days.school_year(today),
        calendar_days.school_year(today.replace(year=today.year + 1, day=1)),
    )
    found = [
        BreakRow(each.county_code, each.kind, each.first_day, each.last_day, each.source)
        for county in counties.jury_area(today)
        for year in years
        for each in calendar_days.usual_breaks(county.code, year)
        if each.last_day >= today and not _is_told(each, year, rows)
    ]
    return sorted(found, key=lambda each: (each.first_day, sort_key(each.county)))


def find(county: str, kind: str, first_day: str) -> SchoolBreak:
    """The break of a county that begins on a day ("2026-10-05"), else 404."""
    try:
        day = date.fromisoformat(first_day)
    except ValueError:
        day = date.min
    return db.one_or_404(
        sa.select(SchoolBreak).where(
            SchoolBreak.county_code == county,
            SchoolBreak.kind == kind,
            SchoolBreak.first_day == day,
        )
    )


def _is_told(usual: calendar_days.SchoolBreak, year: str, rows: Sequence[BreakRow]) -> bool:
    return any(
        row.kind == usual.kind
        and calendar_days.school_year(row.first_day) == year
        and counties.related(row.county_code, usual.county_code)
        for row in rows
    )
