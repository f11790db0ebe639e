"""What organisers do with events: plan, edit, copy, drop. Publishing, moving and cancelling are
shared with seasons and groups (``portal/invitations/event_changes.py``)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal import audit, links, slugs
from portal.calendar import entries
from portal.db import db
from portal.invitations import event_changes
from portal.models.accounts import Person
from portal.models.events import (
    Event,
    EventChange,
    EventLink,
    EventOrganiser,
    EventState,
    ProgrammeItem,
    new_uid,
)

_COPIED = (
    "kind",
    "visibility",
    "summary",
    "description",
    "language",
    "all_day",
    "starts_at",
    "ends_at",
    "place",
    "address",
    "municipality_code",
    "county_code",
    "latitude",
    "longitude",
    "contact_name",
    "contact_email",
    "contact_phone",
)


class AlreadyPublished(Exception):
    """An event that people may know of is cancelled, not deleted."""


def plan_event(
    values: Mapping[str, Any], parts: Mapping[str, Sequence[Any]], *, by: Person, now: datetime
) -> Event:
    """Make a draft event of ``values`` (columns) and ``parts`` (organisers, links, programme)."""
    event = Event(
        slug=slugs.free(Event.slug, slugs.dated(values["title"], values["starts_at"])),
        state=EventState.DRAFT,
        uid=new_uid(links.host()),
        created_at=now,
        changed_at=now,
        created_by=by,
        **values,
    )
    event.county_code = event_changes.county_on_the_day(event)
    _fill_parts(event, parts)
    db.session.add(event)
    db.session.flush()
    entries.render(event)
    audit.record("event.planned", event, actor=by, now=now)
    return event


def edit_event(
    event: Event,
    values: Mapping[str, Any],
    parts: Mapping[str, Sequence[Any]],
    *,
    seen_revision: int,
    by: Person,
    now: datetime,
) -> list[EventChange]:
    """Change ``event`` to ``values`` and ``parts``; what stays the same makes no history.

    Raises:
        EditedMeanwhile: the event has moved on from ``seen_revision``.
    """
    event_changes.check_unedited(event, seen_revision)
    return event_changes.change(event, {**values, **parts}, by=by, now=now)


def copy_event(event: Event, *, title: str, by: Person, now: datetime) -> Event:
    """A draft that begins as ``event`` does, without its links, streams and history."""
    values = {name: getattr(event, name) for name in _COPIED}
    copied = Event(
        slug=slugs.free(Event.slug, slugs.dated(title, event.starts_at)),
        title=title,
        state=EventState.DRAFT,
        uid=new_uid(links.host()),
        created_at=now,
        changed_at=now,
        created_by=by,
        **values,
    )
    copied.organisers = [
        EventOrganiser(organisation_id=each.organisation_id, position=each.position)
        for each in event.organisers
    ]
    copied.programme = [
        ProgrammeItem(
            position=item.position,
            starts_at=item.starts_at,
            title=item.title,
            speakers=item.speakers,
        )
        for item in event.programme
    ]
    db.session.add(copied)
    db.session.flush()
    entries.render(copied)
    audit.record("event.copied", copied, actor=by, now=now, source=event.id)
    return copied


def drop_draft(event: Event, *, by: Person, now: datetime) -> None:
    """Delete an event that nobody outside has seen.

    Raises:
        AlreadyPublished: it was published once.
    """
    if event.published_at is not None:
        raise AlreadyPublished
    audit.record("event.dropped", event, actor=by, now=now)
    db.session.delete(event)


def _fill_parts(event: Event, parts: Mapping[str, Sequence[Any]]) -> None:
    event.organisers = [
        EventOrganiser(organisation_id=each, position=position)
        for position, each in enumerate(parts.get("organisers", ()))
    ]
    event.links = [
        EventLink(kind=each.kind, title=each.title, url=each.url, position=position)
        for position, each in enumerate(parts.get("links", ()))
    ]
    event.programme = [
        ProgrammeItem(
            starts_at=each.starts_at, title=each.title, speakers=each.speakers, position=position
        )
        for position, each in enumerate(parts.get("programme", ()))
    ]
