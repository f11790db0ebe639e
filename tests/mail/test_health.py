"""/healthz: a few counters, and 503 when what a worker should do is not done."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import config
from portal.db import db
from portal.mail import outbox
from portal.models.accounts import SignInRequest
from portal.models.inbox import MailboxBookmark
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing


def wait_since(mail: OutboxMail, minutes: int, **values) -> None:
    """Let ``mail`` have been due for that long, by the machine's clock."""
    due = datetime.now(UTC) - timedelta(minutes=minutes)
    db.session.execute(
        sa.update(OutboxMail).where(OutboxMail.id == mail.id).values(not_before=due, **values)
    )
    db.session.commit()


def plan(minutes: int, **values) -> None:
    """Let a mailing have been ready for that long, unless ``values`` say otherwise."""
    due = datetime.now(UTC) - timedelta(minutes=minutes)
    outbox.enqueue_mailing("x", key=f"x-{minutes}-{[*values]}", now=due, by=None)
    if values:
        newest = sa.select(sa.func.max(Mailing.id)).scalar_subquery()
        db.session.execute(sa.update(Mailing).where(Mailing.id == newest).values(**values))
    db.session.commit()


def test_an_idle_portal_is_well(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json) == (
        200,
        {"ok": True, "database": "here", "queued": 0, "oldest_queued_s": 0},
    )


def test_a_portal_with_a_mailbox_tells_when_it_was_read_and_is_well_all_the_same(
    client, app, monkeypatch
):
    account = config.MailAccount("mail.example.org", 993, True, "ola", "hemmelig", "INBOX")
    monkeypatch.setitem(app.config, "INBOX", account)
    never = client.get("/healthz")
    read_at = datetime.now(UTC) - timedelta(hours=2)
    db.session.add(
        MailboxBookmark(mailbox=account.name, folder="INBOX", uid_validity=1, read_at=read_at)
    )
    db.session.commit()

    response = client.get("/healthz")

    assert (never.status_code, never.json["inbox_read_s"]) == (200, None)
    assert (response.status_code, response.json["ok"]) == (200, True)
    assert 7200 <= response.json["inbox_read_s"] < 7260
    assert "ola" not in response.text


def test_a_message_that_is_due_may_wait_ten_minutes(client, queue):
    wait_since(queue(), minutes=9)

    response = client.get("/healthz")

    assert (response.status_code, response.json["queued"]) == (200, 1)
    assert 540 <= response.json["oldest_queued_s"] < 600


def test_a_message_that_waits_longer_is_an_alarm(client, queue):
    wait_since(queue(), minutes=11)

    response = client.get("/healthz")

    assert (response.status_code, response.json["ok"]) == (503, False)


def test_messages_dated_ahead_put_off_sent_or_failed_do_not_count(client, queue):
    wait_since(queue("ahead@example.org"), minutes=-60)
    wait_since(queue("sent@example.org"), minutes=60, state=MailState.SENT)
    wait_since(queue("failed@example.org"), minutes=60, state=MailState.FAILED)

    assert client.get("/healthz").json == {
        "ok": True,
        "database": "here",
        "queued": 0,
        "oldest_queued_s": 0,
    }


def test_what_is_paused_or_held_back_may_wait_as_long_as_it_likes(client, queue):
    wait_since(queue("paused@example.org"), minutes=60, paused=True)
    wait_since(queue("held@example.org"), minutes=60, state=MailState.SUPPRESSED)
    wait_since(queue("late@example.org"), minutes=60, state=MailState.EXPIRED)
    # A mailing on hold is a row of its own, of which no message has been made.
    outbox.enqueue_mailing("x", key="x", now=datetime.now(UTC) - timedelta(hours=1), by=None,
                           hold=timedelta(hours=2))  # fmt: skip
    db.session.commit()

    response = client.get("/healthz")

    assert (response.status_code, response.json["queued"]) == (200, 0)


def test_a_message_that_a_dead_worker_has_in_hand_is_an_alarm(client, queue):
    wait_since(queue(), minutes=11, state=MailState.LEASED, lease_owner="dead")

    response = client.get("/healthz")

    assert (response.status_code, response.json["queued"]) == (503, 1)


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503)])
def test_a_mailing_that_nobody_makes_into_messages_is_an_alarm(client, app, minutes, status):
    plan(minutes)

    response = client.get("/healthz")

    waited = response.json["oldest_queued_s"]
    assert (response.status_code, response.json) == (
        status,
        {"ok": status == 200, "database": "here", "queued": 0, "oldest_queued_s": waited},
    )
    assert minutes * 60 <= waited < minutes * 60 + 60


def test_a_mailing_that_is_tried_again_waits_since_it_may_be(client, app):
    now = datetime.now(UTC)
    plan(60, retry_at=now + timedelta(minutes=1))
    early = client.get("/healthz").json["oldest_queued_s"]
    plan(50, retry_at=now - timedelta(minutes=2))

    response = client.get("/healthz")

    assert (response.status_code, early) == (200, 0)
    assert 120 <= response.json["oldest_queued_s"] < 180


@pytest.mark.parametrize("column", ["paused_at", "stopped_at", "expanded_at"])
def test_a_mailing_that_is_done_paused_or_stopped_is_no_alarm(client, app, column):
    plan(60, **{column: datetime.now(UTC)})

    assert client.get("/healthz").json == {
        "ok": True,
        "database": "here",
        "queued": 0,
        "oldest_queued_s": 0,
    }


def test_somebody_who_waits_for_a_sign_in_link_is_an_alarm(client, app):
    now = datetime.now(UTC)
    for minutes, handled_at in ((60, now), (11, None)):
        asked_at = now - timedelta(minutes=minutes)
        asked = SignInRequest(folded="ola@example.org", created_at=asked_at, handled_at=handled_at)
        db.session.add(asked)
    db.session.commit()

    response = client.get("/healthz")

    assert (response.status_code, response.json["queued"]) == (503, 0)
    assert 660 <= response.json["oldest_queued_s"] < 720
