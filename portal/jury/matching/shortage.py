"""Why a seat stays empty: panels that need more than all who can reach them can fill.

The panels are found by walking from a short panel to everyone who could serve there, on to the
panels that hold them, until nothing new comes (Hall's theorem, backwards).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from portal.jury.matching import eligible
from portal.jury.matching.pairs import Option
from portal.jury.matching.problem import Place, Problem
from portal.jury.matching.types import (
    Certificate,
    Level,
    NotProved,
    Rule,
    Unlock,
    Volunteer,
    tenths,
)

# What a person may be asked to stretch. A conflict, a refusal or a ban is nobody's to lift, and
# to name it would tell of it.
_LIFTABLE = Rule.DAY | Rule.AREA | Rule.DISTANCE | Rule.EMPLOYER


@dataclass(frozen=True)
class _Seating:
    """Who may and who does sit where, locked pairs aside, at one level of need."""

    problem: Problem
    level: Level
    may: dict[Place, list[str]]
    does: dict[str, dict[str, Place]]
    filled: dict[Place, int]

    def need(self, place: Place) -> int:
        """Seats of the level, locked ones too."""
        panel = self.problem.panels[place]
        return panel.minimum if self.level == "minimum" else panel.target

    def open_seats(self, place: Place) -> int:
        """Seats still empty at the level; negative when there are more people than that."""
        return self.need(place) - self.problem.locked_at[place] - self.filled[place]

    def day(self, place: Place) -> str:
        return self.problem.camps[place[0]].day

    def is_full(self, person: str) -> bool:
        """Whether the person serves as many camps as offered."""
        return len(self.does[person]) >= self.problem.free_caps[person]

    def holders(self, person: str, place: Place) -> list[Place]:
        """The panels that keep the person from ``place``: the one of that day, else all."""
        if (same_day := self.does[person].get(self.day(place))) is not None:
            return [same_day]
        return list(self.does[person].values()) if self.is_full(person) else []


def certificates(
    problem: Problem, options: Sequence[Option], picked: Iterable[Option]
) -> tuple[Certificate, ...]:
    """A certificate for every seat left empty, first for the minimum, then for the target.

    Raises:
        NotProved: a seat is empty that somebody could fill.
    """
    picked = list(picked)
    found: list[Certificate] = []
    for level in ("minimum", "target"):
        found.extend(_of_level(_seating(problem, level, options, picked)))
    return tuple(found)


def _seating(
    problem: Problem, level: Level, options: Iterable[Option], picked: Iterable[Option]
) -> _Seating:
    may: dict[Place, list[str]] = {place: [] for place in problem.panels}
    does: dict[str, dict[str, Place]] = {person: {} for person in problem.volunteers}
    filled = dict.fromkeys(problem.panels, 0)
    for option in options:
        may[option.place].append(option.volunteer.id)
    for option in picked:
        does[option.volunteer.id][option.camp.day] = option.place
        filled[option.place] += 1
    return _Seating(problem, level, may, does, filled)


def _of_level(seating: _Seating) -> list[Certificate]:
    short = [place for place in seating.may if seating.open_seats(place) > 0]
    if not short:
        return []
    spare = _spare_days(seating)
    return [
        _certificate(seating, group, spare) for group in _groups(seating, _closure(seating, short))
    ]


def _closure(seating: _Seating, short: Iterable[Place]) -> list[Place]:
    """The short panels and all whose people could serve there instead."""
    reached = list(short)
    for place in reached:
        for person in seating.may[place]:
            holders = seating.holders(person, place)
            if not holders or any(seating.open_seats(holder) < 0 for holder in holders):
                raise NotProved(f"{person} could fill an empty seat at {place[0]}")
            reached.extend(holder for holder in holders if holder not in reached)
    return reached


def _groups(seating: _Seating, places: Collection[Place]) -> list[list[Place]]:
    """Split panels into those that share no person, so that each group is told by itself."""
    left = sorted(places)
    groups = []
    while left:
        group, people = [left[0]], set(seating.may[left[0]])
        while more := [p for p in left if p not in group and not people.isdisjoint(seating.may[p])]:
            group += more
            people.update(person for place in more for person in seating.may[place])
        groups.append(sorted(group))
        left = [place for place in left if place not in group]
    return groups


def _certificate(seating: _Seating, group: list[Place], spare: dict[str, set[str]]) -> Certificate:
    problem = seating.problem
    days: dict[str, set[str]] = defaultdict(set)
    for place in group:
        for person in seating.may[place]:
            days[person].add(seating.day(place))
    locked = [lock for lock in problem.locks if (lock.camp, lock.panel) in group]
    free = sum(min(problem.free_caps[person], len(own)) for person, own in days.items())
    return Certificate(
        level=seating.level,
        panels=tuple(group),
        volunteers=tuple(sorted({*days, *(lock.volunteer for lock in locked)})),
        seats_needed=sum(seating.need(place) for place in group),
        seats_possible=len(locked) + free,
        unlock=_unlocks(seating, group, spare),
    )


def _spare_days(seating: _Seating) -> dict[str, set[str]]:
    """On which days each person could serve one camp more without emptying a needed seat."""
    every = {camp.day for camp in seating.problem.camps.values()}
    spare = {
        person: _free_days(seating, person, every) if not seating.is_full(person) else set()
        for person in seating.problem.volunteers
    }
    growing = True
    while growing:
        growing = False
        for person, served in seating.does.items():
            for day, place in served.items():
                if day not in spare[person] and _refillable(seating, place, spare):
                    # Off that panel the person has a camp to spare, on any free day as well.
                    spare[person] |= {day} | _free_days(seating, person, every)
                    growing = True
    return spare


def _free_days(seating: _Seating, person: str, every: set[str]) -> set[str]:
    locked = seating.problem.locked_days
    return {day for day in every if day not in seating.does[person] and (person, day) not in locked}


def _refillable(seating: _Seating, place: Place, spare: dict[str, set[str]]) -> bool:
    """Whether one person may leave the panel: it has one too many, or another can come."""
    if seating.open_seats(place) < 0:
        return True
    day = seating.day(place)
    return any(
        day in spare[person] and seating.does[person].get(day) != place
        for person in seating.may[place]
    )


def _unlocks(
    seating: _Seating, group: list[Place], spare: dict[str, set[str]]
) -> tuple[Unlock, ...]:
    """Each single rule that, lifted for one person, fills one more seat of the group."""
    hints = [
        hint
        for place in group
        for person in seating.problem.volunteers.values()
        if (hint := _unlock(seating, person, place, spare)) is not None
    ]
    return tuple(sorted(hints, key=lambda hint: (hint.rule, hint.over_km or 0, hint.volunteer)))


def _unlock(
    seating: _Seating, person: Volunteer, place: Place, spare: dict[str, set[str]]
) -> Unlock | None:
    problem, day = seating.problem, seating.day(place)
    camp, panel = problem.camps[place[0]], problem.panels[place]
    rules = eligible.failing(problem, person, camp, panel)
    if day in spare[person.id]:
        is_single = rules in _LIFTABLE and rules.bit_count() == 1
        over = _over_km(problem, person, place) if rules == Rule.DISTANCE else None
        return Unlock(person.id, *place, rules, over) if is_single else None
    # One camp more helps whoever serves as many as offered, but not one locked beyond that.
    would_serve = not rules and seating.is_full(person.id) and not problem.is_overlocked(person.id)
    if would_serve and day in _free_days(seating, person.id, {day}):
        return Unlock(person.id, *place, Rule.AT_MOST)
    return None


def _over_km(problem: Problem, person: Volunteer, place: Place) -> float | None:
    way = problem.way(person, problem.camps[place[0]], problem.panels[place])
    if way is None or person.longest_km is None:
        return None
    return (tenths(way.km) - tenths(person.longest_km)) / 10
