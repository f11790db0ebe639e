"""A series kept in step with the meetings there are of it."""

from datetime import datetime

from portal.calendar import entries, recurring
from portal.db import db
from portal.models.events import Event
from portal.models.series import Series


def usual_start(event: Event) -> datetime:
    """When an occurrence would have begun by the rule of its series."""
    return datetime.fromisoformat(event.recurrence_id)


def keep_in_step(series: Series, now: datetime) -> None:
    """Let the rule begin and end with the meetings there are; without any there is no series.

    For drafts: once people have the series in their calendars, its first time stays.
    """
    db.session.flush()
    db.session.refresh(series, ["occurrences"])
    if not series.occurrences:
        db.session.delete(series)
        return
    starts = sorted(usual_start(event) for event in series.occurrences)
    length = series.ends_at - series.starts_at
    series.starts_at, series.ends_at = starts[0], starts[0] + length
    series.rrule = recurring.ended_at(series.rrule, starts[-1])
    series.revision += 1
    series.changed_at = now
    entries.render_series(series)
