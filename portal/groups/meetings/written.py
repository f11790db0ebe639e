"""A meeting as calendars and mails describe it: its agenda, and what earlier ones left to do."""

from collections.abc import Sequence

from portal.groups.follow_ups import carried
from portal.groups.meetings import agenda
from portal.groups.meetings.timing import Span
from portal.models.meetings import Meeting, UsualItem


def as_markdown(meeting: Meeting, language: str, days: Sequence[Span] | None = None) -> str:
    """The agenda for calendars and mails, with what earlier meetings left to do where it belongs.

    ``days`` are those that the meeting is about to have, if they are not its own.
    """
    left: list[str] = []
    if any(item.usual == UsualItem.FOLLOW_UPS for item in meeting.agenda):
        left = carried.as_lines(carried.open_at(meeting), language)
    return agenda.as_markdown(meeting, language, days, left)
