"""Whatever kills or hinders a worker, nothing is lost, and at most one message comes twice."""

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.mail import smtp
from portal.models.mail import MailState
from tests.mail import figures
from tests.mail.farming import ROOT, Farm, outcome, queue_many, sink, start, states
from tests.mail.killing import LEASE_SECONDS

# What a worker has before it: more than one lease of fifty.
MESSAGES = 60
SHORT, LONG = 10, 50
KILLS = [SHORT, pytest.param(LONG, marks=pytest.mark.fault)]
TERMINATED, KILLED = "-15", "-9"


@pytest.fixture
def now():
    """Workers in other processes go by the machine's clock."""
    return datetime.now(UTC)


def send_what_the_dead_left(farm: Farm, port: int) -> None:
    """What the last worker had in hand is free again when its lease has run out.

    Where its time was nearly over it had asked for more: as long as a server may be silent.
    """
    end = time.monotonic() + 2 * LEASE_SECONDS + smtp.TIMEOUT_SECONDS
    while True:
        time.sleep(LEASE_SECONDS + 0.1)
        assert farm.tell("drain", port) == "[0]"
        if not states()[MailState.LEASED] or time.monotonic() > end:
            return


@pytest.mark.parametrize("kills", KILLS)
@pytest.mark.parametrize("milliseconds", [0, 20])
def test_killed_at_any_moment_nothing_is_lost(app, farm, tmp_path, milliseconds: int, kills: int):
    with sink(tmp_path / "taken", milliseconds) as taken:
        wanted = queue_many(MESSAGES)
        life = length_of_life(farm, taken.port)
        struck = 0
        while struck < kills:
            wanted |= queue_many(MESSAGES)
            # From its first step to its last; who has ended before is not killed.
            struck += farm.tell("kill", taken.port, random.uniform(0, life)) == KILLED
        send_what_the_dead_left(farm, taken.port)

        found = outcome(taken, wanted)

    assert (found.lost, found.altered) == (0, 0)
    assert found.worst <= 1
    assert found.again <= kills
    assert states() == {MailState.SENT: len(wanted)}
    if kills == LONG:
        what = f"SIGKILL at a random moment, sink {milliseconds} ms"
        figures.note(what, kills, found)


def test_killed_between_the_250_and_its_mark_one_message_comes_twice_with_the_same_bytes(
    app, database_url, farm, tmp_path
):
    with sink(tmp_path / "taken") as taken:
        wanted = queue_many(10)
        start("doomed", database_url, str(tmp_path), taken.port).communicate(timeout=30)
        first = taken.count()
        send_what_the_dead_left(farm, taken.port)

        found = outcome(taken, wanted)

    assert first == 5
    assert (found.lost, found.again, found.altered) == (0, 1, 0)
    assert states() == {MailState.SENT: 10}


@pytest.mark.parametrize("kills", KILLS)
def test_told_to_end_the_command_loses_and_repeats_nothing(app, farm, tmp_path, kills: int):
    with sink(tmp_path / "taken") as taken:
        wanted = queue_many(MESSAGES)
        life = length_of_life(farm, taken.port)
        told = 0
        while told < kills:
            wanted |= queue_many(MESSAGES)
            ended = farm.tell("deliver", taken.port, random.uniform(0, life))
            # Told before it listens it ends at once, with nothing in hand; that is no trial.
            assert ended in ("0", TERMINATED)
            told += ended == "0"
            assert set(states()) <= {MailState.SENT, MailState.QUEUED}
        # The rest was given back: nobody need wait for a lease.
        assert farm.tell("drain", taken.port) == "[0]"

        found = outcome(taken, wanted)

    assert (found.lost, found.again) == (0, 0)
    assert states() == {MailState.SENT: len(wanted)}
    if kills == LONG:
        figures.note("SIGTERM at a random moment", kills, found, most=0)


def test_the_command_as_it_is_typed_ends_well_when_told_to(app, database_url, tmp_path):
    with sink(tmp_path / "taken") as taken:
        wanted = queue_many(MESSAGES)
        process = deliver(database_url, tmp_path, taken.port)
        while taken.count() < 5 and process.poll() is None:
            time.sleep(0.002)
        process.terminate()
        ended = process.wait(30)
        between = states()
        again = deliver(database_url, tmp_path, taken.port, "--once").wait(30)

        found = outcome(taken, wanted)

    assert (ended, again) == (0, 0)
    assert set(between) <= {MailState.SENT, MailState.QUEUED}
    assert (found.lost, found.again) == (0, 0)


@pytest.mark.parametrize("rounds", [10, pytest.param(20, marks=pytest.mark.fault)])
@pytest.mark.parametrize("workers", [2, 4])
def test_workers_that_race_send_each_message_once(app, farm, tmp_path, workers: int, rounds: int):
    with sink(tmp_path / "taken") as taken:
        wanted = set()
        for _round in range(rounds):
            wanted |= queue_many(200)
            assert farm.tell("drain", taken.port, workers) == str([0] * workers)

        found = outcome(taken, wanted)
        talked = {conversation for conversation, _to, _digest in taken.read()}

    assert (found.lost, found.again) == (0, 0)
    assert len(talked) > rounds
    assert states() == {MailState.SENT: len(wanted)}
    if rounds == 20:
        figures.note(f"{workers} workers racing", rounds, found, most=0)


def length_of_life(farm: Farm, port: str) -> float:
    """How many seconds a worker lives that sends what is queued and is left in peace."""
    begun = time.monotonic()
    assert farm.tell("drain", port) == "[0]"
    return time.monotonic() - begun


def deliver(url: str, instance: Path, port: str, *words: str) -> subprocess.Popen:
    """``flask outbox deliver`` on the test's database and server."""
    ours = {"DATABASE_URL": url, "INSTANCE_DIR": str(instance), "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": port, "DEMO": "", "BASE_URL": ""}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "deliver", *words],
        cwd=ROOT, env={**os.environ, **ours}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
