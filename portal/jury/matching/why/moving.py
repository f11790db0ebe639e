"""What a change of plan does: who goes from where to where, and how much worse it gets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import numpy as np

from portal.jury.matching.network import MINIMUM, TARGET, Network
from portal.jury.matching.pairs import Option
from portal.jury.matching.types import Move, NextBest, Objective
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


def same_seat(net: Network, arc: int) -> list[int]:
    """The arcs of a pair: all that lead the same person to the same camp, to whatever panel."""
    start, end = np.searchsorted(net.tail, net.tail[arc] + np.array([0, 1]))
    arcs = np.arange(start, end)[net.option[start:end] >= 0]
    camp_of = net.options.problem.tables.camp
    camps = camp_of[net.options.place[net.option[arcs]]]
    found: list[int] = arcs[camps == camp_of[net.options.place[net.option[arc]]]].tolist()
    return found


def without(
    net: Network, arc: int, taken: Sequence[Option], left: Sequence[Option], worse: Objective
) -> NextBest:
    """What a change does that takes the person of ``arc`` from the camp; it is so much ``worse``.

    Who goes from one panel of a camp to another stays where they are: nobody is told of it.
    """
    stay = {(o.volunteer.id, o.camp.id) for o in taken} & {
        (o.volunteer.id, o.camp.id) for o in left
    }
    come, go = (
        [option for option in side if (option.volunteer.id, option.camp.id) not in stay]
        for side in (taken, left)
    )
    seat = net.options[int(net.option[arc])]
    there = [option for option in reversed(come) if option.camp.id == seat.camp.id]
    there.sort(key=lambda option: option.place != seat.place)
    return NextBest(there[0].volunteer.id if there else None, worse, moves(come, go))


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
