"""What speaks against a day in a county, with the breaks as the secretariat has corrected them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from portal import dates
from portal.db import db
from portal.geography import calendar_days
from portal.geography.calendar_days import DayKind, DayNote
from portal.models.events import Event
from portal.models.places import SchoolBreak

# A longer span has a weekend in it by nature; only its first days are looked at.
_LONGEST = 4


@dataclass(frozen=True)
class Warning:
    """A day and the sentence that speaks against it; ``check`` when nobody has published it."""

    day: date
    text: str
    check: bool = False


def of_event(
    event: Event, breaks: Iterable[calendar_days.SchoolBreak] | None = None
) -> list[Warning]:
    """The warnings for the days of ``event``; never a bar."""
    length = min((event.last_day - event.first_day).days, _LONGEST)
    known = list(breaks) if breaks is not None else known_breaks()
    found = []
    for number in range(length + 1):
        found += of_day(event.first_day + timedelta(days=number), event.county_code, known)
    return found


def of_day(
    day: date, county_code: str | None, breaks: Iterable[calendar_days.SchoolBreak]
) -> list[Warning]:
    """The warnings for one day in one county."""
    return [
        Warning(day, _sentence(day, note), note.basis == calendar_days.Basis.PATTERN)
        for note in calendar_days.warnings(day, county_code, breaks)
    ]


def known_breaks() -> list[calendar_days.SchoolBreak]:
    """The school breaks in the database, as the geography counts with them."""
    return [
        calendar_days.SchoolBreak(
            row.county_code,
            calendar_days.BreakKind(row.kind),
            row.first_day,
            row.last_day,
            source=row.source,
        )
        for row in db.session.scalars(sa.select(SchoolBreak))
    ]


def _sentence(day: date, note: DayNote) -> str:
    words = dates.plain_day(day)
    if note.holiday is not None:
        name = note.holiday.name(dates.language())
        return _("%(day)s is a public holiday: %(name)s.", day=words, name=name)
    texts = {
        DayKind.SATURDAY: _("%(day)s is a Saturday.", day=words),
        DayKind.SUNDAY: _("%(day)s is a Sunday.", day=words),
        DayKind.AUTUMN_BREAK: _("%(day)s is in the schools' autumn break.", day=words),
        DayKind.WINTER_BREAK: _("%(day)s is in the schools' winter break.", day=words),
        DayKind.NO_PUPILS: _("On %(day)s the schools have no pupils.", day=words),
    }
    unsure = _("The dates for that year are not published; this is the usual week. Check it.")
    text = texts[note.kind]
    return f"{text} {unsure}" if note.basis == calendar_days.Basis.PATTERN else text
