"""What a reader looks for in the programme: the filters of the page and of its feed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from portal import dates
from portal.fields import read_day, read_number
from portal.geography import counties
from portal.models.events import Event, EventKind
from portal.text import search_key

_LONGEST_QUERY = 100


@dataclass(frozen=True)
class Filters:
    """What a reader looks for in the programme; nothing set means all that is to come."""

    q: str = ""
    kinds: tuple[EventKind, ...] = ()
    county: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q or self.kinds or self.county or self.first or self.last)

    @property
    def has_days(self) -> bool:
        """Whether the reader said from or to which day."""
        return bool(self.first or self.last)


def read(args: MultiDict[str, str]) -> Filters:
    """The filters in an address; what cannot be read is as good as not there."""
    kinds = tuple(EventKind(k) for k in args.getlist("kind") if k in set(EventKind))
    return Filters(
        q=args.get("q", "").strip()[:_LONGEST_QUERY],
        kinds=kinds,
        county=args.get("county", "")[:2],
        first=_day(args.get("from", "")),
        last=_day(args.get("to", "")),
        page=read_number(args.get("page", ""), 1),
    )


def canonical(filters: Filters) -> Filters:
    """The filters that all searches with the same result share: case, order and page fall away."""
    return replace(
        filters,
        q=" ".join(filters.q.casefold().split())[:_LONGEST_QUERY].strip(),
        kinds=tuple(kind for kind in EventKind if kind in filters.kinds),
        page=1,
    )


def arguments(filters: Filters) -> Mapping[str, str | list[str]]:
    """The filters as an address has them, without the page and without what is not set."""
    args: dict[str, str | list[str]] = {
        "q": filters.q,
        "kind": [str(kind) for kind in filters.kinds],
        "county": filters.county,
        "from": filters.first.isoformat() if filters.first else "",
        "to": filters.last.isoformat() if filters.last else "",
    }
    return {name: value for name, value in args.items() if value}


def matching(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions on what an event is and where it lies."""
    found: list[sa.ColumnElement[bool]] = []
    for word in search_key(filters.q[:_LONGEST_QUERY]).split():
        found.append(Event.search_key.contains(word, autoescape=True))
    if filters.kinds:
        found.append(Event.kind.in_(filters.kinds))
    if filters.county:
        found.append(Event.county_code.in_(_generations(filters.county)))
    return found


def on_days(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions on when an event is; none when the reader named no day."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.first:
        found.append(Event.ends_at > dates.midnight(filters.first))
    if filters.last:
        found.append(Event.starts_at < dates.midnight(filters.last + timedelta(days=1)))
    return found


def _generations(code: str) -> list[str]:
    """A county and those it came from or became: Østfold finds what lay in Viken too."""
    return [county.code for county in counties.all() if counties.related(code, county.code)]


def _day(text: str) -> date | None:
    try:
        return read_day(text.strip()) if text.strip() else None
    except ValueError:
        return None
