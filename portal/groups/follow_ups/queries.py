"""What pages ask of follow-ups: those of a group, those of one person, one of them."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from portal import access
from portal.db import db
from portal.groups import queries
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp

_IN_SHORT = 8
_ON_MY_PAGE = 50
_A_PAGE = 50


class Show(enum.StrEnum):
    """Which follow-ups of a group a list has."""

    OPEN = "open"
    MINE = "mine"
    FREE = "free"
    CLOSED = "closed"


@dataclass(frozen=True)
class InShort:
    """The most pressing of a group's open follow-ups, and how many there are of each sort."""

    first: Sequence[FollowUp]
    counts: dict[Show, int]


def group_with_follow_ups(viewer: Person | None, slug: str) -> Group:
    """The group at ``slug`` for those who see what it follows up; else it does not exist."""
    group = queries.group_of_or_404(viewer, slug)
    if not access.sees_minutes(viewer, group):
        abort(404)
    return group


def in_short(viewer: Person, group: Group) -> InShort | None:
    """What a group's home page shows of them; None for those who do not see any."""
    if not access.sees_minutes(viewer, group):
        return None
    first = _of(group, viewer, Show.OPEN).limit(_IN_SHORT)
    return InShort(db.session.scalars(first).all(), counts(viewer, group))


def mine_in(viewer: Person, group: Group) -> Sequence[FollowUp]:
    """What ``viewer`` still has to do for ``group``, the most pressing first; none unseen."""
    if not access.sees_minutes(viewer, group):
        return []
    return db.session.scalars(_of(group, viewer, Show.MINE)).all()


def counts(viewer: Person, group: Group) -> dict[Show, int]:
    """How many follow-ups of ``group`` there are of each sort, for ``viewer``."""
    found = db.session.execute(
        sa.select(*(sa.func.count(sa.case((_is(show, viewer), 1))) for show in Show)).where(
            FollowUp.group_id == group.id
        )
    ).one()
    return dict(zip(Show, found, strict=True))


def page_of(viewer: Person, group: Group, show: Show, number: int) -> Pagination:
    """One page of the follow-ups of ``group``: late ones first, those without a deadline last.

    Closed ones stand with the last closed first.
    """
    return db.paginate(
        _of(group, viewer, show), page=max(number, 1), per_page=_A_PAGE, error_out=False
    )


def follow_up_of(group: Group, public_id: str) -> FollowUp:
    """A follow-up of ``group``, with whom and what it concerns; another group's does not exist."""
    return db.one_or_404(
        sa.select(FollowUp)
        .where(FollowUp.group_id == group.id, FollowUp.public_id == public_id)
        .options(
            joinedload(FollowUp.owner),
            joinedload(FollowUp.item),
            joinedload(FollowUp.meeting).options(
                joinedload(Meeting.event), joinedload(Meeting.group)
            ),
        )
    )


def follow_ups_of(person: Person) -> Sequence[FollowUp]:
    """What ``person`` still has to do for the groups one sits in, for "my page"; at most fifty."""
    return db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.owner_id == person.id, FollowUp.closed_at.is_(None), FollowUp.is_in_hand)
        .options(joinedload(FollowUp.group))
        .order_by(*_most_pressing())
        .limit(_ON_MY_PAGE)
    ).all()


def _of(group: Group, viewer: Person, show: Show) -> sa.Select[Any]:
    order = _most_pressing()
    if show is Show.CLOSED:
        order = (FollowUp.closed_at.desc(), FollowUp.id.desc())
    return (
        sa.select(FollowUp)
        .where(FollowUp.group_id == group.id, _is(show, viewer))
        .options(joinedload(FollowUp.owner))
        .order_by(*order)
    )


def _is(show: Show, viewer: Person) -> sa.ColumnElement[bool]:
    is_open = FollowUp.closed_at.is_(None)
    if show is Show.CLOSED:
        return FollowUp.closed_at.is_not(None)
    if show is Show.MINE:
        return sa.and_(is_open, FollowUp.owner_id == viewer.id)
    if show is Show.FREE:
        return sa.and_(is_open, sa.not_(FollowUp.is_in_hand), FollowUp.owner_label == "")
    return is_open


def _most_pressing() -> tuple[sa.ColumnElement[Any], ...]:
    return FollowUp.due_on.is_(None), FollowUp.due_on.asc(), FollowUp.id.asc()
