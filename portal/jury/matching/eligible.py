"""Who may sit where: the hard rules, each with its bit, and what every allowed pair costs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.jury.matching import prices
from portal.jury.matching.large import nearby
from portal.jury.matching.pairs import Pairs
from portal.jury.matching.problem import Problem
from portal.jury.matching.tables import Bools, Ints, Tables, among
from portal.jury.matching.types import Camp, Panel, Rule, Volunteer, tenths

Bits = NDArray[np.uint16]

# Cells looked at in one go: asked for their ways, and given all their rules.
_BATCH = 2**21
_BLOCK = 2**18
_NONE = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Masks:
    """Which rules fail, a row per person and a column per panel; 0 where none does."""

    bits: Bits

    def of(self, row: int, place: int) -> Rule:
        """Every rule that keeps one person from one panel."""
        return Rule(int(self.bits[row, place]))


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
    found = [_allowed(problem, cells) for cells in _in_batches(_open_cells(problem))]
    cells, km, cost = (np.concatenate(parts) for parts in zip(_NONE, *found, strict=True))
    order = np.argsort(cells)
    row, place = np.divmod(cells[order], len(problem.juries))
    return Pairs(problem, row.astype(np.int32), place.astype(np.int32), km[order], cost[order])


def _short(km: Ints) -> NDArray[np.signedinteger]:
    """Half the room, unless somebody measures in light years."""
    return km.astype(np.int32) if km.max(initial=0) < 2**31 else km


def _open_cells(problem: Problem) -> Iterator[Ints]:
    """Cells (person times panels plus panel) on days when the person is free, block by block."""
    days = problem.tables.day_of_place
    free, count = problem.free_days.ravel(), len(problem.tables.days)
    for cells in nearby.cells(problem):
        row, place = np.divmod(cells, len(problem.juries))
        yield cells[free[row * count + days[place]]]


def _in_batches(blocks: Iterable[Ints]) -> Iterator[Ints]:
    """Small blocks joined, each rising: asking for ways once for many is cheaper."""
    waiting: list[Ints] = []
    for block in blocks:
        waiting.append(block)
        if sum(map(len, waiting)) >= _BATCH:
            yield np.sort(np.concatenate(waiting))
            waiting = []
    if waiting:
        yield np.sort(np.concatenate(waiting))


def _allowed(problem: Problem, cells: Ints) -> tuple[Ints, NDArray[np.signedinteger], Ints]:
    """Those of the rising cells where no rule fails, their ways and costs; ways are asked last."""
    cells = cells[_fixed_rules(problem, cells) == 0]
    row, place = np.divmod(cells, len(problem.juries))
    km = problem.ways(row, place)
    allowed = _way_rules(problem.tables, row, km) == 0
    row, place, km = row[allowed], place[allowed], km[allowed]
    return cells[allowed], _short(km), km + prices.surcharges(problem, row, place)


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


def _way_rules(tables: Tables, row: Ints, km: Ints) -> Bits:
    """The rules on the way, in tenths of km, -1 for none; to a remote panel there are 0."""
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


def masks(problem: Problem, rows: Ints | None = None, places: Ints | None = None) -> Masks:
    """Every rule that fails, for all people (or those of ``rows``) at all panels (or ``places``).

    Both rising.
    """
    rows = np.arange(len(problem.people)) if rows is None else rows
    places = np.arange(len(problem.juries)) if places is None else places
    bits = np.zeros((len(rows), len(places)), dtype=np.uint16)
    count = max(1, _BLOCK // max(1, len(places)))
    for first in range(0, len(rows) if len(places) else 0, count):
        own = rows[first : first + count]
        cells = (own[:, None] * len(problem.juries) + places).ravel()
        row, place = np.divmod(cells, len(problem.juries))
        km = problem.ways(row, place)
        failing = _fixed_rules(problem, cells) | _way_rules(problem.tables, row, km)
        bits[first : first + count] = failing.reshape(len(own), len(places))
    return Masks(bits)


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
