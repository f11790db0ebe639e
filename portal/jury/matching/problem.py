"""The input of one plan, put in order and checked, so that the rest may trust it."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from portal.jury.matching.asking import Remembered
from portal.jury.matching.tables import Bools, Ints, Tables
from portal.jury.matching.types import (
    Camp,
    Pair,
    Panel,
    Policy,
    Travel,
    TravelEstimate,
    Volunteer,
)

Place = tuple[str, str]
"""A panel of a camp, by their ids."""
_Named = TypeVar("_Named", Volunteer, Camp, Panel)
_Given = TypeVar("_Given", Volunteer, Camp)


class BadInput(ValueError):
    """The input contradicts itself: a doubled or unknown id, or a minimum above its target."""


@dataclass(frozen=True)
class Problem:
    """Volunteers and camps by id, in the order of their ids; locks each at one panel."""

    volunteers: dict[str, Volunteer]
    camps: dict[str, Camp]
    policy: Policy
    locks: tuple[Pair, ...]
    standing: frozenset[Pair]
    travel: Remembered

    @cached_property
    def panels(self) -> dict[Place, Panel]:
        """Every panel, camp by camp in the order it was given."""
        return {(camp.id, panel.id): panel for camp in self.camps.values() for panel in camp.panels}

    @cached_property
    def people(self) -> tuple[Volunteer, ...]:
        """The volunteers by number."""
        return tuple(self.volunteers.values())

    @cached_property
    def juries(self) -> tuple[tuple[Camp, Panel], ...]:
        """Camp and panel by number, in the order of ``panels``."""
        return tuple((camp, panel) for camp in self.camps.values() for panel in camp.panels)

    @cached_property
    def tables(self) -> Tables:
        """People and panels as arrays."""
        return Tables(self.people, tuple(self.camps.values()))

    @cached_property
    def free_days(self) -> Bools:
        """Who may still be given a camp on which day, people by days: no lock, a camp to serve."""
        free = self.tables.comes & (self.free_seats > 0)[:, None]
        row, place = self._lock_cells
        free[row, self.tables.day_of_place[place]] = False
        return free

    @cached_property
    def free_seats(self) -> Ints:
        """``free_caps`` as an array."""
        return np.fromiter(self.free_caps.values(), dtype=np.int64, count=len(self.volunteers))

    @cached_property
    def _numbers(self) -> tuple[dict[str, int], dict[str, int], dict[Place, int]]:
        """The numbers of people, camps and panels by their ids."""
        return (
            {volunteer: n for n, volunteer in enumerate(self.volunteers)},
            {camp: n for n, camp in enumerate(self.camps)},
            {place: n for n, place in enumerate(self.panels)},
        )

    @cached_property
    def _lock_cells(self) -> tuple[Ints, Ints]:
        """Person and panel of each lock."""
        people, _, places = self._numbers
        found = [(people[lock.volunteer], places[lock.camp, panel_of(lock)]) for lock in self.locks]
        row, place = np.array(found, dtype=np.int64).reshape(-1, 2).T
        return row, place

    @cached_property
    def locked_seats(self) -> Ints:
        """``locked_at`` as an array."""
        count: Ints = np.bincount(self._lock_cells[1], minlength=len(self.juries))
        return count

    @cached_property
    def open_seats(self) -> Ints:
        """How many seats of each panel are not locked."""
        targets = np.array([panel.target for _, panel in self.juries], dtype=np.int64)
        seats: Ints = np.maximum(0, targets - self.locked_seats)
        return seats

    @cached_property
    def locked_towns(self) -> Ints:
        """For each lock of a person with a municipality: panel times towns plus town."""
        row, place = self._lock_cells
        town = self.tables.home_town[row]
        keys: Ints = place * self.tables.towns + town
        return keys[town >= 0]

    @cached_property
    def locked_employers(self) -> Ints:
        """Likewise, with an employer: all that times employers plus employer."""
        row, place = self._lock_cells
        town, employer = self.tables.home_town[row], self.tables.employer[row]
        keys = (place * self.tables.towns + town) * len(self.tables.employers) + employer
        return keys[(town >= 0) & (employer >= 0)]

    @cached_property
    def standing_cells(self) -> Ints:
        """The cells (person times panels plus panel) of standing pairs, twice if said twice."""
        people, camps, places = self._numbers
        named = [(people[v], places[camp, p]) for v, camp, p in self.standing if p is not None]
        any_panel = [(people[v], camps[camp]) for v, camp, p in self.standing if p is None]
        row, place = np.array(named, dtype=np.int64).reshape(-1, 2).T
        whole = self.tables.cells_at(*np.array(any_panel, dtype=np.int64).reshape(-1, 2).T)
        return np.concatenate([row * len(self.juries) + place, whole])

    @cached_property
    def locked_at(self) -> Counter[Place]:
        """How many seats of each panel are locked."""
        return Counter((lock.camp, panel_of(lock)) for lock in self.locks)

    @cached_property
    def locked_days(self) -> frozenset[tuple[str, str]]:
        """Who serves on which day by a lock."""
        return frozenset((lock.volunteer, self.camps[lock.camp].day) for lock in self.locks)

    @cached_property
    def locked_of(self) -> Counter[str]:
        """How many locked seats each person has."""
        return Counter(lock.volunteer for lock in self.locks)

    @cached_property
    def free_caps(self) -> dict[str, int]:
        """How many camps each person may serve beyond the locked ones."""
        return {v.id: max(0, v.at_most - self.locked_of[v.id]) for v in self.volunteers.values()}

    def is_overlocked(self, volunteer: str) -> bool:
        """Whether locks give the person more camps than offered."""
        return self.locked_of[volunteer] > self.volunteers[volunteer].at_most

    def stands(self, volunteer: str, camp: str, panel: str) -> bool:
        """Whether the person already sits there."""
        return not self.standing.isdisjoint(
            {Pair(volunteer, camp, panel), Pair(volunteer, camp, None)}
        )

    def way(self, volunteer: Volunteer, camp: Camp, panel: Panel) -> Travel | None:
        """The travel to a panel, none to a remote one; None when the pair is out of question."""
        travel = self.travel(volunteer, camp)
        return Travel(0, "remote") if panel.remote and travel is not None else travel

    def ways(self, rows: Ints, places: Ints) -> Ints:
        """``way`` in tenths of km for people and panels by number, -1 for none."""
        people, row = _only(rows, self.people)
        camps, column = _only(self.tables.camp[places], self.tables.camps)
        km = self.travel.many(people, camps, row, column)
        km[self.tables.remote[places] & (km >= 0)] = 0
        return km


def _only(numbers: Ints, things: Sequence[_Given]) -> tuple[list[_Given], Ints]:
    """The things that are numbered, and the numbers among them."""
    is_there = np.zeros(len(things), dtype=bool)
    is_there[numbers] = True
    return [things[n] for n in np.flatnonzero(is_there).tolist()], np.cumsum(is_there)[numbers] - 1


def problem_of(
    volunteers: Sequence[Volunteer],
    camps: Sequence[Camp],
    policy: Policy,
    locks: Collection[Pair],
    standing: Collection[Pair],
    travel: TravelEstimate,
) -> Problem:
    """Put the input in order.

    Raises:
        BadInput: ids doubled or unknown, seats that cannot be.
    """
    people, places = _by_id("volunteer", volunteers), _by_id("camp", camps)
    for camp in camps:
        _by_id(f"panel of camp {camp.id}:", camp.panels)
        _check_seats(camp)
    for pair in (*locks, *standing):
        _check_known(pair, people, places)
    seated = _seated(locks, places)
    return Problem(people, places, policy, seated, frozenset(standing), Remembered(travel))


def panel_of(pair: Pair) -> str:
    """The panel of a pair that has one."""
    if pair.panel is None:
        raise BadInput(f"no panel for {pair.volunteer} at camp {pair.camp}")
    return pair.panel


def _by_id(kind: str, things: Iterable[_Named]) -> dict[str, _Named]:
    found: dict[str, _Named] = {}
    for thing in things:
        if thing.id in found:
            raise BadInput(f"{kind} {thing.id} is there twice")
        found[thing.id] = thing
    return {key: found[key] for key in sorted(found)}


def _check_seats(camp: Camp) -> None:
    for panel in camp.panels:
        if not 0 <= panel.minimum <= panel.target:
            raise BadInput(f"camp {camp.id}: minimum {panel.minimum}, target {panel.target}")


def _check_known(pair: Pair, people: dict[str, Volunteer], camps: dict[str, Camp]) -> None:
    if pair.volunteer not in people:
        raise BadInput(f"volunteer {pair.volunteer} is unknown")
    if pair.camp not in camps:
        raise BadInput(f"camp {pair.camp} is unknown")
    if pair.panel is not None and pair.panel not in {p.id for p in camps[pair.camp].panels}:
        raise BadInput(f"camp {pair.camp} has no panel {pair.panel}")


def _seated(locks: Collection[Pair], camps: dict[str, Camp]) -> tuple[Pair, ...]:
    """Give each lock its panel: where none is named, the first of the camp with a seat left."""
    named = {lock for lock in locks if lock.panel is not None}
    taken = Counter((lock.camp, lock.panel) for lock in named)
    placed = {(lock.volunteer, lock.camp) for lock in named}
    for lock in sorted({lock for lock in locks if lock.panel is None}):
        if (lock.volunteer, lock.camp) not in placed:
            panel = _first_open(camps[lock.camp], taken)
            taken[lock.camp, panel] += 1
            named.add(Pair(lock.volunteer, lock.camp, panel))
    return tuple(sorted(named, key=lambda lock: (lock.volunteer, lock.camp, lock.panel or "")))


def _first_open(camp: Camp, taken: Counter[tuple[str, str | None]]) -> str:
    if not camp.panels:
        raise BadInput(f"camp {camp.id} has no panel to lock anyone to")
    for panel in camp.panels:
        if taken[camp.id, panel.id] < panel.target:
            return panel.id
    return camp.panels[0].id
