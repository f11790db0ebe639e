"""A search in the programme as a calendar: its one address, and its name in words."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from babel.lists import format_list
from flask_babel import gettext as _

from portal import dates, links, programme, words
from portal.calendar.subscriptions import Subscription
from portal.geography import counties
from portal.programme import Filters


def is_possible(filters: Filters) -> bool:
    """Whether there can be such events: there are none in a county that never was."""
    return not filters.county or counties.get(filters.county) is not None


def query(filters: Filters) -> str:
    """What stands behind the question mark: the same for all searches that find the same."""
    return urlencode(programme.arguments(programme.canonical(filters)), doseq=True)


def url(filters: Filters) -> str:
    """The full address of the feed; that of all public events when nothing narrows it."""
    asked = query(filters)
    return (
        f"{links.absolute('calendar.search')}?{asked}"
        if asked
        else links.absolute("calendar.public")
    )


def subscription(filters: Filters) -> Subscription | None:
    """The feed of a search as it is offered to a reader; None when it could never hold anything."""
    if not is_possible(filters):
        return None
    words_ = in_words(programme.canonical(filters))
    return Subscription("search", words_[:1].upper() + words_[1:], url(filters))


def in_words(filters: Filters) -> str:
    """``webinars in Akershus from 1 October 2026, “fjord”``, in the language being written."""
    kinds = [str(words.KINDS_OF_EVENTS[kind]) for kind in filters.kinds]
    said = _joined(kinds) if kinds else _("events")
    county = counties.get(filters.county) if filters.county else None
    if county is not None:
        said = _("%(events)s in %(county)s", events=said, county=county.name)
    if filters.has_days:
        said = f"{said} {_days(filters.first, filters.last)}"
    if filters.q:
        said = _("%(events)s, “%(text)s”", events=said, text=filters.q)
    return said


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return _(
            "from %(first)s to %(last)s",
            first=dates.plain_day(first),
            last=dates.plain_day(last),
        )
    if first:
        return _("from %(first)s", first=dates.plain_day(first))
    return _("until %(last)s", last=dates.plain_day(last)) if last else ""


def _joined(names: Sequence[str]) -> str:
    language = dates.language()
    # Without a comma before the last "and".
    return format_list(names, locale="en_GB" if language == "en" else language)
