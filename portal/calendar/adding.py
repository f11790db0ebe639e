"""One event into one calendar by hand: the pages of Google and Outlook that add it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from portal.calendar import entries
from portal.models.events import Event

_LONGEST = 1000


def google_url(event: Event) -> str:
    """The page of Google Calendar that adds ``event``; times in UTC, whole days as dates."""
    return "https://calendar.google.com/calendar/render?" + urlencode(
        {
            "action": "TEMPLATE",
            "text": event.title,
            "dates": _google_dates(event),
            "details": _details(event),
            "location": entries.place_of(event),
        }
    )


def outlook_url(event: Event) -> str:
    """The page of Outlook on the web that adds ``event``."""
    starts, ends = _outlook_times(event)
    values = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": starts,
        "enddt": ends,
        "body": _details(event),
        "location": entries.place_of(event),
    }
    if event.all_day:
        values["allday"] = "true"
    return "https://outlook.office.com/calendar/0/deeplink/compose?" + urlencode(values)


def _details(event: Event) -> str:
    # Long addresses are cut by browsers and mail readers; the page has the rest.
    return f"{entries.url_of(event)}\n\n{event.summary}".strip()[:_LONGEST]


def _google_dates(event: Event) -> str:
    if event.all_day:
        # The day after the last one ends it.
        return f"{event.first_day:%Y%m%d}/{event.last_day + timedelta(days=1):%Y%m%d}"
    return f"{_compact(event.starts_at)}/{_compact(event.ends_at)}"


def _compact(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _outlook_times(event: Event) -> tuple[str, str]:
    if event.all_day:
        return event.first_day.isoformat(), (event.last_day + timedelta(days=1)).isoformat()
    return _written(event.starts_at), _written(event.ends_at)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
