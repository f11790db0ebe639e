"""Prices as people set them: read, checked, and kept only where they differ from the defaults.

A price is what one would travel to get or to avoid something, in km (``matching.types.Prices`` has
their names and what each is for). Kept prices are plain values by name, for a column or for JSON:
a number, or a list where there is a price for each step. They belong to a ranking: its ``tier`` is
no other ranking's.
"""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from portal.jury.matching.types import TIERS, BadPrice, Prices, Ranking

Kept = Mapping[str, Any]
"""Prices by name, in km, where they differ from the defaults."""

MOST = 1000
"""No price is above this many km: that is farther than any two places of the country's south."""


_DEFAULTS: dict[str, Any] = {each.name: each.default for each in fields(Prices)}
NAMES = tuple(_DEFAULTS)
STEPS = {
    name: 4 if name == "tier" else len(default)
    for name, default in _DEFAULTS.items()
    if name == "tier" or isinstance(default, tuple)
}
"""How many prices a list has: nearness in four tiers; the second, and the third and later."""
# Paid for having something, so they are written below 0.
REBATES = frozenset({"local", "wish", *(name for name in NAMES if name.startswith("mix_"))})


def read(kept: Kept) -> Prices:
    """The prices that ``kept`` stands for.

    Raises:
        BadPrice: which price cannot be used, and why.
    """
    found = {name: _value(name, value) for name, value in kept.items()}
    for name, value in found.items():
        _check_sign(name, value)
    return Prices(**found)


def normal(kept: Kept, ranking: Ranking) -> dict[str, Any]:
    """The same prices without those that are the defaults of ``ranking``, in the usual order.

    Raises:
        BadPrice: see ``read``.
    """
    wanted, usual = effective(kept, ranking), effective({}, ranking)
    return {name: wanted[name] for name in NAMES if wanted[name] != usual[name]}


def effective(kept: Kept, ranking: Ranking) -> dict[str, Any]:
    """Every price by name, the defaults of ``ranking`` among them: numbers, and lists of numbers.

    Raises:
        BadPrice: see ``read``.
    """
    prices = read(kept)
    found = {name: getattr(prices, name) for name in NAMES}
    found["tier"] = prices.tier if prices.tier is not None else TIERS[ranking]
    return {
        name: [_whole(km) for km in value] if isinstance(value, tuple) else _whole(value)
        for name, value in found.items()
    }


def for_ranking(kept: Kept, own: Ranking, wanted: Ranking) -> dict[str, Any]:
    """The prices kept for ranking ``own``, as they hold for ``wanted``: without another's tier."""
    return {name: value for name, value in kept.items() if name != "tier" or own == wanted}


def differing(
    first: tuple[Ranking, Kept], second: tuple[Ranking, Kept]
) -> dict[str, tuple[Any, Any]]:
    """The prices that two policies (ranking, prices) do not share: both values, by name."""
    one, other = effective(first[1], first[0]), effective(second[1], second[0])
    return {name: (one[name], other[name]) for name in NAMES if one[name] != other[name]}


def parse(option: str) -> tuple[str, Any]:
    """A price written as ``NAME=KM`` or, step by step, ``NAME=KM,KM``.

    Raises:
        BadPrice: it is not written like that, or cannot be used.
    """
    name, equals, text = option.partition("=")
    if not equals or name not in NAMES:
        raise BadPrice(name, f"is no price; choose among {', '.join(NAMES)}")
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadPrice(name, f"{text!r} is no number of km") from None
    value: Any = numbers if name in STEPS or len(numbers) > 1 else numbers[0]
    read({name: value})
    return name, value


def _value(name: str, value: Any) -> Any:
    """One price as the engine takes it; a short list goes on with its last step."""
    if name not in NAMES:
        raise BadPrice(name, "is no price")
    if name not in STEPS:
        return _km(name, value)
    if name == "tier" and value is None:
        return None
    if not isinstance(value, list | tuple):
        raise BadPrice(name, "is a list of prices")
    steps = [_km(name, each) for each in value]
    if name == "tier":
        return tuple(steps)
    if not 0 < len(steps) <= STEPS[name]:
        raise BadPrice(name, f"takes at most {STEPS[name]} prices")
    return tuple(steps + steps[-1:] * (STEPS[name] - len(steps)))


def _km(name: str, value: Any) -> float:
    """A number of km in tenths, as exactly as costs are counted."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadPrice(name, "takes one price" if isinstance(value, list) else "is no number of km")
    if not math.isfinite(value) or abs(value) > MOST:
        raise BadPrice(name, f"lies between -{MOST} and {MOST} km")
    return _whole(round(value, 1))


def _check_sign(name: str, value: Any) -> None:
    """A rebate that costs, or a price that pays, would turn the meaning of its name round."""
    if name == "tier":
        _check_tier(value)
    elif name in REBATES and value > 0:
        raise BadPrice(name, "is a rebate, so it is not above 0")
    elif name not in REBATES and name not in STEPS and value < 0:
        raise BadPrice(name, "is not below 0")


def _check_tier(tiers: tuple[float, ...] | None) -> None:
    if tiers is not None and any(
        later < earlier for earlier, later in zip((0.0, *tiers), tiers, strict=False)
    ):
        raise BadPrice("tier", "starts at 0 or above and never falls")


def _whole(km: float) -> float:
    """25 and 25.0 are one price, and must read alike wherever they are written down."""
    return int(km) if km == int(km) else km
