"""What may be typed when asking for a name, and when answering."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.validators import ValidationError

from portal.fields import DayField, Optional, Required, at_most, is_mail_address, one_line, stripped
from portal.groups.name_requests.actions import Named


class AskForm(FlaskForm):
    """Where the question goes, and by when an answer is wanted."""

    address = StringField(
        _l("Email address of the body"),
        [Required(_l("Write the address the question goes to")), at_most(254), one_line,
         is_mail_address],
        filters=[stripped],
    )  # fmt: skip
    answer_by = DayField(_l("Answer wanted by"), [Optional()])
    remember = BooleanField(_l("Use this address for the body the next time too"))

    def __init__(self, address: str, answer_by: date, today: date, **rest: Any) -> None:
        data = {"address": address, "answer_by": answer_by, "remember": not address}
        super().__init__(data=data, **rest)
        self._today = today

    def validate_answer_by(self, field: FormField) -> None:
        """Only a day to come."""
        if field.data and field.data <= self._today:
            raise ValidationError(_("Choose a day after today"))


class _IfSending(Optional):
    """May be left empty by who sends nobody, so it is not called optional."""

    field_flags = {}


class AnswerForm(FlaskForm):
    """Who is sent, or that nobody is. Nothing is chosen beforehand."""

    answer = RadioField(
        _l("Who shall have the place?"),
        [Required(_l("Choose whether you send somebody"))],
        choices=[
            ("named", _l("We send somebody")),
            ("declined", _l("We will not send anybody")),
        ],
    )
    name = StringField(_l("Name"), [_IfSending(), at_most(200), one_line], filters=[stripped])
    email = StringField(
        _l("Email"), [_IfSending(), at_most(254), one_line, is_mail_address], filters=[stripped]
    )
    title = StringField(
        _l("Position where they work"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    comment = TextAreaField(
        _l("Anything we should know"), [Optional(), at_most(500)], filters=[stripped]
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.answer.data == "declined" and (self.name.data or self.email.data):
            # The first answer holds, so we ask rather than guess.
            self.answer.errors = [_("You have written a name. Choose again whether you send them")]
            return False
        if self.answer.data != "named":
            return fine
        wanted = {
            self.name: _("Write the name of who shall have the place"),
            self.email: _("Write their email address, so that they can be called to meetings"),
        }
        missing = [field for field in wanted if not field.data and not field.errors]
        for field in missing:
            field.errors = [wanted[field]]
        return fine and not missing

    @property
    def named(self) -> Named | None:
        """Whom they send, None when nobody."""
        if self.answer.data != "named":
            return None
        return Named(self.name.data or "", self.email.data or "", self.title.data or "")
