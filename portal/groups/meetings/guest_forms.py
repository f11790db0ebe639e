"""What may be typed about a guest of a meeting, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField

from portal.fields import IfFilled, Optional, at_most, is_mail_address, one_line, stripped
from portal.models.accounts import Person


class GuestForm(FlaskForm):
    """A guest by name and address; organisers may look people up by the name alone."""

    name = StringField(_l("Name"), [IfFilled(), at_most(200), one_line], filters=[stripped])
    email = StringField(
        _l("Email"), [IfFilled(), at_most(254), one_line, is_mail_address], filters=[stripped]
    )
    person = RadioField(_l("Who do you mean?"), [IfFilled()], validate_choice=False)
    note = StringField(
        _l("What they come for, as those who run the group see it"),
        [Optional(), at_most(200), one_line],
        filters=[stripped],
    )

    def __init__(self, *, finds_people: bool, **rest: Any) -> None:
        super().__init__(**rest)
        self.finds_people = finds_people
        self.person.choices = []

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        if not self.name.data and not (self.finds_people and self.email.data):
            self.name.errors = [*self.name.errors, _("Write the name of the guest")]
            return False
        if not self.email.data and not self.finds_people:
            self.email.errors = [
                *self.email.errors,
                _("Write their email, so that we can invite them"),
            ]
            return False
        return bool(fine)

    def offer(self, people: Sequence[Person]) -> None:
        """Let the organiser choose between those the name fits, or write an address."""
        if not people:
            self.email.errors = [
                _("We know nobody by that name. Write the email too, and we note a new person.")
            ]
            return
        self.person.choices = [(each.public_id, described(each)) for each in people]
        self.person.errors = [_("Choose the person, or write the email of someone else")]


def described(person: Person) -> str:
    """The name, the employer and the address, as a choice shows them to organisers."""
    employer = person.organisation.name if person.organisation else ""
    return ", ".join(part for part in (person.name, employer, person.email) if part)
