"""The job that wakes a worker lives or dies with the mail it is for, and never harms it."""

import logging

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from portal.db import db
from portal.engine import deferring
from portal.mail import outbox
from portal.models.mail import OutboxMail
from tests.engine.tables import drop_engine

ONE = [("drain", "todo")]


def queued() -> int:
    """How many messages anybody else sees."""
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(OutboxMail))


def test_a_commit_that_queues_mail_leaves_one_job(jobs, enqueue):
    enqueue("ola@example.org")
    enqueue("siri@example.org")
    before = jobs()
    db.session.commit()

    assert (before, jobs(), queued()) == ([], ONE, 2)


def test_what_is_rolled_back_leaves_no_job(jobs, enqueue):
    enqueue()
    db.session.rollback()
    db.session.commit()

    assert (jobs(), queued()) == ([], 0)


def test_a_commit_that_fails_at_last_leaves_neither_mail_nor_job(jobs, enqueue):
    def break_off(session):
        raise RuntimeError("the very last moment")

    enqueue()
    event.listen(db.session, "before_commit", break_off)
    try:
        with pytest.raises(RuntimeError):
            db.session.commit()
    finally:
        event.remove(db.session, "before_commit", break_off)
    db.session.rollback()

    assert (jobs(), queued()) == ([], 0)


def test_a_second_commit_that_queues_nothing_leaves_no_second_job(jobs, enqueue):
    enqueue()
    db.session.commit()
    db.session.execute(sa.update(OutboxMail).values(subject="Hei"))
    db.session.commit()

    assert jobs() == ONE


def test_a_mailing_leaves_a_job(jobs, now):
    outbox.enqueue_mailing("news", key="news-1", now=now, by=None)
    db.session.commit()

    assert jobs() == ONE


def test_what_else_the_worker_has_to_do_leaves_a_job(jobs):
    outbox.wake_after_commit()
    db.session.commit()

    assert jobs() == ONE


def test_a_savepoint_leaves_its_job_to_the_commit(jobs, enqueue):
    with db.session.begin_nested():
        enqueue("ola@example.org")
    is_woken_early = outbox.woken.is_set()
    db.session.commit()

    assert (is_woken_early, outbox.woken.is_set(), jobs()) == (False, True, ONE)


def test_a_savepoint_undone_takes_nothing_from_what_was_queued_before(jobs, enqueue):
    enqueue("ola@example.org")
    inner = db.session.begin_nested()
    enqueue("siri@example.org")
    inner.rollback()
    db.session.commit()

    assert (jobs(), queued()) == (ONE, 1)


def test_two_who_queue_mail_at_once_do_not_wait_for_each_other(jobs):
    with db.engine.begin() as first:
        deferring.defer_drain(first.connection.driver_connection)
        with db.engine.begin() as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            deferring.defer_drain(second.connection.driver_connection)
        done_before_the_first = jobs()

    assert (done_before_the_first, jobs()) == (ONE, ONE * 2)


def test_without_the_engines_tables_mail_is_queued_and_that_is_told_once(
    without_engine, enqueue, caplog
):
    for name in ("ola", "siri", "kari"):
        enqueue(f"{name}@example.org")
        db.session.commit()

    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert queued() == 3
    assert told == [
        "no job engine wakes the workers, they look by themselves:"
        ' type "procrastinate_job_to_defer_v1[]" does not exist'
    ]


def test_tables_that_vanish_fail_no_change(grown, jobs, enqueue):
    enqueue("ola@example.org")
    db.session.commit()
    drop_engine()
    enqueue("siri@example.org")
    db.session.commit()

    assert (queued(), outbox.woken.is_set()) == (2, True)
