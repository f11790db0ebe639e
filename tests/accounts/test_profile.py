import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from tests.factories import create_organisation

FILLED_IN = {
    "name": "Ola Hansen",
    "phone": "+47 912 34 567",
    "job_title": "Rådgiver",
    "organisation": "",
    "municipality": "3103",
    "postcode": "1530",
    "language": "nn",
}


def test_what_is_filled_in_is_kept(browse_as, ola: Person):
    moss = create_organisation("Moss kommune")

    answer = browse_as(ola).post(
        "/my/profile", data={**FILLED_IN, "organisation": str(moss.id), "name": " Ola  Hansen "}
    )

    assert answer.headers["Location"] == "/my/profile"
    assert (ola.name, ola.phone, ola.job_title, ola.organisation, ola.municipality_code) == (
        "Ola Hansen", "+47 912 34 567", "Rådgiver", moss, "3103",
    )  # fmt: skip
    assert (ola.postcode, ola.language) == ("1530", "nn")


def test_the_record_names_the_fields_and_not_what_stands_in_them(browse_as, ola: Person):
    browse_as(ola).post("/my/profile", data=FILLED_IN)

    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "person.changed")
    ).one()
    assert (entry.actor_id, entry.object_kind, entry.object_id) == (ola.id, "person", ola.id)
    assert sorted(entry.details["fields"]) == [
        "job_title", "language", "municipality_code", "phone", "postcode",
    ]  # fmt: skip


def test_saving_what_stands_there_records_nothing(browse_as, ola: Person):
    browser = browse_as(ola)
    browser.post("/my/profile", data=FILLED_IN)

    browser.post("/my/profile", data=FILLED_IN)

    assert len(db.session.scalars(sa.select(AuditEntry)).all()) == 1


def test_a_postcode_tells_the_municipality_when_none_is_chosen(browse_as, ola: Person):
    browse_as(ola).post("/my/profile", data={**FILLED_IN, "municipality": ""})

    assert ola.municipality_code == "3103"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " ", "Skriv et navn"),
        ("name", "a" * 201, "Skriv høyst 200 tegn"),
        ("phone", "ring meg", "Skriv telefonnummeret med bare siffer"),
        ("postcode", "153", "Skriv et postnummer med fire siffer"),
        ("postcode", "१५३०", "Skriv et postnummer med fire siffer"),
        ("postcode", "1527", "Vi kjenner ikke postnummeret"),
        ("organisation", "999999", ""),
        ("municipality", "9999", ""),
        ("language", "xx", ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    browse_as, ola: Person, field: str, value: str, message: str
):
    answer = browse_as(ola).post("/my/profile", data={**FILLED_IN, field: value})

    assert answer.status_code == 422
    assert message in answer.text
    assert "Rådgiver" in answer.text
    assert ola.job_title == ""


def test_nobody_gives_oneself_a_role(browse_as, ola: Person):
    more = {"roles": "admin", "role": "admin", "suspended_at": "x", "public_id": "x" * 12,
            "feed_generation": "9", "emails": "siri@example.org"}  # fmt: skip
    before = (ola.public_id, ola.feed_generation, ola.email)

    browse_as(ola).post("/my/profile", data={**FILLED_IN, **more})

    assert (ola.public_id, ola.feed_generation, ola.email) == before
    assert ola.roles == []


def test_a_municipality_outside_the_region_stays_chosen(browse_as, ola: Person):
    ola.municipality_code = "4601"
    db.session.commit()

    page = browse_as(ola).get("/my/profile").text

    assert 'selected value="4601"' in page


def test_the_language_chosen_here_wins_over_the_browsers_cookie(browse_as, ola: Person):
    browser = browse_as(ola)
    browser.post("/preferences/language", data={"language": "en"})

    browser.post("/my/profile", data={**FILLED_IN, "language": "nn"})

    assert '<html lang="nn"' in browser.get("/my/profile").text


def test_the_page_says_when_one_signed_in(browse_as, ola: Person):
    assert "Du logget inn her" in browse_as(ola).get("/my/profile").text


def test_whoever_is_not_signed_in_is_asked_to(client: FlaskClient):
    assert client.get("/my/profile").headers["Location"] == "/sign-in?next=/my/profile"
    assert client.post("/my/profile", data=FILLED_IN).status_code == 403
