"""Seats that stay empty: the portal's plan, an independent optimum, and what people do by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

from bench.matching import by_hand, independent, rules
from bench.matching.rules import Possible, Staffing
from bench.matching.seasons import ALL_PRICES, CORE, Season, Size, season
from bench.report import Row, Table
from portal.jury.matching.planner import plan
from portal.jury.matching.types import Policy


@dataclass(frozen=True)
class _Seed:
    """One season, staffed in every way."""

    pairs: int
    wanted: int
    optimum: Staffing
    core: Staffing
    all_prices: Staffing
    by_hand: dict[str, Staffing]


_Way = Callable[[_Seed], Staffing]


def measure(size: Size, seeds: int) -> Table:
    """Empty seats and km, the mean of so many seasons."""
    taken = [_seed(season(size, seed)) for seed in range(seeds)]
    return Table(
        f"Juries by hand and proved best: {size.name}",
        f"{seeds} invented seasons of {size.volunteers} volunteers and {size.camps} camps, with"
        f" {mean(one.pairs for one in taken):.0f} pairs that may be and"
        f" {mean(one.wanted for one in taken):.0f} seats below the minimum; means per season."
        " Every way obeys every rule. Baseline: an optimum that shares no code with the portal's,"
        " found by HiGHS on the bare rules, level by level. A season counts as equal when no more"
        " seats are empty below the minimum and below the target and, where the prices are the same"
        " (core: travel, nearness and what each person said), when the cost is the same to a tenth"
        " of a km. Few km are no merit where it is the far seats that are empty.",
        ("empty below minimum", "empty below target", "km a seat", "seasons equal"),
        (
            _row("optimum by HiGHS", taken, lambda one: one.optimum),
            _proved("the portal, core prices", taken, lambda one: one.core, _has_same_cost),
            _proved("the portal, all prices", taken, lambda one: one.all_prices, _has_same_seats),
            *(_by_hand(name, taken) for name in by_hand.WAYS),
        ),
    )


def _seed(given: Season) -> _Seed:
    pairs = rules.possible(given)
    return _Seed(
        len(pairs),
        sum(by_hand.minimum(camp) for camp in given.camps),
        rules.staffing(given, independent.optimum(given, pairs)),
        _planned(given, pairs, CORE),
        _planned(given, pairs, ALL_PRICES),
        {name: rules.staffing(given, way(pairs)) for name, way in by_hand.WAYS.items()},
    )


def _planned(given: Season, pairs: Sequence[Possible], policy: Policy) -> Staffing:
    """The portal's plan, counted by the rules of the bench; KeyError if a pair is forbidden."""
    may = {(pair.volunteer.id, pair.camp.id): pair for pair in pairs}
    made = plan(given.volunteers, given.camps, policy, travel=given.travel)
    return rules.staffing(given, [may[row.volunteer, row.camp] for row in made.rows])


def _has_same_seats(found: Staffing, optimum: Staffing) -> bool:
    return (found.below_minimum, found.below_target) == (
        optimum.below_minimum,
        optimum.below_target,
    )


def _has_same_cost(found: Staffing, optimum: Staffing) -> bool:
    return _has_same_seats(found, optimum) and found.cost == optimum.cost


def _by_hand(name: str, taken: Sequence[_Seed]) -> Row:
    equal = sum(_has_same_seats(one.by_hand[name], one.optimum) for one in taken)
    return _row(name, taken, lambda one: one.by_hand[name], f"{equal} of {len(taken)}")


def _proved(
    name: str, taken: Sequence[_Seed], way: _Way, agrees: Callable[[Staffing, Staffing], bool]
) -> Row:
    equal = sum(agrees(way(one), one.optimum) for one in taken)
    return _row(name, taken, way, f"{equal} of {len(taken)}", "every one", equal == len(taken))


def _row(
    name: str,
    taken: Sequence[_Seed],
    way: _Way,
    equal: str = "",
    aim: str = "",
    reached: bool | None = None,
) -> Row:
    figures = (
        f"{mean(way(one).below_minimum for one in taken):.1f}",
        f"{mean(way(one).below_target for one in taken):.1f}",
        f"{mean(way(one).km_per_seat for one in taken):.1f}",
        equal,
    )
    return Row(name, figures, aim, reached)
