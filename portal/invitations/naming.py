"""Whom pages of an event may name: of a group's meeting, nobody who has left the group since."""

from collections.abc import Callable

from flask_babel import gettext as _

from portal import membership
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event


def former_of(event: Event) -> frozenset[int]:
    """Ids of those who have left the groups that hold the meeting; none for any other event."""
    meeting = event.meeting
    if meeting is None:
        return frozenset()
    groups = [meeting.group_id, *(each.group_id for each in meeting.others)]
    left = db.session.scalars(membership.left(groups))
    return frozenset(person_id for person_id in left if person_id is not None)


def shown_in(event: Event) -> Callable[[Person], str]:
    """What pages of ``event`` call somebody; asks the database once."""
    former = former_of(event)
    return lambda person: _("A former member") if person.id in former else person.name
