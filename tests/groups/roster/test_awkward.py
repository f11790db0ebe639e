"""Members without an address, and workbooks as they are met."""

import io

import openpyxl
import pytest

from portal import clock
from portal.models.groups import PlaceState
from tests.factories import create_organisation, create_person, create_place
from tests.groups.people import create_led_group, member_of
from tests.groups.roster.test_import import (
    HEADER,
    import_page,
    look,
    people_count,
    places,
    take_in,
)

TEMPLATE = "/template.xlsx"


@pytest.fixture
def browser(browse_as, kari):
    return browse_as(kari)


def test_somebody_without_an_address_is_known_by_name_and_whom_they_represent(browser):
    group, moss = create_led_group(), create_organisation("Moss kommune")
    siri = create_person("Siri Berg", email=None, organisation=moss)
    create_person("Siri Berg", email=None)
    nina = create_person("Nina Dahl", email=None)
    create_place(create_led_group(), nina, label="Hamarregionen")
    create_person("Nina Dahl", email=None)

    shown = look(browser, group, "Navn;Organisasjon\nsiri berg;Moss\nNina Dahl;Hamarregionen")
    before = people_count()
    take_in(browser, group, shown)

    assert "Kjent fra før (2)" in shown.text
    assert [each.person for each in places(group)[2:]] == [siri, nina]
    assert people_count() == before


@pytest.mark.parametrize(
    "row", ["Siri Berg;Moss kommune", "Siri Berg;Horten kommune", "Siri Berg;"]
)
def test_a_name_that_two_could_be_meant_by_is_asked_about(browser, row):
    group, moss = create_led_group(), create_organisation("Moss kommune")
    for _each in range(2):
        create_person("Siri Berg", email=None, organisation=moss)

    shown = look(browser, group, f"Navn;Organisasjon\n{row}")

    assert "Vi kjenner noen som heter Siri Berg" in shown.text


def test_who_left_comes_back_and_who_stands_twice_is_told_without_an_address_too(browser):
    group, moss = create_led_group(), create_organisation("Moss kommune")
    siri = create_person("Siri Berg", email=None, organisation=moss)
    create_place(group, siri, state=PlaceState.LEFT, left_at=clock.now())

    back = look(browser, group, "Navn;Organisasjon\nSiri Berg;Moss")
    twice = look(browser, group, "Navn;Organisasjon\nSiri Berg;Moss\nSiri Berg;Moss kommune")

    assert "Kommer tilbake" in back.text
    assert "Den samme personen står allerede i rad 2" in twice.text


def test_names_of_known_people_cost_no_query_a_row(browser, queries):
    counts = []
    for size in (3, 30):
        group, rows = create_led_group(), "Navn;Organisasjon\n"
        for number in range(size):
            create_person(f"P {number} {size}", email=None)
            rows += f"P {number} {size};Moss\n"
        with queries() as statements:
            look(browser, group, rows)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_workbook_with_a_title_over_merged_cells_and_a_number_without_its_nought(browser):
    group = create_led_group()
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Medlemsliste 2026",))
    book.active.append(())
    book.active.append(("Navn", "E-post", "Kommune", "Telefon"))
    book.active.append(("Nora Lie", "nora@example.org", 301, 91234567.0))
    book.active.merge_cells("A1:D1")
    book.save(file)
    file.seek(0)

    shown = browser.post(import_page(group), data={"file": (file, "medlemmer.xlsx")})
    take_in(browser, group, shown)

    nora = places(group)[-1].person
    assert (nora.name, nora.municipality_code, nora.phone) == ("Nora Lie", "0301", "91234567")


def test_the_template_is_a_workbook_for_those_who_organise(browser, browse_as):
    group = create_led_group()

    book = openpyxl.load_workbook(io.BytesIO(browser.get(import_page(group, TEMPLATE)).data))
    refused = browse_as(member_of(group)).get(import_page(group, TEMPLATE))

    assert list(book.active.iter_rows(values_only=True)) == [tuple(HEADER.strip().split(";"))]
    assert refused.status_code == 403


def test_words_in_the_column_of_names_become_a_place_and_no_person(browser):
    group = create_led_group()
    rows = "Navn;E-post;Status\nMaria/Jonas;;\nGjøvik (bekrefter navn);;\nMoss;;uklart\n"
    rows += "Kari Lie (vara);;\nNina Vik;nina.vik@example.org;uklart"
    before, seated = people_count(), len(places(group))

    take_in(browser, group, look(browser, group, rows))

    assert [(each.label, each.person and each.person.name, each.state)
            for each in places(group)[seated:]] == [
        ("Maria/Jonas", None, PlaceState.UNCLEAR),
        ("Gjøvik (bekrefter navn)", None, PlaceState.PENDING),
        ("Moss", None, PlaceState.UNCLEAR),
        ("", "Kari Lie (vara)", PlaceState.NAMED),
        ("", "Nina Vik", PlaceState.UNCLEAR),
    ]  # fmt: skip
    assert people_count() == before + 2
