"""Days an event should rather not fall on: weekends, public holidays, days without pupils.

They are warnings, never a bar. Holidays follow the Norwegian holiday act, moving ones counted from
Easter. School breaks are those published; where none is known for a county and school year, its
usual week is given as a pattern, to be checked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from portal.geography import _files, counties

_FIXED = (
    (1, 1, "1. nyttårsdag", "1. nyttårsdag", "New Year's Day"),
    (5, 1, "Arbeidernes dag", "Arbeidarane sin dag", "Labour Day"),
    (5, 17, "Grunnlovsdagen", "Grunnlovsdagen", "Constitution Day"),
    (12, 25, "1. juledag", "1. juledag", "Christmas Day"),
    (12, 26, "2. juledag", "2. juledag", "Boxing Day"),
)
_FROM_EASTER = (
    (-3, "Skjærtorsdag", "Skjærtorsdag", "Maundy Thursday"),
    (-2, "Langfredag", "Langfredag", "Good Friday"),
    (0, "1. påskedag", "1. påskedag", "Easter Sunday"),
    (1, "2. påskedag", "2. påskedag", "Easter Monday"),
    (39, "Kristi himmelfartsdag", "Kristi himmelfartsdag", "Ascension Day"),
    (49, "1. pinsedag", "1. pinsedag", "Whit Sunday"),
    (50, "2. pinsedag", "2. pinsedag", "Whit Monday"),
)
_NEW_SCHOOL_YEAR = 8


class DayKind(StrEnum):
    """Why a day is a poor choice."""

    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    AUTUMN_BREAK = "autumn_break"
    WINTER_BREAK = "winter_break"
    NO_PUPILS = "no_pupils"


class Basis(StrEnum):
    """How sure a break is: published for that year, or the usual week, to be checked."""

    PUBLISHED = "published"
    PATTERN = "pattern"


class BreakKind(StrEnum):
    """What a school break is; ``no_pupils`` is a single day, as for teachers' planning."""

    AUTUMN = "autumn"
    WINTER = "winter"
    NO_PUPILS = "no_pupils"


_NOTE_KINDS = {
    BreakKind.AUTUMN: DayKind.AUTUMN_BREAK,
    BreakKind.WINTER: DayKind.WINTER_BREAK,
    BreakKind.NO_PUPILS: DayKind.NO_PUPILS,
}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday with its names."""

    day: date
    name_nb: str
    name_nn: str
    name_en: str

    def name(self, language: str) -> str:
        """Its name in "nb", "nn" or "en"; bokmål for any other language."""
        return {"nn": self.name_nn, "en": self.name_en}.get(language, self.name_nb)


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """Days without pupils in the upper secondary schools of a county, both ends included.

    ``county_code`` is the one in force when the break was decided: a break of Viken (30) also
    holds in Akershus the winter after Viken was divided.
    """

    county_code: str
    kind: BreakKind
    first_day: date
    last_day: date
    basis: Basis = Basis.PUBLISHED
    source: str = ""

    @property
    def school_year(self) -> str:
        """As people write it: "2023-24"."""
        return school_year(self.first_day)


@dataclass(frozen=True, slots=True)
class DayNote:
    """One reason to think again about a day.

    ``holiday`` stands where the kind is holiday; ``school_break`` where pupils are away, and then
    ``basis`` says whether it is published or must be checked.
    """

    kind: DayKind
    holiday: Holiday | None = None
    school_break: SchoolBreak | None = None

    @property
    def basis(self) -> Basis | None:
        """How sure a break is; None for what the calendar itself tells."""
        return self.school_break.basis if self.school_break else None


def warnings(
    day: date, county_code: str | None, breaks: Iterable[SchoolBreak] | None = None
) -> list[DayNote]:
    """Everything that speaks against a day in a county, the weekend first.

    ``breaks`` are the known ones, by default those shipped; without a county only weekends and
    holidays count.
    """
    found = _weekend(day) + [DayNote(DayKind.HOLIDAY, holiday=h) for h in holidays_on(day)]
    if county_code is None:
        return found
    known = shipped_breaks() if breaks is None else tuple(breaks)
    return found + [
        DayNote(_NOTE_KINDS[each.kind], school_break=each)
        for each in _breaks_of(county_code, day, known)
        if each.first_day <= day <= each.last_day
    ]


@lru_cache(maxsize=64)
def holidays(year: int) -> tuple[Holiday, ...]:
    """The public holidays of a year in order; 17 May may share its day with a moving one."""
    easter = easter_sunday(year)
    fixed = [Holiday(date(year, month, day), *names) for month, day, *names in _FIXED]
    moving = [Holiday(easter + timedelta(days), *names) for days, *names in _FROM_EASTER]
    return tuple(sorted(fixed + moving, key=lambda holiday: holiday.day))


def holidays_on(day: date) -> tuple[Holiday, ...]:
    """The public holidays that fall on a day; mostly none, rarely two."""
    return tuple(holiday for holiday in holidays(day.year) if holiday.day == day)


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the Meeus/Jones/Butcher rule."""
    century, rest = divmod(year, 100)
    golden = year % 19
    corrected = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + corrected + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def shipped_breaks() -> tuple[SchoolBreak, ...]:
    """The school breaks the portal knows from the start, by first day."""
    return tuple(_school_break(row) for row in _files.rows("school_breaks.csv"))


def usual_breaks(county_code: str, year: str) -> tuple[SchoolBreak, ...]:
    """The weeks a county usually takes off in a school year ("2026-27"), to be checked."""
    autumn = int(year[:4])
    if not MINYEAR <= autumn < MAXYEAR:
        return ()
    return tuple(_usual(county_code, autumn, *week) for week in _weeks(county_code))


def school_year(day: date) -> str:
    """The school year a day lies in, August to July, as "2026-27"."""
    first = day.year if day.month >= _NEW_SCHOOL_YEAR else day.year - 1
    return f"{first:04}-{(first + 1) % 100:02}"


def _weekend(day: date) -> list[DayNote]:
    kinds = {6: DayKind.SATURDAY, 7: DayKind.SUNDAY}
    kind = kinds.get(day.isoweekday())
    return [DayNote(kind)] if kind else []


def _breaks_of(county_code: str, day: date, known: tuple[SchoolBreak, ...]) -> list[SchoolBreak]:
    """The known breaks of a county that school year, and its usual weeks for the others."""
    year = school_year(day)
    its_own = [
        each
        for each in known
        if each.school_year == year and counties.related(each.county_code, county_code)
    ]
    told = {each.kind for each in its_own}
    return its_own + [each for each in usual_breaks(county_code, year) if each.kind not in told]


def _school_break(row: dict[str, str]) -> SchoolBreak:
    return SchoolBreak(
        county_code=row["county"],
        kind=BreakKind(row["kind"]),
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        basis=Basis(row["basis"]),
        source=row["source"],
    )


@lru_cache(maxsize=64)
def _weeks(county_code: str) -> tuple[tuple[BreakKind, int, str], ...]:
    return tuple(
        (BreakKind(row["kind"]), int(row["week"]), row["source"])
        for row in _files.rows("break_weeks.csv")
        if row["county"] == county_code
    )


def _usual(county_code: str, autumn: int, kind: BreakKind, week: int, source: str) -> SchoolBreak:
    year = autumn if kind is BreakKind.AUTUMN else autumn + 1
    monday = date.fromisocalendar(year, week, 1)
    return SchoolBreak(
        county_code, kind, monday, monday + timedelta(4), basis=Basis.PATTERN, source=source
    )
