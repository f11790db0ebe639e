"""What a change of policy bought and cost, in a sentence, and the figures to look at beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import dates
from portal.jury.prices import price_words
from portal.jury.prices.comparing import Comparison


@dataclass(frozen=True)
class Figure:
    """One line of the comparison: what it is called, both values, and which is the better."""

    label: str
    before: float
    after: float
    in_km: bool
    # Whether the later value is better (1), worse (-1) or neither (0).
    better: int

    @property
    def difference(self) -> float:
        """How much more it is after than before, in whole numbers."""
        return round(self.after) - round(self.before)

    @property
    def shown(self) -> str:
        """The difference with its sign."""
        return f"{'+' if self.difference > 0 else '−'}{abs(self.difference)}"

    @property
    def widths(self) -> tuple[int, int]:
        """Both values as lengths of bars, the longest 100."""
        most = max(self.before, self.after) or 1
        return round(100 * self.before / most), round(100 * self.after / most)


# In km, and whether more or less of it is better; 0 where nobody can say.
_FIGURES: tuple[tuple[str, Any, bool, int], ...] = (
    ("filled", _l("Seats filled"), False, 1),
    ("below_target", _l("Seats missing"), False, -1),
    ("below_minimum", _l("Seats missing to reach the minimum"), False, -1),
    ("km_total", _l("Travel in all, one way"), True, -1),
    ("km_mean", _l("Travel on average, one way"), True, -1),
    ("km_longest", _l("The longest journey"), True, -1),
    ("local", _l("Juries with somebody from the school’s own municipality"), False, 1),
    ("doubled", _l("Juries with several from one municipality"), False, -1),
    ("colleagues", _l("Juries with several from one employer"), False, -1),
    ("experience", _l("Juries with both new and experienced"), False, 1),
    ("fields", _l("Juries with several fields"), False, 1),
    ("repeated", _l("People with more than one camp"), False, -1),
    ("wishes", _l("Met wishes for a school"), False, 1),
    ("avoids", _l("Sent where they would rather not go"), False, -1),
    ("if_needed", _l("On a day they come only if needed"), False, -1),
    ("asked", _l("Seats we would ask somebody for now"), False, 0),
    ("given_up", _l("Seats taken back from somebody asked"), False, -1),
)
_WISHED_FOR = {"experience": "mix_experience", "fields": "mix_field"}
TIERS = (
    _l("from the same municipality"),
    _l("from the same county"),
    _l("from a neighbouring county"),
    _l("from farther away"),
)


def figures(comparison: Comparison) -> list[Figure]:
    """The figures that both have, in the order people ask for them."""
    before, after = comparison.before.figures, comparison.after.figures
    return [
        _figure(str(label), before[key], after[key], in_km, sign)
        for key, label, in_km, sign in _FIGURES
        if _is_wanted(comparison, key) and key in before and key in after
    ]


def tiers(comparison: Comparison) -> list[tuple[str, int, int]]:
    """From how near the jury members come: in words, and how many before and after."""
    before, after = comparison.before.figures["tiers"], comparison.after.figures["tiers"]
    return [(str(label), before[n], after[n]) for n, label in enumerate(TIERS)]


def sentence(comparison: Comparison) -> str:
    """What the later plan's policy bought, and what that cost."""
    if not comparison.prices and not comparison.camps:
        return _("The two proposals are alike.")
    changed = price_words.change(comparison.policies, comparison.prices)
    if not comparison.prices:
        changed = _("What was changed by hand")
    if not comparison.camps:
        return _("%(change)s changes nobody’s seat.", change=changed)
    gains, losses = _phrases(comparison)
    if gains and losses:
        return _(
            "%(change)s gives %(gains)s, but %(losses)s.",
            change=changed,
            gains=dates.county_list(gains),
            losses=dates.county_list(losses),
        )
    if gains or losses:
        both = dates.county_list(gains or losses)
        return _("%(change)s gives %(effects)s.", change=changed, effects=both)
    return _("%(change)s moves people, but no figure here gets better or worse.", change=changed)


def _figure(label: str, before: float, after: float, in_km: bool, sign: int) -> Figure:
    difference = round(after) - round(before)
    better = 0 if difference == 0 else sign if difference > 0 else -sign
    return Figure(label, before, after, in_km, better)


