"""For how long a group is set up, in words, and when that should be looked at."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import dates
from portal.models.groups import Group

# Time enough to call a last meeting, or to ask for another year.
WARN_BEFORE = timedelta(days=60)


def in_words(group: Group) -> str:
    """``1 year, ends 31 August 2027``; empty when nothing is set."""
    if group.ends_on is None:
        if group.starts_on is None:
            return ""
        return _("From %(day)s, without an end", day=dates.plain_day(group.starts_on))
    ends = dates.plain_day(group.ends_on)
    years = _whole_years(group.starts_on, group.ends_on)
    if years:
        length = ngettext("%(num)s year", "%(num)s years", years)
        return _("%(length)s, ends %(day)s", length=length, day=ends)
    if group.starts_on is None:
        return _("Until %(day)s", day=ends)
    return _("From %(first)s to %(last)s", first=dates.plain_day(group.starts_on), last=ends)


def has_ended(group: Group, today: date) -> bool:
    """Whether the last day has passed; such a group is closed or given a new end."""
    return group.closed_at is None and group.ends_on is not None and group.ends_on < today


def ends_soon(group: Group, today: date) -> bool:
    """Whether the last day is near enough to speak of."""
    if group.closed_at is not None or group.ends_on is None:
        return False
    return today <= group.ends_on <= today + WARN_BEFORE


def year_later(group: Group, today: date) -> date:
    """The last day of a group that goes on for a year: from its last day, or from today if later.

    What ends on 29 February goes on to 28 February.
    """
    last = max(group.ends_on or today, today)
    try:
        return last.replace(year=last.year + 1)
    except ValueError:
        return last.replace(year=last.year + 1, day=28)


def _whole_years(first: date | None, last: date) -> int:
    """How many years lie between, when they are whole; the last day may be counted in or not."""
    if first is None:
        return 0
    for end in (last, last + timedelta(days=1)):
        if (end.month, end.day) == (first.month, first.day):
            return end.year - first.year
    return 0
