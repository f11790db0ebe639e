"""The mail by which minutes are sent for comment.

It leads to the page and holds what was said and agreed, but neither the list of who was there nor a
file: docs/decisions/0025 tells why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from portal import access, links, markdown, membership
from portal.db import db
from portal.groups import leading
from portal.groups.minutes import document, phrases, rounds
from portal.groups.minutes.document import Minutes, Task
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Mailbox, Message
from portal.models.accounts import Person, Role, RoleName
from portal.models.groups import CURRENT_PLACES, GroupPlace
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting

_CHUNK = 100


@dataclass(frozen=True)
class Section:
    """An item as the mail has it, in the language of the meeting: ``notes`` are lead and text."""

    heading: str
    minutes: str
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Letter:
    """What is the same for all who get it, as plain values: rows are let go between chunks."""

    minutes: Minutes
    group: str
    url: str
    comments_by: date
    number: int
    changed: tuple[str, ...]
    sender: str
    sender_email: str
    sender_phone: str
    reply_to: Mailbox | None
    event_id: int
    sections: tuple[Section, ...]


def for_comment(mailing: Mailing, now: datetime) -> Keyed:
    """The minutes to each of ``params``' people, unless they were approved meanwhile."""
    params = mailing.params
    meeting = db.session.get(Meeting, params["meeting_id"])
    if meeting is None or meeting.is_approved or mailing.created_by is None:
        return
    letter = letter_of(
        meeting,
        mailing.created_by,
        date.fromisoformat(params["comments_by"]),
        number=params["number"],
        changed=params["changed"],
    )
    name, guests = meeting.public_id, set(params["guest_ids"])
    ids = [*params["person_ids"], *params["guest_ids"]]
    groups = [meeting.group_id, *(each.group_id for each in meeting.others)]
    for start in range(0, len(ids), _CHUNK):
        for person in _people(ids[start : start + _CHUNK], guests, groups):
            key = f"minutes-{name}-{letter.number}-person-{person.id}"
            is_guest = person.id in guests
            yield from sendable(key, partial(minutes, letter, person, is_guest=is_guest))


MAILINGS = {rounds.KIND: for_comment}


def letter_of(
    meeting: Meeting, sender: Person, comments_by: date, *, number: int, changed: list[str]
) -> Letter:
    """What those who get the minutes of ``meeting`` read; ``changed`` are parts (``rounds``).

    A sender who has left meanwhile is not named, and whoever leads the group gets the answers.
    """
    minutes = document.of(meeting)
    by = access.who_acts(sender, meeting.group)
    with force_locale(minutes.language):
        sections = tuple(_sections(minutes))
    return Letter(
        minutes=minutes,
        group=meeting.group.name,
        url=links.absolute("minutes.show", slug=meeting.group.slug, public_id=meeting.public_id),
        comments_by=comments_by,
        number=number,
        changed=tuple(changed),
        sender=by.name if by else "",
        sender_email=(by.email or "") if by else "",
        sender_phone=by.phone if by else "",
        reply_to=mailbox_of(by) or leading.mailbox(meeting.group),
        event_id=meeting.event_id,
        sections=sections,
    )


def minutes(letter: Letter, person: Person, *, is_guest: bool = False) -> Message:
    """The minutes to one person. A guest comments by answering the mail.

    Raises:
        NoAddress: the person has none; UnsafeHeader: a value cannot stand in a header.
    """
    with force_locale(person.language):
        values: dict[str, Any] = {"changed": rounds.in_words(letter.changed)}
    return compose(
        "groups/minutes",
        person,
        lane=Lane.BULK,
        reply_to=letter.reply_to,
        event_id=letter.event_id,
        letter=letter,
        plain=markdown.to_letter,
        is_guest=is_guest,
        **values,
    )


def _sections(minutes: Minutes) -> Iterator[Section]:
    for item in minutes.items:
        decisions = [
            (_("Proposal:") if each.is_proposal else _("Decided:"), each.text)
            for each in item.decisions
        ]
        yield Section(
            _("Item %(number)s: %(title)s", number=item.number, title=item.title),
            item.minutes,
            (*decisions, *_tasks(item.follow_ups)),
        )
    if minutes.follow_ups:
        yield Section(phrases.others(minutes), "", tuple(_tasks(minutes.follow_ups)))


def _tasks(tasks: Iterable[Task]) -> Iterator[tuple[str, str]]:
    for each in tasks:
        known = _("%(task)s (responsible: %(owner)s, deadline: %(deadline)s)", task=each.text,
                  owner=phrases.responsible(each), deadline=phrases.deadline(each))  # fmt: skip
        yield _("Follow-up:"), known


def _people(ids: list[int], guests: set[int], groups: list[int]) -> list[Person]:
    """Those of ``ids`` who are guests, or sit in one of ``groups`` or organise still."""
    sits = sa.exists().where(
        GroupPlace.person_id == Person.id,
        GroupPlace.group_id.in_(groups),
        GroupPlace.state.in_(CURRENT_PLACES),
    )
    organises = sa.exists().where(
        Role.person_id == Person.id, Role.name.in_((RoleName.ADMIN, RoleName.ORGANISER))
    )
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(
                Person.id.in_(ids),
                membership.can_be_written_to(),
                sa.or_(Person.id.in_(guests), sits, organises),
            )
            .options(selectinload(Person.emails))
            .order_by(Person.id)
        )
    )
