"""What whoever asks a group may type, and what those asked may answer."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import ValidationError

from portal import dates
from portal.fields import DayField, Optional, at_most, stripped
from portal.models.seasons import Season


class AppealForm(FlaskForm):
    """Words of one's own, and until when an answer is wanted."""

    words = TextAreaField(
        _l("Your own words, above the rest"), [Optional(), at_most(2000)], filters=[stripped]
    )
    answer_by = DayField(_l("Answer by"), [Optional()])

    def __init__(self, season: Season, today: date, **rest: Any) -> None:
        super().__init__(**rest)
        closes = season.signup_closes_at
        self._first, self._last = today, dates.today(closes) if closes else None

    def validate_answer_by(self, field: FormField) -> None:
        if field.data is None:
            return
        if field.data < self._first:
            raise ValidationError(_("Choose a day that is still to come"))
        if self._last is not None and field.data > self._last:
            raise ValidationError(
                _("Sign-up closes on %(day)s. Choose that day or one before it",
                  day=dates.plain_day(self._last))
            )  # fmt: skip


class SendForm(FlaskForm):
    """One button, and what was looked at when it was pressed."""

    seen = HiddenField()


class DeclineForm(FlaskForm):
    """Not this year, with a word if the person wants to."""

    comment = TextAreaField(
        _l("A word to those who ask"), [Optional(), at_most(500)], filters=[stripped]
    )
