"""Dual prices of the network of all pairs, worked out from those of a network of some.

The part leaves out nodes that it can do without. Every node of the whole gets its dual like this:

* panel: as in the part, which has at least one pair of each.
* town of a panel: as in the part, or as the panel where the part joins the two; but at least
  panel - price of one juror more from there. Only where the part uses all its pairs from there can
  this raise it, and no arc in use minds that. Nobody of the part from there: just that.
* employer in a town: the same, with the town for the panel.
* day somebody serves: head - cost of the pair in use, the highest there is. It is at least what
  the part has, so that the part's other pairs of that day still do not pay.
* person: the highest at which neither one camp more pays (source + its price, while there is one
  to spare) nor giving up any day served for another. It is at least what the part has, also where
  the part joins person and day.
* day somebody does not serve: as the person.

A pair left out pays when its cost + day - head is below nothing. When none does, these duals prove
the part's plan the best of the whole; ``confirm`` goes through every arc of it once more.
"""

from dataclasses import dataclass

import numpy as np

from portal.jury.matching.large.whole import Groups, Rising, Whole
from portal.jury.matching.network import WITHIN, Ints, Network, staffing_weights
from portal.jury.matching.solve import Solution
from portal.jury.matching.tables import Bools
from portal.jury.matching.types import NotProved

# Pairs priced in one go.
_BLOCK = 2**20
_LOWEST, _HIGHEST = -(2**62), 2**62


@dataclass(frozen=True)
class Duals:
    """A dual price for each node of the whole network; ``day`` is people by days."""

    source: int
    person: Ints
    day: Ints
    employer: Ints
    town: Ints
    place: Ints


@dataclass(frozen=True)
class Part:
    """Some pairs of a whole, by rising number, and the best plan made of them."""

    whole: Whole
    kept: Ints
    network: Network
    solution: Solution

    @property
    def used(self) -> Ints:
        """The pairs in use, by their number in the whole."""
        arcs = (self.network.option >= 0) & (self.solution.flow > 0)
        return np.sort(self.kept[self.network.option[arcs]])


def extend(part: Part) -> Duals:
    """The duals of the whole."""
    whole, used = part.whole, part.used
    employer, town, place = _heads_in_part(part)
    town = np.maximum(town, _floor(whole.towns, used, town, place))
    employer = np.maximum(employer, _floor(whole.employers, used, town, place))
    source = int(part.solution.duals[part.network.source])
    worth = heads(whole, Duals(source, _NO, _NO, employer, town, place), used) - whole.cost[used]
    person, day = _people(whole, source, used, worth)
    return Duals(source, person, day, employer, town, place)


_NO = np.zeros(0, dtype=np.int64)


def heads(whole: Whole, duals: Duals, pairs: Ints | slice) -> Ints:
    """The dual of the node that each of these pairs ends in."""
    found = duals.place[whole.place[pairs]]
    for groups, own in ((whole.towns, duals.town), (whole.employers, duals.employer)):
        if len(groups):
            of = groups.of[pairs]
            found = np.where(of >= 0, own[of], found)
    return found


def reduced(whole: Whole, duals: Duals) -> Ints:
    """What each pair would cost or, below nothing, save."""
    found = np.empty(len(whole), dtype=np.int64)
    day = whole.tables.day_of_place
    for first in range(0, len(whole), _BLOCK):
        block = slice(first, first + _BLOCK)
        tail = duals.day[whole.volunteer[block], day[whole.place[block]]]
        found[block] = whole.cost[block] + tail - heads(whole, duals, block)
    return found


def _heads_in_part(part: Part) -> tuple[Ints, Ints, Ints]:
    """The duals that the part has for employers, towns and panels; the lowest where it has none."""
    whole, kept, network = part.whole, part.kept, part.network
    inner = (network.staffing == WITHIN) & (network.option < 0)
    outward = np.arange(network.nodes)
    outward[network.tail[inner]] = network.head[inner]
    pairs = network.option >= 0
    node = np.empty(len(kept), dtype=np.int64)
    node[network.option[pairs]] = network.head[pairs]
    found = []
    for groups in (whole.employers, whole.towns):
        own = np.full(len(groups), _LOWEST, dtype=np.int64)
        of = groups.of[kept]
        inside = of >= 0
        own[of[inside]] = part.solution.duals[node[inside]]
        found.append(own)
        leave = inside.copy()
        leave[inside] = groups.have_nodes(kept)[of[inside]]
        node = np.where(leave, outward[node], node)
    place = np.zeros(len(whole.tables.camp), dtype=np.int64)
    place[whole.place[kept]] = part.solution.duals[node]
    return found[0], found[1], place


