"""What people type to sign in and about themselves, and how we say that it is wrong."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Form, HiddenField, SelectField, StringField, TelField
from wtforms import Field as FormField
from wtforms.validators import ValidationError

from portal import directory, people
from portal.accounts.words import ROLES
from portal.fields import Optional, Required, at_most, is_phone_number, one_line, stripped
from portal.geography import municipalities, postcodes
from portal.models.accounts import Person
from portal.text import sort_key
from portal.words import LANGUAGES


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


def is_known_postcode(form: Form, field: FormField) -> None:
    """A validator: four digits that are in use, or else which ones are near."""
    code = (field.data or "").strip()
    if not (len(code) == 4 and code.isascii() and code.isdigit()):
        raise ValidationError(_("Write a postcode of four digits"))
    if postcodes.find(code) is None:
        near = ", ".join(f"{found.code} {found.place}" for found in postcodes.near(code))
        if near:
            raise ValidationError(
                _("We do not know this postcode. Near it are %(near)s", near=near)
            )
        raise ValidationError(_("We do not know this postcode. Check the number"))


class PersonForm(FlaskForm):
    """What the portal knows of somebody. All but the name may be left empty."""

    name = StringField(
        _l("Name"),
        filters=[stripped],
        validators=[Required(_l("Write a name")), at_most(200), one_line],
    )
    phone = TelField(_l("Telephone"), filters=[stripped], validators=[Optional(), is_phone_number])
    job_title = StringField(
        _l("Job title"), filters=[stripped], validators=[Optional(), at_most(200), one_line]
    )
    organisation = SelectField(_l("Employer"), validators=[Optional()])
    municipality = SelectField(_l("Municipality"), validators=[Optional()])
    postcode = StringField(
        _l("Postcode"), filters=[stripped], validators=[Optional(), is_known_postcode]
    )

    def __init__(self, person: Person | None, today: date, **values: Any) -> None:
        super().__init__(data=_of(person) if person else None, **values)
        nothing = [("", _("None of these"))]
        self.organisation.choices = nothing + directory.organisation_choices()
        code = person.municipality_code if person else None
        self.municipality.choices = nothing + _municipalities(code, today)

    def values(self) -> dict[str, Any]:
        """The columns of ``Person`` as they were filled in."""
        postcode = postcodes.find(self.postcode.data or "")
        municipality = self.municipality.data or (postcode.municipality_code if postcode else None)
        return {
            "name": people.clean_name(self.name.data),
            "phone": self.phone.data or "",
            "job_title": self.job_title.data or "",
            "organisation_id": int(self.organisation.data) if self.organisation.data else None,
            "municipality_code": municipality,
            "postcode": postcode.code if postcode else None,
        }


def _of(person: Person) -> dict[str, Any]:
    """What stands in the form at first; an address is never among it."""
    return {
        "name": person.name,
        "phone": person.phone,
        "job_title": person.job_title,
        "organisation": str(person.organisation_id or ""),
        "municipality": person.municipality_code or "",
        "postcode": person.postcode or "",
        "language": person.language,
    }


def _municipalities(code: str | None, today: date) -> list[tuple[str, str]]:
    """Those of the region in Norwegian order, and the one the person has, wherever it lies."""
    found = [choice for group in directory.municipality_choices(today).values() for choice in group]
    own = municipalities.get(code) if code else None
    if own is not None and own.code not in dict(found):
        found.append((own.code, own.name))
    return sorted(found, key=lambda choice: sort_key(choice[1]))


class ProfileForm(PersonForm):
    """What one says of oneself, and the language to be written to in."""

    language = SelectField(_l("Language"), choices=list(LANGUAGES.items()))

    def values(self) -> dict[str, Any]:
        return {**super().values(), "language": self.language.data}


class AddressForm(FlaskForm):
    """One more address of one's own."""

    address = EmailField(
        _l("Email address"), validators=[Required(_l("Write an email address")), is_reachable]
    )


class ConfirmationForm(FlaskForm):
    """One button."""


class KnownPersonForm(PersonForm):
    """What an organiser knows of somebody; the address only where the organiser may set it."""

    email = EmailField(_l("Email address"), validators=[Optional(), is_reachable])

    def __init__(self, person: Person | None, today: date, *, sets_address: bool) -> None:
        super().__init__(person, today)
        if not sets_address:
            del self.email
        elif person is not None and not self.is_submitted():
            self.email.data = person.email

    @property
    def address(self) -> str | None:
        """The address that was filled in, None when there is none or it may not be set."""
        return (self.email.data or None) if "email" in self else None


class RoleForm(FlaskForm):
    """A role to give or to take back, and the county of a coordinator."""

    role = SelectField(
        _l("Role"),
        choices=[("", _l("Choose a role")), *ROLES.items()],
        validators=[Required(_l("Choose a role"))],
    )
    county = SelectField(_l("County"), validators=[Optional()])

    def __init__(self, today: date) -> None:
        super().__init__()
        self.county.choices = [("", _("No county")), *directory.county_choices(today)]
