"""From a plan to its JSON, with the ids as the problem wrote them."""

from typing import Any

from portal.jury.matching.documents.reading import Names
from portal.jury.matching.types import Certificate, NextBest, Pair, Plan, Row, Rule, Unlock

Json = dict[str, Any]


def written(plan: Plan, names: Names) -> Json:
    """The plan as JSON values, in the shape of ``schemas/plan.schema.json``."""
    short = {
        level: [_certificate(each, names) for each in plan.certificates if each.level == level]
        for level in ("minimum", "target")
    }
    return {
        "status": "optimal",
        "objective": plan.objective._asdict(),
        "assignments": [_row(row, names) for row in plan.rows],
        "removed": [_seat(pair, names) for pair in plan.removed],
        "unfilled": short["minimum"],
        "unfilled_target": short["target"],
        "breaches": [
            {**_seat(breach.pair, names), "rules": [_rule(rule) for rule in breach.rules]}
            for breach in plan.breaches
        ],
        "mixed": [names.camps[camp] for camp in plan.mixed],
        "unproved": [names.camps[camp] for camp in plan.unproved],
        "input_hash": plan.input_hash,
    }


def _row(row: Row, names: Names) -> Json:
    return {
        **_seat(row.pair, names),
        "km": row.km,
        "band": str(row.band),
        "over_water": row.over_water,
        "reasons": list(row.reasons),
        "kept": row.kept,
        "locked": row.locked,
        "next_best": _next_best(row.next_best, names) if row.next_best else None,
    }


def _seat(pair: Pair, names: Names) -> Json:
    seat = {"volunteer": names.volunteers[pair.volunteer], "camp": names.camps[pair.camp]}
    panel = names.panels.get((pair.camp, pair.panel or ""))
    return seat if panel is None else {**seat, "panel": panel}


def _next_best(found: NextBest, names: Names) -> Json:
    return {
        "volunteer": None if found.volunteer is None else names.volunteers[found.volunteer],
        "price": found.price._asdict(),
        "moves": [
            {
                "volunteer": names.volunteers[move.volunteer],
                "from": None if move.from_camp is None else names.camps[move.from_camp],
                "to": None if move.to_camp is None else names.camps[move.to_camp],
            }
            for move in found.moves
        ],
    }


def _certificate(certificate: Certificate, names: Names) -> Json:
    return {
        "camps": [names.camps[camp] for camp in certificate.camps],
        "seats_needed": certificate.seats_needed,
        "volunteers": [names.volunteers[person] for person in certificate.volunteers],
        "seats_possible": certificate.seats_possible,
        "unlock": [_unlock(unlock, names) for unlock in certificate.unlock],
    }


def _unlock(unlock: Unlock, names: Names) -> Json:
    seat = _seat(Pair(unlock.volunteer, unlock.camp, unlock.panel), names)
    hint = {**seat, "rule": _rule(unlock.rule)}
    return hint if unlock.over_km is None else {**hint, "over_km": unlock.over_km}


def _rule(rule: Rule) -> str:
    return (rule.name or "").lower()
