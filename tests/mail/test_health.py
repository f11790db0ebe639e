"""/healthz: a few counters, and 503 when due mail does not leave."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.mail import outbox
from portal.models.mail import MailState, OutboxMail


def wait_since(mail: OutboxMail, minutes: int, **values) -> None:
    """Let ``mail`` have been due for that long, by the machine's clock."""
    due = datetime.now(UTC) - timedelta(minutes=minutes)
    db.session.execute(
        sa.update(OutboxMail).where(OutboxMail.id == mail.id).values(not_before=due, **values)
    )
    db.session.commit()


def test_an_idle_portal_is_well(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json) == (
        200,
        {"ok": True, "database": "here", "queued": 0, "oldest_queued_s": 0},
    )


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
