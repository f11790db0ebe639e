"""The history of an event: what was changed, in words, and whether people were told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import dates, markdown, words
from portal.db import db
from portal.geography import municipalities
from portal.invitations import naming
from portal.models.accounts import Person
from portal.models.events import Event, EventChange, EventState

# What the public hears of; who may see it and who the contact is concerns organisers.
_PUBLIC = ("title", "starts_at", "ends_at", "place", "address", "state")
_LONGEST = 120


@dataclass(frozen=True)
class Step:
    """One saving of an event: who, when, and what it changed, as (field, before, after).

    Who has left the group whose meeting it is, is not named.
    Not told and not untold: there was nobody to tell.
    """

    at: datetime
    by: str
    told_at: datetime | None
    is_untold: bool
    changes: list[tuple[str, str, str]]


def all_changes(event: Event, shown: Callable[[Person], str] | None = None) -> list[Step]:
    """The whole history, newest first, for organisers; ``shown`` tells what people are called."""
    return _steps(event, tuple(words.FIELDS), shown=shown or naming.shown_in(event))


def told_changes(event: Event) -> list[Step]:
    """What everybody may know, newest first: moved, renamed, cancelled since it was published.

    Nobody is told who did it.
    """
    if event.published_at is None:
        return []
    # At the moment of publishing itself there was nothing that anybody knew before.
    return _steps(event, _PUBLIC, EventChange.changed_at > event.published_at, shown=lambda _: "")


def _steps(
    event: Event,
    fields: tuple[str, ...],
    *conditions: sa.ColumnElement[bool],
    shown: Callable[[Person], str],
) -> list[Step]:
    rows = db.session.scalars(
        sa.select(EventChange)
        .where(EventChange.event_id == event.id, EventChange.field.in_(fields), *conditions)
        .options(joinedload(EventChange.changed_by))
        .order_by(EventChange.revision.desc(), EventChange.id)
    ).all()
    return [
        _step(list(group), shown) for _revision, group in groupby(rows, lambda row: row.revision)
    ]


def _step(rows: list[EventChange], shown: Callable[[Person], str]) -> Step:
    first = rows[0]
    by = shown(first.changed_by) if first.changed_by else ""
    changes = [
        (
            words.field(row.field, of_meeting=first.event.meeting is not None),
            *_before_and_after(row),
        )
        for row in rows
    ]
    is_untold = first.told_at is None and first.revision > first.event.told_revision
    return Step(first.changed_at, by, first.told_at, is_untold, changes)


def _before_and_after(row: EventChange) -> tuple[str, str]:
    """Both values in words; of a long text only the lines that the other does not have."""
    before, after = row.before, row.after
    if row.field == "description":
        old, new = (markdown.to_text(each).splitlines() for each in (before, after))
        gone = " / ".join(line for line in old if line not in new)
        come = " / ".join(line for line in new if line not in old)
        # Lines that only changed places tell nothing one by one.
        before, after = (gone, come) if gone or come else (" / ".join(old), " / ".join(new))
    return in_words(row.field, before), in_words(row.field, after)


def in_words(field: str, value: str) -> str:
    """A value of the history as readers know it: moments and codes become words."""
    if not value:
        return "–"
    reader = _READERS.get(field)
    text = reader(value) if reader else value
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"


def _moment(value: str) -> str:
    return dates.moment(datetime.fromisoformat(value))


def _municipality(value: str) -> str:
    found = municipalities.get(value)
    return found.name if found else value


_READERS: dict[str, Callable[[str], str]] = {
    "starts_at": _moment,
    "ends_at": _moment,
    "municipality_code": _municipality,
    "state": lambda value: str(words.STATES[EventState(value)]),
}
