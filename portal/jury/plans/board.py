"""A plan as a board: a lane for each jury of some days or counties, a card for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal import directory
from portal.geography import travel
from portal.jury.matching.types import Rule
from portal.jury.plans.checking import Check
from portal.jury.plans.plan_queries import ProposedCamp
from portal.jury.plans.plan_view import jury_label
from portal.jury.signup import nearness
from portal.models.accounts import Person
from portal.models.jury import DayAnswer, JurySignup
from portal.models.plans import PlanAction, PlanRow
from portal.models.seasons import Camp, Panel
from portal.text import sort_key

NONE = Rule(0)


@dataclass(frozen=True)
class Shown:
    """Which camps have lanes: those of a day, of a county, or both. ``everyone`` shows all without
    a seat, also those who cannot come.
    """

    day: date | None = None
    county: str = ""
    everyone: bool = False

    def holds(self, camp: Camp) -> bool:
        """Whether the camp has a lane."""
        event = camp.event
        return self.day in (None, event.first_day) and self.county in ("", event.county_code)


@dataclass(frozen=True)
class Card:
    """A person on the board. ``near`` is the school that the distance of one without a seat is to.

    ``row`` is the seat, ``broken`` the rules it breaks; ``if_needed`` when they would rather not.
    """

    person: Person
    km: float | None
    band: str
    over_water: bool = False
    row: PlanRow | None = None
    broken: Rule = NONE
    near: str = ""
    if_needed: bool = False


@dataclass(frozen=True)
class Lane:
    """One jury and those on it; ``in_rounds`` are its seats that several are asked for now."""

    camp: Camp
    panel: Panel
    cards: list[Card]
    in_rounds: int = 0

    @property
    def label(self) -> str:
        """The school, and the number of the jury where there are several."""
        return jury_label(self.panel)


@dataclass(frozen=True)
class Board:
    """The lanes shown, those without a seat, and what else could be shown.

    ``elsewhere`` is how many without a seat cannot come on the days shown.
    """

    shown: Shown
    lanes: list[Lane]
    unseated: list[Card]
    elsewhere: int
    days: list[date]
    counties: list[tuple[str, str]]


def chosen(camps: Sequence[ProposedCamp], day: str, county: str, everyone: bool) -> Shown:
    """What the address asks for; the first day where it asks for nothing that there is."""
    days = sorted({each.camp.event.first_day for each in camps})
    found_day = next((each for each in days if each.isoformat() == day), None)
    codes = {each.camp.event.county_code for each in camps}
    found_county = county if county in codes else ""
    if found_day is None and not found_county:
        found_day = days[0] if days else None
    return Shown(found_day, found_county, everyone)


def laid_out(
    camps: Sequence[ProposedCamp], unseated: Sequence[JurySignup], shown: Shown, checked: Check
) -> Board:
    """The board of the camps that are shown."""
    here = [each for each in camps if shown.holds(each.camp)]
    able, others = _by_answer(unseated, [each.camp for each in here])
    cards = able + (others if shown.everyone else [])
    codes = {each.camp.event.county_code or "" for each in camps} - {""}
    return Board(
        shown,
        [_lane(each, panel, checked) for each in here for panel in each.camp.panels],
        cards,
        0 if shown.everyone else len(others),
        sorted({each.camp.event.first_day for each in camps}),
        sorted(
            ((code, directory.county_name(code)) for code in codes),
            key=lambda choice: sort_key(choice[1]),
        ),
    )


def _lane(camp: ProposedCamp, panel: Panel, checked: Check) -> Lane:
    cards = [
        Card(row.person, row.km, row.band, row.over_water, row, checked.rules(row))
        for row in camp.rows
        if row.panel_id == panel.id and row.action != PlanAction.REMOVE
    ]
    return Lane(camp.camp, panel, cards, camp.in_rounds.get(panel.id, 0))


def _by_answer(
    unseated: Sequence[JurySignup], camps: Sequence[Camp]
) -> tuple[list[Card], list[Card]]:
    """Those who can come to a camp shown, the surest and nearest first; then all others."""
    able, others = [], []
    for signup in unseated:
        said = {each.camp_id: each.answer for each in signup.days}
        reached = [camp for camp in camps if said.get(camp.id, DayAnswer.NO) != DayAnswer.NO]
        if not reached:
            others.append(_card(signup, camps, if_needed=False))
            continue
        surely = any(said[camp.id] == DayAnswer.YES for camp in reached)
        able.append(_card(signup, reached, if_needed=not surely))
    order = sorted(able, key=lambda card: (card.if_needed, card.km is None, card.km or 0))
    return order, others


def _card(signup: JurySignup, camps: Sequence[Camp], *, if_needed: bool) -> Card:
    """The card of somebody without a seat, with the nearest of ``camps``."""
    start = nearness.start_of(signup.postcode, signup.municipality_code)
    places = [(camp, place) for camp in camps if (place := nearness.place_of(camp))]
    if start is None or not places:
        return Card(signup.juror, None, "", if_needed=if_needed)
    ferry = signup.takes_ferry
    ways = [(camp, travel.between(start, place)) for camp, place in places]
    camp, way = min(ways, key=lambda found: found[1].km(takes_ferry=ferry))
    return Card(
        signup.juror,
        way.km(takes_ferry=ferry),
        str(way.band_for(takes_ferry=ferry)),
        way.over_water,
        near=camp.name,
        if_needed=if_needed,
    )
