"""Who would come if a camp had one seat more: alone, or by others moving up."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from portal.jury.matching import moving, prices
from portal.jury.matching.network import Network
from portal.jury.matching.pairs import Option
from portal.jury.matching.paths import Residual, Step, pairs_changed
from portal.jury.matching.problem import Problem
from portal.jury.matching.types import Move, Objective, Pair, tenths

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
    return _each_once(
        _standby(
            option,
            _price(problem, seated, option, served[option.volunteer.id]),
            (Move(option.volunteer.id, None, option.camp.id),),
        )
        for _, option in candidates
        if served[option.volunteer.id] < option.volunteer.at_most
        and (option.volunteer.id, option.camp.day) not in days
    )


def chains(
    network: Network,
    residual: Residual,
    candidates: Sequence[Candidate],
    others: Iterable[Candidate],
) -> list[Standby]:
    """Which of ``others`` could come to a camp if somebody moved up for them, cheapest first.

    No chain leaves a seat empty anywhere, and none leads through the camp, whose pairs are
    ``candidates``.
    """
    inside = {network.sink}
    for arc, _ in candidates:
        inside.update((node for node, _ in _inwards(network, residual, arc)))
    came = _reached(residual, network.source, inside)
    found = []
    for arc, option in others:
        if (start := int(network.tail[arc])) in came:
            steps = [*_steps(came, start, network.source), Step(arc, back=False)]
            steps += [step for _, step in _inwards(network, residual, arc) if step is not None]
            found.append(_chain(network, option, steps))
    return _each_once(each for each in found if len(each.moves) <= MOST_MOVES)


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


def _price(problem: Problem, seated: Iterable[Pair], option: Option, served: int) -> int:
    """What one more at the panel costs beside those there: the pair, its crowd, its mix."""
    there = [pair for pair in seated if (pair.camp, pair.panel) == option.place]
    people = [problem.volunteers[pair.volunteer] for pair in there]
    said, person = problem.policy.prices, option.volunteer
    total = option.cost + _next(said.second_camp, 0, served)
    if problem.stands(person.id, *option.place):
        total -= tenths(said.change)
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


def _inwards(network: Network, residual: Residual, arc: int) -> Iterable[tuple[int, Step | None]]:
    """The nodes from where a pair's arc ends to the panel, each with the cheapest step on."""
    node = int(network.head[arc])
    while True:
        onwards = [
            (cost, step.arc, there, step)
            for there, cost, step in residual.ways[node]
            if not step.back and there != network.sink
        ]
        if not onwards:
            yield node, None
            return
        _, _, there, step = min(onwards, key=lambda way: way[:2])
        yield node, step
        node = there


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


def _chain(network: Network, option: Option, steps: list[Step]) -> Standby:
    taken, left = ([network.options[n] for n in side] for side in pairs_changed(network, steps))
    price = moving.price(network, steps)
    if price != Objective(0, 0, price.cost):
        raise AssertionError("a chain passes no seat that stays empty")
    return _standby(option, price.cost, moving.moves(taken, left))
