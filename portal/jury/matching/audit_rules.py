"""The hard rules once more, for the audit alone: nothing that makes plans reads them here."""

from collections.abc import Iterator
from typing import Protocol

from portal.jury.matching.asking import ManyWays
from portal.jury.matching.types import (
    Camp,
    Pair,
    Panel,
    Policy,
    Rule,
    Volunteer,
    tenths,
)


class Given(Protocol):
    """What the plan was made from."""

    @property
    def volunteers(self) -> dict[str, Volunteer]: ...
    @property
    def camps(self) -> dict[str, Camp]: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def locks(self) -> tuple[Pair, ...]: ...
    @property
    def standing(self) -> frozenset[Pair]: ...
    @property
    def travel(self) -> ManyWays: ...


def broken(given: Given, person: Volunteer, camp: Camp, panel: Panel) -> Iterator[tuple[Rule, str]]:
    """The rules this pair breaks by itself, each in plain words; what is quickly seen first."""
    if camp.day not in person.days and camp.day not in person.if_needed:
        yield Rule.DAY, f"{person.id} is away on the day of {camp.id}"
    if camp.id in person.conflicts:
        yield Rule.CONFLICT, f"{person.id} must not serve at {camp.id}"
    if camp.id in person.refused:
        yield Rule.REFUSED, f"{person.id} must not serve at {camp.id}"
    if camp.id in person.banned:
        yield Rule.BANNED, f"{person.id} must not serve at {camp.id}"
    if given.policy.bar_owner and camp.owner is not None and camp.owner == person.employer:
        yield Rule.EMPLOYER, f"{person.id} works for the owner of {camp.id}"
    if not panel.remote and not is_in_area(person, camp):
        yield Rule.AREA, f"{camp.id} lies outside the area of {person.id}"
    km = km_tenths(given, person, camp)
    if km is None:
        yield Rule.UNREACHABLE, f"there is no way for {person.id} to {camp.id}"
    elif not panel.remote and person.longest_km is not None and km > tenths(person.longest_km):
        yield Rule.DISTANCE, f"{camp.id} is too far for {person.id}"


def is_in_area(person: Volunteer, camp: Camp) -> bool:
    """Whether the person goes there, as far as counties and municipalities tell."""
    if person.counties is None and person.municipalities is None:
        return True
    by_county = person.counties is not None and camp.county_code in (None, *person.counties)
    by_town = person.municipalities is not None and camp.municipality_code in (
        None,
        *person.municipalities,
    )
    return by_county or by_town


def km_tenths(given: Given, person: Volunteer, camp: Camp) -> int | None:
    """The way in tenths of km; None where there is none."""
    travel = given.travel(person, camp)
    return None if travel is None else tenths(travel.km)
