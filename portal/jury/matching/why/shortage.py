"""Why a seat stays empty: panels that need more than all who can reach them can fill.

The panels are found by walking from a short panel to everyone who could serve there, on to the
panels that hold them, until nothing new comes (Hall's theorem, backwards). People, panels and days
go by their numbers in the problem.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from portal.jury.matching.pairs import Option, Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Bools, Ints
from portal.jury.matching.types import Certificate, Level, NotProved, Unlock
from portal.jury.matching.why import unlocking

_LEVELS: tuple[Level, ...] = ("minimum", "target")


@dataclass(frozen=True, eq=False)
class Seating:
    """Who may and who does sit where, locked pairs aside: an entry for each pair.

    ``person``, ``place`` and ``day`` are those of the pair, ``sits`` whether it was chosen.
    """

    problem: Problem
    person: Ints
    place: Ints
    sits: Bools

    @cached_property
    def day(self) -> Ints:
        return self.problem.tables.day_of_place[self.place]

    @cached_property
    def days(self) -> int:
        """How many days there are."""
        return len(self.problem.tables.days)

    @cached_property
    def slot(self) -> Ints:
        """Person and day of each pair in one number."""
        return self.person * self.days + self.day

    @cached_property
    def filled(self) -> Ints:
        """How many sit on each panel."""
        return np.bincount(self.place[self.sits], minlength=len(self.problem.juries))

    @cached_property
    def seat_of(self) -> Ints:
        """The panel each person sits on each day, flat by slot; -1 for none."""
        found = np.full(len(self.problem.people) * self.days, -1, dtype=np.int64)
        found[self.slot[self.sits]] = self.place[self.sits]
        return found

    @cached_property
    def is_full(self) -> Bools:
        """Who serves as many camps as offered."""
        load = np.bincount(self.person[self.sits], minlength=len(self.problem.people))
        return load >= self.problem.free_seats

    @cached_property
    def by_place(self) -> tuple[Ints, Ints]:
        """The pairs in the order of their panels, and where each panel's begin."""
        order = np.argsort(self.place, kind="stable")
        return order, np.searchsorted(self.place[order], np.arange(len(self.problem.juries) + 1))


def certificates(
    problem: Problem, options: Pairs, picked: Iterable[Option]
) -> tuple[Certificate, ...]:
    """A certificate for every seat left empty, first for the minimum, then for the target.

    Raises:
        NotProved: a seat is empty that somebody could fill.
    """
    seating, unlocks = _seating(problem, options, picked), unlocking.Unlocks(problem)
    found: list[Certificate] = []
    for level in _LEVELS:
        found += _of_level(seating, level, unlocks)
    return tuple(found)


def _seating(problem: Problem, options: Pairs, picked: Iterable[Option]) -> Seating:
    row = {person: number for number, person in enumerate(problem.volunteers)}
    column = {place: number for number, place in enumerate(problem.panels)}
    cells = [row[each.volunteer.id] * len(column) + column[each.place] for each in picked]
    person, place = options.volunteer.astype(np.int64), options.place.astype(np.int64)
    return Seating(problem, person, place, np.isin(person * len(column) + place, cells))


def _of_level(seating: Seating, level: Level, unlocks: unlocking.Unlocks) -> list[Certificate]:
    need = _need(seating.problem, level)
    still = need - _locked(seating.problem) - seating.filled
    if not (still > 0).any():
        return []
    reached = _closure(seating, still)
    hints = unlocks.at(_slack(seating, still), reached)
    return [_certificate(seating, level, need, group, hints) for group in _groups(seating, reached)]


def _need(problem: Problem, level: Level) -> Ints:
    """Seats of each panel at the level, locked ones too."""
    panels = [panel for _, panel in problem.juries]
    seats = [panel.minimum if level == "minimum" else panel.target for panel in panels]
    return np.array(seats, dtype=np.int64)


def _locked(problem: Problem) -> Ints:
    return np.array([problem.locked_at[place] for place in problem.panels], dtype=np.int64)


