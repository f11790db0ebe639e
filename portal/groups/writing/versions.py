"""The minutes of an item as they were: what each writer left, to look at and to bring back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.groups.writing import merging
from portal.groups.writing.merging import Piece
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem
from portal.models.minutes import MinutesVersion

# Text is saved as it is typed: one writer's saves of so many seconds are one version.
TOGETHER_SECONDS = 600
# Unless so much of the text goes that somebody may want it back.
_STILL_THERE = 0.8


@dataclass(frozen=True)
class VersionRow:
    """A version, and what it did to the one before."""

    version: MinutesVersion
    pieces: list[Piece]
    is_newest: bool


def newest_of(items: Iterable[AgendaItem]) -> dict[int, MinutesVersion]:
    """By the item's id, the newest version of each that has any."""
    wanted = [item.id for item in items]
    newest = (
        sa.select(MinutesVersion.item_id, sa.func.max(MinutesVersion.revision).label("revision"))
        .where(MinutesVersion.item_id.in_(wanted))
        .group_by(MinutesVersion.item_id)
        .subquery()
    )
    found = db.session.scalars(
        sa.select(MinutesVersion).join(
            newest,
            sa.and_(
                MinutesVersion.item_id == newest.c.item_id,
                MinutesVersion.revision == newest.c.revision,
            ),
        )
    )
    return {version.item_id: version for version in found}


def keep(
    item: AgendaItem,
    text: str,
    newest: MinutesVersion | None,
    *,
    by: Person,
    now: datetime,
    apart: bool = False,
) -> bool:
    """Keep ``text``, which is about to be saved over the minutes of ``item``, as a version.

    What the same writer saved within ten minutes is one version with it, unless much of that is
    gone from the text, or ``apart`` says that it must stand by itself. Whether a row was made.
    """
    if newest is None and item.minutes:
        # Written before there were versions, or read in from a file.
        _add(item, item.minutes_revision, item.minutes, item.minutes_by_id, item.minutes_at or now)
    if newest is not None and not apart and _goes_on(newest, text, by, now):
        newest.revision, newest.text, newest.saved_at = item.minutes_revision + 1, text, now
        return False
    _add(item, item.minutes_revision + 1, text, by.id, now)
    return True


def rows_of(item: AgendaItem) -> list[VersionRow]:
    """All versions of the item's minutes, newest first, each with what it changed."""
    found = db.session.scalars(
        sa.select(MinutesVersion)
        .where(MinutesVersion.item_id == item.id)
        .options(joinedload(MinutesVersion.saved_by))
        .order_by(MinutesVersion.revision)
    ).all()
    before = ["", *(version.text for version in found)]
    rows = [
        VersionRow(version, merging.changes(text, version.text), version is found[-1])
        for version, text in zip(found, before, strict=False)
    ]
    return rows[::-1]


def version_of(item: AgendaItem, revision: int) -> MinutesVersion:
    """One version; 404 when the item has none of that number."""
    return db.one_or_404(
        sa.select(MinutesVersion).where(
            MinutesVersion.item_id == item.id, MinutesVersion.revision == revision
        )
    )


def _goes_on(newest: MinutesVersion, text: str, by: Person, now: datetime) -> bool:
    # Cut by the clock and not from the first save on: the row tells when it was saved last.
    spans = [moment.timestamp() // TOGETHER_SECONDS for moment in (newest.saved_at, now)]
    is_whole = len(text) >= _STILL_THERE * len(newest.text)
    return newest.saved_by_id == by.id and spans[0] == spans[1] and is_whole


def _add(item: AgendaItem, revision: int, text: str, by_id: int | None, saved_at: datetime) -> None:
    db.session.add(
        MinutesVersion(
            item_id=item.id, revision=revision, text=text, saved_at=saved_at, saved_by_id=by_id
        )
    )
