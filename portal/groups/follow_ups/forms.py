"""What may be typed about follow-ups, and how we say it is wrong."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField

from portal.fields import DayField, Optional, Required, at_most, stripped
from portal.models.accounts import Person


class FollowUpForm(FlaskForm):
    """What is to be done; who does it and by when may be unknown."""

    text = TextAreaField(
        _l("What is to be done?"),
        [Required(_l("Write what is to be done")), at_most(2000)],
        filters=[stripped],
    )
    owner = SelectField(_l("Responsible"))
    due_on = DayField(_l("Deadline"), [Optional()])

    def __init__(self, members: Sequence[Person], **rest: Any) -> None:
        super().__init__(**rest)
        self._members = {person.public_id: person for person in members}
        self.owner.choices = [
            ("", _("Not decided")),
            *((each.public_id, each.name) for each in members),
        ]

    @property
    def responsible(self) -> Person | None:
        """Whoever was chosen, None when nobody is decided."""
        return self._members.get(self.owner.data)


class CloseForm(FlaskForm):
    """What came of a follow-up."""

    note = TextAreaField(_l("What came of it?"), [Optional(), at_most(500)], filters=[stripped])
