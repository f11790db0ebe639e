from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal import access
from portal.db import db
from portal.models.accounts import Person, RoleName, SignInSession
from portal.models.audit import AuditEntry
from portal.people import describe_browser
from portal.tokens import fingerprint
from tests.accounts.links import ask
from tests.factories import create_person

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient, ola: Person):
    answer = client.post(ask(client, ola.email))

    cookie = cookies(answer)["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True, "Lax", "/", "",
    )  # fmt: skip
    assert db.session.scalars(sa.select(SignInSession.token_hash)).one() == fingerprint(
        cookie.value
    )


def test_in_production_the_cookies_are_secure_and_bound_to_the_host(
    client: FlaskClient, app: Flask, ola: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    secure = {"base_url": "https://localhost"}
    asked = client.post("/sign-in", data={"address": ola.email}, **secure)

    link = ask(client, ola.email)
    answer = client.post(link, data={"address": ola.email}, **secure)

    assert cookies(asked)["__Host-asked"]["secure"] is True
    session = cookies(answer)["__Host-session"]
    assert (session["secure"], session["path"], session["domain"]) == (True, "/", "")


def test_signing_in_gives_a_new_session_and_ends_the_one_before(
    client: FlaskClient, ola: Person, siri: Person
):
    client.post(ask(client, siri.email))
    before = client.get_cookie("session").value

    client.post(ask(client, ola.email))

    after = client.get_cookie("session").value
    assert before != after
    assert [row.ended_at is None for row in sessions_of(siri) + sessions_of(ola)] == [False, True]


def test_signing_in_gives_a_new_form_token(
    client: FlaskClient, app: Flask, ola: Person, monkeypatch: pytest.MonkeyPatch
):
    link = ask(client, ola.email)
    with client.session_transaction() as before:
        before["csrf_token"] = "planted"

    client.post(link)

    with client.session_transaction() as after:
        assert "csrf_token" not in after


def test_a_form_without_its_token_is_refused(
    client: FlaskClient, app: Flask, ola: Person, monkeypatch: pytest.MonkeyPatch
):
    link = ask(client, ola.email)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    answers = [client.post(path) for path in (link, "/sign-in", "/sign-out", "/my/sessions/ending")]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400]
    assert db.session.scalars(sa.select(SignInSession)).all() == []


def test_the_page_behind_a_link_is_not_stored_and_tells_nobody(client: FlaskClient, ola: Person):
    page = client.get(ask(client, ola.email))

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_signing_out_ends_the_session_for_good(client: FlaskClient, app: Flask, ola: Person):
    client.post(ask(client, ola.email))
    kept = client.get_cookie("session").value

    answer = client.post("/sign-out")

    assert answer.headers["Location"] == "/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = app.test_client()
    thief.set_cookie("session", kept)
    assert thief.get("/my").headers["Location"] == "/sign-in?next=/my"


def test_signing_out_cannot_be_done_by_a_link(browse_as, ola: Person):
    browser = browse_as(ola)

    assert browser.get("/sign-out").status_code == 405
    assert browser.get("/my").status_code == 200


def test_signing_out_when_nobody_is_signed_in_does_no_harm(client: FlaskClient):
    assert client.post("/sign-out").headers["Location"] == "/"


def test_sessions_are_listed_in_words_with_this_one_marked(client: FlaskClient, ola: Person):
    client.post(ask(client, ola.email), headers={"User-Agent": FIREFOX})

    page = client.get("/my/sessions").text

    assert "Firefox, Windows" in page
    assert page.count("Denne") == 1


def test_the_list_costs_the_same_for_one_and_for_many(browse_as, queries, ola: Person):
    browser = browse_as(ola)
    with queries() as one:
        browser.get("/my/sessions")
    for _ in range(2):
        browse_as(ola)

    with queries() as three:
        page = browser.get("/my/sessions")

    # Each has a button of its own, and there is one for all.
    assert page.text.count("/ending") == 4
    assert len(one) == len(three)


def test_another_browser_of_ones_own_is_signed_out(browse_as, ola: Person):
    here, there = browse_as(ola), browse_as(ola)
    row = sessions_of(ola)[1]

    here.post(f"/my/sessions/{row.public_id}/ending")

    assert there.get("/my").status_code == 302
    assert here.get("/my").status_code == 200


def test_ending_this_one_signs_out(browse_as, ola: Person):
    browser = browse_as(ola)

    answer = browser.post(f"/my/sessions/{sessions_of(ola)[0].public_id}/ending")

    assert answer.headers["Location"] == "/"
    assert browser.get("/my").status_code == 302


def test_nobody_signs_another_out(browse_as, ola: Person, siri: Person):
    browse_as(ola)

    answer = browse_as(siri).post(f"/my/sessions/{sessions_of(ola)[0].public_id}/ending")

    assert answer.status_code == 404
    assert sessions_of(ola)[0].ended_at is None


def test_one_signs_out_everywhere_at_once(browse_as, ola: Person, siri: Person):
    here, there, other = browse_as(ola), browse_as(ola), browse_as(siri)

    here.post("/my/sessions/ending")

    statuses = [browser.get("/my").status_code for browser in (here, there, other)]
    assert statuses == [302, 302, 200]
    assert verbs() == ["person.signed_out_everywhere"]


@pytest.mark.parametrize(
    ("role", "idle", "age", "status"),
    [
        (None, timedelta(hours=7, minutes=59), timedelta(days=6), 200),
        (None, timedelta(hours=8, minutes=1), timedelta(days=1), 302),
        (None, timedelta(minutes=1), timedelta(days=7, minutes=1), 302),
        (RoleName.ADMIN, timedelta(minutes=29), timedelta(hours=11), 200),
        (RoleName.ADMIN, timedelta(minutes=31), timedelta(hours=1), 302),
        (RoleName.ADMIN, timedelta(minutes=1), timedelta(hours=12, minutes=1), 302),
    ],
)
def test_a_session_ends_by_itself(browse_as, role, idle: timedelta, age: timedelta, status: int):
    browser = browse_as(create_person("Ingrid Solberg", role=role))
    now = datetime.now(UTC)
    db.session.execute(sa.update(SignInSession).values(seen_at=now - idle, created_at=now - age))

    assert browser.get("/my").status_code == status


@pytest.mark.parametrize("value", ["", "x", "A" * 43, "A" * 5000])
def test_a_made_up_cookie_signs_nobody_in(client: FlaskClient, value: str):
    client.set_cookie(access.session_cookie(), value)

    assert client.get("/my").status_code == 302


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
         "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_people_call_it(user_agent: str, words: str):
    assert describe_browser(user_agent) == words


def sessions_of(person: Person) -> list[SignInSession]:
    found = sa.select(SignInSession).where(SignInSession.person_id == person.id)
    return list(db.session.scalars(found.order_by(SignInSession.id)))


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


def cookies(answer) -> SimpleCookie:
    found: SimpleCookie = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        found.load(line)
    return found
