import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.models.accounts import EmailAddress, Person, RoleName
from portal.models.audit import AuditEntry
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import OutboxMail
from tests.accounts.links import ask
from tests.factories import (
    create_camp,
    create_group,
    create_organisation,
    create_person,
    create_place,
    create_season,
    create_signup,
)


def test_people_stand_in_norwegian_order(browse_as, kari: Person):
    for name in ("Åse Lie", "Aage Lie", "Øystein Lie", "Ærlend Lie", "Zara Lie", "Berit Lie"):
        create_person(name)

    page = browse_as(kari).get("/organise/people?q=lie").text

    names = ["Berit Lie", "Zara Lie", "Ærlend Lie", "Øystein Lie"]
    places = [page.index(f">{name}<") for name in names]
    assert places == sorted(places)
    assert max(places) < min(page.index(">Åse Lie<"), page.index(">Aage Lie<"))


@pytest.mark.parametrize(
    "text", ["åse", "AASE", "ase.lie", "Moss kommune", "lie moss", " åse  lie ", "example.org åse"]
)
def test_somebody_is_found_by_name_employer_or_address(browse_as, kari: Person, text: str):
    moss = create_organisation("Moss kommune")
    create_person("Åse Lie", email="ase.lie@example.org", organisation=moss)
    create_person("Bjørn Vik")

    page = browse_as(kari).get("/organise/people", query_string={"q": text}).text

    assert ">Åse Lie<" in page
    assert ">Bjørn Vik<" not in page


@pytest.mark.parametrize("text", ["%", "_", "\x1f", "x" * 5000, "' OR 1=1 --", "<script>"])
def test_an_odd_search_finds_nobody_and_breaks_nothing(browse_as, kari: Person, text: str):
    answer = browse_as(kari).get("/organise/people", query_string={"q": text})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_list_comes_in_pages(browse_as, kari: Person):
    for number in range(51):
        create_person(f"Per Olsen {number:02}")

    browser = browse_as(kari)
    first, second = (browser.get(f"/organise/people?page={n}").text for n in (1, 2))

    assert "Per Olsen 00" in first
    assert "Per Olsen 50" not in first
    assert "Per Olsen 50" in second


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "9" * 30])
def test_a_page_that_is_not_there_breaks_nothing(browse_as, kari: Person, number: str):
    assert browse_as(kari).get(f"/organise/people?page={number}").status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(browse_as, queries, kari: Person):
    browser = browse_as(kari)
    with queries() as one:
        browser.get("/organise/people")
    moss = create_organisation("Moss kommune")
    for number in range(3):
        create_person(f"Per Olsen {number}", organisation=moss, role=RoleName.ORGANISER)

    with queries() as four:
        browser.get("/organise/people")

    assert len(one) == len(four)


def test_the_page_of_a_person_tells_what_there_has_been(browse_as, client, kari, ola):
    kari.language = ola.language = "en"
    full_history(ola, "Oppdrag Oslofjorden 2026")
    ask(client, ola.email)

    page = browse_as(kari).get(f"/organise/people/{ola.public_id}").text

    for text in ("Oppdrag Oslofjorden 2026", "Said yes", "Arbeidsgruppe for fjorden", "Member",
                 "Your link to sign in to Oppdrag Oslofjorden", ola.email):  # fmt: skip
        assert text in page
    assert "/sign-in/" not in page


def test_the_page_costs_the_same_for_one_and_for_many(browse_as, queries, kari, ola):
    browser = browse_as(kari)
    full_history(ola, "Sesongen 2024")
    with queries() as one:
        browser.get(f"/organise/people/{ola.public_id}")
    for year in (2025, 2026):
        full_history(ola, f"Sesongen {year}")

    with queries() as three:
        browser.get(f"/organise/people/{ola.public_id}")

    assert len(one) == len(three)


def test_an_organiser_adds_a_person(browse_as, client: FlaskClient, kari: Person):
    answer = browse_as(kari).post(
        "/organise/people/new",
        data={"name": "Amir Khan", "email": "Amir.Khan@example.org", "postcode": "1530"},
    )

    amir = db.session.scalars(sa.select(Person).where(Person.name == "Amir Khan")).one()
    assert answer.headers["Location"] == f"/organise/people/{amir.public_id}"
    assert (amir.email, amir.emails[0].confirmed_at, amir.municipality_code) == (
        "Amir.Khan@example.org", None, "3103",
    )  # fmt: skip
    assert client.post(ask(client, "amir.khan@example.org")).status_code == 302


def test_a_person_may_be_without_an_address(browse_as, kari: Person):
    browse_as(kari).post("/organise/people/new", data={"name": "Amir Khan"})

    assert (
        db.session.scalars(sa.select(Person).where(Person.name == "Amir Khan")).one().emails == []
    )


