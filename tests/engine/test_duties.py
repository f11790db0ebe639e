"""What the worker leaves to the engine, and what it does itself without."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.mail import leases, outbox
from portal.mail.delivery import Delivery
from portal.models.mail import MailContent, MailState, OutboxMail
from tests.mail.conftest import queue, server  # noqa: F401
from tests.mail.test_worker import running, wait_for  # noqa: F401


@pytest.fixture
def now():
    """Leases end by the database's clock."""
    return datetime.now(UTC)


@pytest.fixture
def duties(app):
    """The worker's duties by name."""
    return {duty.name: duty for duty in worker._duties(app, Delivery())}


@pytest.mark.parametrize(
    ("is_up", "seconds_ago", "looks"),
    [(False, 50, False), (False, 61, True), (True, 61, False), (True, 601, True)],
)
def test_the_loop_looks_at_the_clock_seldom_while_the_engine_does(is_up, seconds_ago, looks):
    clock = worker._Clock(lambda: is_up, looked_at=time.monotonic() - seconds_ago)

    assert (clock.says_look(), clock.says_look()) == (looks, False)


@pytest.mark.parametrize(
    ("is_up", "hours_ago", "tidies"),
    [(False, 23, False), (False, 25, True), (True, 25, False)],
)
def test_the_loop_tidies_once_a_day_unless_the_engine_does(is_up, hours_ago, tidies):
    clock = worker._Clock(lambda: is_up, tidied_at=time.monotonic() - hours_ago * 3600)

    assert (clock.says_tidy(), clock.says_tidy()) == (tidies, False)


def test_a_worker_begins_by_looking_and_tidying():
    clock = worker._Clock(lambda: False)

    assert (clock.says_look(), clock.says_tidy()) == (True, True)


def test_the_engine_keeps_every_duty_of_the_clock(duties):
    assert {name: duty.cron for name, duty in duties.items()} == {
        "clock": "* * * * *", "sweep": "* * * * *", "retention": "30 2 * * *"
    }  # fmt: skip


def test_the_clock_does_all_routines_and_then_lets_the_loop_look(duties, monkeypatch):
    done = []
    monkeypatch.setattr(worker, "ROUTINES", (lambda now: done.append("a") or 0, done.append))

    duties["clock"].do()

    assert (done[0], len(done), outbox.woken.is_set()) == ("a", 2, True)


def test_the_sweep_frees_what_a_dead_worker_had_in_hand(duties, queue, now):  # noqa: F811
    queue()
    leases.take("oslo:dead", now + timedelta(seconds=1), 0)
    outbox.woken.clear()
    time.sleep(0.01)

    duties["sweep"].do()

    db.session.rollback()
    assert db.session.scalar(sa.select(OutboxMail.state)) == MailState.QUEUED
    assert outbox.woken.is_set()


def test_a_sweep_that_finds_nothing_wakes_nobody(duties):
    duties["sweep"].do()

    assert not outbox.woken.is_set()


def test_a_worker_without_an_engine_does_the_duties_by_itself(
    app,
    server,  # noqa: F811
    queue,  # noqa: F811
    running,  # noqa: F811
    now,
    monkeypatch,
):
    looked = []
    monkeypatch.setattr(worker, "ROUTINES", (lambda moment: looked.append(moment) or 0,))
    mail = queue()
    mail.state, mail.sent_at = MailState.SENT, now - timedelta(days=31)
    db.session.commit()

    running()

    assert wait_for(lambda: looked and bytes_kept() == 0)


def test_retention_is_one_of_the_duties(duties, queue, now):  # noqa: F811
    mail = queue()
    mail.state, mail.sent_at = MailState.SENT, now - timedelta(days=31)
    db.session.commit()

    duties["retention"].do()

    assert bytes_kept() == 0


def bytes_kept() -> int:
    """Of how many messages the bytes are still there."""
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count(MailContent.mail_id)))