def _floor(groups: Groups, used: Ints, town: Ints, place: Ints) -> Ints:
    """The lowest dual of each group at which one member more, if there is a seat, may not pay."""
    sit = groups.count(used)
    lowest = _around(groups, town, place) - groups.prices.of(sit)
    return np.where(sit < groups.seats, lowest, _LOWEST)


def _around(groups: Groups, town: Ints, place: Ints) -> Ints:
    """The dual of what each group leads into."""
    found = place[groups.place]
    inside = groups.outer >= 0
    found[inside] = town[groups.outer[inside]]
    return found


def _people(whole: Whole, source: int, used: Ints, worth: Ints) -> tuple[Ints, Ints]:
    """The duals of people and of their days, by what each pair in use is worth."""
    cap = whole.problem.free_seats
    volunteer, day = whole.volunteer[used], whole.tables.day_of_place[whole.place[used]]
    serves = np.bincount(volunteer, minlength=len(cap))
    person = np.where(serves < cap, source + whole.load.of(serves), _HIGHEST)
    np.minimum.at(person, volunteer, worth)
    days = np.repeat(person[:, None], len(whole.tables.days), axis=1)
    days[volunteer, day] = worth
    return person, days


# ------------------------------------------------------------------------------------ the proof


def confirm(part: Part, duals: Duals) -> None:
    """Check by arithmetic alone that no change in the whole network would better the part's plan.

    The arc past all panels is the part's own, and checked there.

    Raises:
        NotProved: one would.
    """
    whole, used = part.whole, part.used
    if part.network.detour < whole.detour:
        raise NotProved("with pairs that were left out km could outweigh a seat")
    saves = reduced(whole, duals)
    in_use = np.zeros(len(whole), dtype=np.int64)
    in_use[used] = 1
    _check(saves, in_use, np.ones_like(in_use))
    _check_people(whole, duals, used)
    for groups, own in ((whole.towns, duals.town), (whole.employers, duals.employer)):
        way = own - _around(groups, duals.town, duals.place)
        _check_steps(groups.prices, way, groups.count(used), groups.room(slice(None)))
    _check_panels(part, duals)


def _check_people(whole: Whole, duals: Duals, used: Ints) -> None:
    cap = whole.problem.free_seats
    serves = np.bincount(whole.volunteer[used], minlength=len(cap))
    _check_steps(whole.load, duals.source - duals.person, serves, cap)
    served = np.zeros(duals.day.shape, dtype=np.int64)
    served[whole.volunteer[used], whole.tables.day_of_place[whole.place[used]]] = 1
    _check(duals.person[:, None] - duals.day, served, np.ones_like(served))


def _check_panels(part: Part, duals: Duals) -> None:
    """Seats below the minimum count for nothing, those up to the target for what they weigh."""
    whole = part.whole
    filled = np.bincount(whole.place[part.used], minlength=len(whole.seats))
    minimum, target = staffing_weights(part.network)
    way = duals.place - int(part.solution.duals[part.network.sink])
    priced = np.bincount(whole.place, minlength=len(whole.seats)) > 0
    first, rest = np.minimum(filled, whole.minimum), np.maximum(0, filled - whole.minimum)
    _check(way[priced], first[priced], whole.minimum[priced])
    weighted = way + minimum - target
    _check(weighted[priced], rest[priced], (whole.seats - whole.minimum)[priced])


def _check_steps(prices: Rising, way: Ints, flow: Ints, most: Ints) -> None:
    _check(prices.of(flow) + way, np.zeros_like(flow), flow < most)
    _check(prices.of(np.maximum(0, flow - 1)) + way, flow, np.zeros_like(flow))


def _check(reduced: Ints, flow: Ints, most: Ints | Bools) -> None:
    """Where there could be more flow it must not pay, and where there is any nor must less."""
    if (reduced[flow < most] < 0).any() or (reduced[flow > 0] > 0).any():
        raise NotProved("with pairs that were left out there is a better plan")
