"""Who would come if a camp had one seat more: alone, or by others moving up."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from portal.jury.matching import prices
from portal.jury.matching.network import Network
from portal.jury.matching.pairs import Option
from portal.jury.matching.problem import Problem
from portal.jury.matching.types import Move, Pair, tenths
from portal.jury.matching.why import moving
from portal.jury.matching.why.paths import Residual, Step, pairs_changed

Candidate = tuple[int, Option]
"""A pair that could be, with its arc."""
MOST_MOVES = 5
"""A chain in which more people change place is not worth telling."""
_Came = dict[int, tuple[int, Step]]


@dataclass(frozen=True)
class Standby:
    """One who would take a seat more at a camp, what that costs in tenths of km, and who moves."""

    volunteer: str
    camp: str
    panel: str
    km_tenths: int
    band: str
    over_water: bool
    cost: int
    moves: tuple[Move, ...]


def direct(
    problem: Problem, candidates: Iterable[Candidate], seated: Collection[Pair]
) -> list[Standby]:
    """Those with the day free and a camp to spare, cheapest first, each once."""
    served = Counter(pair.volunteer for pair in seated)
    days = {(pair.volunteer, problem.camps[pair.camp].day) for pair in seated}
    later = problem.policy.prices.second_camp
    return _each_once(
        _standby(
            option,
            _at_panel(problem, seated, option) + _next(later, 0, served[option.volunteer.id]),
            (Move(option.volunteer.id, None, option.camp.id),),
        )
        for _, option in candidates
        if served[option.volunteer.id] < option.volunteer.at_most
        and (option.volunteer.id, option.camp.day) not in days
    )


def chains(
    network: Network, residual: Residual, candidates: Sequence[Candidate], seated: Collection[Pair]
) -> list[Standby]:
    """Those of a camp's ``candidates`` who could come if others moved up, cheapest first.

    No chain leaves a seat empty anywhere, and none leads through the camp itself.
    """
    inside = {network.sink, *(int(network.head[arc]) for arc, _ in candidates)}
    came = _reached(residual, network.source, inside)
    there = {(pair.volunteer, pair.camp) for pair in seated}
    found = []
    for arc, option in candidates:
        start = int(network.tail[arc])
        if start in came and (option.volunteer.id, option.camp.id) not in there:
            steps = _steps(came, start, network.source)
            # The network has no room for a seat more at the camp: what it costs is counted.
            price = moving.price(network, steps).cost
            price += _at_panel(network.options.problem, seated, option)
            taken, left = pairs_changed(network, [*steps, Step(arc, back=False)])
            moves = moving.moves(*([network.options[n] for n in side] for side in (taken, left)))
            found.append(_standby(option, price, moves))
    return _each_once(each for each in found if 1 < len(each.moves) <= MOST_MOVES)


def _each_once(found: Iterable[Standby]) -> list[Standby]:
    ranked = sorted(found, key=lambda each: (each.cost, each.volunteer, each.panel))
    first = {each.volunteer: each for each in reversed(ranked)}
    return [each for each in ranked if first[each.volunteer] is each]


def _standby(option: Option, cost: int, moves: tuple[Move, ...]) -> Standby:
    return Standby(
        option.volunteer.id,
        *option.place,
        option.km_tenths,
        option.band,
        option.over_water,
        cost,
        moves,
    )


def _at_panel(problem: Problem, seated: Iterable[Pair], option: Option) -> int:
    """What one more at the panel costs beside those there: the pair, its crowd, its mix."""
    there = [pair for pair in seated if (pair.camp, pair.panel) == option.place]
    people = [problem.volunteers[pair.volunteer] for pair in there]
    said, person, total = problem.policy.prices, option.volunteer, option.cost
    stands = {Pair(person.id, option.camp.id, panel) for panel in (option.panel.id, None)}
    total -= tenths(said.change) * len(stands & problem.standing)
    if (town := person.municipality_code) is not None:
        own = [each for each in people if each.municipality_code == town]
        first = prices.local_rebate(problem, option.camp.id, town)
        total += _next(said.same_municipality, first, len(own))
        if person.employer is not None:
            colleagues = sum(each.employer == person.employer for each in own)
            total += _next(said.same_employer, 0, colleagues)
    joined = [*there, Pair(person.id, *option.place)]
    return total + prices.mixing(problem, joined) - prices.mixing(problem, there)


def _next(later: tuple[float, ...], first: float, taken: int) -> int:
    return prices.steps(later, first, taken, 1)[0]


# ------------------------------------------------------------------------------------- chains


def _reached(residual: Residual, source: int, blocked: Collection[int]) -> _Came:
    """How each node is reached from people with a camp to spare: the cheapest way, then fewest."""
    best: dict[int, tuple[int, int]] = {source: (0, 0)}
    came: _Came = {}
    done = set(blocked)
    waiting = [(0, 0, source)]
    while waiting:
        distance, steps, node = heappop(waiting)
        if node in done:
            continue
        done.add(node)
        for there, cost, step in residual.ways[node]:
            reached = distance + cost, steps + 1
            if there not in done and (there not in best or reached < best[there]):
                best[there] = reached
                came[there] = node, step
                heappush(waiting, (*reached, there))
    return came


def _steps(came: _Came, node: int, source: int) -> list[Step]:
    steps = []
    while node != source:
        node, step = came[node]
        steps.append(step)
    return steps[::-1]
