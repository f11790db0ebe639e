"""The events minutes speak of: sessions at Arendalsuka, and a season with its final."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal import dates, links
from portal.calendar import entries
from portal.db import db
from portal.imports.minutes.checking import day_of
from portal.invitations.event_changes import county_on_the_day
from portal.models.events import Event, EventKind, EventOrganiser, EventState, new_uid
from portal.models.places import Organisation, OrganisationKind
from portal.models.seasons import Camp, Panel, Season, SeasonCommissioner
from portal.text import slug

# Arendalsuka is held from Monday to Friday of this ISO week (14 to 18 August in 2023).
_ARENDALSUKA_WEEK = 33
_ARENDAL = "4203"
_OSLO = "0301"


def import_events(document: dict[str, Any], made: list[str], *, now: datetime) -> list[Event]:
    """Make the sessions and the season that are not there yet; return the new events.

    The minutes give no hours for either, so the events take whole days.

    Raises:
        BadDocument: the final has a day that does not exist.
    """
    organiser = _organisation(document["meeting"]["organiser"])
    sessions = _sessions(document, organiser, made, now)
    return sessions + _season(document, organiser, made, now)


def new_event(
    title: str,
    kind: EventKind,
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
    **values: Any,
) -> Event:
    """An event that is published as it is made, for it was announced long ago."""
    event = Event(
        slug=slug(f"{title}-{dates.today(starts_at).isoformat()}"),
        title=title,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        uid=new_uid(links.host()),
        created_at=now,
        changed_at=now,
        published_at=now,
        **values,
    )
    event.county_code = county_on_the_day(event)
    return event


def _sessions(
    document: dict[str, Any], organiser: Organisation, made: list[str], now: datetime
) -> list[Event]:
    year = date.fromisoformat(document["meeting"]["date"]).year
    first, last = (date.fromisocalendar(year, _ARENDALSUKA_WEEK, weekday) for weekday in (1, 5))
    new = []
    for session in document.get("arendalsuka_sessions", []):
        event = new_event(
            session["title"],
            EventKind.ARENDALSUKA,
            dates.midnight(first),
            dates.midnight(date.fromordinal(last.toordinal() + 1)),
            now=now,
            all_day=True,
            state=EventState.PUBLISHED,
            place="Arendalsuka, Arendal",
            municipality_code=_ARENDAL,
            streaming_url=document.get("arendalsuka_streaming_url", ""),
        )
        if _save(event, organiser):
            new.append(event)
            made.append(f"event: {event.title} (Arendalsuka {year})")
    return new


def _season(
    document: dict[str, Any], organiser: Organisation, made: list[str], now: datetime
) -> list[Event]:
    given = document.get("innovation_camp")
    if given is None:
        return []
    day = day_of(given["final"]["date"], "innovation_camp/final/date")
    name = slug(f"{given['name']}-{day.year}")
    if db.session.scalar(sa.select(Season.id).where(Season.slug == name)) is not None:
        return []
    partner = _organisation(given["partner"])
    season = Season(
        slug=name,
        name=given["name"],
        year=day.year,
        counties=list(given["county_codes_2023"]),
        intro=given.get("jury_call", ""),
        created_at=now,
        published_at=now,
        commissioners=[
            SeasonCommissioner(organisation=each, position=position)
            for position, each in enumerate((organiser, partner))
        ],
    )
    event = _final(given, day, now)
    _save(event, organiser)
    camp = Camp(season=season, event=event)
    db.session.add_all([season, camp])
    # Only now does the season know its defaults.
    db.session.flush()
    camp.panels.append(
        Panel(number=1, minimum=season.default_minimum, target=season.default_target)
    )
    db.session.flush()
    made.append(f"season: {season.name} {season.year}, final {dates.day(day, 'en')}")
    return [event]


def _final(given: dict[str, Any], day: date, now: datetime) -> Event:
    return new_event(
        f"Finale i {given['name']}",
        EventKind.FINAL,
        dates.midnight(day),
        dates.midnight(date.fromordinal(day.toordinal() + 1)),
        now=now,
        all_day=True,
        state=EventState.PUBLISHED,
        place=given["final"]["place"],
        municipality_code=_OSLO if "oslo" in given["final"]["place"].casefold() else None,
    )


def _save(event: Event, organiser: Organisation) -> bool:
    """Keep the event, unless one stands at its address already."""
    if db.session.scalar(sa.select(Event.id).where(Event.slug == event.slug)) is not None:
        return False
    event.organisers = [EventOrganiser(organisation=organiser)]
    db.session.add(event)
    db.session.flush()
    entries.render(event)
    return True


def _organisation(name: str) -> Organisation:
    found = db.session.scalar(sa.select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(name=name, kind=OrganisationKind.PARTNER)
        db.session.add(found)
        db.session.flush()
    return found
