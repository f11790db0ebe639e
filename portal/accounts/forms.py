"""What people type to sign in and about themselves, and how we say that it is wrong."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Form, HiddenField
from wtforms import Field as FormField
from wtforms.validators import ValidationError

from portal import people
from portal.fields import Required


def is_reachable(form: Form, field: FormField) -> None:
    """A validator: an address as ``people.normal_address`` takes it, which ``data`` then is."""
    try:
        field.data = people.normal_address(field.data or "")
    except people.BadAddress:
        raise ValidationError(_("Write an email address, for example navn@kommune.no")) from None


class SignInForm(FlaskForm):
    """Where to send the link; ``next`` is the page the reader was on the way to."""

    address = EmailField(
        _l("Email address"), validators=[Required(_l("Write your email address")), is_reachable]
    )
    next = HiddenField()


class UseLinkForm(FlaskForm):
    """One button, for the browser that asked for the link."""


class UseLinkElsewhereForm(FlaskForm):
    """The address once more, in a browser that did not ask: a link in the wrong hands is no key."""

    address = EmailField(
        _l("Email address"),
        validators=[Required(_l("Write the address the link was sent to")), is_reachable],
    )

    def __init__(self, folded: str) -> None:
        super().__init__()
        self.folded = folded

    def validate_address(self, field: FormField) -> None:
        if people.fold(field.data or "") != self.folded:
            raise ValidationError(_("The link was sent to another address. Write that one"))
