"""The mails of an invitation: request, update, cancel, uninvite, and what answers a proposal.

Each carries its calendar part.

From, ORGANIZER and Reply-To are one address, that of the recipient (``addresses.py``); the host of
the event stands in the name and the text.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import links, markdown
from portal.calendar import clean, entries
from portal.calendar.ical import Address, Entry, ImpossibleEntry, Method, decline_counter
from portal.calendar.ical import invitation as calendar_text
from portal.db import db
from portal.invitations import addresses, joint, news, numbers
from portal.mail.composing import SENDER_NAME, NoAddress, compose
from portal.mail.headers import UnsafeHeader
from portal.mail.message import CalendarPart, Keyed, Lane, Mailbox, Message
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxMessage
from portal.models.invitations import Invitation
from portal.models.mailings import Mailing
from portal.models.series import Series

log = logging.getLogger(__name__)

# What makes one message impossible must not keep the others from theirs.
UNSENDABLE = (NoAddress, UnsafeHeader, ImpossibleEntry)
_CHUNK = 100
_LEFT_OPEN = "…"
# The event goes on, but without the reader.
_TAKEN_OUT = ("uninvite", "leave")


def request(invitation: Invitation, now: datetime, *, suits: bool = False) -> Message:
    """Ask one person to come, for the first time or once more.

    ``suits``: they have said in a poll that this time does, and are reminded of it.

    Raises:
        NoAddress: the person has none; UnsafeHeader and ImpossibleEntry: a value cannot be sent.
    """
    return _message("request", invitation, Method.REQUEST, now, suits=suits)


def entry(invitation: Invitation, now: datetime) -> Message:
    """Send the calendar entry to somebody who has said yes already. Raises as ``request``."""
    return _message("entry", invitation, Method.REQUEST, now)


def deputy(invitation: Invitation, now: datetime, *, absent: Person) -> Message:
    """Ask one person to come in the place of ``absent``. Raises as ``request``."""
    return _message("deputy", invitation, Method.REQUEST, now, absent=absent)


def not_deputy(invitation: Invitation, now: datetime, *, absent: Person) -> Message:
    """Tell one person, who stays invited, that ``absent`` does not send them any more.

    Raises as ``request``.
    """
    return _message("not_deputy", invitation, Method.REQUEST, now, absent=absent)


def sample(event: Event, person: Person, description: str) -> Message:
    """The invitation as ``person`` will read it, to be looked at before anybody is invited.

    ``description`` is what will stand in the place of that of ``event`` by then.
    The address of the answer page is left open, for it is made with the invitation. Raises as
    ``request``.
    """
    organizer = _organizer(event, person)
    return compose(
        "invitations/request",
        person,
        sender=organizer,
        reply_to=organizer,
        answer_url=unquote(links.absolute("answers.invitation", token=_LEFT_OPEN)),
        **{**_shown(event, organizer, person), "details": markdown.to_text(description)},
    )


def update(invitation: Invitation, changes: news.News, now: datetime) -> Message:
    """Tell one person what is new of an event in their calendar. Raises as ``request``."""
    return _message("update", invitation, Method.REQUEST, now, lane=Lane.BULK, news=changes)


def cancel(invitation: Invitation, known: news.OldTime | None, now: datetime) -> Message:
    """Tell one person that an event is off. Raises as ``request``.

    ``known`` is the time they know it by, when that is no longer its own.
    """
    known = known or news.time_of(invitation.event)
    return _message("cancel", invitation, Method.CANCEL, now, lane=Lane.BULK, known=known)


def uninvite(invitation: Invitation, now: datetime) -> Message:
    """Tell one person that they are no longer expected. Raises as ``request``.

    It goes under the number that the invitation names as sent: the event's own may have risen since
    they were taken out, and whoever asks them anew must know which number to go above.
    """
    return _message("uninvite", invitation, Method.CANCEL, now)


def leave(invitation: Invitation, now: datetime) -> Message:
    """Take the entry of somebody who will not come out of their calendar. Raises as ``request``."""
    return _message("leave", invitation, Method.CANCEL, now)


def keep_time(
    invitation: Invitation, proposal: InboxMessage, entry: Entry, now: datetime
) -> Message:
    """Tell one person that the time they proposed is not taken. Raises as ``request``.

    ``entry`` is what they proposed it for: the event, or the rule of its series.
    """
    event, person = invitation.event, invitation.person
    organizer = _organizer(event, person)
    if person.email is None:
        raise NoAddress(f"person {person.id}")
    answer_url = addresses.series_answer_url if entry.rrule else addresses.answer_url
    ics = decline_counter(
        entry,
        sequence=event.sequence if proposal.sequence is None else proposal.sequence,
        organizer=Address(organizer.address, organizer.name),
        attendee=Address(person.email, person.name),
        made_at=now,
    )
    return compose(
        "invitations/keep_time",
        person,
        sender=organizer,
        reply_to=organizer,
        calendar=CalendarPart(Method.DECLINECOUNTER, ics),
        event_id=event.id,
        event=event,
        is_whole=bool(entry.rrule),
        proposal=proposal,
        answer_url=answer_url(invitation),
    )


def turn_away(
    event: Event,
    whole: Series | None,
    guest: Person,
    address: str,
    *,
    through: Person,
    now: datetime,
) -> Message:
    """Take ``event`` out of the calendar of somebody to whom ``through`` passed an invitation on.

    With ``whole``, its series, all of that is taken out. ``guest`` need not be one of ours: a row
    that is never added will do. Their calendar knows the entry by the organizer that ``through``
    has. Raises as ``request``.
    """
    organizer = _organizer(event, through)
    # Whoever was not invited reads no more of it than is needed to take it out.
    entry = entries.all_of(whole) if whole else entries.participant(event)
    ics = calendar_text(
        replace(entry, description="", conference_url=""),
        method=Method.CANCEL,
        organizer=Address(organizer.address, organizer.name),
        attendee=Address(address, guest.name),
        made_at=now,
        uninvite=True,
    )
    return compose(
        "invitations/turn_away",
        guest,
        to=address,
        sender=organizer,
        reply_to=organizer,
        calendar=CalendarPart(Method.CANCEL, ics),
        event_id=event.id,
        event=event,
        is_whole=whole is not None,
    )


def again(invitation: Invitation, now: datetime, *, not_before: datetime) -> Message:
    """Send one meeting that differs from its series once more, after the series itself.

    Outlook forgets what differs whenever it gets the series anew, and refuses both in one message
    (hence ``not_before``). Raises as ``request``.
    """
    return _message(
        "again",
        invitation,
        Method.REQUEST,
        now,
        lane=Lane.BULK,
        not_before=not_before,
        usual=datetime.fromisoformat(invitation.event.recurrence_id),
    )


def updates(mailing: Mailing, now: datetime) -> Keyed:
    """What each of those invited is told of an event's changes since ``params["since"]``.

    The event is told as it is now; a second mailing of the same state gives the same keys, so that
    nobody hears of it twice. Who was invited after it was queued gets all of it by the invitation.
    """
    event = db.session.get(Event, mailing.params["event_id"])
    if event is None or event.is_cancelled:
        return
    changes = news.since(event, mailing.params["since"])
    for invitation in _invited(event):
        if invitation.came_after(mailing) or numbers.has_heard(event, invitation.person_id):
            continue
        try:
            yield numbers.key_of(event, invitation.person_id), update(invitation, changes, now)
        except UNSENDABLE as reason:
            note_unsendable(invitation.id, reason)


def cancellations(mailing: Mailing, now: datetime) -> Keyed:
    """What each of those who have the event in their calendar is told when it is off.

    A move that nobody had been told of is no news any more: the mail speaks of the time they know.
    """
    event = db.session.get(Event, mailing.params["event_id"])
    if event is None or not event.is_cancelled:
        return
    known = news.since(event, mailing.params["since"]).old_time
    for invitation in _invited(event):
        if invitation.sent_sequence is None:
            continue
        try:
            yield numbers.key_of(event, invitation.person_id), cancel(invitation, known, now)
        except UNSENDABLE as reason:
            note_unsendable(invitation.id, reason)


MAILINGS = {"invitations.update": updates, "invitations.cancel": cancellations}


def _invited(event: Event) -> Iterator[Invitation]:
    # By id and in chunks: the worker ends its transaction after every hundred messages.
    ids = db.session.scalars(
        sa.select(Invitation.id)
        .where(Invitation.event_id == event.id, Invitation.removed_at.is_(None))
        .order_by(Invitation.id)
    ).all()
    for start in range(0, len(ids), _CHUNK):
        yield from db.session.scalars(
            sa.select(Invitation)
            .where(Invitation.id.in_(ids[start : start + _CHUNK]))
            .options(joinedload(Invitation.person).selectinload(Person.emails))
            .order_by(Invitation.id)
        ).all()


def note_unsendable(invitation_id: int, reason: Exception) -> None:
    """Note in the log that one message could not be made; the others go on."""
    facts = {"invitation": invitation_id, "reason": type(reason).__name__}
    log.warning("invitation not sent", extra={"facts": facts})


def _message(
    name: str,
    invitation: Invitation,
    method: Method,
    now: datetime,
    *,
    lane: Lane = Lane.SINGLE,
    **values: Any,
) -> Message:
    event, person = invitation.event, invitation.person
    organizer = _organizer(event, person)
    return compose(
        f"invitations/{name}",
        person,
        lane=lane,
        sender=organizer,
        reply_to=organizer,
        calendar=_calendar(invitation, method, organizer, now, uninvite=name in _TAKEN_OUT),
        event_id=event.id,
        invitation=invitation,
        answer_url=addresses.answer_url(invitation),
        **_shown(event, organizer, person),
        **values,
    )


def _shown(event: Event, organizer: Mailbox, reader: Person) -> dict[str, Any]:
    """What the templates show ``reader`` of an event."""
    return {
        "event": event,
        "host": organizer.name,
        "joint": joint.of(event, reader),
        "place": entries.place_of(event),
        "details": markdown.to_letter(event.description),
        "event_url": entries.url_of(event),
    }


def _calendar(
    invitation: Invitation, method: Method, organizer: Mailbox, now: datetime, *, uninvite: bool
) -> CalendarPart:
    person = invitation.person
    if person.email is None:
        raise NoAddress(f"person {person.id}")
    entry = entries.participant(invitation.event)
    if uninvite and invitation.sent_sequence is not None:
        entry = replace(entry, sequence=invitation.sent_sequence)
    ics = calendar_text(
        entry,
        method=method,
        organizer=Address(organizer.address, organizer.name),
        attendee=Address(person.email, person.name),
        made_at=now,
        # What was answered stands; a calendar that is told nothing would forget it.
        partstat=invitation.answer.upper(),
        uninvite=uninvite,
    )
    return CalendarPart(method, ics)


def _organizer(event: Event, person: Person) -> Mailbox:
    """Who invites ``person``, at the one address that is theirs to write to."""
    return Mailbox(addresses.calendar_address(person), host_of(event))


def host_of(event: Event) -> str:
    """Who invites, in words: the contact, else the first organisation, else the portal itself."""
    named = event.contact_name or next((o.organisation.name for o in event.organisers), "")
    return clean.line(named) or SENDER_NAME
