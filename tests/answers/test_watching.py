"""The mailbox is looked into beside the mail that leaves: neither waits for the other."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import worker
from portal.answers import mailbox, watching
from portal.answers.mailbox import Busy, DatabaseAway, Tally
from portal.db import db
from portal.mail import imap_conversation, outbox
from portal.mail.imap import MailboxAway
from portal.models.inbox import MailboxBookmark
from tests.answers.rude import SILENCE, Play, playing
from tests.mail.conftest import server  # noqa: F401
from tests.mail.test_worker import running, wait_for  # noqa: F401


@pytest.fixture
def now():
    """These tests run by the machine's clock, as the worker does."""
    return datetime.now(UTC)


@pytest.fixture
def watch(app: Flask, inbox, monkeypatch):
    """A watch over the mailbox of the test that does nothing by itself."""
    monkeypatch.setitem(app.config, "INBOX", inbox.account)
    return watching._Watch(app, threading.Event(), inbox.account, 120.0)


def test_a_worker_reads_the_mailbox_by_itself(
    app,
    server,  # noqa: F811
    inbox,
    bounce,
    queue,
    running,  # noqa: F811
    monkeypatch,
):
    monkeypatch.setitem(app.config, "INBOX", inbox.account)
    monkeypatch.setitem(app.config, "INBOX_FETCH_SECONDS", 0.2)
    # Both reports are on mail that has left: no worker is to find it waiting.
    report, later_report = bounce(), bounce("siri@example.org")
    inbox.put(report)
    running()
    first = wait_for(lambda: inbox.count("Done") == 1)

    inbox.put(later_report)
    queue("per@example.org")

    assert first
    assert wait_for(lambda: inbox.count("Done") == 2)
    assert wait_for(lambda: server.recipients == ["per@example.org"])


def test_a_mailbox_that_hangs_holds_up_neither_mail_nor_the_end(
    app,
    server,  # noqa: F811
    queue,
    monkeypatch,
):
    monkeypatch.setattr(watching, "_LEAVE_SECONDS", 0.2)
    # Long enough to see who waits for it.
    monkeypatch.setattr(imap_conversation, "TIMEOUT_SECONDS", 6.0)
    stop, play = threading.Event(), Play({"SEARCH": SILENCE})
    with playing(play) as account:
        monkeypatch.setitem(app.config, "INBOX", account)
        thread = threading.Thread(target=worker.run, args=(app, stop))
        thread.start()
        assert wait_for(lambda: "SEARCH" in play.seen)
        begun = time.monotonic()
        queue()
        assert wait_for(lambda: server.taken)
        sent = time.monotonic() - begun

        stop.set()
        outbox.woken.set()
        thread.join(10)
        ended = time.monotonic() - begun
        is_alive = thread.is_alive()
        (hanging,) = [each for each in threading.enumerate() if each.name == "mailbox"]
        hanging.join(10)

    assert sent < 2
    assert (is_alive, ended < 4) == (False, True)


@pytest.mark.parametrize(("url", "seconds"), [(False, 120), (True, 0)])
def test_nobody_looks_without_a_mailbox_or_when_told_never_to(
    app, inbox, monkeypatch, url: bool, seconds: int
):
    monkeypatch.setitem(app.config, "INBOX", inbox.account if url else None)
    monkeypatch.setitem(app.config, "INBOX_FETCH_SECONDS", seconds)
    before = threading.active_count()

    with watching.watching(app, threading.Event()):
        assert threading.active_count() == before


def test_a_host_does_not_look_when_another_has_just_done_so(app, watch, inbox, bounce):
    inbox.put(bounce())
    first = watch._look()
    inbox.put(bounce("siri@example.org"))
    second = watch._look()
    between = inbox.count()
    with db.engine.begin() as connection:
        earlier = datetime.now(UTC) - timedelta(seconds=110)
        connection.execute(sa.update(MailboxBookmark).values(read_at=earlier))

    third = watch._look()

    assert (first, between, third) == (120.0, 1, 120.0)
    assert 118 < second <= 120
    assert inbox.count("Done") == 2


@pytest.mark.parametrize(
    ("tally", "pause"),
    [
        (Tally(), 120.0),
        (Tally(read=500, has_more=True), 1.0),
        # What is left would be tried again and again.
        (Tally(read=499, left=1, has_more=True), 120.0),
    ],
)
def test_a_full_mailbox_is_read_on_at_once(watch, monkeypatch, tally: Tally, pause: float):
    monkeypatch.setattr(mailbox, "fetch", lambda account, is_over: tally)

    assert watch._look() == pause


def test_faults_are_told_and_followed_by_a_growing_pause(watch, monkeypatch, caplog):
    away = MailboxAway("it refuses the login: no")
    faults = [away, DatabaseAway("OperationalError"), RuntimeError("x"), *[away] * 4, Busy(), away]
    pauses = []

    def fail(account, is_over) -> None:
        raise faults.pop(0)

    class Stop:
        """Ends when all faults are through, and never waits."""

        is_set = staticmethod(bool)

        def wait(self, seconds: float) -> bool:
            pauses.append(seconds)
            return not faults

    monkeypatch.setattr(mailbox, "fetch", fail)
    watch._stop = Stop()

    watch.run()

    assert pauses == [0, 240, 480, 960, 1800, 1800, 1800, 1800, 120, 240]
    assert caplog.messages[:3] == [
        "no mail can be fetched: it refuses the login: no",
        "no mail can be fetched: OperationalError",
        "the mailbox cannot be read",
    ]
