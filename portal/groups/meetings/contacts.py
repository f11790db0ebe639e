"""Who is the contact of a group's meetings: whoever planned them, as long as they are there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload, selectinload

from portal import access, audit
from portal.calendar import entries
from portal.db import db, lock_row
from portal.groups import leading
from portal.groups.meetings import expected
from portal.invitations import event_changes
from portal.mail.composing import SENDER_NAME
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.meetings import Meeting
from portal.models.series import Series


@dataclass(frozen=True)
class Contact:
    """Whom those called may ask: a name, and an address and telephone that may be empty."""

    name: str
    email: str
    phone: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The same as columns of a meeting's event, or of a series."""
        return {
            "contact_name": self.name,
            "contact_email": self.email,
            "contact_phone": self.phone,
        }


def of_person(person: Person) -> Contact:
    """Somebody who is a contact by what they did themselves, with their telephone."""
    return Contact(person.name, person.email or "", person.phone)


def standing(group: Group, by: Person | None = None) -> Contact:
    """Whom to ask about what ``by`` began for ``group``.

    That is ``by`` while they sit there or organise; else whoever leads the group, stands in for
    the lead, or the secretariat. Of a lead, who did not choose to be asked, no telephone is told.
    """
    stays = access.who_acts(by, group)
    if stays is not None:
        return of_person(stays)
    lead = next(iter(leading.to_write_to(group)), None)
    if lead is not None:
        return Contact(lead.name, lead.email or "")
    return Contact(SENDER_NAME, current_app.config["PUBLISHER"]["contact"])


def hand_over(group: Group, person: Person, *, by: Person | None, now: datetime) -> int:
    """Find another contact for what ``person``, who has left ``group``, was the contact of there.

    Held meetings are among them, for their pages and feeds stay. Whoever organises, or sits in
    another group that holds a meeting, goes on. Nobody is told (docs/decisions/0031).

    Returns:
        For how many meetings.
    """
    if person.is_organiser:
        return 0
    series = _series(group, person)
    for each in series:
        _name_contact(each, standing(group), by=by, now=now)
    meetings = [
        each
        for each in _meetings(group, person)
        if not (each.others and expected.has_place(each, person))
    ]
    for meeting in meetings:
        values = standing(meeting.group).values
        event_changes.name_contact(meeting.event, values, by=by, now=now)
    for each in series:
        entries.render_series(each)
    return len(meetings)


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
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .join(Event, Event.id == Meeting.event_id)
            .where(access.held_by([group.id]), _has_as_contact(Event, person))
            .options(
                joinedload(Meeting.event).joinedload(Event.series),
                joinedload(Meeting.group),
                selectinload(Meeting.others),
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
