"""From the JSON of a problem, of the right shape already, to the values the matching takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from portal.geography import municipalities
from portal.jury.matching import travel as ways
from portal.jury.matching.tables import Ints
from portal.jury.matching.types import (
    Camp,
    Pair,
    Panel,
    Policy,
    Prices,
    Travel,
    TravelEstimate,
    Volunteer,
    tenths,
)

Json = dict[str, Any]
ONLY_PANEL = "1"
"""The panel of a camp that came without panels."""


@dataclass(frozen=True)
class Names:
    """The ids as the document wrote them, text or number; panels only where it named some."""

    volunteers: dict[str, str | int]
    camps: dict[str, str | int]
    panels: dict[tuple[str, str], str | int]


@dataclass(frozen=True)
class Given:
    """A problem as the planner takes it."""

    volunteers: list[Volunteer]
    camps: list[Camp]
    policy: Policy
    locks: list[Pair]
    standing: list[Pair]
    travel: TravelEstimate
    names: Names


def given(document: Json) -> Given:
    """The values of a document without faults."""
    day = _division(document)
    camps = [_camp(camp, day) for camp in document["camps"]]
    every_day = frozenset(camp.day for camp in camps)
    pairs = document.get("pairs")
    return Given(
        volunteers=[_volunteer(each, day, every_day) for each in document["volunteers"]],
        camps=camps,
        policy=_policy(document.get("policy", {})),
        locks=[_pair(seat) for seat in document.get("locks", ())],
        standing=[_pair(seat) for seat in document.get("standing", ())],
        travel=ways.estimate if pairs is None else _Measured(pairs),
        names=_names(document),
    )


def prices(policy: Json) -> Prices:
    """The prices of a policy; one number stands for a list of it.

    Raises:
        BadPrice: a price that cannot be used.
    """
    said = dict(policy.get("prices", {}))
    for name in ("same_municipality", "same_employer", "second_camp"):
        if name in said:
            said[name] = tuple(said[name]) if isinstance(said[name], list) else (said[name],)
    if "tier" in said:
        said["tier"] = tuple(said["tier"]) if isinstance(said["tier"], list) else (0, 0, 0, 0)
    return Prices(**said)


def panels(camp: Json) -> list[Json]:
    """The juries of a camp, its only one included."""
    found: list[Json] | None = camp.get("panels")
    return [{**camp, "id": ONLY_PANEL}] if found is None else found


def target(panel: Json) -> int:
    """The seats wanted; the minimum where nothing more is said."""
    return int(panel["target" if "target" in panel else "minimum"])


def _division(document: Json) -> date:
    """The day whose counties count: that of the first camp with a date, else today's division."""
    days = [day for camp in document["camps"] if (day := _date(camp["day"])) is not None]
    return min(days, default=municipalities.NEWEST_DIVISION)


def _date(day: object) -> date | None:
    try:
        return date.fromisoformat(str(day))
    except ValueError:
        return None


def _policy(policy: Json) -> Policy:
    ranking = policy.get("ranking", "nearest")
    return Policy(ranking, prices(policy), bar_owner=policy.get("bar_owner", False))


def _camp(camp: Json, on: date) -> Camp:
    municipality, county = _place(camp, on)
    return Camp(
        id=str(camp["id"]),
        day=str(camp["day"]),
        panels=tuple(_panel(panel) for panel in panels(camp)),
        municipality_code=municipality,
        county_code=county,
        neighbour_counties=ways.neighbour_counties(county, on) if county else frozenset(),
        owner=camp.get("owner"),
        position=_point(camp),
    )


def _panel(panel: Json) -> Panel:
    remote = panel.get("remote", False)
    return Panel(str(panel["id"]), int(panel["minimum"]), target(panel), remote)


