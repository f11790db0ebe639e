"""The yardstick: 1 000 VEVENTs built and written with nothing but the icalendar library."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

NAME = "1 000 VEVENTs with the bare icalendar library"
_OSLO = ZoneInfo("Europe/Oslo")
_COUNT = 1000


def build() -> bytes:
    """A calendar of ordinary events, as any program that uses the library would make it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Oppdrag Oslofjorden//bench//NO")
    calendar.add("version", "2.0")
    first = datetime(2026, 10, 1, 9, 0, tzinfo=_OSLO)
    for number in range(_COUNT):
        calendar.add_component(_event(number, first + timedelta(hours=number)))
    return calendar.to_ical()


def _event(number: int, starts: datetime) -> Event:
    event = Event()
    event.add("uid", f"{number}@portal.example.org")
    event.add("dtstamp", datetime(2026, 8, 1, tzinfo=UTC))
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=90))
    event.add("summary", f"Webinar {number} om fjorden")
    event.add("description", "Et tenkt arrangement, laget for å måle hvor lang tid det tar.")
    event.add("location", "Moss kulturhus, Moss")
    event.add("url", f"https://portal.example.org/events/{number}")
    return event
