from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Hopp til hovedinnholdet"),
        ("nn", "Hopp til hovudinnhaldet"),
        ("en", "Skip to the main content"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/privacy", "/accessibility", "/credits", "/nope"])
def test_every_open_page_speaks_the_language_chosen(
    client: FlaskClient, path: str, language: str, words: str
):
    client.post("/preferences/language", data={"language": language})

    page = client.get(path).text

    assert (f'<html lang="{language}"' in page, words in page) == (True, True)


@pytest.mark.parametrize(
    ("browser", "language"),
    [("nn-NO,nn;q=0.9", "nn"), ("nb-NO", "nb"), ("no", "nb"), ("de", "nb"), ("en-GB", "en")],
)
def test_without_a_choice_the_browser_decides(client: FlaskClient, browser: str, language: str):
    page = client.get("/", headers={"Accept-Language": browser}).text

    assert f'<html lang="{language}"' in page


def test_a_choice_of_language_is_kept_for_mail_too(
    browse_as: Callable[..., FlaskClient], ola: Person
):
    browse_as(ola).post("/preferences/language", data={"language": "nn"})

    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (ola.language, entry.verb, entry.details) == (
        "nn",
        "person.changed",
        {"fields": ["language"]},
    )


def test_a_language_we_do_not_have_changes_nothing(
    browse_as: Callable[..., FlaskClient], ola: Person
):
    response = browse_as(ola).post("/preferences/language", data={"language": "xx"})

    assert (response.headers.getlist("Set-Cookie"), ola.language) == ([], "nb")


@pytest.mark.parametrize("appearance", ["light", "dark", "auto"])
def test_the_appearance_chosen_stands_on_every_page(client: FlaskClient, appearance: str):
    client.post("/preferences/appearance", data={"appearance": appearance})

    page = client.get("/").text

    assert f'data-color-scheme="{appearance}">' in page
    assert page.count('aria-pressed="true"') == 1


@pytest.mark.parametrize("choice", ["language", "appearance"])
@pytest.mark.parametrize(
    ("back", "goes_to"),
    [
        ("/events?kind=camp", "/events?kind=camp"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/events\nSet-Cookie: a=b", "/"),
        ("/events\rSet-Cookie: a=b", "/"),
    ],
)
def test_the_way_back_stays_within_the_portal(
    client: FlaskClient, choice: str, back: str, goes_to: str
):
    response = client.post(f"/preferences/{choice}", data={choice: "nn", "back": back})

    assert (response.status_code, response.location) == (302, goes_to)


def test_each_page_names_itself_as_the_way_back(client: FlaskClient):
    page = client.get("/events?q=fjord&kind=camp").text

    assert page.count('name="back" value="/events?q=fjord&amp;kind=camp"') == 2
