"""A worker killed in the middle loses nothing, and repeats at most one message, byte for byte."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.mail import MailState, OutboxMail

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 120
# A few kills whenever tests run, many when asked for (make fault).
KILLS = [2, pytest.param(20, marks=pytest.mark.fault)]


@pytest.fixture
def now():
    """Workers in other processes go by the machine's clock."""
    return datetime.now(UTC)


@pytest.fixture
def sink(tmp_path):
    """A mail server in a process of its own; gives its port and the file of what it took."""
    taken = tmp_path / "taken"
    process = start("sink", str(taken))
    yield process.stdout.readline().strip(), taken
    process.kill()
    process.wait()
    process.stdout.close()


def start(*words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mail.killing", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def test_killed_between_the_250_and_its_mark_one_message_comes_twice_with_the_same_bytes(
    app, queue, sink, database_url, tmp_path
):
    port, taken = sink
    for number in range(10):
        queue(f"p{number}@example.org")

    finish(start("doomed", database_url, str(tmp_path), port))
    first = len(lines(taken))
    time.sleep(1.1)
    finish(start("worker", database_url, str(tmp_path), port))

    got = Counter(lines(taken))
    assert first == 5
    assert sorted(got.values()) == [1] * 9 + [2]
    assert all_sent()


@pytest.mark.parametrize("kills", KILLS)
def test_killed_at_any_moment_nothing_is_lost(app, queue, sink, database_url, tmp_path, kills: int):
    port, taken = sink
    messages = MESSAGES + 20 * kills
    for number in range(messages):
        queue(f"p{number}@example.org")

    for _kill in range(kills):
        before = len(lines(taken))
        process = start("worker", database_url, str(tmp_path), port)
        while len(lines(taken)) < before + 5 and process.poll() is None:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.01))
        process.kill()
        finish(process)
        # What the killed worker had in hand is free again when its lease has run out.
        time.sleep(1.1)
    finish(start("worker", database_url, str(tmp_path), port))

    got = Counter(line.split()[0] for line in lines(taken))
    assert set(got) == {f"p{number}@example.org" for number in range(messages)}
    assert sum(got.values()) - messages <= kills
    assert len(set(lines(taken))) == messages
    assert all_sent()


def test_told_to_end_the_command_loses_and_repeats_nothing(
    app, queue, sink, database_url, tmp_path
):
    port, taken = sink
    for number in range(MESSAGES):
        queue(f"p{number}@example.org")

    process = deliver(database_url, tmp_path, port)
    while len(lines(taken)) < 5 and process.poll() is None:
        time.sleep(0.002)
    process.terminate()
    ended = process.wait(30)
    states = Counter(db.session.scalars(sa.select(OutboxMail.state)))
    db.session.rollback()
    again = deliver(database_url, tmp_path, port, "--once").wait(30)

    assert (ended, again) == (0, 0)
    assert set(states) <= {MailState.SENT, MailState.QUEUED}
    assert set(Counter(lines(taken)).values()) == {1}
    assert len(lines(taken)) == MESSAGES


def deliver(url: str, instance: Path, port: str, *words: str) -> subprocess.Popen:
    """``flask outbox deliver`` on the test's database and server."""
    ours = {"DATABASE_URL": url, "INSTANCE_DIR": str(instance), "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": port, "DEMO": "", "BASE_URL": ""}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "deliver", *words],
        cwd=ROOT, env={**os.environ, **ours}, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def finish(process: subprocess.Popen) -> None:
    process.wait(30)
    process.stdout.close()


def lines(path: Path) -> list[str]:
    """What the server took: a line with recipient and digest for each message."""
    return path.read_text().splitlines() if path.exists() else []


def all_sent() -> bool:
    return set(db.session.scalars(sa.select(OutboxMail.state))) == {MailState.SENT}
