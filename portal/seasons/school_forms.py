"""What an organiser may type about schools and their breaks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FloatField, SelectField, StringField
from wtforms.validators import NumberRange, Regexp

from portal import directory
from portal.fields import (
    DayField,
    Optional,
    Required,
    at_most,
    is_web_address,
    one_line,
    stripped,
)
from portal.geography.calendar_days import BreakKind
from portal.models.places import School, SchoolBreak

KINDS = {
    "ordinary": _l("Ordinary"),
    "special": _l("Special"),
    "adult": _l("For adults"),
    "administrative": _l("Administrative"),
    "other": _l("Other"),
}
BREAKS = {
    BreakKind.AUTUMN: _l("Autumn break"),
    BreakKind.WINTER: _l("Winter break"),
    BreakKind.NO_PUPILS: _l("Day without pupils"),
}
_TEXTS = ("name", "kind", "municipality_code", "address", "postcode", "place", "website")
# A point in Norway; anything else is a slip of the keys.
_LATITUDES, _LONGITUDES = (57.5, 71.5), (4.0, 31.5)


class DegreesField(FloatField):
    """Degrees with a decimal comma or point."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip().replace(",", ".") if valuelist else ""
        try:
            self.data = float(text) if text else None
        except ValueError:
            raise ValueError(_("Write degrees as a number, for example 59,4321")) from None


class SchoolForm(FlaskForm):
    """A school as the secretariat knows it."""

    name = StringField(
        _l("Name"), [Required(_l("Write a name")), at_most(200), one_line], filters=[stripped]
    )
    kind = SelectField(_l("Kind of school"), choices=list(KINDS.items()))
    municipality_code = SelectField(_l("Municipality"))
    address = StringField(_l("Address"), [Optional(), at_most(200), one_line], filters=[stripped])
    postcode = StringField(
        _l("Postcode"),
        [Optional(), Regexp(r"\d{4}$", message=_l("Write a postcode of four digits"))],
        filters=[stripped],
    )
    place = StringField(_l("Postal town"), [Optional(), at_most(100), one_line], filters=[stripped])
    latitude = DegreesField(
        _l("Latitude"),
        [
            Required(_l("Write the latitude in degrees, for example 59,4321")),
            NumberRange(*_LATITUDES, _l("This latitude is not in Norway")),
        ],
    )
    longitude = DegreesField(
        _l("Longitude"),
        [
            Required(_l("Write the longitude in degrees, for example 10,6571")),
            NumberRange(*_LONGITUDES, _l("This longitude is not in Norway")),
        ],
    )
    website = StringField(
        _l("Website"), [Optional(), at_most(300), is_web_address], filters=[stripped]
    )

    def __init__(self, school: School, today: date, **rest: Any) -> None:
        super().__init__(obj=school, **rest)
        places = directory.municipality_choices(today)
        known = {code for choices in places.values() for code, _name in choices}
        if school.municipality_code not in known:
            places = {"": [(school.municipality_code, school.municipality_code)], **places}
        self.municipality_code.choices = places

    def values(self) -> dict[str, Any]:
        """The columns of the school, as the form has them."""
        texts = {name: getattr(self, name).data or "" for name in _TEXTS}
        return {**texts, "latitude": self.latitude.data, "longitude": self.longitude.data}


class BreakForm(FlaskForm):
    """Days on which the schools of a county have no pupils."""

    county_code = SelectField(_l("County"))
    kind = SelectField(_l("Kind of break"), choices=[(str(k), name) for k, name in BREAKS.items()])
    first_day = DayField(_l("First day"), [Required(_l("Write the date, for example 13.11.2026"))])
    last_day = DayField(_l("Last day"), [Required(_l("Write the date, for example 13.11.2026"))])
    source = StringField(
        _l("Where it is published"), [Optional(), at_most(300), one_line], filters=[stripped]
    )

    def __init__(self, row: SchoolBreak | None, today: date, **rest: Any) -> None:
        super().__init__(obj=row, **rest)
        choices = directory.county_choices(today)
        if row is not None and row.county_code not in dict(choices):
            choices = [(row.county_code, directory.county_name(row.county_code)), *choices]
        self.county_code.choices = choices

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.values()["first_day"] <= self.values()["last_day"]:
            return True
        self.last_day.errors = [_("The last day cannot be before the first")]
        return False

    def values(self) -> dict[str, Any]:
        """The columns of the break, as the form has them."""
        return {
            "county_code": self.county_code.data,
            "kind": self.kind.data,
            "first_day": self.first_day.data,
            "last_day": self.last_day.data,
            "source": self.source.data or "",
        }
