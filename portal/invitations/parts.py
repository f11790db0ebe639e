"""What an event has lists of: organisers, links, programme. Replaced whole, compared as text."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from portal import dates
from portal.db import db
from portal.models.events import Event, EventLink, EventOrganiser, ProgrammeItem
from portal.models.places import Organisation

NAMES = frozenset(("organisers", "links", "programme"))

# A field's name, and its value as text before and after.
Made = tuple[str, str, str]


class LinkLike(Protocol):
    """A link as a caller gives it; a row will do."""

    kind: Any
    title: str
    url: str


class ItemLike(Protocol):
    """A line of the programme as a caller gives it; ``starts_at`` in UTC, or None."""

    starts_at: datetime | None
    title: str
    speakers: str


def replace(event: Event, values: Mapping[str, Any]) -> list[Made]:
    """Put the lists among ``values`` in place of the event's own; tell what that changed."""
    made = []
    for name in sorted(NAMES & values.keys()):
        before, after = _TEXTS[name](getattr(event, name)), _REPLACERS[name](event, values[name])
        if before != after:
            made.append((name, before, after))
    return made


def _replace_organisers(event: Event, wanted: Sequence[int]) -> str:
    # Rows are kept where they can be: an organiser deleted and added again at once is two rows.
    known = {row.organisation_id: row for row in event.organisers}
    event.organisers = [known.get(each) or EventOrganiser(organisation_id=each) for each in wanted]
    for position, row in enumerate(event.organisers):
        row.position = position
    db.session.add(event)
    db.session.flush()
    return _organisers_text(event.organisers)


def _replace_links(event: Event, wanted: Sequence[LinkLike]) -> str:
    after = _links_text(wanted)
    if after != _links_text(event.links):
        event.links = [
            EventLink(kind=each.kind, title=each.title, url=each.url, position=position)
            for position, each in enumerate(wanted)
        ]
    return after


def _replace_programme(event: Event, wanted: Sequence[ItemLike]) -> str:
    # The text has no dates: a programme that moves along with its event is no news.
    if _item_values(wanted) != _item_values(event.programme):
        event.programme = [
            ProgrammeItem(
                starts_at=each.starts_at,
                title=each.title,
                speakers=each.speakers,
                position=position,
            )
            for position, each in enumerate(wanted)
        ]
    return _programme_text(wanted)


def _item_values(rows: Sequence[ItemLike]) -> list[tuple[datetime | None, str, str]]:
    return [(row.starts_at, row.title, row.speakers) for row in rows]


def _organisers_text(rows: Sequence[EventOrganiser]) -> str:
    ids = [row.organisation_id for row in rows]
    found = db.session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    names: dict[int, str] = {row.id: row.name for row in found}
    return ", ".join(names[number] for number in ids)


def _links_text(rows: Sequence[LinkLike]) -> str:
    return "\n".join(f"{row.title} {row.url} ({row.kind})" for row in rows)


def _programme_text(rows: Sequence[ItemLike]) -> str:
    return "\n".join(_item_text(row) for row in rows)


def _item_text(item: ItemLike) -> str:
    clock = dates.clock_time(item.starts_at, "nb") if item.starts_at else ""
    speakers = ", ".join(item.speakers.split("\n"))
    return " ".join(part for part in (clock, item.title, speakers and f"({speakers})") if part)


_TEXTS: dict[str, Callable[[Any], str]] = {
    "organisers": _organisers_text,
    "links": _links_text,
    "programme": _programme_text,
}
_REPLACERS: dict[str, Callable[[Event, Any], str]] = {
    "organisers": _replace_organisers,
    "links": _replace_links,
    "programme": _replace_programme,
}
