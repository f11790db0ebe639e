"""The engine at work: it wakes, keeps the clock on one host, frees stalled jobs, and comes back."""

import logging
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.engine import running, schema
from portal.engine.duties import Duty
from portal.engine.looking import numbers
from portal.engine.running import Engine
from tests.engine.tables import drop_engine
from tests.house.tree import ROOT
from tests.mail.test_worker import wait_for as wait_some_seconds_for


def wait_for(condition) -> bool:
    """Whether ``condition`` came true, however busy the machine is."""
    return wait_some_seconds_for(condition, 30)


@pytest.fixture
def start(anything):
    """Start engines that end with the test."""
    started = []

    def start_one(wake=lambda: None, duties=()) -> Engine:
        engine = Engine(db.engine, wake, duties)
        engine.start()
        started.append(engine)
        return engine

    yield start_one
    for engine in started:
        engine.stop()


def test_a_committed_job_wakes_one_of_two_engines(grown, start, jobs, enqueue):
    woken = []
    engines = [start(lambda: woken.append("moss")), start(lambda: woken.append("oslo"))]
    assert wait_for(lambda: all(engine.is_up() for engine in engines))

    enqueue()
    db.session.commit()

    assert wait_for(lambda: jobs() == [] and woken)
    assert len(woken) == 1


def test_a_job_left_before_any_engine_was_there_is_done_at_its_start(grown, start, enqueue):
    woken = threading.Event()
    enqueue()
    db.session.commit()

    start(woken.set)

    assert woken.wait(30)


def test_what_comes_by_the_clock_is_done_on_one_host_only(grown, start, now):
    done = []
    cron = five_minutes_before(now)
    duties = [Duty("count", cron, lambda: done.append(1))]
    engines = [start(duties=duties), start(duties=duties)]

    assert wait_for(lambda: all(engine.is_up() for engine in engines) and done)
    for engine in engines:
        engine.stop()
    start(duties=duties).stop()
    assert done == [1]


def test_a_duty_that_fails_ends_neither_the_engine_nor_the_others(grown, start, now):
    done = threading.Event()

    def stumble() -> None:
        raise RuntimeError("stumble")

    cron = five_minutes_before(now)
    engine = start(duties=[Duty("a", cron, stumble), Duty("b", cron, done.set)])

    assert done.wait(30)
    assert wait_for(lambda: figures("failed") == [1])
    assert engine.is_up()


def test_the_job_of_a_killed_worker_is_freed_and_done(grown, start, enqueue, postgresql_url):
    enqueue()
    db.session.commit()
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.dying", postgresql_url], cwd=ROOT
    )
    ended = killed.wait(30)
    fresh = figures("workers", "doing", "stalled")
    let_time_pass()
    later = figures("workers", "doing", "stalled")

    woken = threading.Event()
    start(woken.set)

    assert (ended, fresh, later) == (-9, [1, 1, 0], [0, 1, 1])
    assert woken.wait(30)
    assert wait_for(lambda: figures("doing", "stalled", "failed") == [0, 0, 0])


def test_an_engine_that_ends_leaves_nothing_behind(grown, start):
    engine = start()
    assert wait_for(lambda: figures("workers") == [1])

    engine.stop()

    assert not engine.is_up()
    assert figures("workers", "doing", "stalled", "failed") == [0, 0, 0, 0]


def test_an_engine_comes_back_when_its_connections_were_cut(grown, start, enqueue, monkeypatch):
    monkeypatch.setattr(running, "_FIRST_PAUSE_SECONDS", 0.05)
    woken = threading.Event()
    engine = start(woken.set)
    assert wait_for(lambda: engine.is_up() and len(connections("pid")) >= 2)

    before = connections("pid")
    cut = connections("pg_terminate_backend(pid)")
    enqueue()
    db.session.commit()

    assert cut == [True] * len(cut)
    assert woken.wait(30)
    assert wait_for(lambda: len(connections("pid")) >= 2)
    assert not set(before) & set(connections("pid"))


def test_an_engine_waits_for_its_tables_and_then_begins(
    without_engine, start, enqueue, monkeypatch, caplog
):
    monkeypatch.setattr(running, "_FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(running, "_LONGEST_PAUSE_SECONDS", 0.1)
    engine = start()
    assert wait_for(lambda: len(told(caplog)) == 1)
    was_up = engine.is_up()
    caplog.set_level(logging.INFO)

    with db.engine.begin() as connection:
        schema.prepare(connection)

    assert not was_up
    assert wait_for(engine.is_up)
    assert told(caplog) == [
        "the job engine is away, workers look by themselves:"
        " its tables are not there, flask engine prepare makes them",
        "the job engine is back",
    ]


def test_an_engine_without_a_database_ends_when_told(grown, start):
    nowhere = sa.create_engine("postgresql+psycopg://portal@127.0.0.1:1/portal")
    engine = Engine(nowhere, lambda: None, ())
    engine.start()

    begun = time.monotonic()
    engine.stop()

    assert time.monotonic() - begun < 5


def test_tables_dropped_under_it_bring_the_engine_down_and_not_the_thread(
    grown, start, monkeypatch
):
    monkeypatch.setattr(running, "_FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(running, "_HEARTBEAT_SECONDS", 0.1)
    engine = start()
    assert wait_for(engine.is_up)

    drop_engine()

    assert wait_for(lambda: not engine.is_up())
    with db.engine.begin() as connection:
        schema.prepare(connection)
    assert wait_for(engine.is_up)


def figures(*names: str) -> list[int]:
    """Some of what ``flask engine status`` shows."""
    found = numbers(db.engine)
    return [found[name] for name in names]


def connections(what: str) -> list:
    """``what`` about each connection of an engine: one that listens, one that asks."""
    with db.engine.begin() as connection:
        return connection.scalars(
            sa.text(f"SELECT {what} FROM pg_stat_activity WHERE application_name = 'portal engine'")
        ).all()


def told(caplog) -> list[str]:
    """What the engine said of itself."""
    return [r.getMessage() for r in caplog.records if r.name == "portal.engine.running"]


def five_minutes_before(now: datetime) -> str:
    """A cron line for the minute five minutes ago, which an engine makes up for at its start."""
    missed = now - timedelta(minutes=5)
    return f"{missed.minute} {missed.hour} * * *"


def let_time_pass() -> None:
    """As if every worker had last been heard of a minute ago."""
    with db.engine.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE procrastinate_workers"
                " SET last_heartbeat = last_heartbeat - interval '1 minute'"
            )
        )
