"""What the field macros make of a form: labels, hints and errors tied to what they belong to."""

import re
from datetime import date

import pytest
from flask import Flask, get_template_attribute
from flask_babel import force_locale
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from tests.pages import problems_of

COUNTIES = [SelectChoice(code, name) for code, name in (("03", "Oslo"), ("31", "Østfold"))]


class Line(Form):
    what = StringField("Hva som skjer", [InputRequired("Skriv hva som skjer")])


class Offer(Form):
    name = StringField("Navn", [InputRequired("Skriv navnet ditt")])
    phone = StringField("Telefon", [Optional()], description="Bare siffer.")
    county = SelectField("Fylke", choices=COUNTIES)
    counties = SelectMultipleField("Fylker", choices=COUNTIES)
    before = RadioField(
        "Har du sittet i jury før?",
        [InputRequired("Velg ja eller nei")],
        choices=[SelectChoice("yes", "Ja"), SelectChoice("no", "Nei")],
    )
    note = TextAreaField("Merknad", [Optional()])
    day = DateField("Dag", [Optional()])
    consent = BooleanField("Jeg samtykker", [InputRequired("Kryss av")])
    lines = FieldList(FormField(Line), "Linje", min_entries=2)


@pytest.fixture
def bad() -> Offer:
    form = Offer()
    form.validate()
    return form


def field(form_field: object, **options: object) -> str:
    with force_locale("nb"):
        return str(get_template_attribute("_macros/forms.html", "field")(form_field, **options))


def whole(form: Offer) -> str:
    fields = "".join(field(each) for each in form)
    return f'<html lang="nb"><title>x</title><h1>x</h1>{fields}</html>'


@pytest.mark.parametrize("validated", [False, True])
def test_every_control_has_a_label_and_an_id_of_its_own(app: Flask, validated: bool):
    form = Offer()
    if validated:
        form.validate()

    assert problems_of(whole(form)) == []


@pytest.mark.parametrize("validated", [False, True])
def test_a_description_names_only_what_is_there(app: Flask, validated: bool):
    form = Offer()
    if validated:
        form.validate()
    page = whole(form)

    named = [
        name for names in re.findall(r'aria-describedby="([^"]*)"', page) for name in names.split()
    ]
    assert 'aria-describedby=""' not in page
    assert [name for name in named if f'id="{name}"' not in page] == []


def test_an_error_stands_at_its_field(app: Flask, bad: Offer):
    shown = field(bad.name)

    assert 'aria-describedby="name-error" aria-invalid="true"' in shown
    assert '<p class="ds-validation-message" data-field="validation" id="name-error">' in shown


def test_what_may_be_left_out_says_so_in_words(app: Flask):
    form = Offer()

    assert "(valgfritt)" in field(form.phone)
    assert "(valgfritt)" not in field(form.name)


def test_a_group_of_choices_has_a_legend_and_the_error_before_them(app: Flask, bad: Offer):
    shown = field(bad.before)

    parts = ["<legend", "Har du sittet i jury før?", "Velg ja eller nei", 'id="before-0"', "Nei"]
    assert [shown.index(part) for part in parts] == sorted(shown.index(part) for part in parts)


def test_what_was_chosen_stays_chosen(app: Flask):
    form = Offer(data={"counties": ["31"], "county": "31", "before": "no"})

    assert re.findall(r'value="(\w+)" checked', field(form.counties)) == ["31"]
    assert re.findall(r'value="(\w+)" checked', field(form.before)) == ["no"]
    assert '<option selected value="31">' in field(form.county)


def test_a_date_is_echoed_in_words(app: Flask):
    assert "torsdag 4. februar 2027" in field(Offer(data={"day": date(2027, 2, 4)}).day)


def test_more_attributes_reach_the_control(app: Flask):
    shown = field(Offer().phone, autocomplete="tel", inputmode="numeric", short=True)

    assert 'autocomplete="tel"' in shown
    assert 'inputmode="numeric"' in shown
    assert "Bare siffer." in shown


def test_the_summary_links_to_every_control_that_is_wrong(app: Flask, bad: Offer):
    page = whole(bad)
    summary = str(get_template_attribute("_macros/forms.html", "error_summary")(bad))

    links = re.findall(r'href="#([^"]+)"', summary)
    assert links == ["name", "county", "before-0", "consent", "lines-0-what", "lines-1-what"]
    assert [link for link in links if f'id="{link}"' not in page] == []
    assert 'tabindex="-1" autofocus' in summary


def test_a_form_without_errors_has_no_summary(app: Flask):
    assert str(get_template_attribute("_macros/forms.html", "error_summary")(Offer())).strip() == ""
