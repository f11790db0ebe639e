"""What would help where seats stay empty: single rules that, lifted for one person, fill one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from portal.jury.matching import eligible
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Bools, Ints
from portal.jury.matching.types import Rule, Unlock

EACH = 5
"""How many people are named for each panel and rule: those with the least to stretch."""
MOST_CELLS = 2**25
"""With more people times panels than this nobody is named: it would take too much room."""
# What a person may be asked to stretch. A conflict, a refusal or a ban is nobody's to lift, and
# to name it would tell of it.
_LIFTABLE = (Rule.DAY, Rule.AREA, Rule.DISTANCE, Rule.EMPLOYER)


@dataclass(frozen=True, eq=False)
class Slack:
    """What people have left, a row each and a column a day; ``is_full`` serves as many as offered.

    ``free`` is a day without a camp, ``spare`` one on which the person could serve a camp more
    and no seat that is needed would get empty.
    """

    free: Bools
    spare: Bools
    is_full: Bools


@dataclass(frozen=True, eq=False)
class _Hints:
    """Rules in the way: of which person at which panel, and how much there is to stretch."""

    rule: Ints
    person: Ints
    place: Ints
    stretch: Ints

    def take(self, numbers: Ints) -> "_Hints":
        arrays = (self.rule, self.person, self.place, self.stretch)
        return _Hints(*(array[numbers] for array in arrays))


class Unlocks:
    """The rules that keep everybody from panels, worked out for each panel when first needed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._known = np.zeros(len(problem.juries), dtype=bool)

    @cached_property
    def _bits(self) -> eligible.Bits:
        return np.zeros((len(self.problem.people), len(self.problem.juries)), dtype=np.uint16)

    def _bits_of(self, places: Ints) -> eligible.Bits:
        """A row per person, a column per panel."""
        new = places[~self._known[places]]
        self._bits[:, new] = eligible.masks(self.problem, None, new).bits
        self._known[new] = True
        return self._bits[:, places]

    def at(self, slack: Slack, places: Ints) -> dict[int, list[Unlock]]:
        """For each of ``places`` the single rules that, lifted for one person, fill one more seat.

        Of each rule those with the least to stretch, at most ``EACH``: the fewest km beyond what
        the person has set, or else the shortest way.
        """
        if len(self.problem.people) * len(self.problem.juries) > MOST_CELLS:
            return {place: [] for place in places.tolist()}
        candidates = _candidates(self.problem, self._bits_of(places), slack, places)
        return _named(self.problem, _least(_with_stretch(self.problem, *candidates)), places)


def _named(problem: Problem, hints: _Hints, places: Ints) -> dict[int, list[Unlock]]:
    found: dict[int, list[Unlock]] = {place: [] for place in places.tolist()}
    for rule, person, place, stretch in zip(
        hints.rule.tolist(), hints.person.tolist(), hints.place.tolist(), hints.stretch.tolist(),
        strict=True,
    ):  # fmt: skip
        camp, panel = problem.juries[place]
        over = stretch / 10 if rule == Rule.DISTANCE else None
        hint = Unlock(problem.people[person].id, camp.id, panel.id, Rule(rule), over)
        found[place].append(hint)
    return found


def _candidates(
    problem: Problem, bits: eligible.Bits, slack: Slack, places: Ints
) -> tuple[Ints, Ints, Ints]:
    """Rule, person and panel of everything that would help."""
    over = [problem.is_overlocked(person) for person in problem.volunteers]
    # One camp more helps whoever serves as many as offered, but not one locked beyond that.
    would_serve = slack.is_full & ~np.array(over, dtype=bool)
    rows = np.flatnonzero(slack.spare.any(axis=1) | would_serve)
    bits = bits[rows]
    days = problem.tables.day_of_place[places]
    spare = slack.spare[rows][:, days]
    more = ~spare & slack.free[rows][:, days] & would_serve[rows, None]
    in_the_way = [(rule.value, spare & (bits == rule.value)) for rule in _LIFTABLE]
    in_the_way.append((Rule.AT_MOST.value, more & (bits == 0)))
    cells = [np.nonzero(helps) for _, helps in in_the_way]
    return (
        np.repeat([rule for rule, _ in in_the_way], [len(row) for row, _ in cells]),
        np.concatenate([rows[row] for row, _ in cells]),
        np.concatenate([places[column] for _, column in cells]),
    )


def _with_stretch(problem: Problem, rule: Ints, person: Ints, place: Ints) -> _Hints:
    km = problem.ways(person, place)
    beyond = np.where(rule == Rule.DISTANCE.value, problem.tables.longest[person], 0)
    return _Hints(rule, person, place, km - beyond)


def _least(hints: _Hints) -> _Hints:
    """The first few of each panel and rule, in that order."""
    order = np.lexsort((hints.person, hints.stretch, hints.rule, hints.place))
    ranked = hints.take(order)
    kind = ranked.place * Rule.SEATS.value + ranked.rule
    is_first = np.append([True], kind[1:] != kind[:-1])[: len(kind)]
    starts = np.flatnonzero(is_first)
    rank = np.arange(len(kind)) - starts[np.cumsum(is_first) - 1] if len(kind) else kind
    return ranked.take(np.flatnonzero(rank < EACH))
