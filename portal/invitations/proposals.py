"""What becomes of what a calendar proposed: another time, another guest. Nothing here commits."""

from datetime import datetime

from portal import people
from portal.calendar import entries
from portal.invitations import event_changes, notices, series, series_mailings, series_notices
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxMessage
from portal.models.invitations import Invitation
from portal.models.series import Series


class CannotBeTold(Exception):
    """No mail can be written to whoever would be told."""


def decline_time(
    invitation: Invitation, proposal: InboxMessage, whole: Series | None, *, now: datetime
) -> None:
    """Let the time of the event stand, and tell the one person who proposed another.

    ``whole`` is the series of the event when ``proposal`` is to all of it.

    Raises:
        CannotBeTold: the person has no address that mail can be written to.
    """
    share = series_mailings.share_of(whole, invitation.person) if whole else None
    try:
        entry = series_notices.entry_of(share) if share else entries.participant(invitation.event)
        message = notices.keep_time(invitation, proposal, entry, now)
    except notices.UNSENDABLE as reason:
        raise CannotBeTold from reason
    outbox.enqueue(message, key=f"keep-time-{proposal.id}", now=now)


def turn_away(
    proposal: InboxMessage,
    event: Event,
    whole: Series | None,
    *,
    through: Person,
    now: datetime,
) -> None:
    """Tell the guest whom ``proposal`` names that ``event`` is not for them; nobody is added.

    ``whole`` is the series of ``event`` when the guest has got hold of all of it. The sequence
    rises for all, since calendars count by event and ignore a number they know; and once more
    afterwards, so that it is above this one if the guest is invited after all.

    Raises:
        CannotBeTold: what the proposal names is no address.
    """
    name = people.clean_name(proposal.attendee_name) or proposal.attendee
    known = people.find_by_email(proposal.attendee)
    guest = known or Person(name=name, language=through.language)
    _raise_sequence(event, whole, now)
    try:
        address = people.normal_address(proposal.attendee)
        message = notices.turn_away(event, whole, guest, address, through=through, now=now)
    except (people.BadAddress, *notices.UNSENDABLE) as reason:
        raise CannotBeTold from reason
    outbox.enqueue(message, key=f"turn-away-{proposal.id}", now=now)
    _raise_sequence(event, whole, now)


def _raise_sequence(event: Event, whole: Series | None, now: datetime) -> None:
    if whole is not None:
        series.advance(whole, now, is_known=True)
    else:
        event_changes.raise_sequence(event, now)
