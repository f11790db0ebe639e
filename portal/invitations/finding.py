"""From the words of a calendar to our rows: the events of a uid, and somebody's invitations."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Invitation


def events_of(uid: str, recurrence_id: str = "") -> Sequence[Event]:
    """The event under ``uid``, or all occurrences of its series, in order of time.

    With a ``recurrence_id`` (as ``values.recurrence_key`` writes it) only that occurrence.
    """
    wanted = [Event.uid == uid]
    if recurrence_id:
        wanted.append(Event.recurrence_id == recurrence_id)
    return db.session.scalars(
        sa.select(Event).where(*wanted).order_by(Event.starts_at, Event.id)
    ).all()


def invitations_of(person: Person, events: Sequence[Event]) -> Sequence[Invitation]:
    """The invitations of ``person`` to ``events``, removed ones too, in order of time."""
    return db.session.scalars(
        sa.select(Invitation)
        .join(Invitation.event)
        .where(
            Invitation.person_id == person.id,
            Invitation.event_id.in_([event.id for event in events]),
        )
        .options(joinedload(Invitation.event), joinedload(Invitation.person))
        .order_by(Event.starts_at, Event.id)
    ).all()
