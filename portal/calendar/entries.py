"""An event as calendars show it: to everybody, to those who take part, to those who are asked.

A series is shown by one entry with its rule, and an occurrence only where it differs from that.

The text is made once for each revision and stored with the event; feeds only join it.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from flask_babel import force_locale, gettext

from portal import links, markdown, words
from portal.calendar import clean, recurring
from portal.calendar.ical import Entry, ImpossibleEntry, Status, vevent
from portal.calendar.values import recurrence_key
from portal.geography import counties, municipalities
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.series import Series

log = logging.getLogger(__name__)

_STATUS = {
    EventState.DRAFT: Status.TENTATIVE,
    EventState.PUBLISHED: Status.CONFIRMED,
    EventState.CANCELLED: Status.CANCELLED,
}
_OF_SERIES = (
    *("title", "language", "place", "address", "municipality_code", "join_url", "cancel_reason"),
    *("contact_name", "contact_email", "contact_phone", "created_at", "changed_at"),
)
# What an occurrence has of its own without being another meeting than the rule says.
_OWN_OF_OCCURRENCES = ("sequence", "url", "created_at", "changed_at", "recurrence_id")
# In the language of the event, and the same in every calendar.
_CANCELLED = {"nb": "AVLYST: ", "nn": "AVLYST: ", "en": "CANCELLED: "}


def render(event: Event) -> None:
    """Store both forms of the event's VEVENT with it.

    An event that no calendar can show is left out of them, and noted in the log.
    """
    event.ical_public = text_of(event, public)
    event.ical_participant = text_of(event, participant)
    if event.series is not None:
        event.is_override = _differs(event, event.series)


def render_series(series: Series) -> None:
    """Store the VEVENT with the rule of ``series``, and see anew which occurrences differ."""
    series.ical_participant = text_of_series(
        series, {each.recurrence_id for each in series.occurrences}
    )
    for event in series.occurrences:
        render(event)


def text_of_series(series: Series, kept: Collection[str]) -> str:
    """The VEVENT of ``recurring_entry``; empty when it makes none, which the log notes."""
    try:
        return vevent(recurring_entry(series, kept))
    except Exception as error:
        log.warning("series %s makes no calendar entry: %s", series.id, type(error).__name__)
        return ""


def text_of(event: Event, form: Callable[[Event], Entry]) -> str:
    """The VEVENT of ``event`` in one of the forms below; empty when it makes no entry."""
    try:
        return vevent(form(event))
    except Exception as error:
        # Whatever is wrong with one event, the feeds and the saving of it must outlive it.
        log.warning("event %s makes no calendar entry: %s", event.id, type(error).__name__)
        return ""


def public(event: Event) -> Entry:
    """What subscribers get: it leaves them free, and has no link to a closed meeting."""
    return _entry(event, join_url="", transparent=True)


def participant(event: Event) -> Entry:
    """What those who take part get: it fills their time, and has the link to join."""
    return _entry(event, join_url=event.join_url, transparent=False)


def asked(event: Event) -> Entry:
    """What those get who have been asked and not yet answered: a time that may be taken."""
    entry = _entry(event, join_url="", transparent=False)
    return entry if entry.status is Status.CANCELLED else replace(entry, status=Status.TENTATIVE)


def recurring_entry(series: Series, kept: Collection[str], since: str = "") -> Entry:
    """The entry with the rule of ``series``, for somebody who has the occurrences in ``kept``.

    ``kept`` are recurrence ids; every other time of the rule is an EXDATE. Those before ``since``
    and before the first kept are no exceptions: for that reader the series begins later.

    Raises:
        ImpossibleEntry: none of them is kept, or the values make no entry.
    """
    moments = recurring.moments(series.rrule, series.starts_at)
    held = [each for each in moments if recurrence_key(each) in kept]
    if not held:
        raise ImpossibleEntry("A series has at least one occurrence.")
    first = next((each for each in moments if since and recurrence_key(each) >= since), held[0])
    first = min(first, held[0])
    return replace(
        participant(as_occurrence(series, first)),
        sequence=series.sequence,
        url=url_of_series(series),
        rrule=series.rrule,
        exdates=tuple(each for each in moments if each >= first and each not in held),
    )


def all_of(series: Series) -> Entry:
    """The entry with the rule of ``series`` and no exception to it, to take all of it out."""
    moments = recurring.moments(series.rrule, series.starts_at)
    return recurring_entry(series, {recurrence_key(each) for each in moments})


def as_occurrence(series: Series, starts_at: datetime | None = None) -> Event:
    """An occurrence of ``series`` that nothing was changed of: no row, only values."""
    starts_at = starts_at or series.starts_at
    event = Event(
        slug=series.public_id,
        kind=EventKind.MEETING,
        state=_state_of(series),
        all_day=False,
        starts_at=starts_at,
        ends_at=starts_at + (series.ends_at - series.starts_at),
        uid=series.uid,
        sequence=series.sequence,
        description=series.intro,
        **{name: getattr(series, name) for name in _OF_SERIES},
        **dict.fromkeys(("summary", "streaming_url", "recurrence_id"), ""),
    )
    event.county_code = county_on_the_day(event)
    return event


def url_of_series(series: Series) -> str:
    """The full address of the page of a series."""
    return links.absolute("series.show", slug=series.group.slug, public_id=series.public_id)


def url_of(event: Event) -> str:
    """The full address of the event's page; by way of signing in where not everybody sees it.

    Who follows it from a mail or a calendar is often not signed in, and would be told that there is
    no such page.
    """
    page = links.absolute("events.show", slug=event.slug)
    if event.visibility == Visibility.PUBLIC:
        return page
    return links.absolute("accounts.sign_in", next=urlsplit(page).path)


def place_of(event: Event) -> str:
    """Place and address on one line; the municipality when neither is known."""
    if event.place and event.address and event.address not in event.place:
        return f"{event.place}, {event.address}"
    return event.place or event.address or _municipality(event)


def _entry(event: Event, *, join_url: str, transparent: bool) -> Entry:
    with force_locale(event.language):
        return _in_the_language_of_the_event(event, join_url, transparent)


def _in_the_language_of_the_event(event: Event, join_url: str, transparent: bool) -> Entry:
    join, stream = _usable(join_url), _usable(event.streaming_url)
    starts, ends = _times(event)
    return Entry(
        event.uid,
        event.sequence,
        starts,
        ends,
        (_CANCELLED.get(event.language, "AVLYST: ") if event.is_cancelled else "") + event.title,
        created_at=event.created_at,
        changed_at=event.changed_at,
        description=_description(event, stream if join else ""),
        location=place_of(event),
        geo=_point(event),
        url=url_of(event),
        conference_url="" if event.is_cancelled else join or stream,
        conference_label=gettext("Join online:") if join else gettext("Live stream:"),
        categories=_categories(event),
        status=_STATUS[event.state],
        transparent=transparent or event.is_cancelled,
        # A talk has one time; only for a meeting may somebody propose another.
        disallow_counter=event.kind != EventKind.MEETING,
        recurrence_id=_recurrence_id(event),
    )


def _times(event: Event) -> tuple[datetime | date, datetime | date]:
    if event.all_day:
        return event.first_day, event.last_day
    return event.starts_at, event.ends_at


def _description(event: Event, stream: str) -> str:
    parts = (
        event.cancel_reason if event.is_cancelled else "",
        event.summary,
        _holders(event),
        markdown.to_text(event.description),
        stream and f"{gettext('Live stream:')} {stream}",
        _contact(event),
    )
    return "\n\n".join(part for part in parts if part)


def _holders(event: Event) -> str:
    """Who holds it, when several groups do: one text for all of them."""
    # Several groups make a meeting a gathering; of nothing else is it asked.
    if event.kind != EventKind.GATHERING or event.visibility != Visibility.GROUP:
        return ""
    meeting = event.meeting
    if meeting is None or not meeting.others:
        return ""
    return gettext("Held by: %(groups)s", groups=", ".join(meeting.group_names))


def _contact(event: Event) -> str:
    known = ", ".join(filter(None, (event.contact_name, event.contact_email, event.contact_phone)))
    return known and gettext("Contact: %(contact)s", contact=known)


def _categories(event: Event) -> tuple[str, ...]:
    county = counties.get(event.county_code) if event.county_code else None
    kind = str(words.KINDS[EventKind(event.kind)])
    return (kind, county.name) if county else (kind,)


def county_on_the_day(event: Event) -> str | None:
    """The code of the county ``event`` lies in, as counties were that day."""
    if not event.municipality_code:
        return None
    try:
        return municipalities.county_of(event.municipality_code, event.first_day).code
    except municipalities.UnknownMunicipality:
        return None


def _municipality(event: Event) -> str:
    code = event.municipality_code
    found = municipalities.get(code, event.first_day) if code else None
    return found.name if found else ""


def _point(event: Event) -> tuple[float, float] | None:
    latitude, longitude = event.latitude, event.longitude
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def _usable(url: str) -> str:
    # A link that calendars cannot follow must not cost people the whole entry.
    return url if clean.is_web_address(url) else ""


def _differs(event: Event, series: Series) -> bool:
    """Whether the rule alone would show ``event`` otherwise than it is."""
    try:
        begins = datetime.fromisoformat(event.recurrence_id)
        expected, own = participant(as_occurrence(series, begins)), participant(event)
    except ImpossibleEntry:
        return True
    return own != replace(expected, **{name: getattr(own, name) for name in _OWN_OF_OCCURRENCES})


def _state_of(series: Series) -> EventState:
    if series.is_cancelled:
        return EventState.CANCELLED
    return EventState.PUBLISHED if series.called_at else EventState.DRAFT


def _recurrence_id(event: Event) -> datetime | date | None:
    written = event.recurrence_id
    if not written:
        return None
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
