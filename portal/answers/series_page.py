"""Answering for a series from the mail: once for all meetings to come, or for each by itself."""

from dataclasses import dataclass
from datetime import datetime

from portal.groups.meetings import deputies
from portal.invitations import addresses, series_mailings
from portal.models.events import Event
from portal.models.invitations import Answer, Invitation
from portal.models.series import Series


@dataclass(frozen=True)
class Row:
    """One meeting to come, what was answered, and where to answer it alone."""

    event: Event
    answer: Answer
    token: str


def series_of(invited: Invitation) -> Series:
    """The series that ``invited`` is to a meeting of, where that is known to be so."""
    series = invited.event.series
    assert series is not None, "asked only of a meeting of a series"
    return series


def open_invitations(invited: Invitation, now: datetime) -> list[Invitation]:
    """What the person of ``invited`` can answer of the series that it belongs to, by time."""
    series = invited.event.series
    if series is None:
        return []
    return series_mailings.share_of(series, invited.person).coming(now)


def rows_of(invitations: list[Invitation]) -> list[Row]:
    """``invitations`` as the page lists them."""
    return [Row(each.event, each.answer, addresses.answer_token(each)) for each in invitations]


def answer_all(
    invitations: list[Invitation], given: Answer, comment: str, *, now: datetime
) -> None:
    """Record one answer for each of ``invitations``."""
    for each in invitations:
        deputies.answer(each, given, comment=comment, now=now)
