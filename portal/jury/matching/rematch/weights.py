"""What a repair weighs: staffing before people moved, people moved before cost."""

from dataclasses import dataclass, replace

import numpy as np

from portal.jury.matching import solve
from portal.jury.matching.network import LARGEST, Ints, Network, staffing_weights
from portal.jury.matching.types import NotProved

# Prices that later changes may add, in tenths of km, before all must be weighed anew.
_SPARE = 10**9


class CannotMend(Exception):
    """The change reaches beyond what the network holds: it must be built anew."""


@dataclass(frozen=True)
class Weights:
    """What a repair weighs, in tenths of km: each is more than all below it together can matter.

    ``move`` is for a standing pair given up, ``target`` and ``minimum`` for an empty seat. They
    hold for up to ``seats`` seats and while prices added later sum to no more than ``spare``.
    """

    seats: int
    spare: int
    move: int
    target: int
    minimum: int

    def costs(self, net: Network, flow: Ints) -> Ints:
        """The weighted cost of each arc when the pairs of ``flow`` stand, and carry a rebate."""
        empty = np.array([0, 0, self.minimum - self.target, self.minimum], dtype=np.int64)
        costs = plain_costs(net) + empty[net.staffing]
        costs[net.option >= 0] -= self.move * flow[net.option >= 0]
        return costs

    def check(self, seats: int, spent: int) -> None:
        """Whether the weights still hold for so many seats and prices added.

        Raises:
            CannotMend: they might not.
        """
        if seats > self.seats or spent > self.spare:
            raise CannotMend


def plain_costs(net: Network) -> Ints:
    """What each arc costs without the rebates for what stood before the plan."""
    costs, chosen = net.cost.copy(), net.option >= 0
    costs[chosen] = net.options.cost[net.option[chosen]]
    return costs


def weights_of(net: Network, locks: int) -> Weights:
    """The weights for a network, with room for as many seats again.

    A change of plan that no smaller ones make up is a cycle through the network. It passes the
    sink once, and gives up or takes back no more standing pairs than there are seats.

    Raises:
        NotProved: they could pass 64 bits.
    """
    _, above_any_detour = staffing_weights(replace(net, cost=plain_costs(net)))
    seats = 2 * (net.supply + locks) + 100
    move = above_any_detour + _SPARE
    target = move * (seats + 1)
    # A way through the network weighs less than a few empty seats.
    if 8 * target >= LARGEST:
        raise NotProved(f"a repair that weighs up to {target} a seat could pass 64 bits")
    return Weights(seats, _SPARE, move, target, 2 * target)


def distances(net: Network, flow: Ints, costs: Ints, weights: Weights) -> Ints:
    """Dual prices that are each node's distance from the source in what can still change.

    Raises:
        NotProved: a cheaper flow exists.
    """
    # Farther off than any node that can be reached: a way weighs less than a few empty seats.
    begin = np.full(net.nodes, 2 * weights.minimum, dtype=np.int64)
    begin[net.source] = 0
    return solve.certify(net, flow, costs, begin)
