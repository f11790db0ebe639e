"""The cheapest repair of a season's juries: open seats filled, and the fewest people moved."""

from collections import defaultdict
from dataclasses import dataclass, replace

from portal.jury.matching import repair
from portal.jury.matching.types import Plan, Policy, Row, tenths
from portal.jury.question.problems import Problem


@dataclass(frozen=True)
class Step:
    """One person asked for a seat they do not have; ``from_camp`` is the one they would leave."""

    person_id: int
    camp_id: int
    from_camp_id: int | None = None


@dataclass(frozen=True)
class Repair:
    """What a repair does, in the order of camps. ``leaving`` lose their seat and get no other."""

    steps: tuple[Step, ...]
    leaving: tuple[Step, ...]

    @property
    def fills(self) -> int:
        """How many more seats are filled in the end."""
        return len(self.steps) - self.moved - len(self.leaving)

    @property
    def moved(self) -> int:
        """How many people would serve at another camp than they are asked for."""
        return sum(step.from_camp_id is not None for step in self.steps)


def cheapest(problem: Problem) -> Repair:
    """What would fill the most open seats and move the fewest people.

    Raises:
        NotProved: the optimum was not certified.
    """
    found = solve(problem)
    left: dict[str, list[str]] = defaultdict(list)
    for pair in found.removed:
        left[pair.volunteer].append(pair.camp)
    steps = tuple(_step(row, left) for row in found.rows if not row.kept and not row.locked)
    leaving = tuple(
        Step(int(person), int(camp)) for person, camps in sorted(left.items()) for camp in camps
    )
    return Repair(steps, leaving)


def solve(problem: Problem) -> Plan:
    """The staffing of the cheapest repair, with what a plan tells of it.

    Raises:
        NotProved: the optimum was not certified.
    """
    found = repair.rematch(
        problem.volunteers,
        problem.camps,
        problem.policy,
        problem.standing,
        problem.locks,
        travel=problem.travel,
    )
    return replace(found, rows=tuple(_without_moves(row, found.policy) for row in found.rows))


def _step(row: Row, left: dict[str, list[str]]) -> Step:
    came_from = left[row.volunteer].pop(0) if left.get(row.volunteer) else None
    return Step(int(row.volunteer), int(row.camp), int(came_from) if came_from else None)


def _without_moves(row: Row, policy: Policy) -> Row:
    """The row with no next best that would move somebody: what that costs here says nothing.

    Whatever moves nobody matters less than half of what a move costs in a re-match.
    """
    found = row.next_best
    if found is None or 2 * abs(found.price.cost) < tenths(policy.prices.change):
        return row
    return replace(row, next_best=None)
