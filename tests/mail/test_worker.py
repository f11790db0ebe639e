"""The worker: wakes after a commit, serves sign-in first, survives faults, and is alone."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.mail import outbox, smtp
from portal.mail.delivery import Delivery
from portal.mail.message import Lane
from portal.models.accounts import SignInRequest
from portal.models.mail import OutboxMail
from tests.mail.conftest import news
from tests.mail.server import closed_port
from tests.mail.test_mailings import queue_mailing


@pytest.fixture
def running(app):
    """Start workers that end with the test."""
    stop, threads = threading.Event(), []

    def start(run=worker.run) -> threading.Thread:
        thread = threading.Thread(target=run, args=(app, stop))
        thread.start()
        threads.append(thread)
        return thread

    yield start
    stop.set()
    outbox.woken.set()
    for thread in threads:
        thread.join(10)


def wait_for(condition, seconds: float = 10) -> bool:
    """Whether ``condition`` came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def now():
    """These tests run by the machine's clock, as the worker does."""
    return datetime.now(UTC)


def test_a_worker_wakes_when_mail_is_committed(app, server, queue, running, monkeypatch):
    monkeypatch.setitem(app.config, "OUTBOX_POLL_SECONDS", 30)
    running()
    time.sleep(0.3)

    begun = time.monotonic()
    queue()

    assert wait_for(lambda: server.taken)
    assert time.monotonic() - begun < 2


def test_a_worker_does_not_wake_for_what_was_rolled_back(app, queue):
    queue()
    outbox.woken.clear()

    db.session.add(SignInRequest(folded="ola@example.org", created_at=datetime.now(UTC)))
    db.session.flush()
    outbox.wake_after_commit()
    db.session.rollback()
    db.session.commit()

    assert not outbox.woken.is_set()


def test_a_worker_survives_faults_and_a_server_that_was_away(
    app, server, queue, running, monkeypatch
):
    monkeypatch.setitem(app.config, "OUTBOX_POLL_SECONDS", 0.05)
    faults = iter([RuntimeError("stumble"), sa.exc.OperationalError("x", {}, Exception("away"))])

    def stumble(now: datetime) -> int:
        for fault in faults:
            raise fault
        return 0

    monkeypatch.setattr(worker, "FIRST", (stumble,))
    working = app.extensions["mail"].port
    smtp.use_server(app, "127.0.0.1", closed_port())
    queue()
    running()
    time.sleep(0.8)
    smtp.use_server(app, "127.0.0.1", working)

    assert wait_for(lambda: server.recipients == ["ola@example.org"])


def test_a_fault_in_one_duty_does_not_hold_back_the_mail(server, queue, monkeypatch):
    def stumble(now: datetime) -> int:
        raise RuntimeError("stumble")

    monkeypatch.setattr(worker, "FIRST", (stumble,))
    monkeypatch.setattr(worker, "ROUTINES", (stumble,))
    queue()

    worker.one_round(Delivery())

    assert server.recipients == ["ola@example.org"]


def test_only_one_worker_of_an_instance_runs_and_the_next_takes_over(
    app, server, queue, running, monkeypatch
):
    monkeypatch.setitem(app.config, "OUTBOX_POLL_SECONDS", 0.05)
    begun = []
    monkeypatch.setattr(
        worker, "run", lambda app, stop, owner: begun.append(owner) or stop.wait(0.5)
    )

    running(worker.run_alone)
    running(worker.run_alone)
    time.sleep(0.3)
    together = len(begun)

    assert wait_for(lambda: len(begun) == 2)
    assert together == 1
    assert begun[0] != begun[1]


def test_the_next_worker_frees_what_the_one_before_had_in_hand(app, server, queue, running, now):
    from_before = worker.new_owner()
    Path(app.config["INSTANCE_DIR"], "delivery.lock").write_text(from_before)
    queue()
    worker.leases.take(from_before, now + timedelta(seconds=1), 300)

    running(worker.run_alone)

    assert wait_for(lambda: server.recipients == ["ola@example.org"])


def test_mailings_are_expanded_and_sent_and_sign_in_comes_between(
    app, server, ola, now, monkeypatch
):
    asked, address = [], ola.email

    def ask_to_sign_in(moment: datetime) -> int:
        # Somebody asks while the mailing is being expanded.
        asked.append(db.session.scalar(sa.select(sa.func.count(OutboxMail.id))))
        if len(asked) == 2:
            db.session.add(SignInRequest(folded=address.casefold(), created_at=now))
            db.session.commit()
        return 0

    monkeypatch.setattr(worker, "FIRST", (ask_to_sign_in, *worker.FIRST))
    monkeypatch.setitem(worker.COMPOSERS, "news", news)
    queue_mailing(now, people=250)

    worker.one_round(Delivery())

    assert len(server.recipients) == 251
    assert server.recipients.index(address) < 100
    assert server.conversations == 1


def test_a_bulk_batch_to_a_slow_server_makes_room_for_who_waits(server, queue, monkeypatch):
    monkeypatch.setattr("portal.mail.delivery._SLICE_SECONDS", -1)
    for number in range(3):
        queue(f"p{number}@example.org", lane=Lane.BULK)
    looks = []

    def somebody_signs_in() -> None:
        looks.append(len(server.taken))
        if len(looks) == 3:
            queue("ola@example.org", lane=Lane.SIGN_IN)

    taken = Delivery(between=somebody_signs_in).drain()

    assert server.recipients == [
        "p0@example.org",
        "p1@example.org",
        "ola@example.org",
        "p2@example.org",
    ]
    # Before each batch and before each message but a batch's first; one came back unsent.
    assert (looks, taken, server.conversations) == ([0, 1, 2, 2, 3, 4], 5, 1)


def test_a_bulk_batch_goes_on_when_nobody_waits(server, queue, monkeypatch):
    monkeypatch.setattr("portal.mail.delivery._SLICE_SECONDS", -1)
    for number in range(3):
        queue(f"p{number}@example.org", lane=Lane.BULK)

    assert Delivery().send_batch() == 3
    assert len(server.taken) == 3
