import logging
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.accounts import actions
from portal.db import db
from portal.models.accounts import SignInRequest


def test_an_address_gets_five_links_an_hour(client: FlaskClient):
    answers = [ask(client, "ola@example.org", f"10.0.{n}.1") for n in range(6)]

    assert answers == [200] * 5 + [429]
    assert asked() == 5


def test_case_does_not_make_another_address(client: FlaskClient):
    for _ in range(5):
        ask(client, "ola@example.org")

    assert ask(client, "OLA@example.org") == 429


@pytest.mark.parametrize(
    ("first", "second"), [("10.1.2.3", "10.1.2.250"), ("2001:db8::1", "2001:db8::ffff:1")]
)
def test_a_network_gets_twenty_links_an_hour(client: FlaskClient, first: str, second: str):
    for number in range(20):
        ask(client, f"person{number}@example.org", first)

    assert ask(client, "one.more@example.org", second) == 429


@pytest.mark.parametrize(
    ("first", "second"), [("10.1.2.3", "10.1.3.3"), ("2001:db8::1", "2001:db8:0:1::1")]
)
def test_the_network_beside_has_its_own_share(client: FlaskClient, first: str, second: str):
    for number in range(20):
        ask(client, f"person{number}@example.org", first)

    assert ask(client, "one.more@example.org", second) == 200


def test_the_share_is_new_after_an_hour(client: FlaskClient):
    for _ in range(5):
        ask(client, "ola@example.org")
    db.session.execute(
        sa.update(SignInRequest).values(created_at=datetime.now(UTC) - timedelta(minutes=61))
    )

    assert ask(client, "ola@example.org") == 200


def test_the_limit_of_all_raises_an_alarm(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(actions, "EVERYWHERE", 2)
    for number in range(2):
        ask(client, f"person{number}@example.org")

    refused = ask(client, "one.more@example.org")

    assert refused == 429
    alarms = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert alarms == ["sign-in links: the limit of 2 an hour is reached"]


def test_no_network_address_is_kept(client: FlaskClient):
    ask(client, "ola@example.org", "10.1.2.3")

    kept = db.session.scalars(sa.select(SignInRequest.network)).one()

    assert len(kept) == 64
    assert "10.1" not in kept


def ask(client: FlaskClient, address: str, network: str = "10.9.9.9") -> int:
    answer = client.post(
        "/sign-in", data={"address": address}, environ_base={"REMOTE_ADDR": network}
    )
    return answer.status_code


def asked() -> int | None:
    return db.session.scalar(sa.select(sa.func.count()).select_from(SignInRequest))
