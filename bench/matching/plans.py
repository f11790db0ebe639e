"""Plans as an organiser waits for them: a season of ordinary size, and one of a whole country."""

from itertools import cycle

from bench import baseline
from bench.matching.seasons import ALL_PRICES, M, S, Season, season
from bench.report import Row, Table
from bench.timing import medians
from portal.jury.matching.planner import plan
from portal.jury.matching.problem import Problem, problem_of
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.types import Plan

_ROUNDS = 9
_AIM_S_MS, _AIM_M_MS, _AIM_ONE_MS = 50, 200, 20


def measure() -> Table:
    """Milliseconds and ratio for plans with their reasons, and for one reason alone."""
    small, medium = season(S, 0), season(M, 0)
    warm = Warm.solved(_problem(medium))
    pairs = cycle(warm.pairs())
    # The first answer makes ready what all others use.
    warm.ban(next(pairs))
    tasks = {
        "baseline": baseline.build,
        "S": lambda: _planned(small, explain=True),
        "M": lambda: _planned(medium, explain=False),
        "M, all": lambda: _planned(medium, explain=True),
        "one": lambda: warm.ban(next(pairs)),
    }
    took = medians(tasks, _ROUNDS)
    return Table(
        "Juries",
        f"S: {S.volunteers} volunteers and {S.camps} camps around the fjord; M: {M.volunteers} and"
        f" {M.camps} all over Norway. From the people to the plan, its optimum certified, its empty"
        " seats explained and all of it checked by the audit; with next bests, each pair also has"
        " the best plan without it and what that would cost. Baseline (1.00):"
        f" {baseline.NAME}, {took['baseline']:.0f} ms in this run.",
        ("ms", "ratio"),
        (
            _row("S: plan with all next bests", took, "S", _AIM_S_MS),
            _row("M: plan", took, "M", _AIM_M_MS),
            _row("M: plan with all next bests", took, "M, all", None),
            _row("M: one next best, asked of a plan at hand", took, "one", _AIM_ONE_MS),
        ),
    )


def _row(name: str, took: dict[str, float], task: str, aim: int | None) -> Row:
    figures = (f"{took[task]:.1f}", f"{took[task] / took['baseline']:.3f}")
    if aim is None:
        return Row(name, figures)
    return Row(name, figures, f"< {aim} ms", took[task] < aim)


def _planned(given: Season, *, explain: bool) -> Plan:
    return plan(given.volunteers, given.camps, ALL_PRICES, travel=given.travel, explain=explain)


def _problem(given: Season) -> Problem:
    return problem_of(given.volunteers, given.camps, ALL_PRICES, (), (), given.travel)
