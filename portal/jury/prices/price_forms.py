"""The prices that an organiser may type, and how we say it is wrong."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import HiddenField, RadioField, StringField

from portal.jury.matching.types import BadPrice
from portal.jury.prices import price_words, pricing
from portal.models.seasons import RankingPolicy

_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")


class KmField(StringField):
    """A number of km from 0 up, typed as 25 or 2,5; ``data`` is None when left empty."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else price_words.km(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
        if number is None or number > pricing.MOST:
            raise ValueError(_("Write a number of km from 0 to %(most)s", most=pricing.MOST))
        # Costs are counted in tenths of km.
        self.data = round(number, 1)


class PricesForm(FlaskForm):
    """A ranking and all its prices. Rebates are typed as what they are worth, without a sign."""

    policy = RadioField(
        _l("Who comes first to a school?"), choices=list(price_words.RANKINGS.items())
    )
    # What the prices were when the page was opened, so that two who change them notice each other.
    seen = HiddenField()

    def __init__(
        self, policy: RankingPolicy, kept: pricing.Kept, seen: str = "", **rest: Any
    ) -> None:
        self._policy, self._tier = policy, kept.get("tier")
        shown = {**pricing.effective(kept, policy.value), "tier": self._tier}
        super().__init__(data={"policy": policy.value, "seen": seen, **_typed(shown)}, **rest)

    def fields_of(self, name: str) -> list[FormField]:
        """The fields of one price: one, or one for each step."""
        return [self[key] for key in _keys(name)]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        # Each is looked at, so that all mistakes are told at once.
        whole = [self._is_complete(name) for name in pricing.NAMES]
        if not fine or not all(whole):
            return False
        try:
            self.kept()
        except BadPrice as bad:
            self.fields_of(bad.name)[0].errors = [_("This price cannot be used")]
            return False
        return True

    def ranking(self) -> RankingPolicy:
        """The ranking that was chosen."""
        return RankingPolicy(self.policy.data)

    def kept(self) -> dict[str, Any]:
        """What was typed, where it differs from the defaults of the ranking.

        Raises:
            BadPrice: a price that cannot be used.
        """
        found = {name: self._price(name) for name in pricing.NAMES}
        # The tiers of one ranking are no other's: those that stood there do not come along.
        if self.ranking() != self._policy and found["tier"] == self._tier:
            found["tier"] = None
        return pricing.normal(found, self.ranking().value)

    def _price(self, name: str) -> Any:
        sign = -1 if name in pricing.REBATES else 1
        typed = [field.data for field in self.fields_of(name)]
        if typed[0] is None:
            return None
        return [sign * km for km in typed] if name in pricing.STEPS else sign * typed[0]

    def _is_complete(self, name: str) -> bool:
        """Whether a price is written whole and no later step of it is worth less."""
        typed = self.fields_of(name)
        if any(field.errors for field in typed):
            return False
        if name == "tier" and all(field.data is None for field in typed):
            return True
        before = 0.0
        for field in typed:
            if field.data is None:
                field.errors = [_empty(name)]
                return False
            if field.data < before:
                field.errors = [_("Write at least as much as in the field before")]
                return False
            before = field.data
        return True


def _empty(name: str) -> str:
    if name == "tier":
        return _("Write all four, or leave all four empty")
    return _("Write how many km it is worth. 0 switches it off")


def _keys(name: str) -> list[str]:
    """The names of the fields of a price, which no other field of a form has."""
    if name not in pricing.STEPS:
        return [f"price_{name}"]
    return [f"price_{name}_{step}" for step in range(pricing.STEPS[name])]


def _typed(shown: pricing.Kept) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in shown.items():
        steps = value if isinstance(value, list) else [value] * len(_keys(name))
        found.update(zip(_keys(name), steps, strict=True))
    return found


def _label(name: str, step: int) -> Any:
    words = price_words.WORDS[name]
    return words.steps[step] if words.steps else words.title


for _name in pricing.NAMES:
    for _step, _key in enumerate(_keys(_name)):
        setattr(PricesForm, _key, KmField(_label(_name, _step)))
