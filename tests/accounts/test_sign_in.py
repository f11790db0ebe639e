from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import sign_in_mail
from portal.db import db
from portal.mail import retention
from portal.models.accounts import EmailAddress, Person, SignInRequest, SignInSession
from portal.models.mail import Lane, OutboxMail
from portal.tokens import fingerprint
from tests.accounts.links import ask, newest_link
from tests.factories import create_person


def test_a_link_from_the_mail_signs_in(client: FlaskClient, ola: Person):
    link = ask(client, ola.email)

    page = client.get(link)
    answer = client.post(link)

    assert page.status_code == 200
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my")
    assert client.get("/my").status_code == 200


def test_looking_at_a_link_signs_nobody_in(client: FlaskClient, ola: Person):
    link = ask(client, ola.email)

    for _ in range(3):
        client.get(link)
        client.head(link)

    assert db.session.scalars(sa.select(SignInSession)).all() == []
    assert db.session.scalars(sa.select(SignInRequest.used_at)).all() == [None]


def test_the_answer_is_the_same_for_known_and_unknown(client: FlaskClient, ola: Person):
    known = client.post("/sign-in", data={"address": ola.email})
    unknown = client.post("/sign-in", data={"address": "nobody@example.org"})

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInRequest)) == 2


def test_asking_does_the_same_work_for_known_and_unknown(client: FlaskClient, ola: Person, queries):
    address = ola.email
    with queries() as known:
        client.post("/sign-in", data={"address": address})
    with queries() as unknown:
        client.post("/sign-in", data={"address": "nobody@example.org"})

    assert known == unknown


def test_only_the_known_get_mail(client: FlaskClient, ola: Person):
    for address in (ola.email, "nobody@example.org"):
        client.post("/sign-in", data={"address": address})

    queued = sign_in_mail.handle_requests(datetime.now(UTC))

    assert queued == 1
    assert [(m.recipient, m.lane) for m in mails()] == [(ola.email, Lane.SIGN_IN)]
    assert sign_in_mail.handle_requests(datetime.now(UTC)) == 0


def test_a_person_without_an_account_is_not_made_one(client: FlaskClient):
    client.post("/sign-in", data={"address": "nobody@example.org"})
    sign_in_mail.handle_requests(datetime.now(UTC))

    assert db.session.scalars(sa.select(Person)).all() == []


def test_the_mail_expires_with_its_link_after_ten_minutes(client: FlaskClient, ola: Person):
    client.post("/sign-in", data={"address": ola.email})
    now = datetime.now(UTC)

    sign_in_mail.handle_requests(now)

    expiries = [
        mails()[0].expires_at,
        db.session.scalars(sa.select(SignInRequest.expires_at)).one(),
    ]
    assert expiries == [now + timedelta(minutes=10)] * 2


def test_an_old_link_leads_to_a_page_that_helps(client: FlaskClient, ola: Person):
    client.post("/sign-in", data={"address": ola.email})
    sign_in_mail.handle_requests(datetime.now(UTC) - timedelta(minutes=11))
    link = newest_link()

    answers = [client.get(link), client.post(link)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all('href="/sign-in"' in answer.text for answer in answers)


def test_a_request_that_waited_for_an_hour_is_let_go(client: FlaskClient, ola: Person):
    client.post("/sign-in", data={"address": ola.email})

    assert sign_in_mail.handle_requests(datetime.now(UTC) + timedelta(minutes=61)) == 0


def test_a_link_works_once(client: FlaskClient, app: Flask, ola: Person):
    link = ask(client, ola.email)
    client.post(link)

    again = client.post(link)

    assert again.status_code == 404
    assert len(db.session.scalars(sa.select(SignInSession)).all()) == 1


def test_using_one_link_voids_the_others(client: FlaskClient, ola: Person):
    first, second = ask(client, ola.email), ask(client, ola.email)

    client.post(second)

    assert client.post(first).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 5000, "%00", "%F0%9F%90%9F"])
def test_a_made_up_link_leads_to_the_same_page(client: FlaskClient, token: str):
    assert client.get(f"/sign-in/{token}").status_code == 404
    assert client.post(f"/sign-in/{token}").status_code == 404


def test_only_the_hash_of_a_link_is_kept(client: FlaskClient, ola: Person):
    token = ask(client, ola.email).rpartition("/")[2]

    asked = db.session.scalars(sa.select(SignInRequest)).one()

    assert asked.token_hash == fingerprint(token)
    assert len(token) == 43


def test_another_browser_must_write_the_address(client: FlaskClient, app: Flask, ola: Person):
    link = ask(client, ola.email)
    other = app.test_client()

    page = other.get(link)
    empty = other.post(link)
    wrong = other.post(link, data={"address": "siri@example.org"})
    right = other.post(link, data={"address": f" {ola.email.upper()} "})

    assert 'name="address"' in page.text
    assert ola.email not in page.text
    assert [empty.status_code, wrong.status_code, right.status_code] == [422, 422, 302]


