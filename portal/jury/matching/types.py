"""What the matching reads and what it answers: plain frozen values."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Literal, NamedTuple

Ranking = Literal["nearest", "county"]
Level = Literal["minimum", "target"]
TIERS: dict[Ranking, tuple[float, ...]] = {"nearest": (0, 3, 8, 20), "county": (0, 0, 40, 120)}


class NotProved(Exception):
    """The answer is not certified as the best one, so there is no answer."""


class Rule(IntFlag):
    """A hard rule that keeps one person from one panel; several may fail at once."""

    DAY = 1
    AREA = 2
    DISTANCE = 4
    CONFLICT = 8
    REFUSED = 16
    BANNED = 32
    EMPLOYER = 64
    UNREACHABLE = 128
    AT_MOST = 256
    ONE_A_DAY = 512
    SEATS = 1024


class Travel(NamedTuple):
    """An estimate of the way from a person to a camp; ``km`` is one way, ``band`` is for show."""

    km: float
    band: str = ""
    over_water: bool = False


@dataclass(frozen=True)
class Volunteer:
    """A person who offers to serve. ``days`` and ``if_needed`` hold camp days as plain texts.

    ``counties`` and ``municipalities`` are where the person goes, anywhere when both are None.
    ``conflicts``, ``refused``, ``banned``, ``wishes`` and ``avoids`` hold ids of camps.
    ``position`` is latitude and longitude. ``experienced`` and ``field`` of work are None where
    nobody has said.
    """

    id: str
    municipality_code: str | None = None
    county_code: str | None = None
    days: frozenset[str] = frozenset()
    if_needed: frozenset[str] = frozenset()
    at_most: int = 1
    longest_km: float | None = None
    counties: frozenset[str] | None = None
    municipalities: frozenset[str] | None = None
    takes_ferry: bool = False
    employer: str | None = None
    conflicts: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    avoids: frozenset[str] = frozenset()
    position: tuple[float, float] | None = None
    experienced: bool | None = None
    field: str | None = None


@dataclass(frozen=True)
class Panel:
    """One jury of a camp. A remote panel asks nobody to travel; its id is unique in the camp."""

    id: str
    minimum: int
    target: int
    remote: bool = False


@dataclass(frozen=True)
class Camp:
    """A day at a school that needs one or more juries. ``owner`` is the school owner's id."""

    id: str
    day: str
    panels: tuple[Panel, ...]
    municipality_code: str | None = None
    county_code: str | None = None
    neighbour_counties: frozenset[str] = frozenset()
    owner: str | None = None
    position: tuple[float, float] | None = None


class Pair(NamedTuple):
    """A person at a camp. Without ``panel`` any of the camp's panels is meant."""

    volunteer: str
    camp: str
    panel: str | None = None


TravelEstimate = Callable[[Volunteer, Camp], Travel | None]
"""Says how far it is; None keeps the two apart, whatever else holds."""


class BadPrice(ValueError):
    """A price that cannot be used; ``name`` tells which one."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True)
class Prices:
    """What one would travel to get or avoid something, in km. 0 switches a price off.

    A list prices the second, the third and every later one, and never falls. ``tier`` is for juror
    and school in the same municipality, county, neighbouring counties, and farther apart; None
    takes that of the ranking. ``mix_experience`` and ``mix_field`` are rebates that a panel gets
    once: for both experienced and new members, and for members of two fields or more.
    """

    tier: tuple[float, ...] | None = None
    same_municipality: tuple[float, ...] = (25, 50)
    same_employer: tuple[float, ...] = (10, 20)
    local: float = -20
    second_camp: tuple[float, ...] = (15, 30)
    wish: float = -10
    avoid: float = 30
    if_needed: float = 12
    change: float = 200
    mix_experience: float = 0
    mix_field: float = 0

    def __post_init__(self) -> None:
        if self.tier is not None and len(self.tier) != 4:
            raise BadPrice("tier", "needs four prices")
        for name in ("local", "mix_experience", "mix_field"):
            if getattr(self, name) > 0:
                raise BadPrice(name, "is a rebate, so it is not above 0")
        if self.change < 0:
            raise BadPrice("change", "is not below 0")
        for name in ("same_municipality", "same_employer", "second_camp"):
            _check_rising(name, getattr(self, name))


def _check_rising(name: str, prices: tuple[float, ...]) -> None:
    """Falling prices would make the problem one that no flow can solve."""
    if any(later < earlier for earlier, later in zip((0.0, *prices), prices, strict=False)):
        raise BadPrice(name, "starts at 0 or above and never falls")


@dataclass(frozen=True)
class Policy:
    """How juries are ranked. ``bar_owner`` keeps employees from schools their employer owns."""

    ranking: Ranking = "nearest"
    prices: Prices = field(default_factory=Prices)
    bar_owner: bool = False

    @property
    def tier(self) -> tuple[float, ...]:
        """Surcharges in km, from the same municipality to farther than neighbouring counties."""
        return self.prices.tier if self.prices.tier is not None else TIERS[self.ranking]


class Objective(NamedTuple):
    """What a plan is measured by, first things first; ``cost`` is in tenths of km."""

    below_minimum: int
    below_target: int
    cost: int


class Move(NamedTuple):
    """One person's change of camp; None is none."""

    volunteer: str
    from_camp: str | None
    to_camp: str | None


