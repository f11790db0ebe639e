"""Names that were asked for: one question waits for its answer, one was taken back."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import dates
from portal.db import db
from portal.demo import post
from portal.demo.groups import Groups
from portal.demo.people import Cast, organisation
from portal.groups.name_requests import actions
from portal.models.groups import Group, GroupPlace, PlaceState

_GJOVIK, _LILLESTROM = "gjovik.postmottak@example.org", "lillestrom.postmottak@example.org"
_WRONG = "fredrikstad.postmottak@example.org"


def fill(seated: Groups, cast: Cast, now: datetime) -> None:
    """Ask Gjøvik for a name; Lillestrøm is only a press away, its address being known."""
    organisation("Gjøvik kommune").contact_email = _GJOVIK
    organisation("Lillestrøm kommune").contact_email = _LILLESTROM
    asked_at = now - timedelta(days=6)
    actions.ask(
        _place(seated.fjord, PlaceState.PENDING),
        _GJOVIK,
        answer_by=dates.today(now) + timedelta(days=8),
        remember=False,
        by=cast.ingrid,
        now=asked_at,
    )
    wrong = actions.ask(
        _place(seated.fjord, PlaceState.UNCLEAR),
        _WRONG,
        answer_by=None,
        remember=False,
        by=cast.kari,
        now=asked_at - timedelta(days=3),
    )
    post.deliver(asked_at)
    actions.take_back(wrong, by=cast.kari, now=asked_at - timedelta(days=2))


def _place(group: Group, state: PlaceState) -> GroupPlace:
    statement = sa.select(GroupPlace).where(
        GroupPlace.group_id == group.id, GroupPlace.state == state, GroupPlace.person_id.is_(None)
    )
    return db.session.scalars(statement.order_by(GroupPlace.id).limit(1)).one()
