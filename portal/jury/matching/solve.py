"""The flow of least cost, with the dual prices that prove it."""

import hashlib
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from portal.jury.matching.network import Network, safe64
from portal.jury.matching.pairs import Ints, Option
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
    first = _least_cost(network.tail, network.head, network.capacity, costs, _supplies(network))
    duals = certify(network, first, costs)
    flow = _settle_ties(network, first, duals, costs)
    check_duals(network, flow, costs, duals)
    return Solution(flow, duals, costs)


def chosen(network: Network, flow: Ints) -> list[Option]:
    """The pairs that carry flow."""
    return [network.options[number] for number in chosen_numbers(network, flow).tolist()]


def chosen_numbers(network: Network, flow: Ints) -> Ints:
    """The numbers of the pairs that carry flow, rising."""
    return np.sort(network.option[(network.option >= 0) & (flow > 0)])


def certify(network: Network, flow: Ints, costs: Ints, begin: Ints | None = None) -> Ints:
    """Dual prices that prove the flow optimal: the shortest ways in what can still change.

    Bellman and Ford's method, from everywhere at once or with ``begin`` as far ahead as it says for
    each node; each round looks only at the nodes that came nearer in the one before.

    Raises:
        NotProved: a cheaper flow exists.
    """
    ways = _ways(network, flow, costs)
    duals = np.zeros(network.nodes, dtype=np.int64) if begin is None else begin.copy()
    nearer = np.arange(network.nodes)
    for _ in range(network.nodes + 1):
        nearer = ways.relax(duals, nearer)
        if not len(nearer):
            return duals
    raise NotProved("a cheaper plan exists than the one the solver gave")


@dataclass(frozen=True, eq=False)
class _Ways:
    """How a flow can change; from node ``n`` by the ways ``first[n]`` to ``first[n + 1]``."""

    first: Ints
    head: Ints
    cost: Ints

    def relax(self, duals: Ints, nodes: Ints) -> Ints:
        """Shorten the ways that lead over ``nodes``; returns the nodes now nearer."""
        begin, count = self.first[nodes], self.first[nodes + 1] - self.first[nodes]
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        ways = np.repeat(begin, count) + within
        head = self.head[ways]
        reached = np.repeat(duals[nodes], count) + self.cost[ways]
        shorter = reached < duals[head]
        np.minimum.at(duals, head[shorter], reached[shorter])
        is_nearer = np.zeros(len(duals), dtype=bool)
        is_nearer[head[shorter]] = True
        return np.flatnonzero(is_nearer)


def _ways(network: Network, flow: Ints, costs: Ints) -> _Ways:
    forth, back = flow < network.capacity, flow > 0
    tail = np.concatenate([network.tail[forth], network.head[back]])
    head = np.concatenate([network.head[forth], network.tail[back]])
    cost = np.concatenate([costs[forth], -costs[back]])
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[order], np.arange(network.nodes + 1))
    return _Ways(first, head[order], cost[order])


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
    free = _in_cycles(network, flow, np.flatnonzero(reduced == 0))
    if not (network.option[free] >= 0).any():
        return flow
    nodes, ends = np.unique([network.tail[free], network.head[free]], return_inverse=True)
    tail, head = ends.reshape(2, -1)
    supplies = np.zeros(len(nodes), dtype=np.int64)
    np.add.at(supplies, tail, flow[free])
    np.subtract.at(supplies, head, flow[free])
    hashes = _hashes(network, free)
    # Each pair is there once at most, however many seats stay empty.
    safe64(len(nodes), min(network.supply, int(np.count_nonzero(hashes))), hashes)
    settled = flow.copy()
    settled[free] = _least_cost(tail, head, network.capacity[free], hashes, supplies)
    return settled


def _in_cycles(network: Network, flow: Ints, arcs: Ints) -> Ints:
    """Those of ``arcs`` that may lie on a cycle of changes.

    Drops, again and again, what meets a node where a change could only come in or only go out.
    """
    while True:
        tail, head = network.tail[arcs], network.head[arcs]
        forth, back = flow[arcs] < network.capacity[arcs], flow[arcs] > 0
        goes_out, comes_in = np.zeros((2, network.nodes), dtype=bool)
        goes_out[tail[forth]] = goes_out[head[back]] = True
        comes_in[head[forth]] = comes_in[tail[back]] = True
        passes = goes_out & comes_in
        kept = passes[tail] & passes[head]
        if kept.all():
            return arcs
        arcs = arcs[kept]


def _hashes(network: Network, arcs: Ints) -> Ints:
    """A number for each pair that depends on its names alone; 0 off the pairs."""
    options = network.option[arcs].tolist()
    hashes = (tie_hash(network.options.ids(n)) if n >= 0 else 0 for n in options)
    return np.fromiter(hashes, dtype=np.int64, count=len(options))


def tie_hash(pair: Pair) -> int:
    """A number from the names of a pair, the same everywhere."""
    digest = hashlib.sha256(repr(tuple(pair)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _TIE_BITS)


def _supplies(network: Network) -> Ints:
    supplies = np.zeros(network.nodes, dtype=np.int64)
    supplies[network.source] += network.supply
    supplies[network.sink] -= network.supply
    return supplies


def _least_cost(tail: Ints, head: Ints, capacity: Ints, costs: Ints, supplies: Ints) -> Ints:
    """The solver's flow. Anything but a proved optimum is an error, never a guess."""
    solver = min_cost_flow.SimpleMinCostFlow()
    # Turned round, so that seats look for people: the same flow, found sooner.
    arcs = solver.add_arcs_with_capacity_and_unit_cost(head, tail, capacity, costs)
    solver.set_nodes_supplies(np.arange(len(supplies)), -supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise NotProved(f"the solver ended with {status.name}")
    flow: Ints = solver.flows(arcs)
    return flow
