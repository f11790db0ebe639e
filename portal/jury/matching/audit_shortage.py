"""Recounts why seats are empty: what the panels need, and what everybody there could fill."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from portal.jury.matching.audit_census import Census, Place
from portal.jury.matching.audit_rules import Given, broken
from portal.jury.matching.types import Certificate, Panel, Plan, Rule

# A rule that may be named to somebody else, and asked to be lifted.
_MAY_BE_NAMED = {Rule.DAY, Rule.AREA, Rule.DISTANCE, Rule.EMPLOYER, Rule.AT_MOST}


def certificates_wrong(given: Given, plan: Plan) -> Iterator[str]:
    """Every empty seat is covered once, and counting people and seats confirms each claim."""
    panels = {(camp.id, panel.id): panel for camp in given.camps.values() for panel in camp.panels}
    for certificate, reached in zip(
        plan.certificates, _reached(given, plan.certificates), strict=True
    ):
        locked = [lock for lock in given.locks if lock[1:] in set(certificate.panels)]
        counted = (
            _seats_needed(panels, certificate),
            len(locked) + sum(reached.values()),
            tuple(sorted({*reached, *(lock.volunteer for lock in locked)})),
        )
        told = certificate.seats_needed, certificate.seats_possible, certificate.volunteers
        if counted != told:
            yield f"counting does not confirm why seats are empty at {certificate.camps}"
        yield from _hints_wrong(given, panels, certificate)
    yield from _seats_uncovered(plan)


def _seats_uncovered(plan: Plan) -> Iterator[str]:
    empty = {"minimum": plan.objective.below_minimum, "target": plan.objective.below_target}
    for level, seats in empty.items():
        own = [each for each in plan.certificates if each.level == level]
        if seats != sum(certificate.shortfall for certificate in own):
            yield f"not every empty seat below the {level} is accounted for"
        panels = Counter(panel for certificate in own for panel in certificate.panels)
        if any(times > 1 for times in panels.values()):
            yield f"seats below the {level} are counted twice"


def _seats_needed(panels: dict[Place, Panel], certificate: Certificate) -> int:
    own = [panels[place] for place in certificate.panels]
    is_minimum = certificate.level == "minimum"
    return sum(panel.minimum if is_minimum else panel.target for panel in own)


def _reached(given: Given, certificates: Sequence[Certificate]) -> list[dict[str, int]]:
    """For each certificate how many of its seats each person could fill, if any.

    One a day, and no more than offered; what locks take is left out.
    """
    reached: list[dict[str, int]] = [{} for _ in certificates]
    census = Census(given, [place for each in certificates for place in each.panels])
    number = {place: n for n, place in enumerate(census.places)}
    for own, certificate in zip(reached, certificates, strict=True):
        is_inside = np.zeros(len(number), dtype=bool)
        is_inside[[number[place] for place in certificate.panels]] = True
        slots = np.unique(census.slot[is_inside[census.place]])
        people, days = np.unique(slots // max(1, len(census.days)), return_counts=True)
        for person, count in zip(people.tolist(), days.tolist(), strict=True):
            own[census.people[person].id] = min(census.free[person], count)
    return reached


def _hints_wrong(
    given: Given, panels: dict[Place, Panel], certificate: Certificate
) -> Iterator[str]:
    """What is said to help is the only rule in the way, and one that may be named."""
    for hint in certificate.unlock:
        person, camp = given.volunteers[hint.volunteer], given.camps[hint.camp]
        faults = broken(given, person, camp, panels[hint.camp, hint.panel])
        rules = {rule for rule, _ in faults} or {Rule.AT_MOST}
        if rules != {hint.rule} or hint.rule not in _MAY_BE_NAMED:
            yield f"lifting that rule would not help at {hint.camp}"
