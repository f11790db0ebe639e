"""Dates and times in words, in the reader's language and Oslo time.

Babel writes 09:00 for Norwegian; the official style is 09.00, so the patterns are ours.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date as _format_date
from flask_babel import get_locale, gettext

OSLO = ZoneInfo("Europe/Oslo")
_BABEL = {"nb": "nb", "nn": "nn", "en": "en_GB"}


class NoSuchTime(ValueError):
    """The clocks in Oslo skip this time: it lies in the hour that summer time takes away."""


def language() -> str:
    """The language being written: nb, nn or en."""
    locale = get_locale()
    return locale.language if locale and locale.language in _BABEL else "nb"


def day(value: date, lang: str | None = None) -> str:
    """``torsdag 31. august 2023``"""
    return _day(value, lang or language(), weekday=True, year=True)


def plain_day(value: date, lang: str | None = None) -> str:
    """``31. august 2023``"""
    return _day(value, lang or language(), weekday=False, year=True)


def short_day(value: date, lang: str | None = None) -> str:
    """``31. aug.``, for tables where the year is plain"""
    lang = lang or language()
    return _format(value, "d. MMM" if lang != "en" else "d MMM", lang)


def clock_time(value: datetime, lang: str | None = None) -> str:
    """``09.00`` (in English ``09:00``), Oslo time"""
    separator = ":" if (lang or language()) == "en" else "."
    return value.astimezone(OSLO).strftime(f"%H{separator}%M")


def moment(value: datetime, lang: str | None = None) -> str:
    """``torsdag 31. august 2023 kl. 09.00``"""
    lang = lang or language()
    local = value.astimezone(OSLO)
    return day(local.date(), lang) + _at(lang) + clock_time(local, lang)


def short_moment(value: datetime, lang: str | None = None) -> str:
    """``31. aug. 2023 kl. 09.00``, for tables"""
    lang = lang or language()
    local = value.astimezone(OSLO)
    return f"{short_day(local.date(), lang)} {local.year}{_at(lang)}{clock_time(local, lang)}"


def span(starts: datetime, ends: datetime, all_day: bool = False, lang: str | None = None) -> str:
    """``torsdag 31. august 2023 kl. 09.00–10.30``, or ``4.–6. februar 2027`` for whole days.

    An all-day span ends at the midnight after its last day.
    """
    lang = lang or language()
    first, last = starts.astimezone(OSLO), ends.astimezone(OSLO)
    if all_day:
        return days(first.date(), (last - timedelta(microseconds=1)).date(), lang)
    if first.date() == last.date():
        return f"{moment(first, lang)}–{clock_time(last, lang)}"
    return f"{moment(first, lang)} – {moment(last, lang)}"


def days(first: date, last: date, lang: str | None = None) -> str:
    """``torsdag 4. februar 2027``, ``4.–6. februar 2027`` or ``30. januar – 2. februar 2027``"""
    lang = lang or language()
    if first == last:
        return day(first, lang)
    if (first.year, first.month) == (last.year, last.month):
        dot = "" if lang == "en" else "."
        return f"{first.day}{dot}–{_day(last, lang, weekday=False, year=True)}"
    with_year = first.year != last.year
    begin = _day(first, lang, weekday=False, year=with_year)
    return f"{begin} – {_day(last, lang, weekday=False, year=True)}"


def weekday(value: date, lang: str | None = None) -> str:
    """``torsdag``"""
    return _format(value, "EEEE", lang or language())


def weekday_short(value: date) -> str:
    """``tor``, for the date block of lists"""
    return _format(value, "EEE", language()).rstrip(".")


def month_short(value: date) -> str:
    """``aug``, for the date block of lists"""
    return _format(value, "MMM", language()).rstrip(".")


def to_utc(on: date, at: time) -> datetime:
    """The moment of a wall-clock time in Oslo. Of two equal ones in autumn, the first.

    Raises:
        NoSuchTime: the clocks are put forward over it.
    """
    local = datetime.combine(on, at, OSLO)
    moment = local.astimezone(UTC)
    if moment.astimezone(OSLO).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"{on} {at}")
    return moment


def midnight(on: date) -> datetime:
    """The moment at which ``on`` begins in Oslo."""
    return to_utc(on, time(0))


def today(now: datetime) -> date:
    """The date in Oslo at ``now``."""
    return now.astimezone(OSLO).date()


def yesterday(now: datetime) -> date:
    """The day before today in Oslo."""
    return today(now) - timedelta(days=1)


def county_list(names: list[str]) -> str:
    """``Oslo, Vestfold og Østfold``"""
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def _at(lang: str) -> str:
    return ", " if lang == "en" else " kl. "


def _day(value: date, lang: str, *, weekday: bool, year: bool) -> str:
    number = "d MMMM" if lang == "en" else "d. MMMM"
    return _format(value, ("EEEE " if weekday else "") + number + (" y" if year else ""), lang)


def _format(value: date, pattern: str, lang: str) -> str:
    return _format_date(value, pattern, locale=_BABEL[lang])


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "plain_day": plain_day,
    "short_day": short_day,
    "clock_time": clock_time,
    "moment": moment,
    "short_moment": short_moment,
    "weekday_short": weekday_short,
    "month_short": month_short,
}
