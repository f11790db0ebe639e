"""Prices in words: what each is called, what it means, and what a change of it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import dates
from portal.jury.matching.types import TIERS
from portal.jury.prices import pricing
from portal.models.seasons import RankingPolicy

Text = Any
"""A text that is translated when it is shown."""


@dataclass(frozen=True)
class Words:
    """What a price is about, what it does, its steps, and what it is called in a sentence."""

    title: Text
    hint: Text
    short: Text
    steps: tuple[Text, ...] = ()


RANKINGS = {
    RankingPolicy.NEAREST: _l("The nearest"),
    RankingPolicy.COUNTY: _l("Somebody from the same county"),
}
WORDS = {
    "tier": Words(
        _l("Across municipalities and counties"),
        _l("Added to the way there. Leave all four empty to use those of the ranking."),
        _l("municipality and county"),
        (
            _l("From the school’s own municipality"),
            _l("From another municipality in the county"),
            _l("From a neighbouring county"),
            _l("From farther away"),
        ),
    ),
    "same_municipality": Words(
        _l("Several from one municipality"),
        _l("How much farther somebody else may travel before a jury gets two from one place."),
        _l("several from one municipality"),
        (
            _l("A second jury member from the same municipality"),
            _l("A third, and each one after that"),
        ),
    ),
    "same_employer": Words(
        _l("Several from one employer"),
        _l("Comes on top, for those of one municipality who are colleagues as well."),
        _l("several from one employer"),
        (
            _l("A second jury member from the same employer"),
            _l("A third colleague, and each one after that"),
        ),
    ),
    "local": Words(
        _l("Somebody local on the jury"),
        _l("How much farther the others may travel to get one from the school’s own municipality."),
        _l("a local jury member"),
    ),
    "second_camp": Words(
        _l("Several camps for one person"),
        _l("How much farther somebody else may travel before one person gets a second camp."),
        _l("several camps for one person"),
        (_l("A second camp for one person"), _l("A third camp, and each one after that")),
    ),
    "wish": Words(
        _l("A wish for the school"),
        _l("How much farther somebody may travel to a school they have wished for."),
        _l("a wish for the school"),
    ),
    "avoid": Words(
        _l("Would rather go elsewhere"),
        _l("How much farther somebody else may travel to spare them."),
        _l("going where one would rather not"),
    ),
    "if_needed": Words(
        _l("A day they can come if needed"),
        _l("How much farther somebody who has said yes to the day may travel."),
        _l("days when people come only if needed"),
    ),
    "change": Words(
        _l("Taking back a seat somebody has been asked for"),
        _l("How much shorter the journeys must become in all. Whoever has said yes always stays."),
        _l("taking back a seat"),
    ),
    "mix_experience": Words(
        _l("Both new and experienced on the jury"),
        _l("How much farther they may travel together to have both. Takes longer to work out."),
        _l("a mix of new and experienced"),
    ),
    "mix_field": Words(
        _l("Several fields on the jury"),
        _l("How much farther they may travel together to have two. Takes longer to work out."),
        _l("a mix of fields"),
    ),
}
_GROUPS = (
    ("spread", _l("Who sits together"), ("same_municipality", "same_employer", "local")),
    ("mix", _l("Mix"), ("mix_experience", "mix_field")),
    ("said", _l("What they have said"), ("wish", "avoid", "if_needed")),
    ("load", _l("Workload and stability"), ("second_camp", "change")),
    ("near", _l("How near counts"), ("tier",)),
)


def groups() -> list[tuple[str, str, list[str]]]:
    """The prices that there are, under headings: an id, the heading, the names."""
    found = [
        (key, str(heading), [name for name in names if name in pricing.NAMES])
        for key, heading, names in _GROUPS
    ]
    return [group for group in found if group[2]]


def km(value: float) -> str:
    """A number of km as it is written: 25, or 2,5; a rebate without its sign."""
    return str(format_decimal(abs(value), format="0.#"))


def worth(name: str, value: float) -> str:
    """What a price is worth, in a word or two."""
    if value == 0:
        return _("switched off")
    if name == "tier":
        return _("%(km)s km are added", km=km(value))
    return _("worth %(km)s km of travel", km=km(value))


def usual(name: str, value: Any) -> str:
    """What a price is when nobody has changed it."""
    steps = value if isinstance(value, list) else [value]
    if not any(steps):
        return _("Usual: switched off.")
    return _("Usual: %(km)s km.", km=dates.county_list([km(step) for step in steps]))


def rankings_explained() -> str:
    """What each ranking adds to the way, from the school's own municipality outwards."""
    near, county = TIERS["nearest"], TIERS["county"]
    return _(
        "Each adds to the way from outside the school’s own municipality. The nearest: %(near)s km"
        " in the same county, in a neighbouring county and farther away."
        " Same county: %(county)s km.",
        near=dates.county_list([km(each) for each in near[1:]]),
        county=dates.county_list([km(each) for each in county[1:]]),
    )


