"""Who sits in a group: places added, filled, changed and left. Calls to meetings follow along."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.groups import meanwhile
from portal.groups.meetings import leaving, summons
from portal.groups.places import notices
from portal.groups.polls import joining
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import Group, GroupPlace, NameRequest, PlaceState


class AlreadyInGroup(Exception):
    """The person has a place in the group."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the place since it was shown."""


class HasLeft(Exception):
    """Whoever had the place has left it: nobody is put back by changing it."""


def add_place(
    group: Group, values: Mapping[str, Any], *, person: Person | None, by: Person, now: datetime
) -> GroupPlace:
    """Make a place in ``group`` of ``values`` (columns), for ``person`` or only for its label.

    Somebody who left and comes back takes up the old place. The person is invited to the meetings
    to come that are called already.

    Raises:
        AlreadyInGroup: the person has a place there now.
    """
    lock_row(group)
    place = _old_place(group, person)
    if place is None:
        place = GroupPlace(group=group, person=person, position=_next_position(group))
        db.session.add(place)
    with db.session.no_autoflush:
        _set(place, {"left_at": None, **values})
    db.session.flush()
    audit.record("place.added", place, actor=by, now=now, group=group.id, state=str(place.state))
    _keep_calls_in_step(group, None, _seated(place), by=by, now=now)
    return place


def change_place(
    place: GroupPlace,
    values: Mapping[str, Any],
    *,
    person: Person | None = None,
    seen: str | None = None,
    by: Person | None,
    now: datetime,
) -> None:
    """Give the place new ``values``, and ``person`` when one is named; else it keeps its own.

    Whoever no longer sits in the group is uninvited from the meetings to come and named by none
    of its meetings any more, and whoever does now is invited to them. ``seen`` is what
    ``state_of`` gave when the place was shown to whoever changes it.

    Raises:
        AlreadyInGroup: the person has another place there.
        HasLeft, ChangedMeanwhile: it is not as ``seen`` any more.
    """
    _hold(place)
    if seen is not None and not _says(place, values, person):
        _check(place, seen)
    before = _seated(place)
    if person is not None and person is not place.person:
        old = _old_place(place.group, person)
        if old is not None:
            _hand_over(old, place)
            db.session.delete(old)
            db.session.flush()
        place.person = person
    _set(place, values)
    db.session.flush()
    audit.record(
        "place.changed", place, actor=by, now=now,
        state=str(place.state), role=str(place.role), person=place.person_id,
    )  # fmt: skip
    _keep_calls_in_step(place.group, before, _seated(place), by=by, now=now)


def leave(place: GroupPlace, *, seen: str | None = None, by: Person, now: datetime) -> None:
    """Note that whoever had the place has left it. Leaving twice leaves once.

    Raises:
        ChangedMeanwhile: it is not as ``seen`` any more: somebody else may have it.
    """
    _hold(place)
    if place.state == PlaceState.LEFT:
        return
    if seen is not None:
        _check(place, seen)
    change_place(place, {"state": PlaceState.LEFT, "left_at": now}, by=by, now=now)


def vacate(place: GroupPlace, *, by: Person | None, now: datetime) -> None:
    """Take the person out of a place that has words of its own; it waits for a name again."""
    _hold(place)
    before = _seated(place)
    place.person, place.state = None, PlaceState.PENDING
    db.session.flush()
    audit.record("place.vacated", place, actor=by, now=now)
    _keep_calls_in_step(place.group, before, None, by=by, now=now)


def tell_of_place(place: GroupPlace, *, by: Person | None, now: datetime) -> bool:
    """Queue a mail to the person about the place, once; whether there was anybody to write to."""
    if place.person is None or place.person.email is None or not place.is_current:
        return False
    return outbox.enqueue(notices.place(place, by), key=notices.key_of(place), now=now)


def state_of(place: GroupPlace) -> str:
    """A mark of who has the place and what is said of it; two who change it notice by it."""
    return meanwhile.mark(
        place.person_id, place.label, place.organisation_id, place.state, place.role, place.note
    )


def _hold(place: GroupPlace) -> None:
    """The group first, as whoever is called or asked with it; then the place as it is now."""
    lock_row(place.group)
    lock_row(place)


def _check(place: GroupPlace, seen: str) -> None:
    if place.state == PlaceState.LEFT:
        raise HasLeft
    if state_of(place) != seen:
        raise ChangedMeanwhile


def _says(place: GroupPlace, values: Mapping[str, Any], person: Person | None) -> bool:
    """Whether the place is as wanted already: pressed twice, a form is saved once."""
    is_same = all(getattr(place, name) == value for name, value in values.items())
    return is_same and (person is None or person is place.person)


def _old_place(group: Group, person: Person | None) -> GroupPlace | None:
    """The place that ``person`` had in ``group`` and has no longer."""
    if person is None:
        return None
    found = db.session.scalar(
        sa.select(GroupPlace).where(
            GroupPlace.group_id == group.id, GroupPlace.person_id == person.id
        )
    )
    if found is not None and found.is_current:
        raise AlreadyInGroup
    return found


def _hand_over(old: GroupPlace, place: GroupPlace) -> None:
    """What was asked about the old place goes with whoever had it to the one that is left."""
    db.session.execute(
        sa.update(NameRequest).where(NameRequest.place_id == old.id).values(place_id=place.id)
    )


def _next_position(group: Group) -> int:
    highest = db.session.scalar(
        sa.select(sa.func.max(GroupPlace.position)).where(GroupPlace.group_id == group.id)
    )
    return (highest or 0) + 1


def _set(place: GroupPlace, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(place, name, value)


def _seated(place: GroupPlace) -> Person | None:
    """Who sits in the group by this place."""
    return place.person if place.is_current else None


def _keep_calls_in_step(
    group: Group, before: Person | None, after: Person | None, *, by: Person | None, now: datetime
) -> None:
    if before is not None and before is not after:
        summons.let_go(group, before, by=by, now=now)
        leaving.take_out(group, before, by=by, now=now)
    if after is not None and after is not before:
        summons.take_in(group, after, by=by, now=now)
        joining.take_in(group, after, by=by, now=now)
