"""What may be typed about follow-ups, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.fields import (
    DayField,
    Optional,
    Required,
    at_most,
    one_line,
    read_number,
    stripped,
)
from portal.groups import once
from portal.groups.follow_ups.actions import Content
from portal.models.accounts import Person
from portal.models.minutes import FollowUp


class FollowUpForm(once.OnceForm):
    """What is to be done; who does it and by when may be unknown."""

    text = TextAreaField(
        _l("What is to be done?"),
        [Required(_l("Write what is to be done")), at_most(2000)],
        filters=[stripped],
    )
    owner = SelectField(_l("Responsible"))
    owner_label = StringField(
        _l("Responsible, in words"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    due_on = DayField(_l("Deadline"), [Optional()])
    revision = HiddenField()

    def __init__(
        self, members: Sequence[Person], follow_up: FollowUp | None, today: date, **rest: Any
    ) -> None:
        super().__init__(data=_typed(follow_up) if follow_up else None, **rest)
        self._today = today
        self._known = follow_up.due_on if follow_up else None
        self._members = {person.public_id: person for person in members}
        self.owner.choices = [
            ("", _("Not decided, or not one person")),
            *((each.public_id, each.name) for each in members),
        ]

    def validate_due_on(self, field: Field) -> None:
        """A day to come, or the one that stands already: what is overdue is reminded of at once."""
        if field.data and field.data < self._today and field.data != self._known:
            raise ValidationError(_("The deadline is before today. Write a later day"))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        if self.owner.data and self.owner_label.data:
            self.owner_label.errors = [_("Choose a person or write words, not both")]
            return False
        return bool(fine)

    @property
    def content(self) -> Content:
        """What was typed."""
        return Content(
            text=self.text.data,
            owner=self._members.get(self.owner.data),
            owner_label=self.owner_label.data or "",
            due_on=self.due_on.data,
        )

    @property
    def seen_revision(self) -> int:
        """How the follow-up stood when the form was shown."""
        return read_number(self.revision.data, otherwise=-1)

    def look_anew(self, follow_up: FollowUp) -> None:
        """Keep what was typed, to be saved over what the follow-up is now."""
        self.revision.data = str(follow_up.revision)


class CloseForm(FlaskForm):
    """What came of a follow-up."""

    note = TextAreaField(_l("What came of it?"), [Optional(), at_most(500)], filters=[stripped])


def _typed(follow_up: FollowUp) -> dict[str, Any]:
    is_known = follow_up.owner is not None and follow_up.is_in_hand
    return {
        "text": follow_up.text,
        "owner": follow_up.owner.public_id if follow_up.owner and is_known else "",
        "owner_label": follow_up.owner_label,
        "due_on": follow_up.due_on,
        "revision": str(follow_up.revision),
    }
