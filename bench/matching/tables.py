"""All tables of the matching, small seasons first."""

from collections.abc import Iterator

from bench.matching import dropouts, huge, large, plans, staffing
from bench.matching.seasons import M, S
from bench.report import Table

_SEEDS, _SEEDS_OF_M = 40, 5


def measure() -> Iterator[Table]:
    """One table after the other, as each is measured."""
    yield plans.measure()
    yield staffing.measure(S, _SEEDS)
    yield staffing.measure(M, _SEEDS_OF_M)
    yield large.measure()
    yield dropouts.measure()
    yield huge.measure()
