"""XL: the optimum of all pairs, proved from the likely ones, people and ways included."""

import sys

from bench.matching import apart, bare
from bench.matching.seasons import ALL_PRICES, CORE, XL, season
from bench.report import Row, Table
from portal.jury.matching import eligible
from portal.jury.matching.large import pruning
from portal.jury.matching.problem import problem_of
from portal.jury.matching.types import Policy

_POLICIES: dict[str, Policy] = {"core": CORE, "all prices": ALL_PRICES}
_AIM_S, _AIM_GB = 60, 2


def measure() -> Table:
    """Seconds and memory for both sets of prices, each in a process of its own."""
    taken = {name: apart.run(__name__, name) for name in _POLICIES}
    pairs = next(iter(taken.values()))["pair count"]
    return Table(
        "Juries for a continent: XL",
        f"{XL.volunteers} volunteers in invented towns over Europe, {XL.camps} camps,"
        f" {pairs:.0f} pairs that may be. Solved with the {pruning.LIKELY} cheapest pairs of each"
        " person and camp; all others are priced by the duals, and those that would pay or tie come"
        " in, until there are none: the optimum of all pairs. Baseline (1.00): the solver's own"
        " call on the arcs of the last round, which knows nothing of the pairs left out, in the"
        " same process. Core prices are travel, nearness and what each person said; with all on,"
        " towns, employers, locals and second camps are priced too.",
        ("s", "pairs found, s", "ratio", "rounds", "pairs in the last", "GB"),
        tuple(_row(name, took) for name, took in taken.items()),
    )


def _row(name: str, took: dict[str, float]) -> Row:
    whole = took["pairs"] + took["pruned"]
    figures = (
        f"{whole:.0f}",
        f"{took['pairs']:.0f}",
        f"{whole / took['bare']:.1f}",
        f"{took['rounds']:.0f}",
        f"{took['kept']:.0f}",
        f"{took['gb']:.2f}",
    )
    if name != "core":
        return Row(name, figures)
    reached = whole < _AIM_S and took["gb"] < _AIM_GB
    return Row(name, figures, f"< {_AIM_S} s, < {_AIM_GB} GB", reached)


def _solve(policy: Policy) -> None:
    laps, given = apart.Laps(), season(XL, 0)
    problem = problem_of(given.volunteers, given.camps, policy, (), (), given.travel)
    pairs = laps.lap("pairs", lambda: eligible.pairs(problem))
    found = laps.lap("pruned", lambda: pruning.solve_pruned(problem, pairs, pruning.LIKELY))
    # Read before the yardstick adds its own.
    gb = apart.peak_gb()
    laps.lap("bare", lambda: bare.solve(found.part.network, found.part.solution.costs))
    counts = {"pair count": len(pairs), "rounds": found.rounds, "kept": len(found.part.kept)}
    apart.answer({**counts, **laps.seconds, "gb": gb})


if __name__ == "__main__":
    _solve(_POLICIES[sys.argv[1]])
