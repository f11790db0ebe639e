"""Sending somebody their invitation once more: they asked for it, or answered an older time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.invitations import actions, series
from portal.models.invitations import Invitation


def outdated(invitations: Iterable[Invitation], sequence: int) -> list[Invitation]:
    """Those whose event has another time since ``sequence``, and whose owner has been told so.

    What nobody has been told of is not told here: that mail is still to come, and asks.
    """
    return [
        each
        for each in invitations
        if sequence < each.event.time_sequence and not each.event.is_untold
    ]


def send(wanted: Sequence[Invitation], now: datetime) -> None:
    """Send what ``wanted`` are invitations to: an event, or a series when they are several of it.

    A message is answered by one event or series at most, and that hourly.
    """
    if not wanted:
        return
    first = wanted[0]
    if len(wanted) > 1 and first.event.series is not None:
        series.refresh(first.event.series, first.person, now=now)
    else:
        actions.refresh(first, now=now)
