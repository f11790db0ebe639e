"""The minutes of items saved: each from the text it was made of, so that nothing is overwritten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.groups.writing import locking, merging, versions
from portal.groups.writing.merging import Merged, Piece
from portal.groups.writing.typed import TypedItem
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import MinutesVersion


class SavedMeanwhile(Exception):
    """Somebody else saved the minutes of the item since the text was read."""


@dataclass(frozen=True)
class Conflict:
    """Two wrote the same item: what the first saved, and what the second has in the field.

    ``pieces`` are the first's text and the second's beside each other: "gone" is in the first's
    alone, "new" in the second's alone.
    """

    item_id: int
    mine: str
    theirs: str
    by: Person | None
    at: datetime
    revision: int
    pieces: list[Piece]
    merged: Merged


@dataclass
class Outcome:
    """What became of the texts that were typed; both by the id of their item."""

    saved: dict[int, AgendaItem] = field(default_factory=dict)
    conflicts: dict[int, Conflict] = field(default_factory=dict)


def save_texts(
    items: Mapping[int, AgendaItem], typed: Iterable[TypedItem], *, by: Person, now: datetime
) -> Outcome:
    """Save what was changed, for a caller who holds the meeting and read ``items`` after that.

    A text that somebody else has changed since it was read is not saved: it is in ``conflicts``.
    """
    outcome = Outcome()
    changed = [each for each in typed if each.item_id in items and each.is_changed]
    newest = versions.newest_of(items[each.item_id] for each in changed) if changed else {}
    for each in changed:
        item, text = items[each.item_id], each.text or ""
        if text == item.minutes:
            continue
        try:
            save_text(item, text, newest.get(item.id), seen=each.seen, by=by, now=now)
        except SavedMeanwhile:
            outcome.conflicts[item.id] = _conflict(item, each, now)
        else:
            outcome.saved[item.id] = item
    return outcome


def save_text(
    item: AgendaItem,
    text: str,
    newest: MinutesVersion | None,
    *,
    seen: int,
    by: Person,
    now: datetime,
    apart: bool = False,
) -> None:
    """Make ``text`` the minutes of ``item``; ``newest`` is its newest version.

    The revision is compared by the statement that writes, so that of two who save from the same
    one exactly one does, whoever holds what.

    Raises:
        SavedMeanwhile: the minutes have moved on from ``seen``.
    """
    statement = (
        sa.update(AgendaItem)
        .where(AgendaItem.id == item.id, AgendaItem.minutes_revision == seen)
        .values(minutes=text, minutes_revision=seen + 1, minutes_at=now, minutes_by_id=by.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        db.session.refresh(item)
        raise SavedMeanwhile
    is_new = versions.keep(item, text, newest, by=by, now=now, apart=apart)
    db.session.refresh(item, ["minutes", "minutes_revision", "minutes_at", "minutes_by_id"])
    if is_new:
        # Typing is saved every few seconds: one entry for each version, as people see them.
        audit.record(
            "minutes.written", item, actor=by, now=now, meeting=item.meeting_id, revision=seen + 1
        )


def restore(
    meeting: Meeting, item: AgendaItem, revision: int, *, seen: int, by: Person, now: datetime
) -> None:
    """Make an earlier version the minutes again; what stands now is kept as a version.

    Raises:
        MinutesAreLocked: the minutes are approved.
        SavedMeanwhile: somebody saved since the versions were looked at.
    """
    locking.hold(meeting)
    db.session.refresh(item)
    version = versions.version_of(item, revision)
    if version.text == item.minutes:
        return
    newest = versions.newest_of([item]).get(item.id)
    save_text(item, version.text, newest, seen=seen, by=by, now=now, apart=True)
    locking.touch(meeting, now)


def _conflict(item: AgendaItem, typed: TypedItem, now: datetime) -> Conflict:
    mine = typed.text or ""
    return Conflict(
        item.id,
        mine,
        item.minutes,
        item.minutes_by,
        item.minutes_at or now,
        item.minutes_revision,
        merging.changes(item.minutes, mine),
        merging.merge(typed.base or "", mine, item.minutes),
    )
