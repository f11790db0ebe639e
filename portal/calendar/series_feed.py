"""Series in feeds and downloads: one entry with the rule, and one for each meeting that differs.

Whatever of a series the reader is not shown (left out, declined, not theirs, too long ago) is an
EXDATE of the rule, so that nothing stands twice and nothing comes back by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.calendar import entries, recurring
from portal.calendar.values import recurrence_key
from portal.db import db
from portal.models.events import Event
from portal.models.series import Series

# What ``texts`` needs to know of each event, beside its text.
COLUMNS = (Event.series_id, Event.recurrence_id, Event.is_override)

# The text of an event, and its COLUMNS.
Row = tuple[str, int | None, str, bool]


def texts(rows: Iterable[Row]) -> Iterator[str]:
    """The VEVENTs to show for ``rows``, in their order; then those of the series among them.

    Single events cost nothing more; with series among the rows the database is asked twice.
    """
    shown: dict[int, dict[str, str | None]] = defaultdict(dict)
    for text, series_id, recurrence_id, is_override in rows:
        if series_id is None:
            yield text
        elif text or not is_override:
            shown[series_id][recurrence_id] = text if is_override else None
    for series, every in _series(sorted(shown)):
        yield from _of_one(series, every, shown[series.id])


def whole(series_id: int, visible: sa.ColumnElement[bool]) -> list[str]:
    """The whole of a series, as far as it is ``visible``: what one downloads for a meeting of it.

    One meeting alone, with a RECURRENCE-ID and without its rule, is dropped by some calendars and
    shown beside the rule by others; without the RECURRENCE-ID it would replace a series that the
    reader has from the invitation. The whole has the uid of feed and mail, and adds nothing twice.
    """
    rows = db.session.execute(
        sa.select(Event.ical_participant, Event.series_id, Event.recurrence_id, Event.is_override)
        .where(Event.series_id == series_id, visible)
        .order_by(Event.starts_at, Event.id)
    )
    plain = ((text, id_, key, is_override) for text, id_, key, is_override in rows)
    return [text for text in texts(plain) if text]


def _series(ids: list[int]) -> Iterator[tuple[Series, set[str]]]:
    """Each series with the recurrence ids of all its occurrences, shown or not."""
    if not ids:
        return
    every: dict[int, set[str]] = defaultdict(set)
    found = db.session.execute(
        sa.select(Event.series_id, Event.recurrence_id).where(Event.series_id.in_(ids))
    )
    for series_id, recurrence_id in found:
        every[series_id or 0].add(recurrence_id)
    for series in db.session.scalars(
        sa.select(Series)
        .where(Series.id.in_(ids))
        .options(joinedload(Series.group))
        .order_by(Series.id)
    ):
        yield series, every[series.id]


def _of_one(series: Series, every: set[str], shown: dict[str, str | None]) -> Iterator[str]:
    # What was called off by ending the series lies after its end, and is simply not there.
    times = {recurrence_key(each) for each in recurring.moments(series.rrule, series.starts_at)}
    kept = times & shown.keys()
    if not kept:
        return
    is_whole = kept == times & every
    stored = series.ical_participant if is_whole else ""
    yield stored or entries.text_of_series(series, kept)
    yield from (text for key, text in shown.items() if key in kept and text)
