"""Sending somebody their invitation once more: they asked for it, or answered an older time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.invitations import actions, series
from portal.models.invitations import Answer, Invitation


@dataclass(frozen=True)
class Resend:
    """What to send once more; ``is_whole`` when it is the series that they are invitations to."""

    invitations: Sequence[Invitation] = ()
    is_whole: bool = False


NOTHING = Resend()


def outdated(invitations: Iterable[Invitation], sequence: int) -> Resend:
    """The invitations to what has another time since ``sequence``, and whose owner was told so.

    What nobody has been told of is not told here: that mail is still to come, and asks.
    """
    found = [
        each
        for each in invitations
        if sequence < each.event.time_sequence and not each.event.is_untold
    ]
    return Resend(found, is_whole=len(found) > 1)


def unanswered(invitations: Iterable[Invitation], sequence: int) -> Resend:
    """As ``outdated``, of those only to which no newer answer is known."""
    return outdated((each for each in invitations if each.answer == Answer.NEEDS_ACTION), sequence)


def send(wanted: Resend, now: datetime) -> None:
    """Send one event or series once more, at most once an hour."""
    if not wanted.invitations:
        return
    first = wanted.invitations[0]
    if wanted.is_whole and first.event.series is not None:
        series.refresh(first.event.series, first.person, now=now)
    else:
        actions.refresh(first, now=now)
