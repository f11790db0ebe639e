"""What was asked about places, and what was answered."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.models.groups import Group, GroupPlace, NameRequest


def open_in(group: Group) -> dict[int, NameRequest]:
    """The questions that wait for an answer, by the id of the place."""
    found = db.session.scalars(
        sa.select(NameRequest)
        .join(GroupPlace, GroupPlace.id == NameRequest.place_id)
        .where(
            GroupPlace.group_id == group.id,
            NameRequest.answered_at.is_(None),
            NameRequest.taken_back_at.is_(None),
        )
        .order_by(NameRequest.id)
    )
    return {each.place_id: each for each in found}


def requests_about(place: GroupPlace) -> Sequence[NameRequest]:
    """All that was asked about ``place``, the newest first."""
    return db.session.scalars(
        sa.select(NameRequest)
        .where(NameRequest.place_id == place.id)
        .options(joinedload(NameRequest.asked_by), joinedload(NameRequest.organisation))
        .order_by(NameRequest.asked_at.desc(), NameRequest.id.desc())
    ).all()


def request_about(place: GroupPlace, public_id: str) -> NameRequest:
    """One question about ``place``; another place's does not exist."""
    return db.one_or_404(
        sa.select(NameRequest).where(
            NameRequest.place_id == place.id, NameRequest.public_id == public_id
        )
    )
