"""Members of a group out of a spreadsheet: looked at first, then taken in exactly as shown."""

import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from portal import clock, worker
from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.audit import AuditEntry
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from portal.models.mailings import Mailing
from tests.factories import create_organisation, create_person, create_place
from tests.groups.people import create_called, create_led_group, mailings, member_of, verbs

HEADER = "Navn;E-post;Organisasjon;Kommune;Rolle;Status;Stilling;Telefon;Plass;Merknad\n"
NORA = "Nora Lie;nora@example.org;Moss kommune;Moss;vara;bekreftet;Rådgiver;+47 912 34 567;;Ringt\n"


@pytest.fixture
def browser(browse_as, kari):
    return browse_as(kari)


def import_page(group, rest: str = "") -> str:
    return f"/organise/groups/{group.slug}/import{rest}"


def look(browser, group, text: str):
    return browser.post(import_page(group), data={"rows": text})


def take_in(browser, group, shown, **ticked: str):
    fields = {name: re.search(f'name="{name}"[^>]* value="([^"]*)"', shown.text)[1]
              for name in ("table", "seen")}  # fmt: skip
    return browser.post(import_page(group, "/applying"), data={**fields, **ticked})


def places(group) -> list[GroupPlace]:
    return list(
        db.session.scalars(
            sa.select(GroupPlace).where(GroupPlace.group_id == group.id).order_by(GroupPlace.id)
        )
    )


def people_count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Person.id)))


def test_a_row_becomes_a_person_with_a_place(browser):
    group, moss = create_led_group(), create_organisation("Moss kommune")

    shown = look(browser, group, HEADER + NORA)
    before = people_count()
    done = take_in(browser, group, shown)

    place = places(group)[-1]
    nora = place.person
    assert ("Ny person" in shown.text, before) == (True, 3)
    assert done.headers["Location"] == f"/groups/{group.slug}"
    assert (nora.name, nora.email, nora.job_title, nora.phone, nora.organisation) == (
        "Nora Lie", "nora@example.org", "Rådgiver", "+47 912 34 567", moss,
    )  # fmt: skip
    assert (nora.municipality_code, nora.emails[0].confirmed_at) == ("3103", None)
    assert (place.role, place.state, place.organisation, place.municipality_code, place.note) == (
        PlaceRole.DEPUTY, PlaceState.CONFIRMED, moss, "3103", "Ringt",
    )  # fmt: skip
    assert (mailings(), verbs()) == (
        [], ["person.created", "place.added", "group.members_imported"],
    )  # fmt: skip


def test_looking_changes_nothing(browser):
    group = create_led_group()

    look(browser, group, HEADER + NORA)

    assert (people_count(), len(places(group)), verbs()) == (3, 2, [])


def test_somebody_known_by_an_alias_in_another_case_keeps_what_we_know(browser, ola):
    group = create_led_group()
    ola.emails.append(EmailAddress(address="ola@moss.example.org", is_primary=False))
    db.session.commit()
    row = "O. Hansen;OLA@Moss.Example.org;;Moss;leder;ja;Sjef;12345678;;\n"

    shown = look(browser, group, HEADER + row)
    take_in(browser, group, shown)

    place = places(group)[-1]
    assert ("Kjent fra før" in shown.text, "som Ola Hansen" in shown.text) == (True, True)
    assert (place.person, place.role, place.state) == (ola, PlaceRole.LEAD, PlaceState.CONFIRMED)
    assert (ola.name, ola.job_title, ola.phone, ola.municipality_code) == (
        "Ola Hansen", "", "", None,
    )  # fmt: skip


def test_who_sits_there_stays_as_they_are_and_who_left_comes_back(browser, ola):
    group = create_led_group()
    amir = member_of(group)
    old = create_place(group, ola, state=PlaceState.LEFT, left_at=clock.now())
    rows = f"Amir;{amir.email};;;leder;;;;;\nOla;{ola.email};;;medlem;ja;;;;\n"

    shown = look(browser, group, HEADER + rows)
    take_in(browser, group, shown)

    assert ("Har plass fra før" in shown.text, "Kommer tilbake" in shown.text) == (True, True)
    assert [(each.person, each.role, each.state) for each in places(group)[1:]] == [
        (amir, PlaceRole.MEMBER, PlaceState.CONFIRMED),
        (ola, PlaceRole.MEMBER, PlaceState.CONFIRMED),
    ]
    assert (old.left_at, len(places(group))) == (None, 3)


