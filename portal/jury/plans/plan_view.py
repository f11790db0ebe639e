"""What the page of a plan shows beside its rows: figures, the map, and when people can come."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal import directory
from portal.geography import county_map
from portal.geography.county_map import CountyMap
from portal.jury.plans.plan_queries import ProposedCamp
from portal.jury.points import Point
from portal.jury.question import problems
from portal.models.jury import DayAnswer, JurySignup
from portal.models.plans import PlanAction, PlanRow
from portal.models.seasons import Camp, Panel, Season
from portal.text import sort_key

SORTS = ("date", "name", "county", "missing")
# The grid is for filling a seat by hand; longer lists have a page of their own.
MOST_IN_GRID = 40
_SCHOOL = re.compile("videregående skole|vidaregåande skule", re.IGNORECASE)
_BEST_FIRST = (DayAnswer.YES, DayAnswer.IF_NEEDED, DayAnswer.NO)


@dataclass(frozen=True)
class Figures:
    """How far juries are filled; ``km`` is how far their members travel on average.

    ``in_rounds`` are seats that several are asked for now: neither filled nor missing.
    """

    seats: int
    missing: int
    below_minimum: int
    km: float | None
    in_rounds: int = 0

    @property
    def filled(self) -> int:
        """Seats taken, none counted beyond what a jury has room for."""
        return self.seats - self.missing - self.in_rounds


@dataclass(frozen=True)
class Changes:
    """How many people would come, leave, or go elsewhere than they sit today."""

    joining: int
    leaving: int
    moving: int


@dataclass(frozen=True)
class Shade:
    """How far the juries of a county would be filled."""

    got: int
    need: int
    url: str = ""


@dataclass(frozen=True)
class Days:
    """When those without a seat can come: the days of the camps, and each one's answers.

    ``left_out`` is how many more there are.
    """

    days: list[date]
    rows: list[tuple[JurySignup, dict[date, DayAnswer]]]
    left_out: int


def proposed(camps: Iterable[ProposedCamp]) -> Figures:
    """The juries as the plan would have them."""
    camps = list(camps)
    rows = [row for each in camps for row in each.rows if row.action != PlanAction.REMOVE]
    panels = [panel for each in camps for panel in each.camp.panels]
    remote = {panel.id for panel in panels if panel.remote_allowed}
    return _figures(
        ((panel.minimum, panel.target, panel.id) for panel in panels),
        Counter(row.panel_id for row in rows),
        [row.km for row in rows if row.km is not None and row.panel_id not in remote],
        Counter({panel: seats for each in camps for panel, seats in each.in_rounds.items()}),
    )


def today(question: problems.Problem) -> Figures:
    """The juries as they stand: everybody who is asked or has said yes."""
    seated = [*question.locks, *question.standing]
    people = {each.id: each for each in question.volunteers}
    camps = {each.id: each for each in question.camps}
    remote = {panel.id for camp in question.camps for panel in camp.panels if panel.remote}
    return _figures(
        ((p.minimum, p.target, int(p.id)) for camp in question.camps for p in camp.panels),
        Counter(int(pair.panel or 0) for pair in seated),
        [
            question.travel(people[pair.volunteer], camps[pair.camp]).km
            for pair in seated
            if pair.panel not in remote
        ],
    )


def changes(rows: Sequence[PlanRow]) -> Changes:
    """Who would hear of it, were the plan applied."""
    joining = {row.person_id for row in rows if row.action == PlanAction.ADD}
    leaving = {row.person_id for row in rows if row.action == PlanAction.REMOVE}
    return Changes(len(joining - leaving), len(leaving - joining), len(joining & leaving))


def in_order(camps: Sequence[ProposedCamp], sort: str) -> list[ProposedCamp]:
    """The camps by one of ``SORTS``; those that come in the order of their days keep it."""
    if sort == "name":
        return sorted(camps, key=lambda each: sort_key(each.camp.name))
    if sort == "county":
        return sorted(camps, key=lambda each: sort_key(county(each)))
    if sort == "missing":
        return sorted(camps, key=lambda each: -each.missing)
    return list(camps)


def only_changed(camps: Sequence[ProposedCamp]) -> list[ProposedCamp]:
    """The camps where somebody would come or leave, with those rows alone."""
    return [
        ProposedCamp(
            each.camp,
            [row for row in each.rows if row.action != PlanAction.KEEP],
            each.filled,
            each.in_rounds,
        )
        for each in camps
        if each.new or each.leaving
    ]


def county(camp: ProposedCamp) -> str:
    """The name of the county that the camp is held in."""
    return directory.county_name(camp.camp.event.county_code)


def short_name(camp: Camp) -> str:
    """The school's name as short as tables and cards want it: ``Skien vgs.``; or the final's."""
    return _SCHOOL.sub("vgs.", camp.name)


def jury_label(panel: Panel) -> str:
    """The school or the final, and the number of the jury where there are several."""
    name, several = short_name(panel.camp), len(panel.camp.panels) > 1
    return _("%(school)s, jury %(number)s", school=name, number=panel.number) if several else name


def drawn(season: Season, camps: Sequence[ProposedCamp]) -> CountyMap:
    """The map of the counties as they are on the first day of the camps."""
    days = [each.camp.event.first_day for each in camps]
    return county_map.division(min(days, default=date(season.year, 10, 1)))


def shades(camps: Iterable[ProposedCamp]) -> dict[str, Shade]:
    """The counties that have camps, by code."""
    got: Counter[str] = Counter()
    need: Counter[str] = Counter()
    for each in camps:
        if code := each.camp.event.county_code:
            got[code] += min(each.filled, each.camp.target)
            need[code] += each.camp.target
    return {code: Shade(got[code], need[code]) for code in need}


def points(camps: Iterable[ProposedCamp]) -> list[Point]:
    """The camps on the map, each leading to its own part of the page."""
    found = []
    for each in camps:
        event, school = each.camp.event, each.camp.school
        at = (event.latitude, event.longitude)
        if school is not None and None in at:
            at = (school.latitude, school.longitude)
        if at[0] is not None and at[1] is not None:
            url = f"#camp-{event.slug}"
            found.append(Point(each.camp.name, at[0], at[1], each.filled, each.camp.target, url))
    return found


def days_of(camps: Sequence[ProposedCamp], unseated: Sequence[JurySignup]) -> Days:
    """When those without a seat can come, day by day."""
    day_of = {each.camp.id: each.camp.event.first_day for each in camps}
    rows = []
    for signup in unseated:
        said: dict[date, DayAnswer] = {}
        for each in signup.days:
            if day := day_of.get(each.camp_id):
                said[day] = min(said.get(day, each.answer), each.answer, key=_BEST_FIRST.index)
        if any(answer != DayAnswer.NO for answer in said.values()):
            rows.append((signup, said))
    return Days(sorted(set(day_of.values())), rows[:MOST_IN_GRID], len(rows[MOST_IN_GRID:]))


def who_can_come(unseated: Iterable[JurySignup]) -> dict[int, list[JurySignup]]:
    """Those without a seat who can come, by camp."""
    found: dict[int, list[JurySignup]] = defaultdict(list)
    for signup in unseated:
        for each in signup.days:
            if each.answer != DayAnswer.NO:
                found[each.camp_id].append(signup)
    return found


def _figures(
    panels: Iterable[tuple[int, int, int]],
    filled: Counter[int],
    km: Sequence[float],
    asked: Counter[int] | None = None,
) -> Figures:
    """``asked`` are seats that several are asked for: spoken for, though nobody has them yet."""
    seats = list(panels)
    empty = sum(max(0, target - filled[each]) for _minimum, target, each in seats)
    spoken = filled + (asked or Counter())
    missing = sum(max(0, target - spoken[each]) for _minimum, target, each in seats)
    return Figures(
        seats=sum(target for _minimum, target, _id in seats),
        missing=missing,
        below_minimum=sum(max(0, minimum - spoken[each]) for minimum, _target, each in seats),
        km=sum(km) / len(km) if km else None,
        in_rounds=empty - missing,
    )
