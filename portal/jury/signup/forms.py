"""What a volunteer may type, and how we say it is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Field as FormField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal import directory, people
from portal.fields import Optional, Required, at_most, is_phone_number, one_line, stripped
from portal.geography import municipalities, postcodes
from portal.jury.signup import words
from portal.jury.signup.answers import Answers
from portal.models.accounts import Person
from portal.models.jury import DayAnswer, Wish
from portal.models.places import School
from portal.models.seasons import Camp, Season

_MOST_CAMPS = 10


class CheckboxesField(SelectMultipleField):
    """Several choices at once, each a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def newest_code(code: str | None) -> str | None:
    """A filter: the municipality's code of today, whatever generation was sent."""
    try:
        return municipalities.newest_code(code) if code else code
    except municipalities.UnknownMunicipality:
        return code


class TravelForm(FlaskForm):
    """Who volunteers, where they set out and how far they go.

    Whoever is signed in is asked neither name nor address.
    """

    name = StringField(
        _l("Full name"), [Required(_l("Write your name")), at_most(200), one_line],
        filters=[stripped],
    )  # fmt: skip
    email = EmailField(
        _l("Email address"),
        [Required(_l("Write an email address, for example navn@kommune.no"))],
        filters=[stripped],
    )
    phone = StringField(_l("Telephone"), [Optional(), is_phone_number], filters=[stripped])
    employer = StringField(_l("Employer"), [Optional(), at_most(200), one_line], filters=[stripped])
    postcode = StringField(_l("Postcode"), filters=[stripped])
    municipality = SelectField(_l("Or choose your municipality"), default="", filters=[newest_code])
    counties = CheckboxesField(_l("Which counties can you go to?"))
    longest = RadioField(
        _l("How far can you travel one way?"),
        choices=list(words.DISTANCES.items()),
        validate_choice=False,
    )
    takes_ferry = BooleanField(_l("I can take a ferry"), default=True)
    most_camps = SelectField(
        _l("How many camps can you take part in at most?"),
        default="1",
        choices=[(str(number), str(number)) for number in range(1, _MOST_CAMPS + 1)],
    )
    languages = CheckboxesField(
        _l("Which languages can you judge in?"),
        choices=list(words.LANGUAGES.items()),
        # The menu in the page's head has the plain name.
        id="judging-languages",
    )
    travel_note = TextAreaField(
        _l("Is there anything we should know about how you travel?"),
        [Optional(), at_most(500)],
        filters=[stripped],
    )

    def __init__(self, season: Season, person: Person | None, today: date, **rest: Any) -> None:
        super().__init__(**rest)
        if person is not None:
            del self.name
            del self.email
        self.counties.choices = county_choices(season, today)
        self.municipality.choices = {
            "": [("", _("Choose a municipality"))],
            **directory.municipality_choices(today),
        }
        self.counties.flags.optional = self.languages.flags.optional = True
        self.municipality.flags.optional = True

    def validate_email(self, field: FormField) -> None:
        try:
            field.data = people.normal_address(field.data or "")
        except people.BadAddress:
            raise ValidationError(
                _("Write an email address, for example navn@kommune.no")
            ) from None

    def validate_name(self, field: FormField) -> None:
        field.data = people.clean_name(field.data or "")

    def validate_longest(self, field: FormField) -> None:
        if field.data not in words.DISTANCES:
            raise ValidationError(_("Choose how far you can travel"))

    def validate_postcode(self, field: FormField) -> None:
        check_postcode(field.data or "", self.municipality.data)

    def values(self) -> Answers:
        """The answers of this step, with the municipality that they come to."""
        found = postcodes.find(self.postcode.data or "")
        code = found.municipality_code if found else self.municipality.data
        given = {name: field.data for name, field in self._fields.items() if name in _TRAVEL}
        values = {name: "" if data is None else data for name, data in given.items()}
        return {
            **values,
            "postcode": found.code if found else "",
            "municipality": "" if found else code,
            "municipality_code": code,
        }


_TRAVEL = (
    "name", "email", "phone", "employer", "counties", "longest", "takes_ferry", "most_camps",
    "languages", "travel_note",
)  # fmt: skip


def county_choices(season: Season, on: date) -> list[tuple[str, str]]:
    """The counties of the season as (code, name), all of the region when it names none."""
    offered = directory.county_choices(on)
    return [each for each in offered if each[0] in season.counties or not season.counties]


def check_postcode(text: str, municipality: str | None) -> None:
    """Either place will do; the municipality also helps those whose postcode is too new.

    Raises:
        ValidationError: nothing says where somebody sets out.
    """
    if municipality or postcodes.find(text):
        return
    text = text.strip()
    if not (text.isdigit() and len(text) == 4):
        raise ValidationError(_("Write a postcode of four digits"))
    raise ValidationError(_unknown_postcode(text))


