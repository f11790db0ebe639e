"""Which camps suit somebody, by the rules of the matching, and what would bring the others in.

Plain values in and out. What would bring a camp in is found by changing one answer and asking the
same rules again, so that nothing is promised here that a plan would not keep.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.geography.travel import TRIP_KM
from portal.jury.matching import eligible
from portal.jury.matching.problem import problem_of
from portal.jury.matching.types import Camp, Panel, Policy, Rule, Travel, TravelEstimate, Volunteer

# A camp without juries yet is looked at as if it had one.
_SOME_PANEL = Panel("", 0, 1)
# What is out of question for other reasons than where and how far.
_REACH = Rule.AREA | Rule.DISTANCE | Rule.UNREACHABLE
_TWICE = 2


class Fit(StrEnum):
    """How a camp suits somebody."""

    SUITS = "suits"
    OUTSIDE = "outside"
    OTHER = "other"


class Change(StrEnum):
    """The one answer that, changed, would bring a camp in."""

    DAY = "day"
    FERRY = "ferry"
    DISTANCE = "distance"
    COUNTY = "county"


@dataclass(frozen=True)
class Suitability:
    """How one camp suits: the rules that keep the person away, and what would bring it in."""

    camp: str
    rules: Rule
    change: Change | None = None

    @property
    def fit(self) -> Fit:
        """Suits, just outside what was said, or neither."""
        if not self.rules:
            return Fit.SUITS
        return Fit.OUTSIDE if self.change else Fit.OTHER


def judge(
    volunteer: Volunteer, camps: Iterable[Camp], policy: Policy, travel: TravelEstimate
) -> dict[str, Suitability]:
    """How each of ``camps`` suits the person, by its id.

    A camp suits when the matching may give the person a seat there: on any one of its juries.
    """
    return {camp.id: _judged(volunteer, camp, policy, travel) for camp in camps}


def rules_of(volunteer: Volunteer, camp: Camp, policy: Policy, travel: TravelEstimate) -> Rule:
    """The rules that keep the person from the camp; those of the jury that is easiest to join."""
    panels = camp.panels or (_SOME_PANEL,)
    problem = problem_of([volunteer], [replace(camp, panels=panels)], policy, (), (), travel)
    failing = (eligible.failing(problem, volunteer, camp, panel) for panel in panels)
    return min(failing, key=lambda rules: (rules.value.bit_count(), rules.value))


def is_in_reach(volunteer: Volunteer, camp: Camp, way: Travel | None) -> bool:
    """Whether the camp lies where and as near as the person goes, whatever the day."""
    return not rules_of(volunteer, camp, Policy(), lambda _volunteer, _camp: way) & _REACH


def _judged(
    volunteer: Volunteer, camp: Camp, policy: Policy, travel: TravelEstimate
) -> Suitability:
    rules = rules_of(volunteer, camp, policy, travel)
    if not rules:
        return Suitability(camp.id, rules)
    for change, changed in _changes(volunteer, camp, travel):
        if not rules_of(changed, camp, policy, travel):
            return Suitability(camp.id, rules, change)
    return Suitability(camp.id, rules)


def _changes(
    volunteer: Volunteer, camp: Camp, travel: TravelEstimate
) -> Iterator[tuple[Change, Volunteer]]:
    """The same person with one answer changed: first what asks for the least."""
    yield (
        Change.DAY,
        replace(volunteer, days=volunteer.days | {camp.day}, refused=volunteer.refused - {camp.id}),
    )
    if not volunteer.takes_ferry:
        yield Change.FERRY, replace(volunteer, takes_ferry=True)
    way = travel(volunteer, camp)
    if way is None:
        return
    limit = volunteer.longest_km
    if limit is not None and way.km <= _TWICE * limit:
        yield Change.DISTANCE, replace(volunteer, longest_km=way.km)
    if volunteer.counties is not None and camp.county_code is not None and way.km <= TRIP_KM:
        yield Change.COUNTY, replace(volunteer, counties=volunteer.counties | {camp.county_code})
