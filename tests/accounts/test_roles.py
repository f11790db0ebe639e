from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.models.accounts import Person, RoleName, SignInSession
from portal.models.audit import AuditEntry
from tests.accounts.links import ask
from tests.factories import create_person


@pytest.fixture
def ingrid(app) -> Person:
    """Ingrid administers here."""
    return create_person("Ingrid Solberg", role=RoleName.ADMIN)


def test_an_administrator_gives_a_role(browse_as, ingrid: Person, ola: Person):
    juror = browse_as(ola)

    browse_as(ingrid).post(
        f"/organise/people/{ola.public_id}/roles", data={"role": "coordinator", "county": "31"}
    )

    assert roles_of(ola) == [("coordinator", "31")]
    assert juror.get("/my").status_code == 302
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.verb, entry.actor_id, entry.object_id, entry.details) == (
        "role.granted", ingrid.id, ola.id, {"role": "coordinator", "county": "31"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"role": "coordinator"},
        {"role": "coordinator", "county": "99"},
        {"role": "organiser", "county": "31"},
        {"role": "king"},
        {},
    ],
)
def test_a_role_that_makes_no_sense_is_refused(browse_as, ingrid: Person, ola: Person, data):
    answer = browse_as(ingrid).post(f"/organise/people/{ola.public_id}/roles", data=data)

    assert answer.status_code == 422
    assert roles_of(ola) == []


def test_a_role_is_taken_back(browse_as, ingrid: Person, kari: Person):
    organiser = browse_as(kari)

    browse_as(ingrid).post(
        f"/organise/people/{kari.public_id}/roles/removal", data={"role": "organiser"}
    )

    assert roles_of(kari) == []
    assert organiser.get("/organise/people").status_code == 302


def test_a_role_nobody_has_heard_of_is_not_taken_back(browse_as, ingrid: Person, kari: Person):
    browse_as(ingrid).post(f"/organise/people/{kari.public_id}/roles/removal", data={"role": "x"})

    assert roles_of(kari) == [("organiser", "")]


@pytest.mark.parametrize("what", ["roles/removal", "suspension"])
def test_the_last_administrator_stays(browse_as, ingrid: Person, what: str):
    suspended = create_person("Amir Khan", role=RoleName.ADMIN)
    suspended.suspended_at = datetime.now(UTC)
    db.session.commit()

    browse_as(ingrid).post(f"/organise/people/{ingrid.public_id}/{what}", data={"role": "admin"})

    assert roles_of(ingrid) == [("admin", "")]
    assert ingrid.suspended_at is None


def test_one_of_two_administrators_may_go(browse_as, ingrid: Person):
    amir = create_person("Amir Khan", role=RoleName.ADMIN)

    browse_as(ingrid).post(
        f"/organise/people/{amir.public_id}/roles/removal", data={"role": "admin"}
    )

    assert roles_of(amir) == []


def test_somebody_suspended_is_out_at_once_and_may_come_back(
    browse_as, client: FlaskClient, ingrid: Person, ola: Person
):
    admin, juror = browse_as(ingrid), browse_as(ola)

    admin.post(f"/organise/people/{ola.public_id}/suspension")
    outside = juror.get("/my").status_code
    admin.post(f"/organise/people/{ola.public_id}/suspension/ending")

    assert outside == 302
    assert client.post(ask(client, ola.email)).status_code == 302
    assert verbs() == ["person.suspended", "person.unsuspended", "session.started"]


@pytest.mark.parametrize("what", ["roles", "roles/removal", "suspension", "suspension/ending"])
def test_organisers_do_not_administer(browse_as, kari: Person, ola: Person, what: str):
    answer = browse_as(kari).post(
        f"/organise/people/{ola.public_id}/{what}", data={"role": "organiser"}
    )

    assert answer.status_code == 403
    assert (roles_of(ola), ola.suspended_at) == ([], None)


@pytest.mark.parametrize("what", ["roles", "roles/removal", "suspension"])
def test_an_administrator_who_signed_in_long_ago_signs_in_again(
    browse_as, ingrid: Person, ola: Person, what: str
):
    browser = browse_as(ingrid)
    db.session.execute(
        sa.update(SignInSession).values(created_at=datetime.now(UTC) - timedelta(minutes=16))
    )
    address = f"/organise/people/{ola.public_id}"

    answer = browser.post(f"{address}/{what}", data={"role": "organiser"})

    assert answer.headers["Location"] == f"/sign-in?again=1&next={address}"
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert (roles_of(ola), ola.suspended_at) == ([], None)


def test_organisers_see_no_buttons_of_administrators(browse_as, kari: Person, ola: Person):
    page = browse_as(kari).get(f"/organise/people/{ola.public_id}").text

    assert "/suspension" not in page
    assert "/roles" not in page


def roles_of(person: Person) -> list[tuple[str, str]]:
    db.session.refresh(person)
    return [(str(role.name), role.county_code) for role in person.roles]


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))