def _is_wanted(comparison: Comparison, key: str) -> bool:
    """Mixed juries are told of where they are wished for: in most seasons they are not."""
    name = _WISHED_FOR.get(key)
    return name is None or any(side.plan.prices.get(name) for side in comparison.sides)


def _phrases(comparison: Comparison) -> tuple[list[str], list[str]]:
    """What got better and what got worse, each as a few words."""
    before, after = comparison.before.figures, comparison.after.figures
    gains: list[str] = []
    losses: list[str] = []
    for key, sign, say in _SAID:
        difference = round(after[key]) - round(before[key])
        if difference and _is_wanted(comparison, key):
            better = (difference > 0) == (sign > 0)
            (gains if better else losses).append(say(difference))
    return gains, losses


def _km(difference: int) -> str:
    if difference < 0:
        return _("%(km)s km less travel in all", km=-difference)
    return _("%(km)s km more travel in all", km=difference)


def _filled(difference: int) -> str:
    if difference < 0:
        return ngettext("%(num)s fewer filled seat", "%(num)s fewer filled seats", -difference)
    return ngettext("%(num)s more filled seat", "%(num)s more filled seats", difference)


def _local(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer jury with somebody local",
            "%(num)s fewer juries with somebody local",
            -difference,
        )
    return ngettext(
        "%(num)s more jury with somebody local",
        "%(num)s more juries with somebody local",
        difference,
    )


def _doubled(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer jury with several from one municipality",
            "%(num)s fewer juries with several from one municipality",
            -difference,
        )
    return ngettext(
        "%(num)s more jury with several from one municipality",
        "%(num)s more juries with several from one municipality",
        difference,
    )


def _colleagues(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer jury with colleagues",
            "%(num)s fewer juries with colleagues",
            -difference,
        )
    return ngettext(
        "%(num)s more jury with colleagues", "%(num)s more juries with colleagues", difference
    )


def _experience(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer jury with both new and experienced",
            "%(num)s fewer juries with both new and experienced",
            -difference,
        )
    return ngettext(
        "%(num)s more jury with both new and experienced",
        "%(num)s more juries with both new and experienced",
        difference,
    )


def _fields(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer jury with several fields",
            "%(num)s fewer juries with several fields",
            -difference,
        )
    return ngettext(
        "%(num)s more jury with several fields",
        "%(num)s more juries with several fields",
        difference,
    )


def _repeated(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer person with several camps",
            "%(num)s fewer people with several camps",
            -difference,
        )
    return ngettext(
        "%(num)s more person with several camps",
        "%(num)s more people with several camps",
        difference,
    )


def _wishes(difference: int) -> str:
    if difference < 0:
        return ngettext("%(num)s fewer wish met", "%(num)s fewer wishes met", -difference)
    return ngettext("%(num)s more wish met", "%(num)s more wishes met", difference)


def _avoids(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer person sent where they would rather not go",
            "%(num)s fewer people sent where they would rather not go",
            -difference,
        )
    return ngettext(
        "%(num)s more person sent where they would rather not go",
        "%(num)s more people sent where they would rather not go",
        difference,
    )


def _if_needed(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer person on a day they come only if needed",
            "%(num)s fewer people on a day they come only if needed",
            -difference,
        )
    return ngettext(
        "%(num)s more person on a day they come only if needed",
        "%(num)s more people on a day they come only if needed",
        difference,
    )


def _given_up(difference: int) -> str:
    if difference < 0:
        return ngettext(
            "%(num)s fewer seat taken back", "%(num)s fewer seats taken back", -difference
        )
    return ngettext("%(num)s more seat taken back", "%(num)s more seats taken back", difference)


# In the order people care, with whether more of it is better.
_SAID: tuple[tuple[str, int, Callable[[int], str]], ...] = (
    ("filled", 1, _filled),
    ("km_total", -1, _km),
    ("local", 1, _local),
    ("doubled", -1, _doubled),
    ("colleagues", -1, _colleagues),
    ("experience", 1, _experience),
    ("fields", 1, _fields),
    ("repeated", -1, _repeated),
    ("wishes", 1, _wishes),
    ("avoids", -1, _avoids),
    ("if_needed", -1, _if_needed),
    ("given_up", -1, _given_up),
)