def unproved(camps: Sequence[str]) -> str:
    """That a mix was left out, since no best answer was proved in time."""
    return ngettext(
        "There was no time to find the best mix of experience and fields at %(camps)s."
        " Everything else about the proposal is proved to be the best possible.",
        "There was no time to find the best mix of experience and fields at %(num)s camps:"
        " %(camps)s. Everything else about the proposal is proved to be the best possible.",
        len(camps),
        camps=dates.county_list(list(camps)),
    )


def listed(name: str, value: Any) -> list[tuple[str, str]]:
    """A price as lines to read: what, and what that is worth."""
    words = WORDS[name]
    if isinstance(value, list):
        return [
            (str(step), worth(name, each)) for step, each in zip(words.steps, value, strict=True)
        ]
    return [(str(words.title), worth(name, value))]


def ranking(policy: RankingPolicy) -> str:
    """Which ranking it is, in a line."""
    if policy == RankingPolicy.COUNTY:
        return _("Same county first")
    return _("Nearest first")


def change(policies: tuple[RankingPolicy, RankingPolicy], prices: Mapping[str, Any]) -> str:
    """What is new in a policy, to begin a sentence with. ``prices`` hold both values by name."""
    before, after = policies
    if before != after:
        if set(prices) - {"tier"}:
            return _("The new ranking with its prices")
        return (
            _("Ranking the same county first")
            if after == RankingPolicy.COUNTY
            else _("Ranking the nearest first")
        )
    if len(prices) != 1:
        return _("The new prices together")
    ((name, (old, new)),) = prices.items()
    return _one_change(name, _kind(old, new))


def _one_change(name: str, kind: str) -> str:
    what = WORDS[name].short
    if name in pricing.REBATES:
        if kind == "none":
            return _("No weight on %(what)s", what=what)
        if kind in ("half", "lower"):
            return _("Less weight on %(what)s", what=what)
        return _("More weight on %(what)s", what=what)
    phrases = {
        "none": _("No price for %(what)s", what=what),
        "half": _("Half the price for %(what)s", what=what),
        "lower": _("A lower price for %(what)s", what=what),
        "twice": _("Twice the price for %(what)s", what=what),
        "higher": _("A higher price for %(what)s", what=what),
        "other": _("A new price for %(what)s", what=what),
    }
    return phrases[kind]


def _kind(old: Any, new: Any) -> str:
    """How a price has changed: none, half, lower, twice or higher in all its steps, else other."""
    pairs = list(zip(old, new, strict=True)) if isinstance(old, list) else [(old, new)]
    steps = [(abs(before), abs(after)) for before, after in pairs]
    if not any(after for _before, after in steps):
        return "none"
    if not any(before for before, _after in steps):
        return "other"
    if all(after * 2 == before for before, after in steps):
        return "half"
    if all(after == before * 2 for before, after in steps):
        return "twice"
    if all(after <= before for before, after in steps):
        return "lower"
    return "higher" if all(after >= before for before, after in steps) else "other"
