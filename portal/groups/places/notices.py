"""The mails of groups: you have a place. The summons is the calendar invitation itself."""

from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import access, links
from portal.db import db
from portal.groups import leading, wording
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Message
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, GroupPlace
from portal.models.mailings import Mailing

PLACES = "groups.places"
_AT_ONCE = 100


def places(mailing: Mailing, now: datetime) -> Keyed:
    """The notice for each of ``params["place_ids"]`` that somebody still has."""
    ids, by = mailing.params["place_ids"], mailing.created_by
    if by is None:
        return
    for start in range(0, len(ids), _AT_ONCE):
        for each in _still_held(ids[start : start + _AT_ONCE]):
            yield from sendable(key_of(each), partial(place, each, by, lane=Lane.BULK))


MAILINGS = {PLACES: places}


def key_of(place: GroupPlace) -> str:
    """What names the notice of ``place`` to whoever has it, in the role it has."""
    # Not by the number, which another place is given when this one is gone.
    return f"place-{place.public_id}-person-{place.person_id}-{place.role}"


def place(place: GroupPlace, by: Person | None, *, lane: Lane = Lane.SINGLE) -> Message:
    """Tell somebody of their place in a group, and who gave it to them.

    Who gave it and has left since is not named; then answers go to whoever leads the group.

    Raises:
        NoAddress: the person has none.
    """
    assert place.person is not None, "only a person can be told"
    by = access.who_acts(by, place.group)
    return compose(
        "groups/place",
        place.person,
        lane=lane,
        reply_to=mailbox_of(by) or leading.mailbox(place.group),
        group=place.group,
        role=wording.ROLES[place.role],
        by=by,
        url=links.absolute("groups.show", slug=place.group.slug),
    )


def _still_held(ids: list[int]) -> list[GroupPlace]:
    return list(
        db.session.scalars(
            sa.select(GroupPlace)
            .where(
                GroupPlace.id.in_(ids),
                GroupPlace.person_id.is_not(None),
                GroupPlace.state.in_(CURRENT_PLACES),
            )
            .options(
                joinedload(GroupPlace.group),
                joinedload(GroupPlace.person).selectinload(Person.emails),
            )
            .order_by(GroupPlace.id)
        )
    )
