"""Which schools are near whom in a group: plain values, by the rules of the sign-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.geography.positions import Position
from portal.geography.travel import Band
from portal.jury.signup import nearness
from portal.jury.signup.nearness import NearbyCamp
from portal.models.accounts import Person
from portal.models.groups import GroupPlace
from portal.models.seasons import Camp

# So many schools are named to one person.
MOST_NAMED = 3
NEAR = (Band.SAME_MUNICIPALITY, Band.NEAR)


@dataclass(frozen=True)
class Nearby:
    """The schools to name to somebody, nearest first: those near, else the nearest there are.

    None at all for somebody of whom no place is known.
    """

    is_near: bool = False
    camps: tuple[NearbyCamp, ...] = ()

    @property
    def km(self) -> float:
        """How far the nearest is, to sort by."""
        way = self.camps[0].travel if self.camps else None
        return way.km(takes_ferry=True) if way else float("inf")


def start_of(person: Person, place: GroupPlace | None) -> Position | None:
    """Where a member sets out: by postcode, municipality, that of the place, or the employer's."""
    employer = person.organisation
    codes = (
        person.municipality_code,
        place.municipality_code if place else None,
        employer.municipality_code if employer else None,
    )
    found = nearness.start_of(person.postcode or "", "")
    for code in filter(None, codes):
        found = found or nearness.start_of("", code)
    return found


class Surroundings:
    """Which of a season's ``camps`` are near whom; each place is looked at once."""

    def __init__(self, camps: Sequence[Camp]) -> None:
        self.camps = [camp for camp in camps if not camp.is_final]
        self._known: dict[Position, Nearby] = {}

    def of(self, start: Position | None) -> Nearby:
        """The schools to name to somebody who sets out at ``start``."""
        if start is None:
            return Nearby()
        if start not in self._known:
            self._known[start] = self._look(start)
        return self._known[start]

    def _look(self, start: Position) -> Nearby:
        rows = [row for row in nearness.by_distance(self.camps, start) if row.travel]
        near = [row for row in rows if row.band in NEAR]
        return Nearby(bool(near), tuple((near or rows)[:MOST_NAMED]))
