"""What an organiser may type about a season, and how we say it is wrong."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from portal import dates, directory
from portal.fields import (
    DayField,
    Optional,
    Required,
    at_most,
    is_mail_address,
    is_phone_number,
    one_line,
    stripped,
)
from portal.models.seasons import RankingPolicy, Season

_COMMISSIONER_SLOTS = 3
_CLOSES = time(23, 59)
_NEXT_SEASON_FROM = 10
_PLAIN = (
    "name",
    "year",
    "theme",
    "intro",
    "juror_info",
    "default_minimum",
    "default_target",
    "bars_school_owner",
    "contact_name",
    "contact_email",
    "contact_phone",
)
POLICIES = {
    RankingPolicy.NEAREST: _l("The nearest first, whatever the county"),
    RankingPolicy.COUNTY: _l("Those from the school’s own county first"),
}


class ManyField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SeasonForm(FlaskForm):
    """Everything about a season that an organiser decides at the start."""

    name = StringField(
        _l("Name"), [Required(_l("Write a name")), at_most(200), one_line], filters=[stripped]
    )
    year = IntegerField(
        _l("Year"),
        [
            Required(_l("Write the year with four digits")),
            NumberRange(2000, 2100, _l("Write the year with four digits")),
        ],
    )
    theme = StringField(
        _l("Theme, in one sentence"), [Optional(), at_most(300), one_line], filters=[stripped]
    )
    intro = TextAreaField(_l("About the season"), [Optional(), at_most(10000)], filters=[stripped])
    juror_info = TextAreaField(
        _l("To those on the juries"), [Optional(), at_most(10000)], filters=[stripped]
    )
    counties = ManyField(_l("Counties"), [Required(_l("Choose at least one county"))])
    commissioners = FieldList(
        SelectField(_l("Commissioner"), [Optional()]),
        _l("Commissioners"),
        min_entries=_COMMISSIONER_SLOTS,
    )
    default_minimum = IntegerField(
        _l("Seats that each jury must have"),
        [
            Required(_l("Write a number from 1 to 20")),
            NumberRange(1, 20, _l("Write a number from 1 to 20")),
        ],
    )
    default_target = IntegerField(
        _l("Seats that each jury should have"),
        [
            Required(_l("Write a number from 1 to 20")),
            NumberRange(1, 20, _l("Write a number from 1 to 20")),
        ],
    )
    policy = RadioField(_l("Who comes first to a school?"), choices=list(POLICIES.items()))
    bars_school_owner = BooleanField(
        _l("Those employed by the county council do not judge at its own schools")
    )
    contact_name = StringField(
        _l("Contact"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    contact_email = StringField(
        _l("Contact’s email"), [Optional(), at_most(254), is_mail_address], filters=[stripped]
    )
    contact_phone = StringField(
        _l("Contact’s telephone"), [Optional(), is_phone_number], filters=[stripped]
    )

    def __init__(self, season: Season | None, today: date, **rest: Any) -> None:
        super().__init__(data=_typed(season) if season else _blank(today), **rest)
        on = date(season.year, 10, 1) if season else today
        self.counties.choices = directory.county_choices(on)
        bodies = [("", _("None")), *directory.organisation_choices()]
        for slot in self.commissioners:
            slot.choices = bodies

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        minimum, target = self.default_minimum, self.default_target
        if minimum.errors or target.errors or minimum.data <= target.data:
            return fine
        target.errors = [_("Write at least as many as each jury must have")]
        return False

    def values(self) -> dict[str, Any]:
        """The columns of the season, as the form has them."""
        plain = {name: getattr(self, name).data for name in _PLAIN}
        return {
            **{name: "" if value is None else value for name, value in plain.items()},
            "counties": list(self.counties.data),
            "policy": RankingPolicy(self.policy.data),
        }

    def commissioner_ids(self) -> list[int]:
        """The organisations chosen, each once, in order."""
        return list(dict.fromkeys(int(slot.data) for slot in self.commissioners if slot.data))


class SignupWindowForm(FlaskForm):
    """From when to when people may volunteer."""

    opens = DayField(_l("First day"), [Optional()])
    closes = DayField(_l("Last day"), [Optional()])

    def __init__(self, season: Season, now: datetime, **rest: Any) -> None:
        super().__init__(data=_window(season), **rest)
        self.season, self.now = season, now

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        closes = self.closes_at()
        if closes is None or closes > max(self.opens_at(), self.now):
            return True
        self.closes.errors = [_("The last day must lie ahead, and not before the first day")]
        return False

    def opens_at(self) -> datetime:
        """The moment sign-up opens: the first day's beginning, now when none is given."""
        known = self.season.signup_opens_at
        if self.opens.data is None:
            return self.now
        if known and dates.today(known) == self.opens.data:
            return known
        return dates.midnight(self.opens.data)

    def closes_at(self) -> datetime | None:
        """The last minute of the last day, None when sign-up stays open."""
        return dates.to_utc(self.closes.data, _CLOSES) if self.closes.data else None


def _window(season: Season) -> dict[str, date | None]:
    opens, closes = season.signup_opens_at, season.signup_closes_at
    return {
        "opens": dates.today(opens) if opens else None,
        "closes": dates.today(closes) if closes else None,
    }


def _typed(season: Season) -> dict[str, Any]:
    chosen = [str(each.organisation_id) for each in season.commissioners]
    spare = [""] * max(1, _COMMISSIONER_SLOTS - len(chosen))
    return {
        **{name: getattr(season, name) for name in _PLAIN},
        "counties": list(season.counties),
        "policy": str(season.policy),
        "commissioners": chosen + spare,
    }


def _blank(today: date) -> dict[str, Any]:
    return {
        # From late autumn on, it is the next season that is planned.
        "year": today.year + (today.month >= _NEXT_SEASON_FROM),
        "default_minimum": 2,
        "default_target": 3,
        "policy": str(RankingPolicy.NEAREST),
        "counties": [code for code, _name in directory.county_choices(today)],
    }
