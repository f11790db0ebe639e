"""What organisers do with a season: plan it, edit, publish, open and close sign-up, archive."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit, slugs
from portal.db import db
from portal.invitations import event_changes
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.mailings import ReminderKind
from portal.models.seasons import Camp, Season, SeasonCommissioner


class NoCamps(Exception):
    """A season without camps has nothing to publish."""


class NotPublished(Exception):
    """Sign-up is for a season that people can see."""


class SeasonIsArchived(Exception):
    """What is archived is brought back first."""


def plan_season(
    values: Mapping[str, Any], commissioners: Sequence[int], *, by: Person, now: datetime
) -> Season:
    """Make a draft season of ``values`` (columns) and the ids of its commissioners.

    Its address keeps the name it has now; later names change only what is shown.
    """
    name = values["name"]
    title = name if str(values["year"]) in name else f"{name} {values['year']}"
    season = Season(slug=slugs.free(Season.slug, title), created_at=now, **values)
    _set_commissioners(season, commissioners)
    db.session.add(season)
    db.session.flush()
    audit.record("season.planned", season, actor=by, now=now)
    return season


def edit_season(
    season: Season,
    values: Mapping[str, Any],
    commissioners: Sequence[int],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Change ``season`` to ``values``; camps already made keep their seats and contacts."""
    changed = [name for name, value in values.items() if getattr(season, name) != value]
    for name in changed:
        setattr(season, name, values[name])
    if "policy" in changed:
        # What a county's border costs belongs to the ranking it was set for.
        season.prices = {name: each for name, each in season.prices.items() if name != "tier"}
    if [each.organisation_id for each in season.commissioners] != list(commissioners):
        _set_commissioners(season, commissioners)
        changed.append("commissioners")
    if changed:
        audit.record("season.changed", season, actor=by, now=now, fields=sorted(changed))


def publish(season: Season, *, by: Person, now: datetime) -> int:
    """Show the season and all camps that are still drafts. Returns how many camps that was.

    Raises:
        NoCamps: there is nothing to show.
        SeasonIsArchived: it is over.
    """
    if season.archived_at is not None:
        raise SeasonIsArchived
    drafts = _events(season, EventState.DRAFT)
    if not drafts and not _events(season, EventState.PUBLISHED):
        raise NoCamps
    for event in drafts:
        event_changes.publish(event, by=by, now=now)
    season.published_at = season.published_at or now
    audit.record("season.published", season, actor=by, now=now, camps=len(drafts))
    return len(drafts)


def open_signup(
    season: Season, *, opens_at: datetime, closes_at: datetime | None, by: Person, now: datetime
) -> None:
    """Let people volunteer from ``opens_at`` until ``closes_at`` (None: until closed by hand).

    Raises:
        NotPublished: nobody can see the season.
        SeasonIsArchived: it is over.
    """
    if season.archived_at is not None:
        raise SeasonIsArchived
    if season.published_at is None:
        raise NotPublished
    season.signup_opens_at, season.signup_closes_at = opens_at, closes_at
    withdrawing.of_season(season.id, now)
    audit.record("season.signup_opened", season, actor=by, now=now)


def close_signup(season: Season, *, by: Person, now: datetime) -> None:
    """Take no more volunteers from now on. Closing what is closed changes nothing."""
    if season.accepts_signups(now):
        season.signup_closes_at = now
        withdrawing.of_season(season.id, now)
        audit.record("season.signup_closed", season, actor=by, now=now)


def archive(season: Season, *, by: Person, now: datetime) -> None:
    """Put the season away as finished. Archiving twice keeps the first date."""
    if season.archived_at is None:
        season.archived_at = now
        withdrawing.of_season(season.id, now, (ReminderKind.SIGNUP, ReminderKind.ASK))
        audit.record("season.archived", season, actor=by, now=now)


def bring_back(season: Season, *, by: Person, now: datetime) -> None:
    """Undo the archiving."""
    if season.archived_at is not None:
        season.archived_at = None
        audit.record("season.brought_back", season, actor=by, now=now)


def _set_commissioners(season: Season, wanted: Sequence[int]) -> None:
    # Rows are kept where they can be: one deleted and added again at once would be there twice.
    known = {each.organisation_id: each for each in season.commissioners}
    season.commissioners = [
        known.get(number) or SeasonCommissioner(organisation_id=number) for number in wanted
    ]
    for position, each in enumerate(season.commissioners):
        each.position = position


def _events(season: Season, state: EventState) -> Sequence[Event]:
    return db.session.scalars(
        sa.select(Event)
        .join(Camp, Camp.event_id == Event.id)
        .where(Camp.season_id == season.id, Event.state == state)
        .order_by(Event.id)
    ).all()
