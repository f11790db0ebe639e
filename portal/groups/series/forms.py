"""What may be typed about meetings that recur, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField

from portal import dates, directory, words
from portal.calendar import recurring, rhythms
from portal.calendar.recurring import Rhythm
from portal.fields import (
    DayField,
    Optional,
    Required,
    TimeField,
    at_most,
    is_web_address,
    one_line,
    read_number,
    stripped,
)
from portal.groups.series.actions import TEXTS, Times
from portal.models.events import Event
from portal.models.series import Series

_FEWEST = 2


# The choice of no meeting at all.
_NONE = "none"


class TextsForm(FlaskForm):
    """What all meetings of a series have in common, but for their times."""

    title = StringField(
        _l("Title"), [Required(_l("Write a title")), at_most(200), one_line], filters=[stripped]
    )
    place = StringField(_l("Place"), [Optional(), at_most(200), one_line], filters=[stripped])
    address = StringField(_l("Address"), [Optional(), at_most(200), one_line], filters=[stripped])
    municipality_code = SelectField(_l("Municipality"))
    join_url = StringField(
        _l("Link to the online meeting, only for those invited"),
        [Optional(), at_most(500), is_web_address],
        filters=[stripped],
    )
    intro = TextAreaField(
        _l("Words above the agenda"), [Optional(), at_most(5000)], filters=[stripped]
    )
    language = SelectField(_l("Language of the meetings"), choices=list(words.LANGUAGES.items()))
    # The revision that the form was filled from, so that two who edit at once notice it.
    revision = HiddenField()

    def __init__(self, series: Series | None, today: date, **rest: Any) -> None:
        super().__init__(data=_typed(series) if series else {"language": "nb"}, **rest)
        self.municipality_code.choices = {
            "": [("", _("None, or elsewhere"))],
            **directory.municipality_choices(today),
        }

    def values(self) -> dict[str, Any]:
        """What the form says, as ``series_actions`` takes it."""
        return {
            **{name: getattr(self, name).data or "" for name in (*TEXTS, "intro")},
            "municipality_code": self.municipality_code.data or None,
        }


class TimesForm(FlaskForm):
    """When a series meets. The dates are looked at before they are saved (``is_seen``)."""

    first = DayField(_l("First date"), [Required(_l("Write the date, for example 13.11.2026"))])
    starts = TimeField(_l("From"), [Required(_l("Write the time as 09.00"))])
    ends = TimeField(_l("To"), [Required(_l("Write the time as 09.00"))])
    rhythm = SelectField(_l("How often"), choices=list(rhythms.LABELS.items()))
    last = DayField(_l("Last date"), [Optional()])
    count = StringField(_l("Or the number of meetings"), [Optional()], filters=[stripped])
    left_out = SelectMultipleField(choices=[], validate_choice=False)
    # What the dates were worked out from when somebody looked at them.
    seen = HiddenField()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        return bool(fine) and self._hours_agree() and self._end_is_told() and self._days_agree()

    @property
    def days(self) -> list[date]:
        """All days of the rhythm, those left out too; of what was typed well."""
        return recurring.days(
            Rhythm(self.rhythm.data),
            self.first.data,
            last=self.last.data,
            count=read_number(self.count.data) or None,
        )

    @property
    def gaps(self) -> set[date]:
        """The days of the rhythm on which there is no meeting."""
        chosen = set(self.left_out.data or [])
        return {day for day in self.days if day.isoformat() in chosen}

    @property
    def mark(self) -> str:
        """What the dates shown depend on: equal marks show equal dates."""
        fields = (self.first, self.starts, self.ends, self.rhythm, self.last, self.count)
        return "|".join(str(field.data or "") for field in fields)

    @property
    def is_seen(self) -> bool:
        """Whether somebody has looked at just these dates."""
        return bool(self.seen.data == self.mark)

    def times(self) -> Times:
        """What the form says, as ``series_actions`` takes it."""
        return Times(
            Rhythm(self.rhythm.data), self.days, self._time(self.starts), self._time(self.ends),
            self.gaps,
        )  # fmt: skip

    def _time(self, field: TimeField) -> time:
        found: time = field.data
        return found

    def _hours_agree(self) -> bool:
        if self.starts.data < self.ends.data:
            return True
        self.ends.errors = [_("The meeting must end after it starts")]
        return False

    def _end_is_told(self) -> bool:
        if bool(self.last.data) == bool(self.count.data):
            self.last.errors = [_("Write either the last date or the number of meetings")]
            return False
        number = read_number(self.count.data)
        if self.count.data and not _FEWEST <= number <= recurring.MOST:
            self.count.errors = [
                _("Write a number from %(fewest)s to %(most)s", fewest=_FEWEST, most=recurring.MOST)
            ]
            return False
        return True

    def _days_agree(self) -> bool:
        found = self.days
        problem = ""
        if len(found) > recurring.MOST:
            problem = _("That is more than %(most)s meetings. Choose an earlier last date",
                        most=recurring.MOST)  # fmt: skip
        elif len(found) - len(self.gaps) < _FEWEST:
            problem = _("There must be at least two meetings. Plan a single one by itself instead")
        if problem:
            (self.last if self.last.data else self.count).errors = [problem]
            return False
        return self._clocks_allow(found)

    def _clocks_allow(self, found: Sequence[date]) -> bool:
        try:
            for day in found:
                recurring.moment(day, self.starts.data)
                recurring.moment(day, self.ends.data)
        except recurring.NoSuchTime:
            self.starts.errors = [
                _("On one of the dates the clocks are put forward over this time. Choose another")
            ]
            return False
        return True


class PlanForm(TextsForm, TimesForm):
    """A new series: its texts and its times."""

    def __init__(self, today: date, **rest: Any) -> None:
        super().__init__(None, today, **rest)
        self._today = today

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        return super().validate(extra_validators) and _is_ahead(self.first, self._today)


class MoveForm(TimesForm):
    """New times for the meetings from one of them on."""

    since = SelectField(_l("The first meeting that gets another time"))

    def __init__(self, series: Series, coming: Sequence[Event], today: date) -> None:
        super().__init__(data=_typed_times(series))
        self._today = today
        self.since.choices = [
            (str(event.id), dates.span(event.starts_at, event.ends_at)) for event in coming
        ]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        return super().validate(extra_validators) and _is_ahead(self.first, self._today)


class EndForm(FlaskForm):
    """After which meeting the series ends, and why, in words that those called will read."""

    last = SelectField(
        _l("The last meeting to be held"), [Required(_l("Choose the last meeting, or none"))]
    )
    reason = TextAreaField(
        _l("What shall we tell those who were called?"),
        [Optional(), at_most(500)],
        filters=[stripped],
    )

    def __init__(self, coming: Sequence[Event]) -> None:
        super().__init__()
        # Nothing is chosen beforehand: a slip would call off everything. After the last meeting
        # nothing is left to be called off.
        self.last.choices = [
            ("", _("Choose")),
            (_NONE, _("None: call off all that are to come")),
            *((str(event.id), dates.span(event.starts_at, event.ends_at)) for event in coming[:-1]),
        ]


def _is_ahead(field: DayField, today: date) -> bool:
    if field.data >= today:
        return True
    field.errors = [_("Choose a date that has not passed")]
    return False


def _typed(series: Series) -> dict[str, Any]:
    return {
        **{name: getattr(series, name) for name in (*TEXTS, "intro")},
        "municipality_code": series.municipality_code or "",
        "revision": str(series.revision),
    }


def _typed_times(series: Series) -> dict[str, Any]:
    pattern, until = recurring.read(series.rrule)
    return {
        "starts": series.starts_at.astimezone(dates.OSLO).time(),
        "ends": series.ends_at.astimezone(dates.OSLO).time(),
        "rhythm": str(pattern.rhythm),
        "last": dates.today(until),
    }
