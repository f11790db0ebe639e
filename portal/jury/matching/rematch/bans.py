"""One pair banned from a plan, or seated in it: the price, and the chain of moves."""

from collections.abc import Sequence

from portal.jury.matching.network import Network
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
    steps = flow.cheapest(flow.tail(arc), flow.head(arc), arc)
    if steps is None:
        raise NotProved("a seat can be neither refilled nor left empty")
    steps.append(Step(arc, back=True))
    taken, _ = pairs_changed(network, steps)
    place = network.options[int(network.option[arc])].place
    there = (network.options[n] for n in reversed(taken) if network.options[n].place == place)
    return _told(network, steps, next((option.volunteer.id for option in there), None))


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
    taken, left = ([network.options[n] for n in side] for side in pairs_changed(network, steps))
    return NextBest(person, moving.price(network, steps), moving.moves(taken, left))
