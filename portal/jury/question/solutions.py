"""What the matching answered, as the rows and figures that a plan keeps."""

from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.jury.matching.types import Certificate, NextBest, Pair, Row
from portal.jury.matching.types import Plan as Solution
from portal.jury.plans import measuring
from portal.jury.question.problems import Problem
from portal.models.jury import JurySignup
from portal.models.plans import PlanAction, PlanRow
from portal.models.seasons import Season


def rows_of(
    season: Season, problem: Problem, solution: Solution, locked: set[Pair]
) -> list[PlanRow]:
    """The rows of a plan that answers ``problem`` with the pairs ``locked`` in the plan before."""
    signups = {
        str(juror): number
        for juror, number in db.session.execute(
            sa.select(JurySignup.juror_id, JurySignup.id).where(JurySignup.season_id == season.id)
        )
    }
    standing = {*problem.standing, *problem.locks}
    ways = _Ways(problem)
    rows = [_row(row, signups, standing, locked, ways) for row in solution.rows]
    rows += [_removed(pair, signups) for pair in solution.removed]
    return rows


def _row(
    row: Row, signups: dict[str, int], standing: set[Pair], locked: set[Pair], ways: "_Ways"
) -> PlanRow:
    kept = row.kept or row.pair in standing
    return PlanRow(
        panel_id=int(row.panel),
        person_id=int(row.volunteer),
        signup_id=signups.get(row.volunteer),
        action=PlanAction.KEEP if kept else PlanAction.ADD,
        km=row.km,
        band=row.band,
        over_water=row.over_water,
        reason={"codes": list(row.reasons), "next": _next(row.next_best, ways)},
        locked=row.pair in locked,
    )


def _removed(pair: Pair, signups: dict[str, int]) -> PlanRow:
    return PlanRow(
        panel_id=int(pair.panel or 0),
        person_id=int(pair.volunteer),
        signup_id=signups.get(pair.volunteer),
        action=PlanAction.REMOVE,
    )


class _Ways:
    """How far people would go if they changed camps."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._people = {each.id: each for each in problem.volunteers}
        self._camps = {each.id: each for each in problem.camps}

    def longer(self, found: NextBest) -> float | None:
        """How many km more all travel then; None where somebody may take part online."""
        camps = [camp for move in found.moves for camp in (move.from_camp, move.to_camp) if camp]
        if any(panel.remote for camp in camps for panel in self._camps[camp].panels):
            return None
        there = sum(self._km(move.volunteer, move.to_camp) for move in found.moves)
        here = sum(self._km(move.volunteer, move.from_camp) for move in found.moves)
        return round(there - here, 1)

    def _km(self, person: str, camp: str | None) -> float:
        if camp is None:
            return 0
        return self._problem.travel(self._people[person], self._camps[camp]).km


def _next(found: NextBest | None, ways: _Ways) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "person": int(found.volunteer) if found.volunteer else None,
        "below_minimum": found.price.below_minimum,
        "below_target": found.price.below_target,
        "km": found.price.cost / 10,
        "travel": ways.longer(found),
        "moves": [
            {
                "person": int(m.volunteer),
                "from": int(m.from_camp) if m.from_camp else None,
                "to": int(m.to_camp) if m.to_camp else None,
            }
            for m in found.moves
        ],
    }


def figures_of(problem: Problem, solution: Solution) -> dict[str, Any]:
    """What the plan is worth, and why seats stay empty: plain values, ids for people and camps.

    Beside what ``measuring.measures`` counts: the objective's ``cost`` in tenths of km, how many
    ``volunteers`` there were, the ``certificates`` of seats that stay empty, and the camps where
    wishes that cut across each other were left ``unproved``.
    """
    return {
        **measuring.measures(
            problem, [row.pair for row in solution.rows], {r.pair: r.km for r in solution.rows}
        ),
        "below_minimum": solution.objective.below_minimum,
        "below_target": solution.objective.below_target,
        "cost": solution.objective.cost,
        "volunteers": len(problem.volunteers),
        "mixed": [int(camp) for camp in solution.mixed],
        "unproved": [int(camp) for camp in solution.unproved],
        "certificates": [_certificate(each) for each in solution.certificates],
    }


def _certificate(found: Certificate) -> dict[str, Any]:
    return {
        "level": found.level,
        "camps": [int(camp) for camp in found.camps],
        "people": len(found.volunteers),
        "needed": found.seats_needed,
        "possible": found.seats_possible,
        "unlock": [
            {
                "person": int(each.volunteer),
                "camp": int(each.camp),
                "rule": each.rule.name or "",
                "over_km": each.over_km,
            }
            for each in found.unlock
        ],
    }
