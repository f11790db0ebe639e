"""What stands round every page: menu, messages, errors, and the page without its look."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.models.accounts import Person, RoleName
from tests.factories import create_group, create_person, create_place, create_season


def menu(page: str) -> list[str]:
    """The words of the main menu, sign-in and sign-out left out."""
    nav = page.split('<nav id="menu"')[1].split("</nav>")[0]
    return re.findall(r"<li><a [^>]*>([^<]*)</a>", nav)


def test_everybody_finds_events_seasons_and_the_calendar(client: FlaskClient):
    assert menu(client.get("/").text) == ["Arrangementer", "Sesonger", "Kalender"]


def test_an_open_season_stands_in_the_menu(client: FlaskClient):
    now = clock.now()
    day = timedelta(days=1)
    create_season(signup_opens_at=now - day, signup_closes_at=now + day)

    assert menu(client.get("/").text) == ["Arrangementer", "Bli jurymedlem", "Kalender"]


def test_the_menu_grows_with_what_one_may_do(
    browse_as: Callable[..., FlaskClient], ola: Person, siri: Person, kari: Person
):
    create_place(create_group(), siri)

    menus = [menu(browse_as(person).get("/").text)[3:] for person in (ola, siri, kari)]

    assert menus[0] == ["Min side"]
    assert menus[1] == ["Grupper", "Min side"]
    assert menus[2][:2] == ["Grupper", "Min side"]
    assert len(menus[2]) == 3


def test_the_menu_tells_where_one_is(client: FlaskClient):
    page = client.get("/events").text

    assert 'href="/events" aria-current="page"' in page
    assert page.count('aria-current="page"') == 1


@pytest.mark.parametrize(("method", "path", "code"), [("get", "/nope", 404), ("post", "/", 405)])
def test_an_error_is_a_page_with_the_way_on(client: FlaskClient, method: str, path: str, code: int):
    response = getattr(client, method)(path)

    assert response.status_code == code
    assert f"Feil {code}" in response.text
    assert 'href="/"' in response.text


def test_a_page_one_may_not_see_says_so(browse_as: Callable[..., FlaskClient], ola: Person):
    response = browse_as(ola).get("/organise/")

    assert (response.status_code, "Du har ikke tilgang" in response.text) == (403, True)


def test_a_form_without_its_token_is_refused_in_words(app: Flask, client: FlaskClient):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        response = client.post("/preferences/language", data={"language": "nn"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert response.status_code == 400
    assert "Siden har stått åpen for lenge" in response.text


@pytest.mark.parametrize("path", ["/", "/events", "/privacy", "/nope"])
def test_pages_work_without_their_look(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
):
    monkeypatch.setitem(app.config, "ASSETS", {})

    page = client.get(path).text

    assert 'id="main"' in page
    assert re.findall(r'<script|rel="stylesheet"|<use |None', page) == []


def test_a_page_loads_nothing_that_was_not_built(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    names = ["app.css", "app.js", "ds.css", "ds.js", "htmx.js", "theme.css", "icon.svg"]
    built = {name: f"built-{name}" for name in [*names, "icons.svg", "inter-latin.woff2"]}
    monkeypatch.setitem(app.config, "ASSETS", built)

    page = client.get("/").text

    loaded = {Path(path).name for path in re.findall(r'"/static/([^"#]*)', page)}
    assert loaded == set(built.values())


def test_every_icon_in_use_is_in_the_sprite():
    root = Path(__file__).parents[2]
    known = set(re.findall(r'"(\w+)"', (root / "frontend/icons.json").read_text()))
    used = {
        name
        for path in (root / "templates").rglob("*.html")
        for name in re.findall(r'\bicon(?:_name)?(?:\(|=)"(\w+)"', path.read_text())
    }

    assert used - known == set()


def test_the_notices_name_whoever_runs_the_portal(client: FlaskClient):
    privacy, accessibility = client.get("/privacy").text, client.get("/accessibility").text

    assert "Osloregionen har ansvaret for personopplysningene" in privacy
    assert 'href="mailto:oppdrag@' in privacy
    assert 'href="mailto:oppdrag@' in accessibility


def test_the_sources_of_the_data_are_credited(client: FlaskClient):
    page = client.get("/credits").text

    assert [name in page for name in ("© Kartverket", "Statistisk sentralbyrå", "Inter")] == [
        True
    ] * 3


def test_staff_of_a_county_are_staff(browse_as: Callable[..., FlaskClient]):
    coordinator = create_person(role=RoleName.COORDINATOR, county="31")

    assert browse_as(coordinator).get("/organise/").status_code == 200
