"""Meetings that several groups hold together, as whoever is called to one reads of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list

from portal import membership
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.groups import GroupPlace


@dataclass(frozen=True)
class Joint:
    """The groups by name, in the reader's language: the host, the others, and all of them.

    ``readers`` are those that the reader sits in; empty for a guest.
    """

    host: str
    others: str
    all: str
    readers: str


def of(event: Event, reader: Person) -> Joint | None:
    """What ``reader`` is told of who holds ``event``; None when no group but the host does."""
    meeting = event.meeting
    if meeting is None or not meeting.others:
        return None
    names = {meeting.group_id: meeting.group.name}
    names |= {each.group_id: each.group.name for each in meeting.others}
    sits_in = set(
        db.session.scalars(
            membership.group_ids_of(reader).where(GroupPlace.group_id.in_(list(names)))
        )
    )
    host, *others = names.values()
    language = reader.language
    return Joint(
        host,
        _in_a_row(others, language),
        _in_a_row([host, *others], language),
        _in_a_row([name for number, name in names.items() if number in sits_in], language),
    )


def _in_a_row(names: Sequence[str], language: str) -> str:
    """«A, B og C»."""
    return format_list(names, locale=language) if names else ""