def _volunteer(said: Json, on: date, every_day: frozenset[str]) -> Volunteer:
    municipality, county = _place(said, on)
    return Volunteer(
        id=str(said["id"]),
        municipality_code=municipality,
        county_code=county,
        days=_ids(said["days"]) if "days" in said else every_day,
        if_needed=_ids(said.get("if_needed", ())),
        at_most=int(said.get("at_most", 1)),
        longest_km=said.get("longest_km"),
        counties=_codes(said.get("counties")),
        municipalities=_codes(said.get("municipalities")),
        takes_ferry=said.get("takes_ferry", False),
        employer=said.get("employer"),
        conflicts=_ids(said.get("conflicts", ())),
        refused=_ids(said.get("refused", ())),
        banned=_ids(said.get("banned", ())),
        wishes=_ids(said.get("wishes", ())),
        avoids=_ids(said.get("avoids", ())),
        position=_point(said),
        experienced=said.get("experienced"),
        field=said.get("field"),
    )


def _place(said: Json, on: date) -> tuple[str | None, str | None]:
    """Municipality and county that day; a code that is none stands for itself, in no county."""
    code, point = said.get("municipality"), _point(said)
    if code is None and point is not None:
        code = ways.municipality_at(point)
    if code is None:
        return None, None
    try:
        return municipalities.current_code(code, on), municipalities.county_of(code, on).code
    except municipalities.UnknownMunicipality:
        return code, None


def _point(said: Json) -> tuple[float, float] | None:
    return (said["lat"], said["lon"]) if "lat" in said else None


def _ids(given: Any) -> frozenset[str]:
    return frozenset(map(str, given))


def _codes(given: list[str] | None) -> frozenset[str] | None:
    return None if given is None else frozenset(given)


def _pair(seat: Json) -> Pair:
    panel = str(seat["panel"]) if "panel" in seat else None
    return Pair(str(seat["volunteer"]), str(seat["camp"]), panel)


class _Measured:
    """The travel of the listed pairs; others are out of question."""

    def __init__(self, pairs: list[Json]) -> None:
        self._km = {(str(pair["volunteer"]), str(pair["camp"])): pair["km"] for pair in pairs}
        self._numbers = tuple(_numbered(side) for side in zip(*self._km, strict=True)) or ({}, {})
        people, camps = self._numbers
        cells = [people[v] * len(camps) + camps[camp] for v, camp in self._km]
        order = np.argsort(np.array(cells, dtype=np.int64))
        self._cells = np.array(cells, dtype=np.int64)[order]
        self._tenths = np.array([tenths(km) for km in self._km.values()], dtype=np.int64)[order]

    def __call__(self, volunteer: Volunteer, camp: Camp) -> Travel | None:
        """The way of one pair."""
        far = self._km.get((volunteer.id, camp.id))
        if far is None:
            return None
        home = volunteer.municipality_code
        same = home is not None and home == camp.municipality_code
        return Travel(far, ways.band_of(far, same_municipality=same))

    def many(
        self, volunteers: Sequence[Volunteer], camps: Sequence[Camp], rows: Ints, columns: Ints
    ) -> Ints:
        """The ways of many pairs in tenths of km, -1 for those not listed."""
        known_people, known_camps = self._numbers
        person = np.array([known_people.get(each.id, -1) for each in volunteers], dtype=np.int64)
        camp = np.array([known_camps.get(each.id, -1) for each in camps], dtype=np.int64)
        cells = person[rows] * len(known_camps) + camp[columns]
        at = np.searchsorted(self._cells, cells)
        listed = (person[rows] >= 0) & (camp[columns] >= 0) & (at < len(self._cells))
        listed[listed] = self._cells[at[listed]] == cells[listed]
        found = np.full(len(cells), -1, dtype=np.int64)
        found[listed] = self._tenths[at[listed]]
        return found


def _numbered(ids: Iterable[str]) -> dict[str, int]:
    return {each: number for number, each in enumerate(dict.fromkeys(ids))}


def _names(document: Json) -> Names:
    return Names(
        volunteers={str(each["id"]): each["id"] for each in document["volunteers"]},
        camps={str(camp["id"]): camp["id"] for camp in document["camps"]},
        panels={
            (str(camp["id"]), str(panel["id"])): panel["id"]
            for camp in document["camps"]
            for panel in camp.get("panels", ())
        },
    )
