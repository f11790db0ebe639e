"""Sending somebody their invitation once more: they asked for it, or answered an older time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.invitations import actions
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
    """Send the first of ``wanted``: a message is answered by one at most, and that hourly."""
    for invitation in wanted[:1]:
        actions.refresh(invitation, now=now)
