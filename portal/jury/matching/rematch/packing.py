"""A plan's flow and dual prices as bytes, to be stored beside it and trusted by nobody.

What is read back is used only where the names and arcs are those it was made from, and only after
the dual prices have proved the flow once more.
"""

import hashlib
import io
import zipfile
import zlib

import numpy as np

from portal.jury.matching import eligible, network, solve
from portal.jury.matching.network import Ints, Network
from portal.jury.matching.problem import Problem
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.rematch.weights import plain_costs
from portal.jury.matching.solve import Solution
from portal.jury.matching.types import NotProved

_VERSION = 1
_DAMAGED = (KeyError, ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


class OtherInput(Exception):
    """What was stored belongs to another question, or is no proof at all: solve anew."""


def pack(warm: Warm) -> bytes:
    """The state as bytes, for ``unpack`` with the problem that ``warm.answered()`` gives."""
    state = Warm.standing(warm.answered(), warm.pairs()) if warm.is_repaired else warm
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        version=np.int64(_VERSION),
        input=np.frombuffer(_fingerprint(state.problem, state.network), dtype=np.uint8),
        flow=_narrow(state.solution.flow),
        duals=_narrow(state.solution.duals),
        repair=_narrow(state.duals),
    )
    return packed.getvalue()


def unpack(problem: Problem, packed: bytes) -> Warm:
    """The state that ``pack`` made for the same problem, whoever stood before it then or now.

    Raises:
        OtherInput: it was made for another, or does not prove its plan.
    """
    net = network.build(problem, eligible.pairs(problem))
    version, belongs_to, flow, duals, repair = _read(packed)
    if version.tolist() != _VERSION or belongs_to.tobytes() != _fingerprint(problem, net):
        raise OtherInput("the plan was made from something else")
    sizes = (len(net.tail),), (net.nodes,), (net.nodes,)
    if (flow.shape, duals.shape, repair.shape) != sizes:
        raise OtherInput("the proof does not fit the plan")
    try:
        state = Warm(problem, net, _solution(net, flow, duals), repair)
        state.check()
    except NotProved as error:
        raise OtherInput("the proof does not hold") from error
    return state


def _solution(net: Network, flow: Ints, duals: Ints) -> Solution:
    """The plan by its own prices. Where others stood before it, dual prices are found anew."""
    costs = net.weighted()
    try:
        solve.check_duals(net, flow, costs, duals)
    except NotProved:
        duals = solve.certify(net, flow, costs)
    solve.check_duals(net, flow, costs, duals)
    return Solution(flow, duals, costs)


def _read(packed: bytes) -> list[Ints]:
    names = ("version", "input", "flow", "duals", "repair")
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as found:
            arrays = [found[name] for name in names]
    except _DAMAGED as error:
        raise OtherInput("what was stored cannot be read") from error
    if any(each.dtype.kind not in "iu" for each in arrays):
        raise OtherInput("what was stored are no whole numbers")
    return [*arrays[:2], *(each.astype(np.int64) for each in arrays[2:])]


def _narrow(numbers: Ints) -> Ints:
    """The same numbers in as few bytes as hold them all."""
    lowest, highest = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    kinds = (np.dtype(kind) for kind in ("i1", "i2", "i4", "i8"))
    return numbers.astype(next(kind for kind in kinds if _holds(kind, lowest, highest)))


def _holds(kind: "np.dtype[np.signedinteger]", lowest: int, highest: int) -> bool:
    limits = np.iinfo(kind)
    return bool(limits.min <= lowest and highest <= limits.max)


def _fingerprint(problem: Problem, net: Network) -> bytes:
    """Names the arcs, what they cost and hold, and whose they are.

    Not who stood before: the plan is the best by the weights of a repair whoever that was.
    """
    found = hashlib.sha256()
    pairs = net.options.volunteer, net.options.place
    arcs = net.tail, net.head, net.capacity, plain_costs(net), net.staffing, net.option
    for numbers in (*arcs, *pairs):
        found.update(numbers.astype(np.int64).tobytes())
    names = (
        [net.nodes, net.supply, list(problem.volunteers), list(problem.panels)],
        [tuple(lock) for lock in problem.locks],
    )
    found.update(repr(names).encode())
    return found.digest()
