"""What the demo's volunteers offer: near and far, choosy and not, some with a conflict."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.jury.signup import actions, nearness
from portal.jury.signup.nearness import NearbyCamp, Reach
from portal.jury.signup.offers import Offer
from portal.models.accounts import Person
from portal.models.jury import ConflictKind, DayAnswer, JurySignup, Wish
from portal.models.seasons import Camp, Season

_EXPERTISE = (
    *("Vannkvalitet og vannforvaltning", "Næringsutvikling og gründerskap", "Sirkulær økonomi"),
    *("Byutvikling og klima", "Marin forsøpling", "Friluftsliv", "Fiske og havbruk"),
    *("Kommunikasjon og formidling", "Landbruk og avrenning", "Avløp og overvann", ""),
)
_TRAVEL_NOTES = ("Jeg tar tog.", "Jeg kjører elbil og kan ta med noen.", "Helst buss.", "", "", "")
_LONGEST = (25, 50, 50, 100, 100, 100, None)
_AT_MOST = (1, 1, 1, 2, 2, 3)
_ANSWERS = (*[DayAnswer.YES] * 6, *[DayAnswer.IF_NEEDED] * 2, *[DayAnswer.NO] * 2)
_CONFLICTS = tuple(ConflictKind)
# Every so many volunteers have a reason not to judge at the school nearest to them.
_CONFLICT_EVERY = 6


def sign_up(
    season: Season,
    camps: Sequence[Camp],
    people: Iterable[Person],
    rng: random.Random,
    now: datetime,
) -> list[JurySignup]:
    """Let ``people`` offer to serve at ``now``, each in their own way."""
    return [
        actions.sign_up(season, person, offer=_offer(person, camps, rng), now=now)
        for person in people
    ]


def offer_gladly(
    season: Season, camps: Sequence[Camp], person: Person, at_most: int, now: datetime
) -> JurySignup:
    """Let ``person`` offer to serve ``at_most`` times, at any school that is not too far."""
    reach = Reach(
        nearness.start_of(person.postcode or "", person.municipality_code or ""), longest_km=50
    )
    near = [row for row in nearness.nearest_first(camps, reach) if row.in_reach]
    offer = Offer(
        municipality_code=person.municipality_code or "",
        postcode=person.postcode or "",
        longest_km=reach.longest_km,
        at_most=at_most,
        languages=("no", "en"),
        travel_note=_TRAVEL_NOTES[0],
        employer=person.organisation.name if person.organisation else "",
        expertise=_EXPERTISE[1],
        days={row.camp.id: DayAnswer.YES for row in near},
        wishes={near[0].camp.id: Wish.WISH},
    )
    return actions.sign_up(season, person, offer=offer, now=now)


def _offer(person: Person, camps: Sequence[Camp], rng: random.Random) -> Offer:
    county = (person.municipality_code or "")[:2]
    reach = Reach(
        nearness.start_of(person.postcode or "", person.municipality_code or ""),
        counties=(county,) if rng.random() < 0.2 else (),
        longest_km=rng.choice(_LONGEST),
        takes_ferry=rng.random() < 0.8,
    )
    near = [row for row in nearness.nearest_first(camps, reach) if row.in_reach]
    days = {row.camp.id: _answer(row, rng) for row in near}
    return Offer(
        municipality_code=person.municipality_code or "",
        postcode=person.postcode or "",
        counties=reach.counties,
        longest_km=reach.longest_km,
        takes_ferry=reach.takes_ferry,
        at_most=rng.choice(_AT_MOST),
        languages=("no", "en") if rng.random() < 0.4 else ("no",),
        travel_note=rng.choice(_TRAVEL_NOTES),
        employer=person.organisation.name if person.organisation else "",
        expertise=rng.choice(_EXPERTISE),
        days=days,
        wishes=_wishes(near, days, rng),
        conflicts=_conflicts(near, days, rng),
    )


def _answer(row: NearbyCamp, rng: random.Random) -> DayAnswer:
    """The farther away, the oftener no."""
    km = row.about_km or 0
    return DayAnswer.NO if rng.random() < km / 150 else rng.choice(_ANSWERS)


def _wishes(
    near: list[NearbyCamp], days: dict[int, DayAnswer], rng: random.Random
) -> dict[int, Wish]:
    willing = [row.camp.id for row in near if days[row.camp.id] != DayAnswer.NO]
    if not willing or rng.random() < 0.5:
        return {}
    last = {willing[-1]: Wish.AVOID} if rng.random() < 0.2 else {}
    return {**last, willing[0]: Wish.WISH}


def _conflicts(
    near: list[NearbyCamp], days: dict[int, DayAnswer], rng: random.Random
) -> frozenset[tuple[int, ConflictKind]]:
    asked = [row.camp.school_id for row in near if days[row.camp.id] != DayAnswer.NO]
    schools = [number for number in asked if number is not None]
    if not schools or rng.randrange(_CONFLICT_EVERY):
        return frozenset()
    return frozenset({(schools[0], rng.choice(_CONFLICTS))})
