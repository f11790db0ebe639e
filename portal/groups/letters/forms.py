"""What a lead may write to the group, and how we say it is wrong."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.fields import Required, at_most, one_line, stripped
from portal.mail.headers import UnsafeHeader, check_header


class LetterForm(FlaskForm):
    """Subject and message. ``name`` is what the letter is called from its first page on."""

    name = HiddenField()
    subject = StringField(
        _l("Subject"),
        [Required(_l("Write a subject")), at_most(150), one_line],
        filters=[stripped],
    )
    body = TextAreaField(
        _l("Message"), [Required(_l("Write the message")), at_most(20_000)], filters=[stripped]
    )

    def validate_subject(self, field: FormField) -> None:
        """Nothing that could end the header of a mail and begin another one."""
        try:
            check_header("Subject", field.data or "")
        except UnsafeHeader:
            raise ValidationError(
                _("There is a character here that cannot stand in a subject. Write the subject"
                  " again")
            ) from None  # fmt: skip
