from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from portal.db import db
from portal.models.accounts import Person, RoleName
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from tests.factories import create_group, create_person, create_place


def test_the_first_administrator_is_made_from_the_shell(app: Flask):
    done = people(app, "grant", "kari.nordmann@example.org", "admin")

    kari = db.session.scalars(sa.select(Person)).one()
    assert (done.exit_code, done.output) == (
        0, "Kari Nordmann <kari.nordmann@example.org> is admin.\n",
    )  # fmt: skip
    assert (kari.name, kari.email, kari.has_role(RoleName.ADMIN)) == (
        "Kari Nordmann", "kari.nordmann@example.org", True,
    )  # fmt: skip


def test_somebody_known_gets_a_role_more(app: Flask, kari: Person):
    people(app, "grant", kari.email.upper(), "admin")

    assert roles_of(kari) == [("organiser", ""), ("admin", "")]


def test_granting_twice_grants_once(app: Flask, kari: Person):
    done = people(app, "grant", kari.email, "organiser")

    assert done.exit_code == 0
    assert roles_of(kari) == [("organiser", "")]


def test_a_coordinator_has_one_county_or_several(app: Flask, ola: Person):
    for county in ("31", "39"):
        people(app, "grant", ola.email, "coordinator", "--county", county)

    assert roles_of(ola) == [("coordinator", "31"), ("coordinator", "39")]


def test_a_new_role_asks_to_sign_in_again(app: Flask, browse_as, ola: Person):
    browser = browse_as(ola)

    people(app, "grant", ola.email, "organiser")

    assert browser.get("/my").status_code == 302


def test_a_lead_gets_a_place_in_the_group(app: Flask):
    group = create_group()

    done = people(app, "grant", "ingrid.solberg@example.org", "lead", "--group", group.slug)

    place = db.session.scalars(sa.select(GroupPlace)).one()
    assert done.exit_code == 0
    assert (place.group, place.person.name, place.role, place.state) == (
        group, "Ingrid Solberg", PlaceRole.LEAD, PlaceState.CONFIRMED,
    )  # fmt: skip


def test_a_member_becomes_lead_in_the_place_they_have(app: Flask):
    group, amir = create_group(), create_person("Amir Khan")
    create_place(group, amir)

    people(app, "grant", amir.email, "lead", "--group", group.slug)

    assert [place.role for place in db.session.scalars(sa.select(GroupPlace))] == [PlaceRole.LEAD]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["new@example.org", "king"],
         "There is no role 'king'. Roles are admin, organiser and coordinator"),
        (["new@example.org", "coordinator"],
         "A coordinator needs --county CODE, others none; '' will not do"),
        (["new@example.org", "coordinator", "--county", "99"],
         "A coordinator needs --county CODE, others none; '99' will not do"),
        (["new@example.org", "admin", "--county", "31"],
         "A coordinator needs --county CODE, others none; '31' will not do"),
        (["new@example.org", "lead", "--group", "nowhere"], "There is no group 'nowhere'"),
        (["nobody", "admin"], "'nobody' is not an email address"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    app: Flask, arguments: list[str], line: str
):
    done = people(app, "grant", *arguments)

    assert (done.exit_code, done.stderr) == (2, line + "\n")
    db.session.rollback()
    assert db.session.scalars(sa.select(Person)).all() == []


def test_a_place_that_no_group_has_is_refused(app: Flask):
    group = create_group()

    done = people(app, "grant", "new@example.org", "boss", "--group", group.slug)

    assert (done.exit_code, db.session.rollback()) == (2, None)
    assert db.session.scalars(sa.select(Person)).all() == []


def test_a_printed_link_signs_in_once_the_address_is_written(
    app: Flask, client: FlaskClient, kari: Person
):
    done = people(app, "sign-in-link", kari.email)
    path = urlsplit(done.output.strip()).path

    without = client.post(path)
    answer = client.post(path, data={"address": kari.email})

    assert done.output.startswith("http://localhost/sign-in/")
    assert (without.status_code, answer.status_code) == (422, 302)
    assert client.get("/my").status_code == 200
    assert client.post(path, data={"address": kari.email}).status_code == 404


def test_no_link_is_printed_for_somebody_unknown(app: Flask):
    done = people(app, "sign-in-link", "nobody@example.org")

    assert (done.exit_code, done.stderr) == (
        2,
        "nobody@example.org: nobody has this address. "
        "Make them known with: people grant nobody@example.org ROLE\n",
    )


def people(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["people", *arguments])


def roles_of(person: Person) -> list[tuple[str, str]]:
    db.session.refresh(person)
    return [(str(role.name), role.county_code) for role in person.roles]
