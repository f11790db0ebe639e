"""Every answer carries the headers of RELIABILITY 4.5, whatever kind of answer it is."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.db import db
from portal.models.accounts import Person
from portal.security_headers import CONTENT_SECURITY_POLICY, HEADERS, HSTS
from tests.factories import create_event

# Of the shape of ours, and made by nobody; the same in every process that collects these tests.
TOKEN = "not-a-token-of-ours-" * 2

ANSWERS = {
    "/": 200,
    "/events": 200,
    "/events/webinar": 200,
    "/events/webinar.ics": 200,
    "/calendar/public.ics": 200,
    "/healthz": 200,
    "/robots.txt": 200,
    "/sign-in": 200,
    f"/sign-in/{TOKEN}": 404,
    f"/asks/{TOKEN}": 404,
    f"/calendar/my/{TOKEN}.ics": 404,
    "/my": 302,
    "/organise": 308,
    "/organise/": 302,
    "/nowhere": 404,
    "/static/nothing.css": 404,
    "/demo/mail": 404,
    "/events/webinar/nothing": 404,
}


@pytest.fixture(autouse=True)
def webinar(app: Flask) -> None:
    create_event(slug="webinar")


def missing(response: TestResponse) -> dict[str, str]:
    """The headers that should be there and are not, or hold something else."""
    own = {"Referrer-Policy"}
    return {
        name: value
        for name, value in HEADERS.items()
        if name not in response.headers or (name not in own and response.headers[name] != value)
    }


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_carries_the_headers(client: FlaskClient, path: str):
    response = client.get(path)

    assert missing(response) == {}
    assert response.headers["Cache-Control"]
    assert (response.headers["Referrer-Policy"] == "no-referrer") is is_secret(path)


@pytest.mark.parametrize("path", ANSWERS)
def test_the_kinds_of_answer_are_those_meant(client: FlaskClient, path: str):
    found = client.get(path).status_code

    # A link that is spent gets a page of its own, not an error.
    assert found in ({200, 404, 410} if is_secret(path) else {ANSWERS[path]})


def test_a_feed_that_is_known_carries_them_too(client: FlaskClient):
    etag = client.get("/calendar/public.ics").headers["ETag"]

    response = client.get("/calendar/public.ics", headers={"If-None-Match": etag})

    assert (response.status_code, missing(response)) == (304, {})


def test_a_page_refused_carries_them_too(browse_as: Callable[[Person], FlaskClient], ola: Person):
    response = browse_as(ola).get("/organise/people")

    assert (response.status_code, missing(response)) == (403, {})


def test_a_method_that_is_not_there_carries_them_too(client: FlaskClient):
    response = client.delete("/events")

    assert (response.status_code, missing(response)) == (405, {})


def test_a_foreign_host_gets_them_too(client: FlaskClient):
    response = client.get("/", base_url="http://evil.example.com")

    assert (response.status_code, missing(response)) == (400, {})


def test_a_form_without_its_token_gets_them_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    response = client.post("/sign-in", data={"email": "ola@example.org"})

    assert (response.status_code, missing(response)) == (400, {})


@pytest.mark.parametrize(
    ("error", "status"),
    [(RuntimeError("broken"), 500), (OperationalError("", {}, Exception("away")), 503)],
)
def test_a_fault_of_ours_carries_them_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
):
    def fail() -> str:
        raise error

    monkeypatch.setitem(app.view_functions, "events.index", fail)

    response = client.get("/events")

    assert (response.status_code, missing(response)) == (status, {})
    assert response.headers["Cache-Control"] == "no-store"


def test_in_production_browsers_are_told_to_keep_to_https(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    plain = client.get("/").headers.get("Strict-Transport-Security")
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    secure = client.get("/").headers.get("Strict-Transport-Security")

    assert (plain, secure) == (None, HSTS)


def test_what_a_signed_in_person_sees_is_kept_nowhere(
    browse_as: Callable[[Person], FlaskClient], ola: Person
):
    db.session.commit()

    assert browse_as(ola).get("/my").headers["Cache-Control"] == "no-store"


def test_nothing_inline_and_nobody_else_is_allowed():
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def is_secret(path: str) -> bool:
    return path.startswith(("/sign-in/", "/asks/", "/calendar/my/"))
