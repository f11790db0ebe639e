"""What an organiser may type about camps: schools to add, dates, places, juries."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange

from portal import dates, directory
from portal.dates import OSLO
from portal.fields import (
    DayField,
    Optional,
    Required,
    TimeField,
    at_most,
    is_web_address,
    one_line,
    stripped,
)
from portal.invitations import telling
from portal.models.events import Event
from portal.models.seasons import Camp
from portal.seasons.camp_actions import Juries
from portal.seasons.forms import ManyField

_MOST_JURIES = 9
_MOST_PUPILS = 5000


class TimesForm(Form):
    """The day and the hours of one camp; the revision is the one the form was filled from."""

    slug = HiddenField()
    revision = HiddenField()
    day = DayField(_l("Date"), [Required(_l("Write the date, for example 13.11.2026"))])
    starts = TimeField(_l("From"), [Required(_l("Write the time as 09.00"))])
    ends = TimeField(_l("To"), [Required(_l("Write the time as 09.00"))])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        return super().validate(extra_validators) and times_agree(self)


class DatesForm(FlaskForm):
    """The times of all camps of a season, saved at once."""

    camps = FieldList(FormField(TimesForm))
    tell = telling.WhenField(_l("Those who are invited or asked"))

    def __init__(self, events: Sequence[Event], **rest: Any) -> None:
        super().__init__(data={"camps": [_times(event) for event in events]}, **rest)


class SchoolsForm(FlaskForm):
    """The schools ticked in the register, and the usual day that their camps begin with."""

    schools = ManyField(_l("Schools"), [Required(_l("Choose at least one school"))], coerce=int)
    day = DayField(_l("Usual day"), [Required(_l("Write the date, for example 13.11.2026"))])
    starts = TimeField(_l("From"), [Required(_l("Write the time as 09.00"))])
    ends = TimeField(_l("To"), [Required(_l("Write the time as 09.00"))])

    def __init__(
        self, choices: Sequence[tuple[int, str]], usual: Event | None, **rest: Any
    ) -> None:
        super().__init__(data=_times(usual) if usual else None, **rest)
        self.schools.choices = list(choices)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        return super().validate(extra_validators) and times_agree(self)


class FinalForm(FlaskForm):
    """The final as it begins."""

    title = StringField(
        _l("Title"), [Required(_l("Write a title")), at_most(200), one_line], filters=[stripped]
    )
    day = DayField(_l("Date"), [Required(_l("Write the date, for example 13.11.2026"))])
    starts = TimeField(_l("From"), [Required(_l("Write the time as 09.00"))])
    ends = TimeField(_l("To"), [Required(_l("Write the time as 09.00"))])
    place = StringField(
        _l("Place"), [Required(_l("Write where it is")), at_most(200), one_line], filters=[stripped]
    )
    address = StringField(_l("Address"), [Optional(), at_most(200), one_line], filters=[stripped])
    municipality_code = SelectField(_l("Municipality"))

    def __init__(self, on: date, **rest: Any) -> None:
        super().__init__(**rest)
        self.municipality_code.choices = {
            "": [("", _("None, or elsewhere"))],
            **directory.municipality_choices(on),
        }

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        return super().validate(extra_validators) and times_agree(self)

    def values(self) -> dict[str, Any]:
        """The columns of the event, as the form has them."""
        starts_at, ends_at = span(self)
        return {
            "title": self.title.data,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "place": self.place.data or "",
            "address": self.address.data or "",
            "municipality_code": self.municipality_code.data or None,
        }


class CampForm(FinalForm):
    """Everything about one camp that an organiser decides."""

    summary = StringField(
        _l("Summary in one sentence"), [Optional(), at_most(500), one_line], filters=[stripped]
    )
    description = TextAreaField(_l("Description"), [Optional(), at_most(10000)], filters=[stripped])
    streaming_url = StringField(
        _l("Address of the live stream, for everyone"),
        [Optional(), at_most(500), is_web_address],
        filters=[stripped],
    )
    juries = IntegerField(
        _l("Number of juries"),
        [
            Required(_l("Write a number from 1 to 9")),
            NumberRange(1, _MOST_JURIES, _l("Write a number from 1 to 9")),
        ],
    )
    minimum = IntegerField(
        _l("Seats that each jury must have"),
        [
            Required(_l("Write a number from 1 to 20")),
            NumberRange(1, 20, _l("Write a number from 1 to 20")),
        ],
    )
    target = IntegerField(
        _l("Seats that each jury should have"),
        [
            Required(_l("Write a number from 1 to 20")),
            NumberRange(1, 20, _l("Write a number from 1 to 20")),
        ],
    )
    remote_allowed = BooleanField(_l("Jury members may take part from elsewhere, by video"))
    pupils = IntegerField(
        _l("Number of pupils"),
        [Optional(), NumberRange(0, _MOST_PUPILS, _l("Write a number from 0 to 5000"))],
    )
    practical = TextAreaField(
        _l("Practical information to the jury"), [Optional(), at_most(5000)], filters=[stripped]
    )
    tell = telling.WhenField(_l("Those who are invited or asked"))
    revision = HiddenField()

    def __init__(self, camp: Camp, **rest: Any) -> None:
        super().__init__(camp.event.first_day, data=_typed(camp), **rest)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.minimum.data <= self.target.data:
            return True
        self.target.errors = [_("Write at least as many as each jury must have")]
        return False

    def values(self) -> dict[str, Any]:
        """The columns of the event, as the form has them."""
        texts = ("summary", "description", "streaming_url")
        return {**super().values(), **{name: getattr(self, name).data or "" for name in texts}}

    def wanted_juries(self) -> Juries:
        """The juries, as the form has them."""
        return Juries(
            self.juries.data, self.minimum.data, self.target.data, bool(self.remote_allowed.data)
        )


class CallOffForm(FlaskForm):
    """Why a camp is called off, in words that those concerned will read."""

    reason = TextAreaField(
        _l("What shall we tell those who were coming?"),
        [Optional(), at_most(500)],
        filters=[stripped],
    )


def span(form: Any) -> tuple[datetime, datetime]:
    """Start and end of a form with day, starts and ends, in UTC.

    Raises:
        NoSuchTime: the clocks are put forward over one of them.
    """
    return (
        dates.to_utc(form.day.data, form.starts.data),
        dates.to_utc(form.day.data, form.ends.data),
    )


def times_agree(form: Any) -> bool:
    """Whether the camp ends after it starts, on a clock that exists; says so on the form if not."""
    try:
        starts_at, ends_at = span(form)
    except dates.NoSuchTime:
        form.starts.errors = [_("The clocks are put forward over this time. Choose another")]
        return False
    if starts_at < ends_at:
        return True
    form.ends.errors = [_("It must end after it starts")]
    return False


def _times(event: Event) -> dict[str, Any]:
    return {
        "slug": event.slug,
        "revision": str(event.revision),
        "day": event.first_day,
        "starts": event.starts_at.astimezone(OSLO).time(),
        "ends": event.ends_at.astimezone(OSLO).time(),
    }


def _typed(camp: Camp) -> dict[str, Any]:
    event, panel = camp.event, camp.panels[0]
    names = ("title", "place", "address", "summary", "description", "streaming_url")
    return {
        **_times(event),
        **{name: getattr(event, name) for name in names},
        "municipality_code": event.municipality_code or "",
        "juries": len(camp.panels),
        "minimum": panel.minimum,
        "target": panel.target,
        "remote_allowed": panel.remote_allowed,
        "pupils": camp.pupils,
        "practical": camp.practical,
        "tell": telling.usual(event),
    }
