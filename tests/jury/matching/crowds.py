"""Problems of a hundred pairs, by number: too many to try everything, few enough to solve twice."""

import random

from portal.jury.matching.types import Camp, Pair, Panel, Policy, Prices, Volunteer
from tests.jury.matching.small import TOWNS, Small

DAYS = ("monday", "tuesday", "wednesday")


def crowd(seed: int) -> Small:
    """A dozen people of three towns for half a dozen camps, with everything in it."""
    rng = random.Random(seed)
    camps = tuple(_camp(rng, f"c{number}") for number in range(rng.randint(3, 7)))
    people = tuple(_person(rng, f"v{number:02}", camps) for number in range(rng.randint(5, 14)))
    seats = [Pair(person.id, camp.id, "1") for person in people for camp in camps]
    return Small(
        people,
        camps,
        Policy(prices=_prices(rng)),
        {seat[:2]: rng.choice((1, 7, 20, 20, 31, 60, 90)) for seat in seats},
        locks=tuple(sorted(rng.sample(seats, rng.choice((0, 0, 2))))),
        standing=tuple(rng.sample(seats, rng.choice((0, 3)))),
    )


def _camp(rng: random.Random, name: str) -> Camp:
    town, county = rng.choice(TOWNS)
    panels = []
    for number in range(rng.choice((1, 1, 2))):
        minimum = rng.randint(0, 2)
        panels.append(Panel(f"{number + 1}", minimum, minimum + rng.randint(0, 2)))
    return Camp(name, rng.choice(DAYS), tuple(panels), town, county)


def _person(rng: random.Random, name: str, camps: tuple[Camp, ...]) -> Volunteer:
    town, county = rng.choice((*TOWNS, (None, None)))
    return Volunteer(
        name,
        town,
        county,
        days=frozenset(rng.sample(DAYS, rng.randint(1, 3))),
        at_most=rng.randint(1, 3),
        longest_km=rng.choice((None, None, 60)),
        employer=rng.choice((None, "fylket", "kommunen")),
        wishes=frozenset({rng.choice(camps).id} if rng.random() < 0.3 else ()),
    )


def _prices(rng: random.Random) -> Prices:
    """All on, or some of those that make nodes and arcs of their own off."""

    def some(*prices: float) -> tuple[float, ...]:
        return rng.choice(((0,), prices, prices))

    return Prices(
        same_municipality=some(rng.randint(0, 25), 50),
        same_employer=some(rng.randint(0, 10), 20),
        local=rng.choice((0, -20, -20)),
        second_camp=some(rng.randint(0, 15), 30),
    )
