"""What organisers choose of a reminder: whether, how many days before, at what time."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange

from portal.fields import Required, TimeField
from portal.mail.reminding.times import LONGEST, Timing
from portal.models.mailings import ReminderKind

_DAYS = _l("Write a number of days from 0 to 60")


class TimingForm(FlaskForm):
    """The timing of one kind of reminder. Several stand on a page, each with names of its own."""

    is_on = BooleanField(_l("Send this reminder"))
    days_before = IntegerField(
        _l("Days before"), [Required(_DAYS), NumberRange(0, LONGEST.days, _DAYS)]
    )
    at = TimeField(_l("Time of day"), [Required(_l("Write the time as 09.00"))])

    def __init__(self, kind: ReminderKind, timing: Timing, **rest: Any) -> None:
        super().__init__(data=vars(timing), prefix=f"{kind}-", **rest)

    def timing(self) -> Timing:
        """What was chosen."""
        return Timing(int(self.days_before.data or 0), self.at.data, bool(self.is_on.data))