def test_a_reader_that_presses_every_button_without_typing_changes_nothing(
    client: FlaskClient, app: Flask, ola: Person
):
    link = ask(client, ola.email)
    scanner = app.test_client()

    scanner.get(link)
    scanner.post(link)

    assert db.session.scalars(sa.select(SignInRequest.used_at)).all() == [None]


def test_the_browser_that_asked_need_only_press(client: FlaskClient, ola: Person):
    assert 'name="address"' not in client.get(ask(client, ola.email)).text


def test_the_address_is_known_in_whatever_case_it_is_written(client: FlaskClient, app: Flask):
    create_person("Ola Hansen", email="Ola.Hansen@example.org")

    link = ask(client, " OLA.HANSEN@EXAMPLE.ORG ")

    assert client.post(link).status_code == 302


def test_signing_in_confirms_the_address(client: FlaskClient, ola: Person):
    ola.emails[0].confirmed_at = None
    db.session.commit()

    client.post(ask(client, ola.email))

    assert db.session.scalars(sa.select(EmailAddress.confirmed_at)).one() is not None


@pytest.mark.parametrize(
    "text", ["", "ola", "ola@", "ola@example", "a\n@example.org", "å@example.org"]
)
def test_what_is_no_address_is_asked_for_again(client: FlaskClient, text: str):
    answer = client.post("/sign-in", data={"address": text})

    assert answer.status_code == 422
    assert db.session.scalars(sa.select(SignInRequest)).all() == []


def test_the_suspended_get_no_mail_and_cannot_use_one_they_have(client: FlaskClient, ola: Person):
    link = ask(client, ola.email)
    ola.suspended_at = datetime.now(UTC)
    db.session.commit()

    used = client.post(link)
    client.post("/sign-in", data={"address": ola.email})

    assert used.status_code == 404
    assert sign_in_mail.handle_requests(datetime.now(UTC)) == 0


def test_an_address_taken_away_signs_nobody_in(client: FlaskClient, ola: Person):
    link = ask(client, ola.email)
    db.session.delete(ola.emails[0])
    db.session.commit()

    assert client.post(link).status_code == 404


def test_the_mail_is_in_the_language_of_its_reader(client: FlaskClient, ola: Person):
    ola.language = "en"
    db.session.commit()

    client.post("/sign-in", data={"address": ola.email})
    sign_in_mail.handle_requests(datetime.now(UTC))

    assert mails()[0].subject == "Your link to sign in to Oppdrag Oslofjorden"


def mails() -> list[OutboxMail]:
    return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def test_the_demo_shows_where_its_mail_is_read(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "DEMO", True)

    page = client.post("/sign-in", data={"address": "nobody@example.org"})

    assert "Les e-posten som demoen sender" in page.text


def test_neither_address_nor_link_is_logged(
    client: FlaskClient, ola: Person, caplog: pytest.LogCaptureFixture
):
    link = ask(client, ola.email)
    client.get(link)
    client.post(link)

    logged = "\n".join(f"{r.getMessage()} {getattr(r, 'facts', '')}" for r in caplog.records)
    assert "/sign-in/<token>" in logged
    assert ola.email not in logged
    assert link.rpartition("/")[2] not in logged


def test_a_request_with_the_number_of_one_forgotten_gets_its_mail(app: Flask, ola: Person, now):
    week = timedelta(days=8)
    queued = []
    for asked_at in (now, now + week):
        retention.run(asked_at)
        db.session.add(SignInRequest(id=1, folded=ola.email, created_at=asked_at))
        db.session.commit()
        queued.append(sign_in_mail.handle_requests(asked_at))

    assert queued == [1, 1]
    assert [mail.created_at for mail in mails()] == [now, now + week]


def test_a_request_that_cannot_be_handled_keeps_nobody_else_waiting(
    ola: Person, siri: Person, now, caplog: pytest.LogCaptureFixture
):
    ola.name = "Ola\nBcc: siri@example.org"
    requests = [SignInRequest(folded=each.email, created_at=now) for each in (ola, siri)]
    db.session.add_all(requests)
    db.session.commit()

    queued = sign_in_mail.handle_requests(now)

    db.session.expire_all()
    assert queued == 1
    assert [mail.recipient for mail in mails()] == [siri.email]
    assert [request.handled_at for request in requests] == [None, now]
    told = [(r.message, r.facts) for r in caplog.records if r.name == sign_in_mail.__name__]
    assert told == [("sign-in request not handled", {"request": requests[0].id})]
