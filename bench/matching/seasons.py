"""Invented seasons of four sizes, the same for the same seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.matching.towns import AsTheCrowFlies, Place, all_of_norway, around_the_fjord, over_europe
from portal.jury.matching.travel import estimate
from portal.jury.matching.types import (
    Camp,
    Panel,
    Policy,
    Prices,
    TravelEstimate,
    Volunteer,
)

ALL_PRICES = Policy()
# Caps, days, both levels of staffing, travel and tier: what a pair costs depends on it alone.
CORE = Policy(
    prices=Prices(same_municipality=(0,), same_employer=(0,), local=0, second_camp=(0,)),
)


@dataclass(frozen=True)
class Size:
    """How large a season is, and how scarce its people are."""

    name: str
    volunteers: int
    camps: int
    places: Callable[[], Sequence[Place]]
    days: int
    free_days: int
    longest_km: tuple[int, ...]
    travel: TravelEstimate = estimate


@dataclass(frozen=True)
class Season:
    """What a plan is made from."""

    volunteers: list[Volunteer]
    camps: list[Camp]
    travel: TravelEstimate


S = Size("S", 60, 20, around_the_fjord, 12, 5, (25, 50, 75, 150))
M = Size("M", 600, 200, all_of_norway, 19, 6, (25, 50, 100, 150))
L = Size("L", 6_000, 2_000, all_of_norway, 38, 12, (25, 50, 100, 150))
XL = Size("XL", 100_000, 20_000, over_europe, 30, 16, (100, 150, 200, 250), AsTheCrowFlies())

_AT_MOST = (1, 1, 1, 1, 1, 2, 3)
_SEATS = ((2, 3), (3, 4), (4, 5))
_EMPLOYERS = ("kommune", "kommune", "fylke", "skole", None)


def season(size: Size, seed: int) -> Season:
    """A season of that size. People and schools are invented, and so is all that they say."""
    rng = random.Random(f"{size.name} {seed}")
    places = size.places()
    days = [f"day {number:02}" for number in range(size.days)]
    camps = [_camp(number, rng, rng.choice(places), days) for number in range(size.camps)]
    near: dict[str, list[str]] = {}
    for camp in camps:
        near.setdefault(camp.municipality_code or "", []).append(camp.id)
    volunteers = [
        _volunteer(number, rng, rng.choice(places), days, near, size)
        for number in range(size.volunteers)
    ]
    return Season(volunteers, camps, size.travel)


def _camp(number: int, rng: random.Random, place: Place, days: list[str]) -> Camp:
    minimum, target = rng.choice(_SEATS)
    return Camp(
        f"camp-{number:05}",
        day=rng.choice(days),
        panels=(Panel("1", minimum, target),),
        municipality_code=place.municipality_code,
        county_code=place.county_code,
        neighbour_counties=place.neighbours,
        position=(place.lat, place.lon),
    )


def _volunteer(
    number: int,
    rng: random.Random,
    place: Place,
    days: list[str],
    near: dict[str, list[str]],
    size: Size,
) -> Volunteer:
    offered = rng.sample(days, size.free_days)
    at_home = near.get(place.municipality_code, [])
    employer = rng.choice(_EMPLOYERS)
    return Volunteer(
        f"volunteer-{number:06}",
        municipality_code=place.municipality_code,
        county_code=place.county_code,
        days=frozenset(offered[1:]),
        if_needed=frozenset(offered[:1]),
        at_most=rng.choice(_AT_MOST),
        longest_km=rng.choice(size.longest_km),
        employer=employer and f"{employer} {place.municipality_code}",
        conflicts=_now_and_then(rng, at_home),
        wishes=_now_and_then(rng, at_home),
        avoids=_now_and_then(rng, at_home),
        position=(place.lat, place.lon),
    )


def _now_and_then(rng: random.Random, camps: list[str]) -> frozenset[str]:
    """One of the camps for one person in ten."""
    return frozenset({rng.choice(camps)} if camps and rng.random() < 0.1 else ())
