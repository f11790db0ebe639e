"""Guests of a meeting: called to it without a place in its groups. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import audit, people
from portal.db import db
from portal.groups.meetings import deputies, expected
from portal.invitations import actions as invitations
from portal.models.accounts import Person
from portal.models.events import EventState
from portal.models.invitations import Answer, AnswerSource, Invitation
from portal.models.meetings import Meeting, MeetingGuest


class AlreadyExpected(Exception):
    """The person sits in one of the meeting's groups, or is a guest already."""


class CalledWithSeries(Exception):
    """One of a series has no guests before the series is called: nobody could call them."""


def add_guest(
    meeting: Meeting,
    person: Person,
    *,
    note: str = "",
    instead_of: Invitation | None = None,
    by: Person,
    now: datetime,
) -> MeetingGuest:
    """Let ``person`` be a guest; when the meeting is called already, invite them at once.

    With ``instead_of`` they come in the place of whom that invitation is for.

    Raises:
        AlreadyExpected, CalledWithSeries.
    """
    _hold(meeting)
    if meeting.event.series_id is not None and meeting.called_at is None:
        raise CalledWithSeries
    if expected.is_expected(meeting, person):
        raise AlreadyExpected
    guest = MeetingGuest(
        meeting=meeting,
        person=person,
        instead_of=instead_of.person if instead_of else None,
        note=note[:200],
        added_at=now,
        added_by_id=by.id,
    )
    db.session.add(guest)
    db.session.flush()
    audit.record("meeting.guest_added", meeting, actor=by, now=now, person=person.id)
    if is_called(meeting, now) and instead_of is not None:
        invitations.invite_instead(instead_of, person, now=now)
    elif is_called(meeting, now):
        invitations.invite(meeting.event, person, by=by, now=now)
    return guest


def take_forwarded(
    meeting: Meeting, person: Person, address: str, *, through: Person, by: Person, now: datetime
) -> None:
    """Let somebody be a guest to whom the calendar of ``through`` passed the invitation on.

    When ``through`` has answered that whoever has ``address`` comes instead, that is who they are.
    """
    sender = invitations.invitation_of(meeting.event, through)
    is_sent = (
        sender is not None
        and sender.answer == Answer.DELEGATED
        and people.fold(sender.delegated_to) == people.fold(address)
        and deputies.may_send(sender)
        and deputies.sent_by(sender) is None
    )
    if expected.is_expected(meeting, person):
        invitations.invite(meeting.event, person, by=by, now=now)
    else:
        add_guest(meeting, person, instead_of=sender if is_sent else None, by=by, now=now)


def remove_guest(guest: MeetingGuest, *, by: Person, now: datetime) -> None:
    """Take a guest off the meeting, and out of the calendar if they were invited.

    Whoever had sent them has then given their apologies, and nobody comes in their place.
    """
    meeting, person, absent = guest.meeting, guest.person, guest.instead_of
    _hold(meeting)
    meeting.guests.remove(guest)
    db.session.flush()
    if not expected.is_expected(meeting, person):
        invitations.uninvite(meeting.event, person, by=by, now=now)
    elif absent is not None:
        invitations.tell_not_needed(meeting.event, person, absent, now=now)
    audit.record("meeting.guest_removed", meeting, actor=by, now=now, person=person.id)
    sender = invitations.invitation_of(meeting.event, absent) if absent else None
    if sender is not None and sender.is_current and sender.answer == Answer.DELEGATED:
        invitations.answer(
            sender,
            Answer.DECLINED,
            source=AnswerSource.ORGANISER,
            now=now,
            comment=sender.comment,
        )


def copy_guests(earlier: Meeting, meeting: Meeting, *, by: Person, now: datetime) -> int:
    """Let those who were guests of ``earlier`` be guests of ``meeting``; how many those are.

    Who came in somebody's place then does not do so now.
    """
    added = 0
    for guest in guests_of(earlier):
        if guest.instead_of_id is None and not expected.is_expected(meeting, guest.person):
            add_guest(meeting, guest.person, note=guest.note, by=by, now=now)
            added += 1
    return added


def guests_of(meeting: Meeting) -> Sequence[MeetingGuest]:
    """The guests, in order of their names, with whom they come for."""
    return db.session.scalars(
        sa.select(MeetingGuest)
        .join(Person, Person.id == MeetingGuest.person_id)
        .where(MeetingGuest.meeting_id == meeting.id)
        .options(
            joinedload(MeetingGuest.person).selectinload(Person.emails),
            joinedload(MeetingGuest.instead_of),
        )
        .order_by(Person.sort_key, Person.id)
    ).all()


def is_called(meeting: Meeting, now: datetime) -> bool:
    """Whether people are invited to it, and it is still to come."""
    event = meeting.event
    is_on = event.state == EventState.PUBLISHED and not event.is_over(now)
    return meeting.called_at is not None and is_on


def _hold(meeting: Meeting) -> None:
    """Let two who change who is called come one after the other, as ``summons`` does."""
    db.session.flush()
    # Not so tightly that no deputy could be noted: whoever sends one holds the event already.
    lock = {"of": Meeting, "key_share": True}
    db.session.refresh(meeting, ["called_at"], with_for_update=lock)
    invitations.hold(meeting.event)
