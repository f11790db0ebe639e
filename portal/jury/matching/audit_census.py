"""Who could sit on which of some panels, asked of everybody: the audit's own count, for many."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching.audit_rules import Given, is_in_area
from portal.jury.matching.types import Volunteer, tenths

Place = tuple[str, str]
Numbers = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Ways asked for in one go.
_BATCH = 2**21
_NONE: Numbers = np.zeros(0, dtype=np.int64)


class Census:
    """Pairs of people and panels that break no rule, one entry each in ``place`` and ``slot``.

    ``place`` counts along ``places``; ``slot`` is the person's number times the days plus the day.
    ``free`` is how many camps each person has left beside those locked.
    """

    def __init__(self, given: Given, places: Iterable[Place]) -> None:
        self.given = given
        self.people = list(given.volunteers.values())
        self.camps = list(given.camps.values())
        self.places = sorted(set(places))
        self.days = sorted({camp.day for camp in self.camps})
        locked: dict[str, list[str]] = defaultdict(list)
        for lock in given.locks:
            locked[lock.volunteer].append(given.camps[lock.camp].day)
        self._locked = locked
        self.free = [max(0, each.at_most - len(locked[each.id])) for each in self.people]
        self._look_up()
        batches = [self._within_reach(*batch) for batch in self._batches()]
        person = np.concatenate([_NONE, *(people for people, _ in batches)])
        self.place = np.concatenate([_NONE, *(places for _, places in batches)])
        self.slot = person * len(self.days) + self._day[self.place]

    def _look_up(self) -> None:
        """What the panels are, as arrays."""
        number = {camp: n for n, camp in enumerate(self.given.camps)}
        day = {name: n for n, name in enumerate(self.days)}
        panels = {(c.id, panel.id): panel for c in self.camps for panel in c.panels}
        self._camp = np.array([number[camp] for camp, _ in self.places], dtype=np.int64)
        self._day = np.array([day[self.camps[n].day] for n in self._camp], dtype=np.int64)
        self._remote = np.array([panels[place].remote for place in self.places], dtype=bool)
        self._of_day = {name: np.flatnonzero(self._day == n) for name, n in day.items()}
        self._of_camp: dict[str, list[int]] = defaultdict(list)
        self._of_owner: dict[str, list[int]] = defaultdict(list)
        for n, (camp, _) in enumerate(self.places):
            self._of_camp[camp].append(n)
            self._of_owner[self.given.camps[camp].owner or ""].append(n)
        self._areas: dict[object, Bools] = {}

    def _batches(self) -> Iterator[tuple[Numbers, Numbers]]:
        """People and panels, by number, where nothing but the way may stand between."""
        people, places, waiting = [], [], 0
        for number, person in enumerate(self.people):
            if self.free[number]:
                found = self._offered(person)
                people.append(np.full(len(found), number))
                places.append(found)
                waiting += len(found)
            if waiting > _BATCH:
                yield np.concatenate(people), np.concatenate(places)
                people, places, waiting = [], [], 0
        if people:
            yield np.concatenate(people), np.concatenate(places)

    def _offered(self, person: Volunteer) -> Numbers:
        """The panels on days the person has, in the area offered, where nothing else stands."""
        days = (person.days | person.if_needed) - set(self._locked[person.id])
        parts = [self._of_day[day] for day in days if day in self._of_day]
        found: Numbers = np.concatenate([_NONE, *parts])
        barred = [n for camp in self._barred(person) for n in self._of_camp.get(camp, ())]
        if self.given.policy.bar_owner and person.employer:
            barred += self._of_owner.get(person.employer, [])
        if barred:
            found = found[~np.isin(found, barred)]
        return found[self._in_area(person)[found]]

    @staticmethod
    def _barred(person: Volunteer) -> frozenset[str]:
        return person.conflicts | person.refused | person.banned

    def _in_area(self, person: Volunteer) -> Bools:
        """Which panels lie where the person goes; many offer the same."""
        offer = person.counties, person.municipalities
        if offer not in self._areas:
            within = [is_in_area(person, self.camps[n]) for n in self._camp.tolist()]
            self._areas[offer] = np.array(within, dtype=bool) | self._remote
        return self._areas[offer]

    def _within_reach(self, people: Numbers, places: Numbers) -> tuple[Numbers, Numbers]:
        """Those of the pairs with a way no longer than the person has set."""
        km = self.given.travel.many(self.people, self.camps, people, self._camp[places])
        limits = [np.inf if p.longest_km is None else tenths(p.longest_km) for p in self.people]
        near = (km <= np.array(limits)[people]) | self._remote[places]
        kept = (km >= 0) & near
        return people[kept], places[kept]
