"""Offers and camps as the plain values that the matching reads.

Pages that say what suits somebody turn an offer into these as a plan does, so that both mean one
thing.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Protocol

from portal.geography import counties, municipalities
from portal.jury.matching import travel
from portal.jury.matching.types import Camp as MatchedCamp
from portal.jury.matching.types import Panel as MatchedPanel
from portal.jury.matching.types import Volunteer
from portal.jury.question.backgrounds import NO_BACKGROUND, Background
from portal.jury.question.said import Answers, Asked
from portal.models.jury import DayAnswer, Wish
from portal.models.seasons import Camp, Panel

_PRIVATE = "private"
_NO_OWNERS: Mapping[str, str] = MappingProxyType({})
_NOTHING_SPOKEN_FOR: Mapping[int, int] = MappingProxyType({})


def camp_of(
    camp: Camp,
    owners: Mapping[str, str] = _NO_OWNERS,
    spoken_for: Mapping[int, int] = _NOTHING_SPOKEN_FOR,
) -> MatchedCamp:
    """A camp with its juries; ``owners`` says who owns the public schools of a county.

    ``spoken_for`` counts, by the row id of a jury, seats that open rounds of asking have to give.
    """
    county = camp.event.county_code
    on = camp.event.first_day
    private = camp.school is None or camp.school.owner == _PRIVATE
    return MatchedCamp(
        id=str(camp.id),
        day=on.isoformat(),
        panels=tuple(_panel_of(panel, spoken_for.get(panel.id, 0)) for panel in camp.panels),
        municipality_code=code_on(camp.event.municipality_code, on),
        county_code=county,
        neighbour_counties=travel.neighbour_counties(county, on) if county else frozenset(),
        owner=None if private or county is None else owners.get(county),
    )


def _panel_of(panel: Panel, spoken_for: int) -> MatchedPanel:
    return MatchedPanel(
        str(panel.id),
        max(0, panel.minimum - spoken_for),
        max(0, panel.target - spoken_for),
        panel.remote_allowed,
    )


class Terms(Protocol):
    """What somebody offers beside days and schools: an offer on its way, or a sign-up."""

    @property
    def municipality_code(self) -> str: ...
    @property
    def at_most(self) -> int: ...
    @property
    def longest_km(self) -> int | None: ...
    @property
    def counties(self) -> Sequence[str]: ...
    @property
    def takes_ferry(self) -> bool: ...


@dataclass(frozen=True)
class Person:
    """Who makes an offer: the id, the employer's id if it is one of ours, and what a mix asks of.

    ``refused`` are camps, by row id, that are out of question whatever the offer says.
    """

    id: str
    employer: str | None = None
    refused: Set[int] = frozenset()
    background: Background = NO_BACKGROUND


def volunteer_of(
    person: Person, terms: Terms, answers: Answers, schools: Iterable[int], asked: Asked, day: date
) -> Volunteer:
    """Somebody who offers to serve, as far as it concerns the camps asked about.

    ``answers`` go by camp; one that is not answered for is out of question. ``schools`` are those
    that something stands in the way of. Codes are read as of ``day``.
    """
    told = {camp: each for camp, each in answers.items() if camp in asked.days}
    yes = {camp for camp, (answer, _wish) in told.items() if answer == DayAnswer.YES}
    if_needed = {camp for camp, (answer, _wish) in told.items() if answer == DayAnswer.IF_NEEDED}
    sure = _days(asked, yes)
    return Volunteer(
        id=person.id,
        municipality_code=code_on(terms.municipality_code, day),
        county_code=county_on(terms.municipality_code, day),
        days=sure,
        if_needed=_days(asked, if_needed) - sure,
        at_most=terms.at_most,
        longest_km=terms.longest_km,
        counties=related(terms.counties),
        takes_ferry=terms.takes_ferry,
        employer=person.employer,
        conflicts=_ids(camp for school in schools for camp in asked.schools.get(school, ())),
        # One may come to one camp of a day and not to another.
        refused=_ids(asked.days.keys() - yes - if_needed | person.refused),
        wishes=_ids(camp for camp, (_answer, wish) in told.items() if wish == Wish.WISH),
        avoids=_ids(camp for camp, (_answer, wish) in told.items() if wish == Wish.AVOID),
        experienced=person.background.experienced,
        field=person.background.field,
    )


def related(codes: Iterable[str]) -> frozenset[str] | None:
    """The counties and those they came from or became: an offer outlives a reform. None for any."""
    offered = tuple(codes)
    if not offered:
        return None
    return frozenset(
        county.code
        for county in counties.all()
        if any(counties.related(county.code, code) for code in offered)
    )


def code_on(code: str | None, on: date) -> str | None:
    """The municipality's code that day, None when it is of none."""
    known = municipalities.current_codes(code, on) if code else ()
    return known[0] if known else None


def county_on(code: str | None, on: date) -> str | None:
    """The code of the county that the municipality lies in that day."""
    current = code_on(code, on)
    return municipalities.county_of(current, on).code if current else None


def _days(asked: Asked, camps: Iterable[int]) -> frozenset[str]:
    return frozenset(asked.days[camp] for camp in camps)


def _ids(camps: Iterable[int]) -> frozenset[str]:
    return frozenset(map(str, camps))
