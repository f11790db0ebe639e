"""How often a series recurs, in words."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import dates
from portal.calendar import recurring
from portal.calendar.recurring import Pattern, Rhythm
from portal.models.series import Series

LABELS = {
    Rhythm.WEEKLY: _l("Every week"),
    Rhythm.SECOND_WEEK: _l("Every second week"),
    Rhythm.FOURTH_WEEK: _l("Every fourth week"),
    Rhythm.MONTHLY: _l("Every month, on the same weekday (for example the second Tuesday)"),
}


def in_words(series: Series) -> str:
    """``Annenhver torsdag kl. 10.00–11.30``, in the reader's language and Oslo time."""
    pattern, _until = recurring.read(series.rrule)
    return _sentence(pattern, series.starts_at, series.ends_at)


def _sentence(pattern: Pattern, starts: datetime, ends: datetime) -> str:
    weekday = dates.weekday(starts.astimezone(dates.OSLO).date())
    hours = f"{dates.clock_time(starts)}–{dates.clock_time(ends)}"
    if pattern.rhythm is Rhythm.MONTHLY:
        return _MONTHLY[pattern.nth](weekday, hours)
    return _WEEKLY[pattern.rhythm](weekday, hours)


_Writer = Callable[[str, str], str]

_WEEKLY: dict[Rhythm, _Writer] = {
    Rhythm.WEEKLY: lambda day, hours: _("Every %(day)s, %(hours)s", day=day, hours=hours),
    Rhythm.SECOND_WEEK: lambda day, hours: _(
        "Every second %(day)s, %(hours)s", day=day, hours=hours
    ),
    Rhythm.FOURTH_WEEK: lambda day, hours: _(
        "Every four weeks on %(day)s, %(hours)s", day=day, hours=hours
    ),
}
_MONTHLY: dict[int, _Writer] = {
    1: lambda day, hours: _("The first %(day)s of the month, %(hours)s", day=day, hours=hours),
    2: lambda day, hours: _("The second %(day)s of the month, %(hours)s", day=day, hours=hours),
    3: lambda day, hours: _("The third %(day)s of the month, %(hours)s", day=day, hours=hours),
    4: lambda day, hours: _("The fourth %(day)s of the month, %(hours)s", day=day, hours=hours),
    -1: lambda day, hours: _("The last %(day)s of the month, %(hours)s", day=day, hours=hours),
}
