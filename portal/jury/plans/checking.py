"""Which hard rules a plan breaks after changes by hand, and whether the audit finds any other.

A change by hand may break a rule: that is told, and somebody decides. What nobody decided is a
fault, and a plan with one is not applied.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.jury.matching import audit, eligible, prices
from portal.jury.matching.problem import Problem, problem_of
from portal.jury.matching.types import Pair, Row, Rule, Travel, tenths
from portal.jury.matching.types import Plan as Solution
from portal.jury.question import problems
from portal.models.plans import Plan, PlanAction, PlanRow

Seat = tuple[int, int]
"""A panel and a person, by their row ids."""

Sums = dict[Pair, list[tuple[Rule, frozenset[Pair]]]]
"""The sums that come out too high at a seat, each with all the seats that make it up."""


@dataclass(frozen=True)
class Check:
    """What was found: the rules broken at each seat, and what should not be there at all."""

    broken: dict[Seat, Rule] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def rules(self, row: PlanRow) -> Rule:
        """The rules that the row breaks; falsy when it breaks none."""
        return self.broken.get((row.panel_id, row.person_id), Rule(0))


def check(plan: Plan, question: problems.Problem) -> Check:
    """Look at each seat of the plan, and let the audit count it all once more.

    Promises given break no rule, whatever has changed since. Seats of people or camps that are
    no longer asked about are left out: such a plan is stale.
    """
    problem = problem_of(
        question.volunteers,
        question.camps,
        question.policy,
        question.locks,
        question.standing,
        question.travel,
    )
    rows = {_pair(row): row for row in plan.rows if _is_asked_about(row, problem)}
    promised = set(question.locks)
    rules = {pair: _rules(problem, pair) for pair in rows if pair not in promised}
    sums = _sums(problem, rows)
    excused = {pair for pair in rows if rules.get(pair) or sums.get(pair)}
    shown: dict[Seat, Rule] = {}
    for pair, row in rows.items():
        found = rules.get(pair, Rule(0)) | _to_tell(pair, sums, rows, promised)
        if found:
            shown[row.panel_id, row.person_id] = found
    return Check(shown, tuple(_faults(problem, rows, excused)))


def alternatives(
    question: problems.Problem, person_id: int
) -> dict[int, tuple[Travel | None, Rule]]:
    """For every panel: how far it is for the person, and which rules keep them from it.

    Empty for somebody who neither offered nor sits anywhere. Sums are not looked at.
    """
    problem = problem_of(
        question.volunteers, question.camps, question.policy, (), (), question.travel
    )
    volunteer = problem.volunteers.get(str(person_id))
    if volunteer is None:
        return {}
    return {
        int(panel.id): (
            problem.way(volunteer, camp, panel),
            eligible.failing(problem, volunteer, camp, panel),
        )
        for camp in problem.camps.values()
        for panel in camp.panels
    }


def _is_asked_about(row: PlanRow, problem: Problem) -> bool:
    pair = _pair(row)
    return (
        row.action != PlanAction.REMOVE
        and pair.volunteer in problem.volunteers
        and (pair.camp, pair.panel or "") in problem.panels
    )


def _rules(problem: Problem, pair: Pair) -> Rule:
    volunteer, camp = problem.volunteers[pair.volunteer], problem.camps[pair.camp]
    return eligible.failing(problem, volunteer, camp, problem.panels[pair.camp, pair.panel or ""])


def _sums(problem: Problem, pairs: Iterable[Pair]) -> Sums:
    people: dict[str, set[Pair]] = defaultdict(set)
    days: dict[tuple[str, str], set[Pair]] = defaultdict(set)
    places: dict[tuple[str, str], set[Pair]] = defaultdict(set)
    for pair in pairs:
        people[pair.volunteer].add(pair)
        days[pair.volunteer, problem.camps[pair.camp].day].add(pair)
        places[pair.camp, pair.panel or ""].add(pair)
    over = [
        (Rule.AT_MOST, seats)
        for person, seats in people.items()
        if len(seats) > problem.volunteers[person].at_most
    ]
    over += [(Rule.ONE_A_DAY, seats) for seats in days.values() if len(seats) > 1]
    over += [
        (Rule.SEATS, seats)
        for place, seats in places.items()
        if len(seats) > problem.panels[place].target
    ]
    found: Sums = defaultdict(list)
    for rule, seats in over:
        for pair in seats:
            found[pair].append((rule, frozenset(seats)))
    return found


def _to_tell(
    pair: Pair,
    sums: Sums,
    rows: dict[Pair, PlanRow],
    promised: set[Pair],
) -> Rule:
    """A sum too high is told of the seats that were given by hand, else of all that may change."""
    told = Rule(0)
    for rule, seats in sums.get(pair, ()):
        free = [each for each in seats if each not in promised]
        by_hand = [each for each in free if rows[each].by_hand]
        if pair in (by_hand or free):
            told |= rule
    return told


def _faults(problem: Problem, rows: dict[Pair, PlanRow], excused: set[Pair]) -> list[str]:
    """What the audit finds wrong when the seats that somebody decided on count as locked."""
    locks = tuple(sorted({*problem.locks, *excused} & set(rows), key=str))
    given = problem_of(
        list(problem.volunteers.values()),
        list(problem.camps.values()),
        problem.policy,
        locks,
        [*problem.standing, *(lock for lock in problem.locks if lock not in rows)],
        problem.travel,
    )
    solution = Solution(
        rows=tuple(_row(given, pair, pair in locks) for pair in sorted(rows, key=str)),
        removed=tuple(prices.given_up(given, list(rows))),
        objective=prices.objective(given, list(rows)),
        certificates=(),
        breaches=(),
        policy=given.policy,
        input_hash="",
    )
    return audit.check_seats(given, solution)


def _row(problem: Problem, pair: Pair, locked: bool) -> Row:
    volunteer, camp = problem.volunteers[pair.volunteer], problem.camps[pair.camp]
    way = problem.way(volunteer, camp, problem.panels[pair.camp, pair.panel or ""]) or Travel(0)
    return Row(
        volunteer=pair.volunteer,
        camp=pair.camp,
        panel=pair.panel or "",
        km_tenths=tenths(way.km),
        band=way.band,
        over_water=way.over_water,
        kept=pair in problem.standing,
        locked=locked,
        reasons=(),
    )


def _pair(row: PlanRow) -> Pair:
    return Pair(str(row.person_id), str(row.panel.camp_id), str(row.panel_id))
