"""L, all prices on: the certified optimum beside the solver's own call on the same arcs."""

import sys
from statistics import median

from bench.matching import apart, bare
from bench.matching.seasons import ALL_PRICES, L, season
from bench.report import Row, Table
from portal.jury.matching import eligible, network, solve
from portal.jury.matching.problem import Problem, problem_of

_ROUNDS = 3
_AIM_RATIO, _AIM_GB = 1.5, 0.5


def measure() -> Table:
    """Seconds, ratio to the bare solver, and memory."""
    took, alone = apart.run(__name__, "times"), apart.run(__name__, "memory")
    certified = took["certified"] / took["bare"]
    whole = took["pairs"] + took["network"] + took["certified"]
    return Table(
        "Juries for a large season: L",
        f"{L.volunteers} volunteers, {L.camps} camps, {took['pair count']:.0f} pairs that may be,"
        f" {took['arcs']:.0f} arcs with all prices on. Baseline (1.00): the solver's own call on"
        " the same arcs, with the same costs, its arcs added and solved,"
        f" {took['bare']:.1f} s; they take turns, median of {_ROUNDS}. Certified means: optimal,"
        " every tie settled by the names, dual prices worked out and each arc checked by them."
        " Memory is the most that a process had which makes the plan once and does nothing else.",
        ("s", "ratio", "GB"),
        (
            _row("pairs: rules, ways and prices", took["pairs"], took["bare"]),
            _row("network", took["network"], took["bare"]),
            Row(
                "solved and certified",
                (f"{took['certified']:.2f}", f"{certified:.2f}", ""),
                f"≤ {_AIM_RATIO}",
                certified <= _AIM_RATIO,
            ),
            Row(
                "all of it",
                (f"{whole:.2f}", f"{whole / took['bare']:.2f}", f"{alone['gb']:.2f}"),
                f"< {_AIM_GB} GB",
                alone["gb"] < _AIM_GB,
            ),
        ),
    )


def _row(name: str, seconds: float, bare_seconds: float) -> Row:
    return Row(name, (f"{seconds:.2f}", f"{seconds / bare_seconds:.2f}", ""))


def problem() -> Problem:
    """The season that is solved here."""
    given = season(L, 0)
    return problem_of(given.volunteers, given.camps, ALL_PRICES, (), (), given.travel)


def _times() -> None:
    rounds = [_round() for _ in range(_ROUNDS)]
    apart.answer({name: median(one[name] for one in rounds) for name in rounds[0]})


def _round() -> dict[str, float]:
    laps, given = apart.Laps(), problem()
    pairs = laps.lap("pairs", lambda: eligible.pairs(given))
    net = laps.lap("network", lambda: network.build(given, pairs))
    costs = net.weighted()
    laps.lap("bare", lambda: bare.solve(net, costs))
    laps.lap("certified", lambda: solve.solve(net))
    return {**laps.seconds, "pair count": len(pairs), "arcs": len(net.tail)}


def _memory() -> None:
    given = problem()
    solve.solve(network.build(given, eligible.pairs(given)))
    apart.answer({"gb": apart.peak_gb()})


if __name__ == "__main__":
    {"times": _times, "memory": _memory}[sys.argv[1]]()
