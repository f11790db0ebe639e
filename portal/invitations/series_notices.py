"""The mails of a series: one entry with its rule for each person, never one a meeting.

Everybody gets the rule with EXDATE for the times that are not theirs: left out, called off, held
before they came, or taken from them alone. What differs from the rule goes by itself
(``notices.again``), since Outlook refuses a rule and its exceptions in one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import dates, markdown
from portal.calendar import entries, recurring, rhythms
from portal.calendar.ical import Address, Entry, Method
from portal.calendar.ical import invitation as calendar_text
from portal.calendar.values import recurrence_key
from portal.invitations import addresses, news, notices
from portal.mail.composing import NoAddress, compose
from portal.mail.message import CalendarPart, Lane, Mailbox, Message
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Answer, Invitation
from portal.models.series import Series


@dataclass(frozen=True)
class Share:
    """What one person has of a series: all their invitations to it, removed ones too, by time."""

    series: Series
    person: Person
    invitations: Sequence[Invitation]

    @property
    def kept(self) -> set[str]:
        """The recurrence ids of the meetings that stand and that the person is invited to."""
        return {
            each.event.recurrence_id
            for each in self.invitations
            if each.is_current and not each.event.is_cancelled
        }

    @property
    def has_any(self) -> bool:
        """Whether the rule, as it ends now, has a meeting left for the person."""
        return any(
            recurrence_key(each) in self.kept
            for each in recurring.moments(self.series.rrule, self.series.starts_at)
        )

    def coming(self, now: datetime) -> list[Invitation]:
        """Those to meetings that stand and are not over."""
        return [
            each
            for each in self.invitations
            if each.is_current and not each.event.is_cancelled and not each.event.is_over(now)
        ]

    def answer(self, now: datetime) -> Answer:
        """What the person answered to all that is to come, if it is one answer."""
        given = {each.answer for each in self.coming(now)}
        return given.pop() if len(given) == 1 else Answer.NEEDS_ACTION


def request(share: Share, now: datetime) -> Message:
    """Ask one person to all meetings to come.

    Raises:
        NoAddress: the person has none; UnsafeHeader and ImpossibleEntry: a value cannot be sent.
    """
    return _message("series_request", share, Method.REQUEST, now)


def update(share: Share, changes: news.News, now: datetime) -> Message:
    """Tell one person what is new of all meetings to come. Raises as ``request``."""
    return _message("series_update", share, Method.REQUEST, now, lane=Lane.BULK, news=changes)


def end(share: Share, dropped: Sequence[Event], now: datetime) -> Message:
    """Tell one person that the series ends earlier: its rule gets a new end. Raises as ``request``.

    So what was held stays in the calendar. Who has none of it left gets a CANCEL of the whole.
    """
    method = Method.REQUEST if share.has_any else Method.CANCEL
    name = "series_end" if share.has_any else "series_cancel"
    return _message(name, share, method, now, lane=Lane.BULK, dropped=dropped)


def leave(share: Share, now: datetime, *, by_themselves: bool) -> Message:
    """Take the whole series out of the calendar of one who is not in it any more.

    A CANCEL of the uid takes out what was held as well. The alternatives are worse: a REQUEST with
    an earlier UNTIL would ask somebody who has left for an answer, and a CANCEL for each meeting
    would be dozens of messages. Raises as ``request``.
    """
    name = "series_leave" if by_themselves else "series_uninvite"
    return _message(name, share, Method.CANCEL, now, uninvite=True)


def key_of(series: Series, occasion: str, person_id: int) -> str:
    """The outbox key of what one person is sent of ``series`` as it stands."""
    return f"{key_before_person(series, occasion)}-person-{person_id}"


def key_before_person(series: Series, occasion: str) -> str:
    """The key of an ``occasion`` that concerns all, at this sequence and revision."""
    return f"series-{series.id}-{occasion}-seq-{series.sequence}-rev-{series.revision}"


def _message(
    name: str,
    share: Share,
    method: Method,
    now: datetime,
    *,
    uninvite: bool = False,
    lane: Lane = Lane.SINGLE,
    **values: Any,
) -> Message:
    series, person = share.series, share.person
    # As an occurrence that nothing was changed of: the facts that all have in common.
    event = entries.as_occurrence(series)
    organizer = Mailbox(addresses.calendar_address(person), notices.host_of(event))
    coming = share.coming(now)
    first = (coming or list(share.invitations))[0]
    return compose(
        f"invitations/{name}",
        person,
        lane=lane,
        sender=organizer,
        reply_to=organizer,
        calendar=_calendar(share, method, organizer, now, uninvite=uninvite),
        event_id=first.event_id,
        series=series,
        event=event,
        rhythm=rhythms.in_words,
        meetings=[each.event for each in coming],
        line=_line,
        host=organizer.name,
        place=entries.place_of(event),
        details=markdown.to_text(series.intro),
        answer=share.answer(now),
        series_url=entries.url_of_series(series),
        answer_url=addresses.series_answer_url(first),
        **values,
    )


def _calendar(
    share: Share, method: Method, organizer: Mailbox, now: datetime, *, uninvite: bool
) -> CalendarPart:
    person = share.person
    if person.email is None:
        raise NoAddress(f"person {person.id}")
    ics = calendar_text(
        _entry(share, method),
        method=method,
        organizer=Address(organizer.address, organizer.name),
        attendee=Address(person.email, person.name),
        made_at=now,
        partstat=share.answer(now).upper(),
        uninvite=uninvite,
    )
    return CalendarPart(method, ics)


def _entry(share: Share, method: Method) -> Entry:
    return entries.all_of(share.series) if method is Method.CANCEL else entry_of(share)


def entry_of(share: Share) -> Entry:
    """The rule with what is an exception to it for one person. Raises ImpossibleEntry."""
    since = min(each.event.recurrence_id for each in share.invitations)
    return entries.recurring_entry(share.series, share.kept, since)


def _line(event: Event) -> str:
    """One meeting in the list of dates; only one at another time than usual has it spelt out."""
    series = event.series
    usual = datetime.fromisoformat(event.recurrence_id)
    if series is not None and _is_usual(event, series, usual):
        return dates.day(event.first_day)
    return dates.span(event.starts_at, event.ends_at)


def _is_usual(event: Event, series: Series, usual: datetime) -> bool:
    length = series.ends_at - series.starts_at
    return (event.starts_at, event.ends_at) == (usual, usual + length)
