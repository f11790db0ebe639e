"""What members contribute: points added, changed, withdrawn and put back.

In a round that shows no names nothing but the row itself says whose a point is: the audit names
the round and nobody.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.groups.input_rounds import stages, who
from portal.groups.input_rounds.stages import NotNow
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution, InputRound
from portal.tokens import public_id, settled_id

MOST_DETAILS = 20


class NoSay(Exception):
    """The person has no say in the round, or the point is somebody else's."""


class ChangedMeanwhile(Exception):
    """The point was changed since the form was opened."""


@dataclass(frozen=True)
class Point:
    """One point as it is written: its text, and those under it."""

    text: str
    details: tuple[str, ...] = ()


def contribute(
    found: InputRound, points: Sequence[Point], *, by: Person, now: datetime
) -> list[Contribution]:
    """Add ``points`` of ``by``; one that they have said in the same words already is passed over.

    Raises:
        NoSay: see there. NotNow: no points are taken.
    """
    lock_row(found)
    if not who.contributes(by, found.group):
        raise NoSay
    if not stages.takes_points(found):
        raise NotNow
    said = {
        Point(each.text, tuple(each.details)) for each in own(found, by) if not each.withdrawn_at
    }
    # Each once, in the order they were written.
    new = [point for point in dict.fromkeys(points) if point not in said]
    made = [_add(found, point, now, person=by) for point in new]
    if made:
        _record("point.added", found, made, by=by, now=now)
    return made


def note(
    found: InputRound,
    points: Sequence[Point],
    name: str,
    *,
    called: str = "",
    by: Person,
    now: datetime,
) -> list[Contribution]:
    """Add ``points`` for somebody in the room; ``name`` is whose they are in words, if known.

    Where names are not shown none is kept. ``called`` is a random name of the form: what is sent
    a second time under it is noted already.

    Raises:
        NotNow: no points are taken.
    """
    lock_row(found)
    if not stages.takes_points(found):
        raise NotNow
    whose = name if found.shows_names else ""
    names = [settled_id(called or public_id(), str(number)) for number in range(len(points))]
    noted = _named(found, names)
    if noted:
        return noted
    made = [
        _add(found, point, now, own_name=own_name, name=whose)
        for own_name, point in zip(names, points, strict=True)
    ]
    audit.record("point.noted", found, actor=by, now=now, points=len(made))
    return made


def change(
    contribution: Contribution, point: Point, *, seen: str, by: Person, now: datetime
) -> None:
    """Write a point anew.

    Raises:
        NoSay, ChangedMeanwhile: see there. NotNow: points are not taken, or it is withdrawn.
    """
    _take(contribution, by)
    if contribution.withdrawn_at is not None:
        raise NotNow
    if state_of(contribution) != seen:
        raise ChangedMeanwhile
    if (contribution.text, tuple(contribution.details)) == (point.text, point.details):
        return
    contribution.text, contribution.details = point.text, list(point.details)
    contribution.changed_at = now
    _record("point.changed", contribution.round, [contribution], by=by, now=now)


def withdraw(contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Take a point back: nobody else sees it any more. Twice is as once.

    Raises:
        NoSay: see there. NotNow: points are not taken.
    """
    _take(contribution, by)
    if contribution.withdrawn_at is None:
        contribution.withdrawn_at = now
        _record("point.withdrawn", contribution.round, [contribution], by=by, now=now)


def put_back(contribution: Contribution, *, by: Person, now: datetime) -> None:
    """Let a point count again that was withdrawn. Raises as ``withdraw``."""
    _take(contribution, by)
    if contribution.withdrawn_at is not None:
        contribution.withdrawn_at = None
        _record("point.put_back", contribution.round, [contribution], by=by, now=now)


def may_change(contribution: Contribution, person: Person, *, runs: bool) -> bool:
    """One's own points; for those who run the group also those that were noted for others."""
    return contribution.person_id == person.id or (runs and contribution.person_id is None)


def own(found: InputRound, person: Person) -> Sequence[Contribution]:
    """The points of ``person``, withdrawn ones too, in the order they were made."""
    return db.session.scalars(
        sa.select(Contribution)
        .where(Contribution.round_id == found.id, Contribution.person_id == person.id)
        .order_by(Contribution.id)
    ).all()


def state_of(contribution: Contribution) -> str:
    """A mark of what the point says now; two who change it at once notice by it."""
    said = "\0".join([contribution.text, *contribution.details])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def place_of(name: str) -> int:
    """Where a point stands among the others: settled by its random name, which implies nothing.

    Neither when it came nor whose it is can be read out of the order, and it never changes.
    """
    return int(hashlib.sha256(name.encode()).hexdigest()[:7], 16)


def _take(contribution: Contribution, by: Person) -> None:
    """Lock the round and see the point as it is; whether it is theirs the page has looked up."""
    lock_row(contribution.round)
    db.session.refresh(contribution)
    if contribution.person_id not in (None, by.id):
        raise NoSay
    if not stages.takes_points(contribution.round):
        raise NotNow


def _named(found: InputRound, names: Sequence[str]) -> list[Contribution]:
    return list(
        db.session.scalars(
            sa.select(Contribution).where(
                Contribution.round_id == found.id, Contribution.public_id.in_(names)
            )
        )
    )


def _add(
    found: InputRound,
    point: Point,
    now: datetime,
    *,
    own_name: str = "",
    person: Person | None = None,
    name: str = "",
) -> Contribution:
    own_name = own_name or public_id()
    made = Contribution(
        public_id=own_name,
        round_id=found.id,
        person_id=person.id if person else None,
        name=name,
        text=point.text,
        details=list(point.details),
        position=place_of(own_name),
        created_at=now,
        changed_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _record(
    verb: str, found: InputRound, made: Sequence[Contribution], *, by: Person, now: datetime
) -> None:
    if not found.shows_names:
        audit.record(verb, found, actor=None, now=now, points=len(made))
        return
    ids = [each.id for each in made]
    audit.record(verb, found, actor=by, now=now, points=len(made), ids=ids)