def _closure(seating: Seating, still: Ints) -> Ints:
    """The short panels and all whose people could serve there instead, rising."""
    order, starts = seating.by_place
    seat_of, full = seating.seat_of, seating.is_full
    seats_of = seat_of.reshape(-1, seating.days) if seating.days else seat_of.reshape(-1, 1)
    waiting = np.flatnonzero(still > 0).tolist()
    reached = np.zeros(len(still), dtype=bool)
    reached[waiting] = True
    asked = np.zeros(len(seat_of), dtype=bool)
    while waiting:
        place = waiting.pop()
        pairs = order[starts[place] : starts[place + 1]]
        slots, people = seating.slot[pairs], seating.person[pairs]
        new = ~asked[slots]
        slots, people = slots[new], people[new]
        asked[slots] = True
        same_day = seat_of[slots]
        elsewhere = seats_of[people[same_day < 0]]
        holders = np.unique(np.concatenate([same_day, elsewhere.ravel()]))
        holders = holders[holders >= 0]
        if not full[people[same_day < 0]].all() or (still[holders] < 0).any():
            raise NotProved(f"a seat is empty at {seating.problem.juries[place][0].id} that"
                            " somebody could fill")  # fmt: skip
        fresh = holders[~reached[holders]]
        reached[fresh] = True
        waiting += fresh.tolist()
    return np.flatnonzero(reached)


def _groups(seating: Seating, places: Ints) -> list[Ints]:
    """Split panels into those that share no person, so that each group is told by itself."""
    inside = np.isin(seating.place, places)
    person, place = seating.person[inside], seating.place[inside]
    label = np.arange(len(seating.problem.juries))
    while True:
        # The least label goes from panel to person to panel, until every group has one.
        of_person = np.full(len(seating.problem.people), len(label))
        np.minimum.at(of_person, person, label[place])
        least = label.copy()
        np.minimum.at(least, place, of_person[person])
        if np.array_equal(least, label):
            return [places[label[places] == n] for n in np.unique(label[places]).tolist()]
        label = least


def _certificate(
    seating: Seating, level: Level, need: Ints, group: Ints, hints: dict[int, list[Unlock]]
) -> Certificate:
    problem = seating.problem
    ids = _ids(problem, group)
    inside = set(ids)
    locked = [lock for lock in problem.locks if (lock.camp, lock.panel) in inside]
    helping = [hint for place in group.tolist() for hint in hints[place]]
    slots = np.unique(seating.slot[np.isin(seating.place, group)])
    people, days = np.unique(slots // max(1, seating.days), return_counts=True)
    free = np.minimum(problem.free_seats[people], days).sum()
    names = {problem.people[number].id for number in people.tolist()}
    return Certificate(
        level=level,
        panels=ids,
        volunteers=tuple(sorted(names | {lock.volunteer for lock in locked})),
        seats_needed=int(need[group].sum()),
        seats_possible=len(locked) + int(free),
        unlock=tuple(
            sorted(helping, key=lambda hint: (hint.rule, hint.over_km or 0, hint.volunteer))
        ),
    )


def _ids(problem: Problem, places: Ints) -> tuple[tuple[str, str], ...]:
    juries = (problem.juries[number] for number in places.tolist())
    return tuple(sorted((camp.id, panel.id) for camp, panel in juries))


def _slack(seating: Seating, still: Ints) -> unlocking.Slack:
    """Who could serve one camp more on which days without emptying a needed seat."""
    problem = seating.problem
    free = seating.seat_of.reshape(len(problem.people), seating.days) < 0
    row = {person: number for number, person in enumerate(problem.volunteers)}
    column = {day: number for number, day in enumerate(problem.tables.days)}
    for person, day in problem.locked_days:
        free[row[person], column[day]] = False
    spare = free & ~seating.is_full[:, None]
    sitting = np.flatnonzero(seating.sits)
    while True:
        # Whoever sits where another could come may leave, and has a camp to spare then.
        comes = spare.ravel()[seating.slot] & ~seating.sits
        refillable = still < 0
        refillable[seating.place[comes]] = True
        leaving = sitting[refillable[seating.place[sitting]]]
        leaving = leaving[~spare.ravel()[seating.slot[leaving]]]
        if not len(leaving):
            return unlocking.Slack(free, spare, seating.is_full)
        people = seating.person[leaving]
        spare[people] |= free[people]
        spare[people, seating.day[leaving]] = True
