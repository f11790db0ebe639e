"""What a change of plan does: who goes from where to where, and how much worse it gets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from portal.jury.matching.network import MINIMUM, TARGET, Network
from portal.jury.matching.pairs import Option
from portal.jury.matching.types import Move, Objective
from portal.jury.matching.why.paths import Step


def price(net: Network, steps: Iterable[Step]) -> Objective:
    """How much worse a change makes the plan, per aim."""
    below_minimum = below_target = cost = 0
    for step in steps:
        sign = -1 if step.back else 1
        staffing = net.staffing[step.arc]
        below_minimum -= sign * int(staffing == MINIMUM)
        below_target -= sign * int(staffing in (MINIMUM, TARGET))
        cost += sign * int(net.cost[step.arc])
    return Objective(below_minimum, below_target, cost)


def moves(taken: Sequence[Option], left: Sequence[Option]) -> tuple[Move, ...]:
    """Who goes from where to where when some pairs replace others, by person and day."""
    before, after = _by_person(left), _by_person(taken)
    return tuple(
        Move(person, old.camp.id if old else None, new.camp.id if new else None)
        for person in sorted(before.keys() | after.keys())
        for old, new in _side_by_side(before[person], after[person])
    )


def _side_by_side(
    old: list[Option], new: list[Option]
) -> Iterator[tuple[Option | None, Option | None]]:
    return zip_longest(old, new)


def _by_person(options: Iterable[Option]) -> defaultdict[str, list[Option]]:
    found: defaultdict[str, list[Option]] = defaultdict(list)
    for option in sorted(options, key=lambda option: (option.camp.day, option.place)):
        found[option.volunteer.id].append(option)
    return found
