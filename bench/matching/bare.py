"""The yardstick: the solver's own call on the same arcs, and nothing around it."""

import numpy as np
from ortools.graph.python import min_cost_flow

from portal.jury.matching.network import Ints, Network


def solve(network: Network, costs: Ints) -> None:
    """Add the arcs and solve: what anybody who calls the library has to wait for.

    Raises:
        RuntimeError: the solver found no optimum.
    """
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity, costs)
    solver.set_nodes_supplies(
        np.array([network.source, network.sink]), np.array([network.supply, -network.supply])
    )
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("the solver found no optimum")
