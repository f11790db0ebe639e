"""Sending somebody their invitation once more: they asked for it, or answered an older time."""

from collections.abc import Sequence
from datetime import datetime

from portal.answers.inbox.applying import is_answerable
from portal.invitations import actions
from portal.models.invitations import Invitation


def refresh(invitations: Sequence[Invitation], now: datetime) -> bool:
    """Send the next of ``invitations``: a message is answered by one at most, and that hourly.

    Returns:
        Whether there was one to send.
    """
    for invitation in invitations:
        if is_answerable(invitation, now):
            actions.refresh(invitation, now=now)
            return True
    return False


def ask_again(invitations: Sequence[Invitation], sequence: int, now: datetime) -> None:
    """Ask for an answer to the present time, of somebody who gave one to an older.

    What nobody has been told of yet is not told here: that mail is still to come, and asks.
    """
    outdated = [
        each
        for each in invitations
        if sequence < each.event.time_sequence and not each.event.is_untold
    ]
    refresh(outdated, now)
