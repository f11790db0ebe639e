"""What is new of an event, several changes taken together, for those who are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import words
from portal.db import db
from portal.models.events import Event, EventChange

# Shown as they were and as they are; of anything longer a mail only says that it changed.
_SHORT = ("title", "place", "address", "streaming_url", "join_url", "groups",
          "contact_name", "contact_phone")  # fmt: skip
_LONG = ("summary", "description", "organisers", "links", "programme")


@dataclass(frozen=True)
class Change:
    """One short field: its name as a key of ``words.FIELDS``, its value before and now."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """What readers call the field."""
        return str(words.FIELDS[self.field])


@dataclass(frozen=True)
class OldTime:
    """When the event would have been."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool


@dataclass(frozen=True)
class News:
    """What changed since people were last told. What was changed back is no news."""

    old_time: OldTime | None = None
    changes: tuple[Change, ...] = ()
    rewritten: tuple[str, ...] = ()
    of_meeting: bool = False

    @property
    def rewritten_labels(self) -> str:
        """The long fields that changed, as readers call them."""
        names = (words.field(each, of_meeting=self.of_meeting) for each in self.rewritten)
        return ", ".join(name.lower() for name in names)


def time_of(event: Event) -> OldTime:
    """The time of ``event`` as it is, for texts that may speak of either."""
    return OldTime(event.starts_at, event.ends_at, event.all_day)


def since(event: Event, revision: int) -> News:
    """The news of ``event`` for somebody who knows it as it was at ``revision``."""
    rows = db.session.scalars(
        sa.select(EventChange)
        .where(EventChange.event_id == event.id, EventChange.revision > revision)
        .order_by(EventChange.id)
    ).all()
    before, after = _first_and_last(rows)
    changed = [field for field in after if before[field] != after[field]]
    return News(
        _old_time(event, before, changed),
        tuple(Change(f, before[f], after[f]) for f in _SHORT if f in changed),
        tuple(field for field in _LONG if field in changed),
        of_meeting=event.meeting is not None,
    )


def _first_and_last(rows: Sequence[EventChange]) -> tuple[dict[str, str], dict[str, str]]:
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for row in rows:
        before.setdefault(row.field, row.before)
        after[row.field] = row.after
    return before, after


def _old_time(event: Event, before: Mapping[str, str], changed: Sequence[str]) -> OldTime | None:
    if not {"starts_at", "ends_at", "all_day"} & set(changed):
        return None
    starts, ends = before.get("starts_at"), before.get("ends_at")
    all_day = before["all_day"] == "yes" if "all_day" in before else event.all_day
    return OldTime(
        datetime.fromisoformat(starts) if starts else event.starts_at,
        datetime.fromisoformat(ends) if ends else event.ends_at,
        all_day,
    )
