"""Two workers in processes of their own on one PostgreSQL, with a mail server in another."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.engine.looking import numbers
from portal.models.mail import MailState, OutboxMail
from tests.engine.arrivals import lines
from tests.engine.tables import drop_engine
from tests.house.tree import ROOT
from tests.mail.test_worker import wait_for

# Far longer than any test takes: whoever is quicker was woken.
NEVER = "600"


@pytest.fixture
def deliver(postgresql_url, sink, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start ``flask outbox deliver`` as on another host; ended with the test."""
    started = []

    def start(**values: str) -> subprocess.Popen:
        folder = tmp_path / f"host{len(started)}"
        folder.mkdir()
        ours = {"DATABASE_URL": postgresql_url, "INSTANCE_DIR": str(folder), "DEMO": "",
                "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": sink[0], "BASE_URL": ""}  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "deliver"],
            cwd=ROOT, env={**os.environ, **ours, **values}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_commit_wakes_two_workers_that_send_each_message_once_and_leave_when_told(
    grown,
    deliver,
    enqueue,
    sink,
):
    workers = [deliver(OUTBOX_POLL_SECONDS=NEVER), deliver(OUTBOX_POLL_SECONDS=NEVER)]
    assert wait_for(lambda: numbers(db.engine)["workers"] == 2, 60)

    waited = [time_to_arrive(enqueue, sink[1], f"first{number}@example.org") for number in range(6)]
    for number in range(120):
        enqueue(f"p{number}@example.org")
        if number % 10 == 9:
            db.session.commit()
    assert wait_for(lambda: len(lines(sink[1])) == 126, 60)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    ended = [worker.wait(30) for worker in workers]

    assert max(waited) < 10
    assert set(Counter(lines(sink[1])).values()) == {1}
    assert states() == {MailState.SENT: 126}
    assert (ended, numbers(db.engine)["workers"]) == ([0, 0], 0)
    assert time.monotonic() - begun < 15


def test_what_a_leaving_worker_gives_back_is_sent_by_the_other_at_once(
    grown,
    deliver,
    enqueue,
    sink,
):
    leaving, staying = deliver(OUTBOX_POLL_SECONDS=NEVER), deliver(OUTBOX_POLL_SECONDS=NEVER)
    assert wait_for(lambda: numbers(db.engine)["workers"] == 2, 60)
    time_to_arrive(enqueue, sink[1], "first@example.org")

    # One is held back until the other has taken the job, and then nothing wakes it any more.
    staying.send_signal(signal.SIGSTOP)
    for number in range(400):
        enqueue(f"p{number}@example.org")
    db.session.commit()
    assert wait_for(lambda: len(lines(sink[1])) > 5, 60)
    leaving.send_signal(signal.SIGTERM)
    ended, left_to_do = leaving.wait(30), states().get(MailState.QUEUED, 0)
    staying.send_signal(signal.SIGCONT)

    assert wait_for(lambda: len(lines(sink[1])) == 401, 20)
    assert ended == 0
    assert left_to_do > 0
    assert set(Counter(lines(sink[1])).values()) == {1}


def test_when_one_of_two_workers_is_killed_the_other_sends_the_rest(
    grown,
    deliver,
    enqueue,
    sink,
):
    short = {"OUTBOX_LEASE_SECONDS": "1"}
    killed, _other = deliver(**short), deliver(**short)
    assert wait_for(lambda: numbers(db.engine)["workers"] == 2, 60)

    for number in range(300):
        enqueue(f"p{number}@example.org")
        if number % 60 == 59:
            db.session.commit()
    assert wait_for(lambda: len(lines(sink[1])) > 20, 60)
    killed.kill()

    assert wait_for(lambda: states() == {MailState.SENT: 300}, 60)
    assert len(set(lines(sink[1]))) == 300
    assert len(lines(sink[1])) <= 301


def test_with_the_engine_gone_under_them_two_workers_still_send_everything_once(
    grown,
    deliver,
    enqueue,
    sink,
):
    workers = [deliver(), deliver()]
    assert wait_for(lambda: numbers(db.engine)["workers"] == 2, 60)

    for number in range(40):
        enqueue(f"p{number}@example.org")
        db.session.commit()
        if number == 20:
            drop_engine()

    assert wait_for(lambda: len(lines(sink[1])) == 40, 60)
    assert wait_for(lambda: states() == {MailState.SENT: 40}, 60)
    assert set(Counter(lines(sink[1])).values()) == {1}
    assert [worker.poll() for worker in workers] == [None, None]


def time_to_arrive(enqueue: Callable[..., bool], taken, address: str) -> float:
    """Seconds from the commit of one message to the server's 250."""
    enqueue(address)
    db.session.commit()
    begun = time.monotonic()
    wait_for(lambda: any(line.startswith(address) for line in lines(taken)), 60)
    return time.monotonic() - begun


def states() -> dict[MailState, int]:
    """How many messages stand in which state."""
    with db.engine.connect() as connection:
        return dict(Counter(connection.scalars(sa.select(OutboxMail.state))))
