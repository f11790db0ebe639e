"""One event as a file, for whoever may see it."""

import sqlalchemy as sa

from portal import access
from portal.calendar import entries, ical, series_feed
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Invitation


def of_event(slug: str, viewer: Person | None) -> bytes | None:
    """The .ics file of the event at ``slug``; None when there is none that ``viewer`` may see.

    Who is invited gets what those get who take part; a meeting of a series comes with all of it.
    One query for an event by itself, when its text is stored.
    """
    row = db.session.execute(
        sa.select(
            *(Event.id, Event.series_id, Event.ical_public, Event.ical_participant),
            _takes_part(viewer),
        ).where(Event.slug == slug, access.visible_events(viewer))
    ).one_or_none()
    if row is None:
        return None
    id_, series_id, of_all, of_participants, takes_part = row
    if series_id is not None:
        return _of_series(series_id, viewer)
    text = of_participants if takes_part else of_all
    if not ical.is_vevent(text):
        form = entries.participant if takes_part else entries.public
        text = entries.text_of(db.session.get_one(Event, id_), form)
    return ical.document([text]) if text else None


def _of_series(series_id: int, viewer: Person | None) -> bytes | None:
    texts = series_feed.whole(series_id, access.visible_events(viewer))
    return ical.document(texts) if texts else None


def _takes_part(viewer: Person | None) -> sa.ColumnElement[bool]:
    if viewer is None:
        return sa.false()
    return sa.exists().where(
        Invitation.event_id == Event.id,
        Invitation.person_id == viewer.id,
        Invitation.removed_at.is_(None),
    )
