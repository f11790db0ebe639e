"""Synthetic events by the thousand, inserted in bulk, to see how fast the pages stay."""

import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale

from portal import links
from portal.calendar import entries
from portal.db import db
from portal.geography import municipalities
from portal.invitations.event_changes import county_on_the_day
from portal.models.events import Event, EventKind, EventState, Visibility, new_uid
from portal.text import slug

_CHUNK = 500
_SPAN_DAYS = 3 * 365
_TOPICS = (
    *("overvann", "ombruk", "byvekst", "reiseliv", "kompetanse", "gründerskap", "landbruk"),
    *("havn og logistikk", "kraft", "digitalisering", "folkehelse", "friluftsliv"),
)
_SHAPES = {
    EventKind.WEBINAR: "Webinar om {}",
    EventKind.MEETING: "Møte om {}",
    EventKind.GATHERING: "Samling om {}",
    EventKind.OTHER: "Åpen dag om {}",
}


def fill(rng: random.Random, count: int, now: datetime) -> None:
    """Add ``count`` events of all kinds in all counties, from a year back to two years ahead."""
    made = (_event(number, rng, now) for number in range(1, count + 1))
    columns = [column.key for column in sa.inspect(Event).column_attrs if column.key != "id"]
    with force_locale("nb"):
        while chunk := list(islice(made, _CHUNK)):
            rows = [{name: getattr(event, name) for name in columns} for event in chunk]
            db.session.execute(sa.insert(Event), rows)


def _event(number: int, rng: random.Random, now: datetime) -> Event:
    """An event that is not in the session: only its values are wanted."""
    kind, shape = rng.choice(list(_SHAPES.items()))
    place = rng.choice(municipalities.in_jury_area(now.date()))
    title = f"{shape.format(rng.choice(_TOPICS))} i {place.name}"
    day = now.date() + timedelta(days=rng.randrange(-_SPAN_DAYS // 3, 2 * _SPAN_DAYS // 3))
    starts_at = datetime(day.year, day.month, day.day, rng.randrange(7, 16), tzinfo=UTC)
    event = Event(
        **_plain(),
        slug=f"{slug(title)}-{number}",
        kind=kind,
        title=title,
        summary="Et tenkt arrangement, laget for å prøve hvor raskt portalen er.",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=rng.choice((60, 90, 180))),
        place=place.centre or place.name,
        municipality_code=place.code,
        uid=new_uid(links.host()),
        created_at=now,
        changed_at=now,
        published_at=now,
    )
    event.county_code = county_on_the_day(event)
    entries.render(event)
    return event


def _plain() -> dict[str, Any]:
    """The columns that an insert would have filled in by itself."""
    return {
        "state": EventState.PUBLISHED,
        "visibility": Visibility.PUBLIC,
        "description": "",
        "language": "nb",
        "all_day": False,
        "address": "",
        "streaming_url": "",
        "join_url": "",
        "contact_name": "",
        "contact_email": "",
        "contact_phone": "",
        "recurrence_id": "",
        "sequence": 0,
        "revision": 1,
        "told_revision": 1,
        "cancel_reason": "",
    }
