"""The mail that reminds of an event one is invited to: when, where, how to join, what is on."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import access, links
from portal.calendar import entries
from portal.db import db
from portal.invitations import addresses, notices
from portal.mail.composing import compose, sendable
from portal.mail.message import Keyed, Lane, Mailbox, Message, Topic
from portal.mail.reminding import audiences, occasions, times
from portal.mail.reminding.occasions import Occasion
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Invitation
from portal.models.mailings import Mailing, ReminderKind

_CHUNK = 100


def events(mailing: Mailing, now: datetime) -> Keyed:
    """The reminder for each of those invited who have not said no."""
    occasion = occasions.of_mailing(mailing, now)
    if occasion is None:
        return
    # By id and in chunks: the worker ends its transaction after every hundred messages.
    ids = db.session.scalars(
        sa.select(Invitation.id)
        .where(Invitation.event_id == occasion.event_id, *audiences.invited(occasion.due_at))
        .order_by(Invitation.id)
    ).all()
    for start in range(0, len(ids), _CHUNK):
        for invitation in _load(ids[start : start + _CHUNK]):
            key = occasion.key_for(invitation.person_id)
            yield from sendable(key, partial(_reminder, invitation, occasion, now))


MAILINGS = {occasions.kind_of_mailing(ReminderKind.EVENT): events}


def _load(ids: Sequence[int]) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.id.in_(ids))
        .options(
            joinedload(Invitation.person).options(
                selectinload(Person.emails),
                selectinload(Person.group_places),
                selectinload(Person.roles),
            ),
            joinedload(Invitation.event).joinedload(Event.meeting),
        )
        .order_by(Invitation.id)
    ).all()


def _reminder(invitation: Invitation, occasion: Occasion, now: datetime) -> Message:
    event = invitation.event
    return compose(
        "reminders/event",
        invitation.person,
        lane=Lane.BULK,
        topic=Topic.REMIND_EVENT,
        reply_to=Mailbox(event.contact_email, event.contact_name) if event.contact_email else None,
        expires_at=times.true_until(occasion.day, occasion.until, now),
        event_id=event.id,
        event=event,
        invitation=invitation,
        nearness=times.nearness(occasion.day, now),
        host=notices.host_of(event),
        place=entries.place_of(event),
        agenda=event.meeting.agenda if event.meeting else [],
        event_url=_page_of(invitation),
        answer_url=addresses.answer_url(invitation),
    )


def _page_of(invitation: Invitation) -> str:
    """Where papers are: a meeting's page at a group of the reader, any other event's own.

    Who sits in none of the groups sees none of their pages, and is led to the answer page.
    """
    meeting = invitation.event.meeting
    if meeting is None:
        return entries.url_of(invitation.event)
    group = access.door_to(invitation.person, meeting)
    if group is None:
        return addresses.answer_url(invitation)
    return links.absolute("groups.meeting", slug=group.slug, public_id=meeting.public_id)
