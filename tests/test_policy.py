"""Default deny, proved by asking: every address, method and role against what was declared."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.cli.access_table import as_markdown
from portal.models.accounts import Person, RoleName
from portal.policy.audiences import Audience
from portal.policy.table import TABLE
from tests.factories import create_group, create_person, create_place

DOCS = Path(__file__).parent.parent / "docs"
OPEN = {Audience.ANYONE, Audience.LINK}
ADMITTED = {
    "nobody": OPEN,
    "a person": OPEN | {Audience.SIGNED_IN},
    "a member": OPEN | {Audience.SIGNED_IN},
    "a coordinator": OPEN | {Audience.SIGNED_IN, Audience.STAFF},
    "an organiser": OPEN | {Audience.SIGNED_IN, Audience.STAFF, Audience.ORGANISER},
    "an administrator": set(Audience) - {Audience.DEMO},
}
# For anybody once they are public; nobody learns before whether they exist.
SIGN_IN_FIRST = {"minutes.show", "minutes.file"}
Browse = Callable[[Person], FlaskClient]


def test_every_route_is_declared_and_nothing_else(app: Flask):
    routes = {(rule.endpoint, method) for rule, method in methods_of(app)}
    declared = {(endpoint, method) for endpoint, by in TABLE.items() for method in by}

    assert routes - declared == set()
    assert declared - routes == set()


@pytest.mark.parametrize("who", ADMITTED)
def test_everyone_gets_in_where_declared_and_nowhere_else(app: Flask, browse_as: Browse, who: str):
    person = cast(who)
    wrong = []

    for rule, method in methods_of(app):
        # Some of these sign out, so each is asked in a browser of its own.
        browser = browse_as(person) if person else app.test_client()
        answer = browser.open(made_up_address(app, rule), method=method, check=False)
        expected = "in" if TABLE[rule.endpoint][method] in ADMITTED[who] else "out"
        if person is None and rule.endpoint in SIGN_IN_FIRST:
            expected = "out"
        if TABLE[rule.endpoint][method] == Audience.DEMO:
            # Outside the demo these pages are as if they were not.
            expected = "in" if answer.status_code == 404 else "gone"
        if outcome(answer) != expected:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}, should be {expected}")

    assert wrong == []


@pytest.mark.parametrize("who", ["a person", "an administrator"])
def test_what_does_not_exist_is_not_found(app: Flask, browse_as: Browse, who: str):
    person = cast(who)
    assert person is not None
    named = [(rule, method) for rule, method in methods_of(app) if rule.arguments]

    answers = {
        f"{method} {rule.rule}": browse_as(person)
        .open(made_up_address(app, rule), method=method, check=False)
        .status_code
        for rule, method in named
        if TABLE[rule.endpoint][method] in ADMITTED[who]
    }

    assert {asked: status for asked, status in answers.items() if status != 404} == {}


def test_an_address_that_nobody_declared_is_closed_to_everyone(
    app: Flask, browse_as: Browse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(TABLE, "home.front")

    admin = browse_as(create_person("Ingrid Solberg", role=RoleName.ADMIN))

    assert app.test_client().get("/", check=False).status_code == 403
    assert admin.get("/", check=False).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_no_other_method_is_answered(app: Flask, method: str):
    assert app.test_client().open("/", method=method, check=False).status_code == 405


@pytest.mark.parametrize("host", ["evil.example.org", "localhost.evil.example.org", "localhost@x"])
def test_another_host_is_refused(client: FlaskClient, host: str):
    assert client.get("/", headers={"Host": host}, check=False).status_code == 400


def test_the_page_of_the_documentation_is_what_the_portal_does(app: Flask):
    # Out of date? flask --app wsgi access-table > docs/access.md
    assert (DOCS / "access.md").read_text() == as_markdown(app.url_map)


def methods_of(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def cast(who: str) -> Person | None:
    """Somebody who is what ``who`` says, None for nobody."""
    if who == "nobody":
        return None
    if who == "a coordinator":
        return create_person("Amir Khan", role=RoleName.COORDINATOR, county="31")
    roles = {"an organiser": RoleName.ORGANISER, "an administrator": RoleName.ADMIN}
    person = create_person("Ola Hansen", role=roles.get(who))
    if who == "a member":
        create_place(create_group(), person)
    return person


def made_up_address(app: Flask, rule: Rule) -> str:
    """An address that fits ``rule`` and names nothing there is."""
    numeric = {name for name, kind in rule._converters.items() if kind.regex == r"\d+"}
    values = {name: 999999 if name in numeric else "aaaaaaaaaaaa" for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def outcome(answer: TestResponse) -> str:
    """ "in", "out", or the status of a fault."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    turned_away = answer.headers.get("Location", "").startswith("/sign-in?next=")
    return "out" if answer.status_code == 403 or turned_away else "in"
