"""What somebody may say before signing up: it stands in the address, and nowhere else."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field as FormField
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from portal import dates, directory
from portal.fields import stripped
from portal.geography import postcodes
from portal.jury.signup import words
from portal.jury.signup.answers import Answers
from portal.jury.signup.forms import CheckboxesField, check_postcode, county_choices, newest_code
from portal.jury.signup.offers import Offer
from portal.models.jury import DayAnswer
from portal.models.seasons import Camp, Season

_FERRY = {"yes": _l("Yes"), "no": _l("No, I travel round")}
_DEFAULTS = {"longest": "any", "ferry": "yes"}


class NearForm(FlaskForm):
    """Where one sets out, how far one goes, and which days one can; sent by GET."""

    class Meta:
        csrf = False

    postcode = StringField(_l("Postcode"), filters=[stripped])
    municipality = SelectField(_l("Or choose your municipality"), default="", filters=[newest_code])
    longest = RadioField(
        _l("How far can you travel one way?"),
        choices=list(words.DISTANCES.items()),
        default=_DEFAULTS["longest"],
        validate_choice=False,
    )
    ferry = RadioField(
        _l("Can you take a ferry?"),
        choices=list(_FERRY.items()),
        default=_DEFAULTS["ferry"],
        validate_choice=False,
    )
    county = CheckboxesField(_l("Which counties can you go to?"), validate_choice=False)
    day = CheckboxesField(_l("Which days can you come?"), validate_choice=False)

    def __init__(
        self, season: Season, camps: Sequence[Camp], given: MultiDict[str, str], **known: Any
    ) -> None:
        """The form of ``given``, the address's arguments; without any, filled in with ``known``."""
        super().__init__(given or None, data=known)
        first = min(camp.event.first_day for camp in camps)
        self.municipality.choices = {
            "": [("", _("Choose a municipality"))],
            **directory.municipality_choices(first),
        }
        self.county.choices = county_choices(season, first)
        held = sorted({camp.event.first_day for camp in camps})
        self.day.choices = [(day.isoformat(), dates.day(day)) for day in held]
        # An address that was shared may be older than the days it names.
        for field in (self.county, self.day):
            offered = dict(field.choices)
            field.data = [each for each in field.data or [] if each in offered]

    def validate_postcode(self, field: FormField) -> None:
        check_postcode(field.data or "", self.municipality.data)

    def validate_longest(self, field: FormField) -> None:
        if field.data not in words.DISTANCES:
            raise ValidationError(_("Choose how far you can travel"))

    def validate_ferry(self, field: FormField) -> None:
        if field.data not in _FERRY:
            raise ValidationError(_("Choose yes or no"))

    def offer(self, camps: Sequence[Camp]) -> Offer:
        """The offer that the answers come to; who chose no day can come on any."""
        found = postcodes.find(self.postcode.data or "")
        days = set(self.day.data)
        longest = self.longest.data
        return Offer(
            municipality_code=found.municipality_code if found else self.municipality.data,
            postcode=found.code if found else "",
            counties=tuple(self.county.data),
            longest_km=None if longest == "any" else int(longest),
            takes_ferry=self.ferry.data == "yes",
            days={
                camp.id: DayAnswer.YES
                if not days or camp.event.first_day.isoformat() in days
                else DayAnswer.NO
                for camp in camps
            },
        )

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The answers as an address holds them, with ``changes``; what needs no saying left out."""
        given = {name: field.data for name, field in self._fields.items()} | changes
        return {
            name: value
            for name, value in given.items()
            if value and value != _DEFAULTS.get(name, "")
        }


def is_given(arguments: Mapping[str, str]) -> bool:
    """Whether the address says where somebody sets out."""
    return "postcode" in arguments or "municipality" in arguments


def carried(arguments: MultiDict[str, str]) -> Answers:
    """What an address brings along to the first step of a sign-up, as its form has it."""
    if not is_given(arguments):
        return {}
    return {
        "postcode": arguments.get("postcode", "")[:10],
        "municipality": arguments.get("municipality", "")[:4],
        "counties": arguments.getlist("county"),
        "longest": arguments.get("longest", _DEFAULTS["longest"]),
        "takes_ferry": arguments.get("ferry", _DEFAULTS["ferry"]) == "yes",
    }


def days_carried(arguments: MultiDict[str, str], camps: Sequence[Camp]) -> dict[str, str]:
    """A yes to each of ``camps`` on a day that the address names; the step for days asks for it."""
    days = set(arguments.getlist("day"))
    return {
        str(camp.id): str(DayAnswer.YES)
        for camp in camps
        if camp.event.first_day.isoformat() in days
    }