def _unknown_postcode(text: str) -> str:
    near = ", ".join(f"{each.code} {each.place}" for each in postcodes.near(text))
    if not near:
        return _("We do not know postcode %(code)s. Choose your municipality instead", code=text)
    return _(
        "We do not know postcode %(code)s. Is it one of these: %(near)s? You can also choose your"
        " municipality instead",
        code=text,
        near=near,
    )


class DaysForm(FlaskForm):
    """Yes, if needed or no for each camp; ``days_form`` makes the fields."""

    def field_of(self, camp: Camp) -> FormField:
        """The question about one camp."""
        return self[f"camp_{camp.id}"]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        fields = _named(self, "camp_")
        if any(field.data in (DayAnswer.YES, DayAnswer.IF_NEEDED) for field in fields.values()):
            return bool(fine)
        for field in list(fields.values())[:1]:
            field.errors = [_("Say yes to at least one day, or “if needed”")]
        return False

    def values(self) -> dict[str, str]:
        """The answers by camp id; what was not answered is left out."""
        given = _named(self, "camp_").items()
        return {key: field.data for key, field in given if field.data in set(DayAnswer)}


def days_form(camps: Iterable[Camp], said: Mapping[str, str]) -> DaysForm:
    """The form that asks about ``camps``, filled in with what was ``said`` before."""
    fields = {
        f"camp_{camp.id}": RadioField(
            camp.name, choices=list(words.DAY_ANSWERS.items()), validate_choice=False
        )
        for camp in camps
    }
    made = type("CampDaysForm", (DaysForm,), fields)
    return cast(DaysForm, made(data={f"camp_{key}": answer for key, answer in said.items()}))


class SchoolsForm(FlaskForm):
    """Conflicts and wishes for each school, then consent; ``schools_form`` makes the fields."""

    expertise = TextAreaField(
        _l("What do you know that is useful in a jury?"), [Optional(), at_most(500)],
        filters=[stripped],
    )  # fmt: skip
    consent = BooleanField(
        _l("I agree that you use what I have written here to put juries together")
    )

    def validate_consent(self, field: FormField) -> None:
        if not field.data:
            raise ValidationError(_("Tick the box if you agree, so that we may use your answers"))

    def conflicts_of(self, school: School) -> FormField:
        """The question about conflicts at one school."""
        return self[f"conflicts_{school.id}"]

    def wish_of(self, school: School) -> FormField:
        """The question whether one would like to go there."""
        return self[f"wish_{school.id}"]

    def values(self) -> dict[str, dict[str, Any]]:
        """What was said of each school, by its id."""
        wishes = _named(self, "wish_")
        return {
            key: {"conflicts": list(field.data or []), "wish": wishes[key].data or str(Wish.NONE)}
            for key, field in _named(self, "conflicts_").items()
        }


def schools_form(schools: Sequence[School], answers: Answers, *, agreed: bool) -> SchoolsForm:
    """The form that asks about ``schools``, filled in with what the draft has."""
    fields: dict[str, FormField] = {}
    data: dict[str, Any] = {"expertise": answers.get("expertise", ""), "consent": agreed}
    for school in schools:
        about = answers.get("schools", {}).get(str(school.id), {})
        fields[f"conflicts_{school.id}"] = CheckboxesField(
            _("Impartiality: is there a reason you should not judge at %(school)s?",
              school=school.name),
            choices=list(words.CONFLICTS.items()),
        )  # fmt: skip
        fields[f"wish_{school.id}"] = RadioField(
            _("Would you like to go to %(school)s?", school=school.name),
            choices=list(words.WISHES.items()),
        )
        data[f"conflicts_{school.id}"] = about.get("conflicts", [])
        data[f"wish_{school.id}"] = about.get("wish", str(Wish.NONE))
    made = type("VolunteerSchoolsForm", (SchoolsForm,), fields)
    return cast(SchoolsForm, made(data=data))


def _named(form: FlaskForm, prefix: str) -> dict[str, FormField]:
    """The fields whose names begin so, by what follows."""
    return {
        name.removeprefix(prefix): field
        for name, field in form._fields.items()
        if name.startswith(prefix)
    }


class SubmitForm(FlaskForm):
    """One button."""


class WithdrawalForm(FlaskForm):
    """Why the offer is taken back, if the person wants to say."""

    reason = TextAreaField(_l("Why?"), [Optional(), at_most(500)], filters=[stripped])
