"""The flow of least cost, with the dual prices that prove it."""

import hashlib
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from portal.jury.matching.network import Ints, Network, safe64
from portal.jury.matching.pairs import Option
from portal.jury.matching.types import NotProved, Pair

_TIE_BITS = 40


@dataclass(frozen=True)
class Solution:
    """A flow and the dual price of each node; ``costs`` are the weighted ones it is best for."""

    flow: Ints
    duals: Ints
    costs: Ints


def solve(network: Network) -> Solution:
    """Find the best flow; among equally good ones that with the least sum of pair hashes.

    The hash makes the answer the same on every machine and in whatever order people came.

    Raises:
        NotProved: the solver did not find the optimum, or the duals do not confirm it.
    """
    costs = network.weighted()
    safe64(network.nodes, network.supply, costs)
    first = _least_cost(network, network.capacity, _supplies(network), costs)
    duals = certify(network, first, costs)
    flow = _settle_ties(network, first, duals, costs)
    check_duals(network, flow, costs, duals)
    return Solution(flow, duals, costs)


def chosen(network: Network, flow: Ints) -> list[Option]:
    """The pairs that carry flow."""
    numbers = network.option[(network.option >= 0) & (flow > 0)]
    return [network.options[number] for number in numbers.tolist()]


def certify(network: Network, flow: Ints, costs: Ints) -> Ints:
    """Dual prices that prove the flow optimal: the shortest ways in what can still change.

    Raises:
        NotProved: a cheaper flow exists.
    """
    forth, back = flow < network.capacity, flow > 0
    tail = np.concatenate([network.tail[forth], network.head[back]])
    head = np.concatenate([network.head[forth], network.tail[back]])
    cost = np.concatenate([costs[forth], -costs[back]])
    duals = np.zeros(network.nodes, dtype=np.int64)
    for _ in range(network.nodes + 1):
        nearer = duals.copy()
        np.minimum.at(nearer, head, duals[tail] + cost)
        if np.array_equal(nearer, duals):
            return duals
        duals = nearer
    raise NotProved("a cheaper plan exists than the one the solver gave")


def check_duals(network: Network, flow: Ints, costs: Ints, duals: Ints) -> None:
    """Check by arithmetic alone that the flow is one, and the best by these duals.

    Raises:
        NotProved: it is not.
    """
    if (flow < 0).any() or (flow > network.capacity).any():
        raise NotProved("an arc carries more than it holds")
    balance = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(balance, network.tail, flow)
    np.subtract.at(balance, network.head, flow)
    if not np.array_equal(balance, _supplies(network)):
        raise NotProved("people or seats got lost on the way")
    reduced = costs + duals[network.tail] - duals[network.head]
    if (reduced[flow < network.capacity] < 0).any() or (reduced[flow > 0] > 0).any():
        raise NotProved("the dual prices do not confirm the plan")


def _settle_ties(network: Network, flow: Ints, duals: Ints, costs: Ints) -> Ints:
    """Stay on the face of best flows, where only arcs of reduced cost 0 may change."""
    reduced = costs + duals[network.tail] - duals[network.head]
    free = reduced == 0
    if not (free & (network.option >= 0)).any():
        return flow
    fixed = np.where(free, 0, flow)
    supplies = _supplies(network)
    np.subtract.at(supplies, network.tail, fixed)
    np.add.at(supplies, network.head, fixed)
    hashes = _hashes(network)
    safe64(network.nodes, network.supply, hashes)
    settled = _least_cost(network, np.where(free, network.capacity, 0), supplies, hashes)
    return fixed + settled


def _hashes(network: Network) -> Ints:
    """A number for each pair that depends on its names alone; 0 off the pairs."""
    hashes = np.zeros(len(network.option), dtype=np.int64)
    for arc in np.flatnonzero(network.option >= 0).tolist():
        option = network.options[network.option[arc]]
        hashes[arc] = tie_hash(Pair(option.volunteer.id, option.camp.id, option.panel.id))
    return hashes


def tie_hash(pair: Pair) -> int:
    """A number from the names of a pair, the same everywhere."""
    digest = hashlib.sha256(repr(tuple(pair)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _TIE_BITS)


def _supplies(network: Network) -> Ints:
    supplies = np.zeros(network.nodes, dtype=np.int64)
    supplies[network.source] += network.supply
    supplies[network.sink] -= network.supply
    return supplies


def _least_cost(network: Network, capacity: Ints, supplies: Ints, costs: Ints) -> Ints:
    """The solver's flow. Anything but a proved optimum is an error, never a guess."""
    used = np.flatnonzero(capacity > 0)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail[used].astype(np.int32), network.head[used].astype(np.int32),
        capacity[used], costs[used],
    )  # fmt: skip
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise NotProved(f"the solver ended with {status.name}")
    flow = np.zeros(len(capacity), dtype=np.int64)
    flow[used] = solver.flows(arcs)
    return flow
