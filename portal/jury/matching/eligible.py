"""Who may sit where: the hard rules, each with its bit, and what every allowed pair costs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from portal.jury.matching import prices
from portal.jury.matching.problem import Place, Problem
from portal.jury.matching.types import Camp, Panel, Rule, Travel, Volunteer, tenths


@dataclass(frozen=True)
class Option:
    """One person who may sit on one panel; ``cost`` is what the pair alone costs, in tenths."""

    volunteer: Volunteer
    camp: Camp
    panel: Panel
    km_tenths: int
    band: str
    over_water: bool
    cost: int

    @property
    def place(self) -> Place:
        """The panel, by ids."""
        return self.camp.id, self.panel.id


def failing(problem: Problem, volunteer: Volunteer, camp: Camp, panel: Panel) -> Rule:
    """Every rule that keeps this person from this panel; falsy when none does."""
    rules = _said_no(volunteer, camp) | _away(volunteer, camp)
    if problem.policy.bar_owner and camp.owner is not None and volunteer.employer == camp.owner:
        rules |= Rule.EMPLOYER
    return rules | _out_of_reach(problem, volunteer, camp, panel)


def options(problem: Problem) -> tuple[Option, ...]:
    """All pairs the plan may choose from, sorted by person, camp and panel.

    Those whom locks leave no free day or no camp to serve are left out.
    """
    by_day: dict[str, list[Camp]] = defaultdict(list)
    for camp in problem.camps.values():
        by_day[camp.day].append(camp)
    return tuple(
        option_of(problem, volunteer, camp, panel, travel)
        for volunteer in problem.volunteers.values()
        for camp in _open_camps(problem, volunteer, by_day)
        for panel in camp.panels
        if not failing(problem, volunteer, camp, panel)
        and (travel := problem.way(volunteer, camp, panel)) is not None
    )


def option_of(
    problem: Problem, volunteer: Volunteer, camp: Camp, panel: Panel, travel: Travel
) -> Option:
    """The pair with its price."""
    km_tenths = tenths(travel.km)
    cost = km_tenths + prices.surcharge(problem.policy, volunteer, camp)
    return Option(volunteer, camp, panel, km_tenths, travel.band, travel.over_water, cost)


def _open_camps(
    problem: Problem, volunteer: Volunteer, by_day: dict[str, list[Camp]]
) -> Iterator[Camp]:
    """The camps on days this person may still serve, in the order of their ids."""
    if problem.free_caps[volunteer.id]:
        days = volunteer.days | volunteer.if_needed
        free = [day for day in days if (volunteer.id, day) not in problem.locked_days]
        yield from sorted((camp for day in free for camp in by_day[day]), key=lambda camp: camp.id)


def _said_no(volunteer: Volunteer, camp: Camp) -> Rule:
    said = (
        (volunteer.conflicts, Rule.CONFLICT),
        (volunteer.refused, Rule.REFUSED),
        (volunteer.banned, Rule.BANNED),
    )
    return _join(rule for camps, rule in said if camp.id in camps)


def _away(volunteer: Volunteer, camp: Camp) -> Rule:
    return Rule(0) if camp.day in volunteer.days | volunteer.if_needed else Rule.DAY


def _out_of_reach(problem: Problem, volunteer: Volunteer, camp: Camp, panel: Panel) -> Rule:
    travel = problem.way(volunteer, camp, panel)
    rules = Rule.UNREACHABLE if travel is None else Rule(0)
    if panel.remote:
        return rules
    if not _in_area(volunteer, camp):
        rules |= Rule.AREA
    limit = volunteer.longest_km
    if travel is not None and limit is not None and tenths(travel.km) > tenths(limit):
        rules |= Rule.DISTANCE
    return rules


def _in_area(volunteer: Volunteer, camp: Camp) -> bool:
    """Whether the person goes there at all; a camp of unknown place is not ruled out."""
    offered = (
        (volunteer.counties, camp.county_code),
        (volunteer.municipalities, camp.municipality_code),
    )
    if volunteer.counties is None and volunteer.municipalities is None:
        return True
    return any(codes is not None and (code is None or code in codes) for codes, code in offered)


def _join(rules: Iterator[Rule]) -> Rule:
    joined = Rule(0)
    for rule in rules:
        joined |= rule
    return joined