@dataclass(frozen=True)
class NextBest:
    """What the best plan would be without one pair.

    ``volunteer`` would take the seat, nobody when None; ``price`` is how much worse the plan gets.
    """

    volunteer: str | None
    price: Objective
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Row:
    """One seat of a plan: who, where, how far in tenths of km, and why.

    ``reasons`` are codes: the tier (``same_municipality``, ``same_county``, ``neighbour_county``,
    ``farther``), then ``remote``, ``wish``, ``avoid``, ``if_needed``, ``over_water``.
    """

    volunteer: str
    camp: str
    panel: str
    km_tenths: int
    band: str
    over_water: bool
    kept: bool
    locked: bool
    reasons: tuple[str, ...]
    next_best: NextBest | None = None

    @property
    def pair(self) -> Pair:
        """Who sits where."""
        return Pair(self.volunteer, self.camp, self.panel)

    @property
    def km(self) -> float:
        """The estimated way, in km."""
        return self.km_tenths / 10


@dataclass(frozen=True)
class Unlock:
    """One rule that, lifted for one person, fills one seat; ``over_km`` is what the limit lacks."""

    volunteer: str
    camp: str
    panel: str
    rule: Rule
    over_km: float | None = None


@dataclass(frozen=True)
class Certificate:
    """Why seats stay empty: these panels need more than all who can reach them can fill.

    Plain counting confirms it: each of ``volunteers`` fills at most as many of the seats as the
    person may serve camps, and one a day. Locked seats count on both sides.
    """

    level: Level
    panels: tuple[tuple[str, str], ...]
    volunteers: tuple[str, ...]
    seats_needed: int
    seats_possible: int
    unlock: tuple[Unlock, ...] = ()

    @property
    def camps(self) -> tuple[str, ...]:
        """The camps of the panels, each once."""
        return tuple(dict.fromkeys(camp for camp, _ in self.panels))

    @property
    def shortfall(self) -> int:
        """How many of the seats nobody can fill."""
        return self.seats_needed - self.seats_possible


@dataclass(frozen=True)
class Breach:
    """A locked pair that breaks rules: kept all the same, and told."""

    pair: Pair
    rules: Rule


@dataclass(frozen=True)
class Plan:
    """The best juries under a policy, with what shows that they are. Sorted by camp and panel.

    ``removed`` are standing pairs given up. ``input_hash`` names the input it was made from.
    ``mixed`` are the camps where a rebate for mixed juries could matter and the plan is proved best
    with it; at those in ``unproved`` it is proved best but for these rebates, and they are counted
    where the plan happens to earn them.
    """

    rows: tuple[Row, ...]
    removed: tuple[Pair, ...]
    objective: Objective
    certificates: tuple[Certificate, ...]
    breaches: tuple[Breach, ...]
    policy: Policy
    input_hash: str
    mixed: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


def tenths(km: float) -> int:
    """Whole tenths of km, halves rounded up; every cost is counted in them."""
    return math.floor(km * 10 + 0.5)
