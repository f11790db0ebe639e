"""Who may sit where: the hard rules, each with its bit, and what every allowed pair costs."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching import prices
from portal.jury.matching.pairs import Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Bools, Ints, Tables, among
from portal.jury.matching.types import Camp, Panel, Rule, Volunteer, tenths

Bits = NDArray[np.uint16]

# Cells looked at in one go.
_BLOCK = 2**20


def failing(problem: Problem, volunteer: Volunteer, camp: Camp, panel: Panel) -> Rule:
    """Every rule that keeps this person from this panel; falsy when none does."""
    rules = _said_no(volunteer, camp) | _away(volunteer, camp)
    if problem.policy.bar_owner and camp.owner is not None and volunteer.employer == camp.owner:
        rules |= Rule.EMPLOYER
    return rules | _out_of_reach(problem, volunteer, camp, panel)


def pairs(problem: Problem) -> Pairs:
    """All pairs the plan may choose from.

    Those whom locks leave no free day or no camp to serve are left out.
    """
    found = [_allowed(problem, cells) for cells in _open_cells(problem)]
    row, place, km = (np.concatenate(parts) for parts in zip(_NONE, *found, strict=True))
    cost = km + prices.surcharges(problem, row, place)
    return Pairs(problem, row.astype(np.int32), place.astype(np.int32), _short(km), cost)


_NONE = (np.zeros(0, dtype=np.int64),) * 3


def _short(km: Ints) -> NDArray[np.signedinteger]:
    """Half the room, unless somebody measures in light years."""
    return km.astype(np.int32) if km.max(initial=0) < 2**31 else km


def _open_cells(problem: Problem) -> Iterator[Ints]:
    """Cells (person times panels plus panel) on days when the person is free, block by block."""
    tables = problem.tables
    places = len(tables.camp)
    rows = max(1, _BLOCK // max(1, places))
    for first in range(0, len(problem.people), rows):
        free = problem.free_days[first : first + rows]
        yield np.flatnonzero(free[:, tables.day_of_place]) + first * places


def _allowed(problem: Problem, cells: Ints) -> tuple[Ints, Ints, Ints]:
    """Person, panel and way of those cells where no rule fails; the way is asked last."""
    cells = cells[_fixed_rules(problem, cells) == 0]
    row, place = np.divmod(cells, len(problem.tables.camp))
    km = problem.ways(row, place)
    allowed = _way_rules(problem, row, place, km) == 0
    return row[allowed], place[allowed], km[allowed]


def _fixed_rules(problem: Problem, cells: Ints) -> Bits:
    """The rules that need no way to be known, for rising cells."""
    tables = problem.tables
    row, place = np.divmod(cells, len(tables.camp))
    bits = _bits(~tables.comes[row, tables.day_of_place[place]], Rule.DAY)
    bits[among(cells, tables.conflicts)] |= Rule.CONFLICT.value
    bits[among(cells, tables.refused)] |= Rule.REFUSED.value
    bits[among(cells, tables.banned)] |= Rule.BANNED.value
    if problem.policy.bar_owner:
        owner = tables.owner[tables.camp[place]]
        bits |= _bits((owner >= 0) & (owner == tables.employer[row]), Rule.EMPLOYER)
    if tables.is_bound.any():
        bits |= _bits(~_goes_there(tables, row, place), Rule.AREA)
    return bits


def _way_rules(problem: Problem, row: Ints, place: Ints, km: Ints) -> Bits:
    """The rules on the way, in tenths of km, -1 for none."""
    tables = problem.tables
    return _bits(km < 0, Rule.UNREACHABLE) | _bits(km > tables.longest[row], Rule.DISTANCE)


def _goes_there(tables: Tables, row: Ints, place: Ints) -> Bools:
    """Whether people go there at all; a camp of unknown place is not ruled out."""
    camp = tables.camp[place]
    by_county, counties = tables.counties_offered
    by_town, towns = tables.towns_offered
    offered = counties[by_county[row], tables.camp_county[camp]]
    offered |= towns[by_town[row], tables.camp_town[camp]]
    return offered | ~tables.is_bound[row] | tables.remote[place]


def _bits(fails: Bools, rule: Rule) -> Bits:
    return fails.astype(np.uint16) * np.uint16(rule.value)


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
