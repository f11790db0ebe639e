"""What tests of the room share: a meeting that is being held, its page, and its form as typed."""

from collections.abc import Sequence
from datetime import timedelta
from html import unescape

from portal import clock
from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from tests.groups.people import add_item, create_called, page_of

JSON = {"Accept": "application/json"}


def create_held(group: Group, items: int = 2) -> Meeting:
    """A meeting that began an hour ago, with so many items."""
    starts = clock.now().replace(microsecond=0) - timedelta(hours=1)
    meeting = create_called(group, starts_at=starts, ends_at=starts + timedelta(hours=2))
    for number in range(1, items + 1):
        add_item(meeting, number, f"Sak nummer {number}")
    return meeting


def writing_of(meeting: Meeting, rest: str = "") -> str:
    """The address of the page of the minutes, or of one below it."""
    return page_of(meeting, f"/writing{rest}")


def typed(
    item: AgendaItem, text: str, *, base: str | None = None, seen: int | None = None, **more: str
) -> dict[str, str]:
    """The form with ``text`` typed under one item, as the page of now would send it.

    ``more`` are other fields under the item, without its number: ``decision="…"``.
    """
    key = item.id
    return {
        f"text-{key}": text,
        f"base-{key}": item.minutes if base is None else base,
        f"seen-{key}": str(item.minutes_revision if seen is None else seen),
        **{f"{name}-{key}": value for name, value in more.items()},
    }


def written(meeting: Meeting) -> list[str]:
    """The minutes of the items, in order."""
    db.session.expire_all()
    return [item.minutes for item in meeting.agenda]


def write(item: AgendaItem, text: str, by: Person | None = None, revision: int = 1) -> None:
    """Minutes that stand already, without versions."""
    item.minutes, item.minutes_revision, item.minutes_at = text, revision, clock.now()
    item.minutes_by_id = by.id if by else None
    db.session.commit()


def page_text(response) -> str:
    """A page as somebody reads its source, with its letters as they are."""
    return unescape(response.get_data(as_text=True))


def states(meeting: Meeting) -> Sequence[tuple[str, str]]:
    """Names and states of all who have a row, by name."""
    db.session.expire_all()
    return sorted((row.shown_name, str(row.state)) for row in meeting.attendances)