def test_rows_without_a_name_become_places_with_words(browser):
    group = create_led_group()
    gjovik = create_organisation("Gjøvik kommune")
    create_place(group, label="Halden", state=PlaceState.PENDING)
    rows = (
        ";;Gjøvik kommune;;;;;;Gjøvik (bekrefter navn);\n;;Gjøvik;;;;;;;\n"
        ";;;;;uklart;;;Maria/Jonas;\n;;;;;;;;HALDEN;\n"
    )

    shown = look(browser, group, HEADER + rows)
    take_in(browser, group, shown)

    assert [(each.label, each.state, each.organisation) for each in places(group)[2:]] == [
        ("Halden", PlaceState.PENDING, None),
        ("Gjøvik (bekrefter navn)", PlaceState.PENDING, gjovik),
        ("Gjøvik", PlaceState.PENDING, gjovik),
        ("Maria/Jonas", PlaceState.UNCLEAR, None),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Per;per@nowhere;;;;;;;;", "«per@nowhere» er ikke en e-postadresse"),
        (";per@example.org;;;;;;;;", "Skriv navnet også"),
        ("Ola Hansen;;;;;;;;;", "Vi kjenner noen som heter Ola Hansen"),
        ("Per;per@example.org;;Vikingland;;;;;;", "ingen kommune som heter «Vikingland»"),
        ("Per;per@example.org;;Våler;;;;;;", "Skriv nummeret: 3114, 3419"),
        ("Per;per@example.org;;;konge;;;;;", "Vi kjenner ikke rollen «konge»"),
        ("Per;per@example.org;;;;kanskje;;;;", "Vi kjenner ikke statusen «kanskje»"),
        ("Per;per@example.org;;;;;;ring;;", "«ring» er ikke et telefonnummer"),
        (f"{'x' * 201};per@example.org;;;;;;;;", "Navn: Skriv høyst 200 tegn"),
        ("P\u202eer\x07;per@example.org;;;;;;;;", "Navn: Her er et tegn"),
        (";;;;leder;;;;;", "Raden sier verken hvem den gjelder"),
        ("Nora;NORA@example.org;;;;;;;;", "Den samme adressen står allerede i rad 2"),
    ],
)
def test_what_is_wrong_stands_beside_the_row_and_nobody_is_taken_in(browser, ola, row, words):
    group = create_led_group()

    shown = look(browser, group, HEADER + NORA + row)

    assert words in shown.text
    assert ('name="seen"' in shown.text, "1 rad må rettes først" in shown.text) == (False, True)
    assert (people_count(), len(places(group))) == (4, 2)


def test_one_person_by_two_addresses_is_one_person(browser, ola):
    group = create_led_group()
    ola.emails.append(EmailAddress(address="ola@moss.example.org", is_primary=False))

    shown = look(browser, group, f"E-post\n{ola.email}\nola@moss.example.org")

    assert "Den samme personen står allerede i rad 2" in shown.text


def test_an_unknown_body_goes_into_the_note(browser):
    group = create_led_group()

    shown = look(browser, group, "Navn;E-post;Firma;Merknad\nPer;per@example.org;Fjord AS;Ringt")
    take_in(browser, group, shown)

    assert "«Fjord AS» er ikke i listen vår" in shown.text
    assert (places(group)[-1].organisation, places(group)[-1].note) == (None, "Fjord AS; Ringt")


def test_headings_are_known_by_many_names_and_others_are_left_alone(browser):
    group = create_led_group()
    text = (
        "Etternavn\tFornavn\tE-post adresse\tSkostørrelse\tMobil\nLie\tNora\tn@example.org\t38\t91"
    )

    shown = look(browser, group, text + "234567")
    take_in(browser, group, shown)

    nora = places(group)[-1].person
    assert "Skostørrelse" in shown.text
    assert (nora.name, nora.email, nora.phone) == ("Nora Lie", "n@example.org", "91234567")


def test_a_file_is_read_as_well_as_pasted_rows(browser):
    group = create_led_group()
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Namn", "E-post"))
    book.active.append(("Nora Lie", "nora@example.org"))
    book.save(file)
    file.seek(0)

    shown = browser.post(import_page(group), data={"file": (file, "medlemmer.xlsx")})
    take_in(browser, group, shown)

    assert places(group)[-1].person.name == "Nora Lie"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Velg en fil, eller lim inn rader"),
        ("Navn;E-post", "ingen rader under dem"),
        ('Navn;E-post\nPer;"x', "Rad 2: et anførselstegn"),
        ("Skostørrelse\n38", "En av dem må være «Navn», «E-post» eller «Plass»"),
    ],
)
def test_what_is_no_list_of_members_is_refused_in_words(browser, text, words):
    answer = look(browser, create_led_group(), text)

    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_list_of_those_who_sit_there_is_nothing_to_do(browser):
    group = create_led_group()

    shown = look(browser, group, f"E-post\n{member_of(group).email}")

    assert ("Det er ingenting å gjøre" in shown.text, 'name="seen"' in shown.text) == (True, False)


