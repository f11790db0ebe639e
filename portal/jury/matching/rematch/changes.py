"""What may happen to a plan that stands, and what a re-match then changed in it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from portal.jury.matching.problem import Place, Problem, panel_of
from portal.jury.matching.types import Camp, Move, Pair, Volunteer


@dataclass(frozen=True)
class DropOut:
    """Somebody serves nowhere any more, locked seats included."""

    volunteer: str


@dataclass(frozen=True)
class Joined:
    """Somebody offers to serve who did not before."""

    volunteer: Volunteer


@dataclass(frozen=True)
class CampMoved:
    """A camp, known by its id, has another day or place; locks on it stand."""

    camp: Camp


@dataclass(frozen=True)
class CampAdded:
    """A camp that was not there before."""

    camp: Camp


@dataclass(frozen=True)
class CampCancelled:
    """A camp is not held; whoever would have served there is free."""

    camp: str


@dataclass(frozen=True)
class SeatsChanged:
    """A panel needs more or fewer jurors."""

    camp: str
    panel: str
    minimum: int
    target: int


Event = DropOut | Joined | CampMoved | CampAdded | CampCancelled | SeatsChanged


@dataclass(frozen=True)
class Changes:
    """What became of a plan that stood.

    ``moved`` holds one entry for each seat that somebody gives up, to another camp or to none.
    ``came_in`` are seats taken by people who gave up none for them, ``out`` those that ended with
    the event itself: the leaver's, or the cancelled camp's. ``filled`` and ``emptied`` are panels
    where more or fewer sit than before. ``is_warm`` tells a repair from a plan solved anew.
    """

    moved: tuple[Move, ...]
    came_in: tuple[Pair, ...]
    out: tuple[Pair, ...]
    filled: tuple[Place, ...]
    emptied: tuple[Place, ...]
    is_warm: bool


def told(
    camps: Mapping[str, Camp],
    *,
    left: Iterable[Pair],
    taken: Iterable[Pair],
    out: Collection[Pair],
    is_warm: bool,
) -> Changes:
    """Put together who moves: of a person's seats those given up and those taken, day by day."""
    before, after = _by_person(camps, left), _by_person(camps, taken)
    moved: list[Move] = []
    came_in: list[Pair] = []
    sitting: Counter[Place] = Counter()
    sitting.subtract((pair.camp, panel_of(pair)) for pair in out)
    for person in sorted(before.keys() | after.keys()):
        for old, new in zip_longest(before[person], after[person]):
            if old is not None:
                moved.append(Move(person, old.camp, new.camp if new else None))
                sitting[old.camp, panel_of(old)] -= 1
            elif new is not None:
                came_in.append(new)
            if new is not None:
                sitting[new.camp, panel_of(new)] += 1
    return Changes(
        moved=tuple(moved),
        came_in=tuple(came_in),
        out=tuple(sorted(out, key=_in_order)),
        filled=tuple(sorted(place for place, more in sitting.items() if more > 0)),
        emptied=tuple(sorted(place for place, more in sitting.items() if more < 0)),
        is_warm=is_warm,
    )


def is_known(problem: Problem, pair: Pair) -> bool:
    """Whether the person and the panel are still there."""
    return pair.volunteer in problem.volunteers and (pair.camp, pair.panel) in problem.panels


def without_volunteer(problem: Problem, volunteer: str) -> Problem:
    """The problem when somebody serves nowhere any more, locked seats included."""
    return replace(
        problem,
        volunteers={key: v for key, v in problem.volunteers.items() if key != volunteer},
        locks=tuple(lock for lock in problem.locks if lock.volunteer != volunteer),
        standing=frozenset(pair for pair in problem.standing if pair.volunteer != volunteer),
    )


def without_camp(problem: Problem, camp: str) -> Problem:
    """The problem when a camp is not held."""
    return replace(
        problem,
        camps={key: each for key, each in problem.camps.items() if key != camp},
        locks=tuple(lock for lock in problem.locks if lock.camp != camp),
        standing=frozenset(pair for pair in problem.standing if pair.camp != camp),
    )


def with_seats(problem: Problem, place: Place, minimum: int, target: int) -> Problem:
    """The problem when a panel has other seats."""
    camp = problem.camps[place[0]]
    panels = tuple(
        replace(panel, minimum=minimum, target=target) if panel.id == place[1] else panel
        for panel in camp.panels
    )
    return replace(problem, camps={**problem.camps, camp.id: replace(camp, panels=panels)})


def _by_person(camps: Mapping[str, Camp], pairs: Iterable[Pair]) -> defaultdict[str, list[Pair]]:
    found: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda pair: (camps[pair.camp].day, _in_order(pair))):
        found[pair.volunteer].append(pair)
    return found


def _in_order(pair: Pair) -> tuple[str, str, str]:
    return pair.volunteer, pair.camp, panel_of(pair)
