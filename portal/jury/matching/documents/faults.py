"""What is wrong with the JSON of a problem that a schema cannot tell: each with its path."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from portal.geography import municipalities
from portal.jury.matching.documents import reading
from portal.jury.matching.types import BadPrice

Json = dict[str, Any]
Fault = tuple[str, str]


def faults(document: Json) -> Iterator[Fault]:
    """Every fault as its path in the JSON and the reason."""
    yield from _prices(document)
    yield from _twice("$.camps", document["camps"], lambda camp: str(camp["id"]))
    yield from _twice("$.volunteers", document["volunteers"], lambda each: str(each["id"]))
    for number, camp in enumerate(document["camps"]):
        yield from _camp(f"$.camps[{number}]", camp)
    if "pairs" not in document:
        for kind in ("camps", "volunteers"):
            yield from _places(f"$.{kind}", document[kind])
    yield from _references(document)


def _prices(document: Json) -> Iterator[Fault]:
    try:
        reading.prices(document.get("policy", {}))
    except BadPrice as error:
        yield f"$.policy.prices.{error.name}", error.reason


def _twice(
    path: str, things: Iterable[Json], key: Callable[[Json], object], name: str = "id"
) -> Iterator[Fault]:
    seen = set()
    for number, thing in enumerate(things):
        if key(thing) in seen:
            yield f"{path}[{number}].{name}", f"{thing[name]!r} is there twice"
        seen.add(key(thing))


def _camp(path: str, camp: Json) -> Iterator[Fault]:
    yield from _twice(f"{path}.panels", camp.get("panels", ()), lambda panel: str(panel["id"]))
    for number, panel in enumerate(reading.panels(camp)):
        where = f"{path}.panels[{number}]" if "panels" in camp else path
        if reading.target(panel) < panel["minimum"]:
            yield f"{where}.target", f"{panel['target']} is below the minimum {panel['minimum']}"


def _places(path: str, things: Iterable[Json]) -> Iterator[Fault]:
    for number, thing in enumerate(things):
        code = thing.get("municipality")
        if code is None and "lat" not in thing:
            yield f"{path}[{number}]", "has neither municipality nor lat and lon"
        if code is not None and municipalities.position_of(code) is None:
            yield f"{path}[{number}].municipality", f"{code!r} is no municipality"


def _references(document: Json) -> Iterator[Fault]:
    camps = {str(camp["id"]): camp for camp in document["camps"]}
    people = {str(each["id"]) for each in document["volunteers"]}
    for number, each in enumerate(document["volunteers"]):
        for name in ("conflicts", "refused", "banned", "wishes", "avoids"):
            for place, camp in enumerate(each.get(name, ())):
                if str(camp) not in camps:
                    yield f"$.volunteers[{number}].{name}[{place}]", f"no camp {camp!r}"
    for name in ("pairs", "locks", "standing"):
        for number, seat in enumerate(document.get(name, ())):
            yield from _seat(f"$.{name}[{number}]", seat, camps, people)
    for number, lock in enumerate(document.get("locks", ())):
        if camps[str(lock["camp"])].get("panels") == []:
            yield f"$.locks[{number}].camp", f"camp {lock['camp']!r} has no panels"
    pairs = document.get("pairs", ())
    yield from _twice(
        "$.pairs", pairs, lambda pair: (str(pair["volunteer"]), str(pair["camp"])), "camp"
    )


def _seat(path: str, seat: Json, camps: dict[str, Json], people: set[str]) -> Iterator[Fault]:
    if str(seat["volunteer"]) not in people:
        yield f"{path}.volunteer", f"no volunteer {seat['volunteer']!r}"
    camp = camps.get(str(seat["camp"]))
    if camp is None:
        yield f"{path}.camp", f"no camp {seat['camp']!r}"
    elif "panel" in seat and str(seat["panel"]) not in {
        str(panel["id"]) for panel in camp.get("panels", ())
    }:
        yield f"{path}.panel", f"camp {seat['camp']!r} has no panel {seat['panel']!r}"
