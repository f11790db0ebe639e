"""One pair banned from a plan, or seated in it: the price, and the chain of moves."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from portal.jury.matching.network import Network
from portal.jury.matching.pairs import Option
from portal.jury.matching.problem import BadInput
from portal.jury.matching.rematch.best_flow import BestFlow
from portal.jury.matching.types import NextBest, NotProved
from portal.jury.matching.why import moving
from portal.jury.matching.why.paths import Step, pairs_changed


def without(network: Network, flow: BestFlow, arc: int) -> NextBest:
    """The best plan without the pair of ``arc``: who sits there then, and the price.

    Raises:
        BadInput: the plan does not have the pair.
    """
    if not flow.flow(arc):
        raise BadInput("the pair is not in the plan")
    with _closed(flow, [each for each in moving.same_seat(network, arc) if each != arc]):
        steps = flow.cheapest(flow.tail(arc), flow.head(arc), arc)
    if steps is None:
        raise NotProved("a seat can be neither refilled nor left empty")
    steps.append(Step(arc, back=True))
    taken, left = _changed(network, steps)
    return moving.without(network, arc, taken, left, moving.price(network, steps))


@contextmanager
def _closed(flow: BestFlow, arcs: Iterable[int]) -> Iterator[None]:
    """Arcs that carry nothing hold nothing meanwhile."""
    held = {arc: flow.capacity(arc) for arc in arcs}
    for arc in held:
        flow.room[2 * arc] = 0
    try:
        yield
    finally:
        for arc, capacity in held.items():
            flow.room[2 * arc] = capacity


def together_with(network: Network, flow: BestFlow, arc: int) -> NextBest:
    """The best plan with the pair of ``arc``, and what it costs; the person is the pair's own.

    Raises:
        BadInput: locked pairs leave no seat there.
    """
    person = network.options[int(network.option[arc])].volunteer.id
    if flow.flow(arc):
        return _told(network, (), person)
    steps = flow.cheapest(flow.head(arc), flow.tail(arc), arc)
    if steps is None:
        raise BadInput("locked pairs leave no seat there")
    return _told(network, [*steps, Step(arc, back=False)], person)


def _told(network: Network, steps: Sequence[Step], person: str | None) -> NextBest:
    return NextBest(person, moving.price(network, steps), moving.moves(*_changed(network, steps)))


def _changed(network: Network, steps: Sequence[Step]) -> tuple[list[Option], list[Option]]:
    taken, left = pairs_changed(network, steps)
    return [network.options[n] for n in taken], [network.options[n] for n in left]
