"""Why this person sits here: what the best plan without the pair would be, and cost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import numpy as np

from portal.jury.matching.network import MINIMUM, TARGET, Network
from portal.jury.matching.pairs import Option
from portal.jury.matching.paths import Residual, Step, pairs_changed
from portal.jury.matching.solve import Solution
from portal.jury.matching.types import Move, NextBest, NotProved, Objective, Pair


def next_best(network: Network, solution: Solution) -> dict[Pair, NextBest]:
    """For each chosen pair the best plan without it: who sits there then, and the price.

    One shortest way in the duals per pair; equal to solving anew with the pair banned.
    """
    residual = Residual(network, solution.flow, solution.costs, solution.duals)
    used = np.flatnonzero((network.option >= 0) & (solution.flow > 0))
    return {_pair(network, arc): _without(network, residual, arc) for arc in used.tolist()}


def _pair(network: Network, arc: int) -> Pair:
    option = network.options[network.option[arc]]
    return Pair(option.volunteer.id, option.camp.id, option.panel.id)


def _without(network: Network, residual: Residual, arc: int) -> NextBest:
    steps = residual.cheapest(int(network.tail[arc]), int(network.head[arc]), banned=arc)
    if steps is None:
        raise NotProved("a seat can be neither refilled nor left empty")
    steps.append(Step(arc, back=True))
    taken, left = ([network.options[n] for n in side] for side in pairs_changed(network, steps))
    place = network.options[network.option[arc]].place
    return NextBest(
        volunteer=next((o.volunteer.id for o in reversed(taken) if o.place == place), None),
        price=_price(network, steps),
        moves=moves(taken, left),
    )


def _price(network: Network, steps: Iterable[Step]) -> Objective:
    """How much worse a change makes the plan, per aim."""
    below_minimum = below_target = cost = 0
    for step in steps:
        sign = -1 if step.back else 1
        staffing = network.staffing[step.arc]
        below_minimum -= sign * int(staffing == MINIMUM)
        below_target -= sign * int(staffing in (MINIMUM, TARGET))
        cost += sign * int(network.cost[step.arc])
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
