"""What meetings say of somebody who leaves their group: nothing any more, outside the minutes."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import access, audit, markdown
from portal.calendar import entries
from portal.db import db, lock_row
from portal.groups.meetings import contacts, expected
from portal.groups.meetings.contacts import Contact
from portal.invitations import event_changes
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from portal.models.series import Series


def take_out(group: Group, person: Person, *, by: Person | None, now: datetime) -> int:
    """Take the name of ``person``, who has left ``group``, out of what its meetings tell.

    Where they were the contact somebody else is. On agendas of meetings to come they present
    nothing; what they presented is in the minutes, and no longer in calendars. Whoever organises,
    or sits in another group that holds a meeting, stays. Nobody is told (docs/decisions/0031).

    Returns:
        Of how many meetings.
    """
    if person.is_organiser:
        return 0
    series = _series(group, person)
    for each in series:
        _name_contact(each, contacts.standing(group), by=by, now=now)
    changed = 0
    for meeting in _meetings(group, person):
        if meeting.others and expected.has_place(meeting, person):
            continue
        values = _contact(meeting, person) | _description(meeting, person, now)
        if values:
            event_changes.name_no_more(meeting.event, values, by=by, now=now)
            changed += 1
    for each in series:
        entries.render_series(each)
    return changed


def _contact(meeting: Meeting, person: Person) -> dict[str, str]:
    is_theirs = sa.select(Event.id).where(
        Event.id == meeting.event_id, _has_as_contact(Event, person)
    )
    if db.session.scalar(is_theirs) is None:
        return {}
    return contacts.standing(meeting.group).values


def _description(meeting: Meeting, person: Person, now: datetime) -> dict[str, str]:
    """The agenda as calendars have it without ``person``, who is taken off those to come."""
    event, name = meeting.event, f". {markdown.escaped(person.name)}"
    theirs = [item for item in meeting.agenda if item.presenter == person.name]
    titles = [markdown.escaped(item.title) for item in theirs]
    lines = [
        line.replace(name, "", 1) if any(title in line for title in titles) else line
        for line in event.description.split("\n")
    ]
    if not event.is_over(now) and not meeting.is_approved:
        for item in theirs:
            item.presenter = ""
    text = "\n".join(lines)
    return {"description": text} if text != event.description else {}


def _name_contact(series: Series, contact: Contact, *, by: Person | None, now: datetime) -> None:
    lock_row(series, "revision")
    for name, value in contact.values.items():
        setattr(series, name, value)
    series.revision += 1
    series.changed_at = now
    audit.record("series.contact_changed", series, actor=by, now=now, revision=series.revision)


def _series(group: Group, person: Person) -> list[Series]:
    return list(
        db.session.scalars(
            sa.select(Series)
            .where(Series.group_id == group.id, _has_as_contact(Series, person))
            .options(selectinload(Series.occurrences))
            .order_by(Series.id)
        )
    )


def _meetings(group: Group, person: Person) -> list[Meeting]:
    presents = sa.exists().where(
        AgendaItem.meeting_id == Meeting.id, AgendaItem.presenter == person.name
    )
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .join(Event, Event.id == Meeting.event_id)
            .where(access.held_by([group.id]), sa.or_(_has_as_contact(Event, person), presents))
            .options(
                joinedload(Meeting.event).joinedload(Event.series),
                joinedload(Meeting.group),
                selectinload(Meeting.others),
                selectinload(Meeting.agenda),
            )
            .order_by(Event.id)
        )
    )


def _has_as_contact(row: Any, person: Person) -> sa.ColumnElement[bool]:
    """The condition that ``person`` is the contact: by an address of theirs, else by their name.

    A namesake who has an address with us is somebody else.
    """
    address = sa.func.lower(row.contact_email)
    others = sa.exists().where(EmailAddress.folded == address, EmailAddress.person_id != person.id)
    return sa.or_(
        address.in_([each.folded for each in person.emails]),
        sa.and_(row.contact_name == person.name, sa.not_(others)),
    )