def test_one_address_makes_one_person(browse_as, kari: Person, ola: Person):
    answer = browse_as(kari).post(
        "/organise/people/new", data={"name": "Ola Hansen", "email": ola.email.upper()}
    )

    assert answer.status_code == 422
    assert len(db.session.scalars(sa.select(Person)).all()) == 2


def test_an_organiser_corrects_a_person(browse_as, kari: Person, ola: Person):
    moss = create_organisation("Moss kommune")

    browse_as(kari).post(
        f"/organise/people/{ola.public_id}/edit",
        data={"name": "Ola Hanssen", "phone": "912 34 567", "organisation": str(moss.id)},
    )

    assert (ola.name, ola.search_key, ola.phone, ola.organisation) == (
        "Ola Hanssen", "ola hanssen", "912 34 567", moss,
    )  # fmt: skip
    assert verbs() == ["person.changed"]


def test_a_new_address_takes_the_old_ones_place_and_tells_it(browse_as, kari, ola):
    old, juror = ola.email, browse_as(ola)

    browse_as(kari).post(
        f"/organise/people/{ola.public_id}/edit",
        data={"name": ola.name, "email": "ola@moss.example.org"},
    )

    assert [(e.address, e.is_primary, e.confirmed_at) for e in ola.emails] == [
        ("ola@moss.example.org", True, None)
    ]
    assert db.session.scalars(sa.select(OutboxMail.recipient)).all() == [old]
    assert juror.get("/my").status_code == 302


def test_an_address_left_as_it_is_changes_nothing(browse_as, kari: Person, ola: Person):
    juror = browse_as(ola)

    browse_as(kari).post(
        f"/organise/people/{ola.public_id}/edit", data={"name": ola.name, "email": ola.email}
    )

    assert juror.get("/my").status_code == 200
    assert db.session.scalars(sa.select(OutboxMail)).all() == []


def test_an_alias_may_become_the_address(browse_as, kari: Person, ola: Person):
    ola.emails.append(
        EmailAddress(address="ola@moss.example.org", is_primary=False, confirmed_at=ola.created_at)
    )
    db.session.commit()

    browse_as(kari).post(
        f"/organise/people/{ola.public_id}/edit",
        data={"name": ola.name, "email": "ola@moss.example.org"},
    )

    assert [(e.address, e.is_primary) for e in ola.emails] == [("ola@moss.example.org", True)]


def test_another_persons_address_is_not_taken(browse_as, kari: Person, ola: Person, siri: Person):
    before = ola.email

    answer = browse_as(kari).post(
        f"/organise/people/{ola.public_id}/edit", data={"name": ola.name, "email": siri.email}
    )

    assert answer.status_code == 422
    assert (ola.email, len(siri.emails)) == (before, 1)


@pytest.mark.parametrize("role", [RoleName.ADMIN, RoleName.ORGANISER])
def test_an_organiser_does_not_take_over_somebody_with_a_role(browse_as, kari: Person, role):
    target = create_person("Ingrid Solberg", role=role)
    before, browser = target.email, browse_as(kari)

    form = browser.get(f"/organise/people/{target.public_id}/edit").text
    browser.post(
        f"/organise/people/{target.public_id}/edit",
        data={"name": target.name, "email": "mine@example.org"},
    )

    assert 'name="email"' not in form
    assert target.email == before


@pytest.mark.parametrize("path", ["", "/new", "/{0}", "/{0}/edit", "?q=siri"])
def test_nobody_else_looks_people_up(browse_as, ola: Person, siri: Person, path: str):
    coordinator = create_person("Amir Khan", role=RoleName.COORDINATOR, county="31")
    address = f"/organise/people{path.format(siri.public_id)}"

    answers = [browse_as(person).get(address) for person in (ola, coordinator)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("Siri" not in answer.text for answer in answers)


@pytest.mark.parametrize("public_id", ["aaaaaaaaaaaa", "1", "x" * 300, "%00"])
def test_a_person_who_is_not_there_is_not_found(browse_as, kari: Person, public_id: str):
    assert browse_as(kari).get(f"/organise/people/{public_id}").status_code == 404


def full_history(person: Person, season_name: str) -> None:
    """An offer, a seat and a group place."""
    season = create_season(season_name)
    camp = create_camp(season)
    create_signup(season, person, camp)
    create_place(create_group(), person)
    db.session.add(
        Assignment(
            camp=camp,
            panel=camp.panels[0],
            person=person,
            state=AssignmentState.ACCEPTED,
            created_at=season.created_at,
        )
    )
    db.session.commit()


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))
