"""Who sees a round of input, who contributes to it, and who is written to."""

from collections.abc import Sequence

import sqlalchemy as sa

from portal import access, membership
from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import Group, GroupPlace, PlaceRole
from portal.models.input_rounds import InputRound


def reads(person: Person | None, group: Group) -> bool:
    """Whoever sits in the group reads what is said; observers if they see its minutes."""
    return access.sees_group(person, group) and access.sees_minutes(person, group)


def contributes(person: Person | None, group: Group) -> bool:
    """Those with a place in the group have a say. Observers observe; organisers note for others."""
    return person is not None and any(
        place.group_id == group.id and place.is_current and place.role != PlaceRole.OBSERVER
        for place in person.group_places
    )


def is_asked(group_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Those who have a say in the group, as conditions on ``Person``."""
    seated = membership.seated([group_id]).where(GroupPlace.role != PlaceRole.OBSERVER)
    return Person.id.in_(seated), Person.suspended_at.is_(None)


def reached(group_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Those of them who can be written to, as conditions on ``Person``."""
    return *is_asked(group_id), membership.can_be_written_to()


def reached_count(group: Group) -> int:
    """To how many a question to the group goes by mail."""
    counted = sa.select(sa.func.count(Person.id)).where(*reached(group.id))
    return db.session.scalar(counted) or 0


def asker_of(found: InputRound) -> Person | None:
    """Who asks, None when they have left the group: then nobody is named."""
    return access.who_acts(found.created_by, found.group)


def asked_count(found: InputRound) -> int:
    """How many have a say in the round now."""
    counted = sa.select(sa.func.count(Person.id)).where(*is_asked(found.group_id))
    return db.session.scalar(counted) or 0


def sitting_among(group_id: int, person_ids: Sequence[int]) -> set[int]:
    """Which of ``person_ids`` sit in the group now."""
    if not person_ids:
        return set()
    found = db.session.scalars(
        membership.seated([group_id]).where(GroupPlace.person_id.in_(person_ids))
    )
    return {number for number in found if number is not None}
