"""Recounts why seats are empty: what the panels need, and what everybody there could fill."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from portal.jury.matching.audit_rules import Given, broken
from portal.jury.matching.types import Certificate, Panel, Plan, Rule, Unlock, Volunteer

Place = tuple[str, str]
# A rule that may be named to somebody else, and asked to be lifted.
_MAY_BE_NAMED = {Rule.DAY, Rule.AREA, Rule.DISTANCE, Rule.EMPLOYER, Rule.AT_MOST}


def certificates_wrong(given: Given, plan: Plan) -> Iterator[str]:
    """Every empty seat is covered once, and counting people and seats confirms each claim."""
    for certificate, reached in zip(
        plan.certificates, _reached(given, plan.certificates), strict=True
    ):
        locked = [lock for lock in given.locks if lock[1:] in set(certificate.panels)]
        counted = (
            _seats_needed(given, certificate),
            len(locked) + sum(reached.values()),
            tuple(sorted({*reached, *(lock.volunteer for lock in locked)})),
        )
        told = certificate.seats_needed, certificate.seats_possible, certificate.volunteers
        if counted != told:
            yield f"counting does not confirm why seats are empty at {certificate.camps}"
        yield from _hints_wrong(given, certificate)
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


def _seats_needed(given: Given, certificate: Certificate) -> int:
    panels = [_panel(given, place) for place in certificate.panels]
    is_minimum = certificate.level == "minimum"
    return sum(panel.minimum if is_minimum else panel.target for panel in panels)


def _panel(given: Given, place: Place) -> Panel:
    return next(panel for panel in given.camps[place[0]].panels if panel.id == place[1])


def _reached(given: Given, certificates: Sequence[Certificate]) -> list[dict[str, int]]:
    """For each certificate how many of its seats each person could fill, if any.

    One a day, and no more than offered; what locks take is left out. Everybody is asked, for each
    day they can come, only until one panel of a certificate will do.
    """
    calendar = _calendar(given, certificates)
    taken: dict[str, set[str]] = defaultdict(set)
    load = Counter(lock.volunteer for lock in given.locks)
    for lock in given.locks:
        taken[lock.volunteer].add(given.camps[lock.camp].day)
    reached: list[dict[str, int]] = [{} for _ in certificates]
    for person in given.volunteers.values():
        free = person.at_most - load[person.id]
        if free > 0:
            days = (person.days | person.if_needed) & calendar.keys() - taken[person.id]
            counts = Counter(n for day in days for n in _will_do(given, person, calendar[day]))
            for number, count in counts.items():
                reached[number][person.id] = min(free, count)
    return reached


_Day = dict[frozenset[int], list[Place]]


def _calendar(given: Given, certificates: Sequence[Certificate]) -> dict[str, _Day]:
    """The panels of each day by the certificates they are in."""
    numbers: dict[Place, set[int]] = defaultdict(set)
    for number, certificate in enumerate(certificates):
        for place in certificate.panels:
            numbers[place].add(number)
    calendar: dict[str, _Day] = defaultdict(lambda: defaultdict(list))
    for place, own in numbers.items():
        calendar[given.camps[place[0]].day][frozenset(own)].append(place)
    return calendar


def _will_do(given: Given, person: Volunteer, day: _Day) -> set[int]:
    """The certificates that have a panel the person could take that day."""
    found: set[int] = set()
    for numbers, places in sorted(day.items(), key=lambda each: -len(each[0])):
        if not numbers <= found and any(_may(given, person, place) for place in places):
            found |= numbers
    return found


def _may(given: Given, person: Volunteer, place: Place) -> bool:
    return next(broken(given, person, given.camps[place[0]], _panel(given, place)), None) is None


def _hints_wrong(given: Given, certificate: Certificate) -> Iterator[str]:
    """What is said to help is the only rule in the way, and one that may be named."""
    for hint in certificate.unlock:
        if hint.rule not in _MAY_BE_NAMED or _in_the_way(given, hint) != {hint.rule}:
            yield f"lifting that rule would not help at {hint.camp}"


def _in_the_way(given: Given, hint: Unlock) -> set[Rule]:
    person, camp = given.volunteers[hint.volunteer], given.camps[hint.camp]
    panel = _panel(given, (hint.camp, hint.panel))
    return {rule for rule, _ in broken(given, person, camp, panel)} or {Rule.AT_MOST}