def test_only_what_was_looked_at_is_done(browser):
    group = create_led_group()
    shown = look(browser, group, HEADER + NORA)
    create_person("Nora Lie", email="nora@example.org")

    refused = take_in(browser, group, shown)
    again = take_in(browser, group, refused)

    assert (refused.status_code, "Kjent fra før" in refused.text) == (409, True)
    assert (again.status_code, people_count(), len(places(group))) == (302, 4, 3)


def test_pressing_twice_takes_in_once(browser):
    group = create_led_group()
    shown = look(browser, group, HEADER + NORA)

    first, second = (take_in(browser, group, shown) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert (people_count(), len(places(group))) == (4, 3)


def test_what_was_looked_at_for_another_group_or_made_up_is_not_taken(browser):
    group, other = create_led_group(), create_led_group()
    shown = look(browser, group, HEADER + NORA)

    elsewhere = take_in(browser, other, shown)
    made_up = browser.post(import_page(group, "/applying"), data={"table": "x.y", "seen": "z"})

    assert [each.headers["Location"] for each in (elsewhere, made_up)] == [
        import_page(other), import_page(group),
    ]  # fmt: skip
    assert people_count() == 5


def test_those_are_written_to_who_are_ticked(browser):
    group = create_led_group()
    create_called(group)
    shown = look(browser, group, HEADER + NORA + ";;;;;;;;Moss;\n")

    done = take_in(browser, group, shown, tell="y", call="y")

    nora = places(group)[2].person
    invited = list(db.session.scalars(sa.select(Invitation.person_id)))
    assert "1 kommende møte" in shown.text
    assert done.status_code == 302
    assert invited == [nora.id]
    assert sorted(mailings()) == ["groups.places", "invitations.request"]
    about = sa.select(Mailing.group_id).where(Mailing.kind == "groups.places")
    assert db.session.scalar(about) == group.id


def test_each_is_told_of_the_place_once(browser, kari):
    group = create_led_group()
    shown = look(browser, group, HEADER + NORA + "Per;per@example.org;;;;;;;;\n")
    take_in(browser, group, shown, tell="y")
    mailing = db.session.scalar(sa.select(Mailing))
    db.session.delete(places(group)[-1])
    db.session.commit()

    made = list(worker.COMPOSERS["groups.places"](mailing, clock.now()))

    assert [(key.split("-person-")[1], message.recipient.address) for key, message in made] == [
        (f"{places(group)[-1].person_id}-deputy", "nora@example.org")
    ]
    assert "Kari Nordmann" in made[0][1].text


def test_the_template_has_the_headings_that_are_known(browser):
    group = create_led_group()

    answer = browser.get(import_page(group, "/template.csv"))

    assert answer.data.decode("utf-8-sig") == HEADER.replace("\n", "\r\n")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="medlemmer.csv"'


def test_a_large_list_costs_no_query_a_row(browser, queries):
    counts = []
    for size in (3, 30):
        group = create_led_group()
        rows = "".join(f"P {n};p{n}.{size}@example.org;;;;;;;;\n" for n in range(size))
        with queries() as statements:
            look(browser, group, HEADER + rows)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 14


def test_the_audit_tells_numbers_and_no_names(browser):
    group = create_led_group()
    take_in(browser, group, look(browser, group, HEADER + NORA))

    entry = db.session.scalar(
        sa.select(AuditEntry).where(AuditEntry.verb == "group.members_imported")
    )
    assert (entry.object_id, entry.details) == (group.id, {"places": 1, "people": 1})


def test_members_and_leads_do_not_import(browse_as):
    group = create_led_group()

    for place in group.places:
        visitor = browse_as(place.person)
        got = [
            visitor.get(import_page(group)).status_code,
            look(visitor, group, HEADER + NORA).status_code,
            visitor.post(import_page(group, "/applying")).status_code,
            visitor.get(import_page(group, "/template.csv")).status_code,
        ]
        assert got == [403] * 4
