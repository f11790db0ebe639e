"""``flask outbox``: what waits, sending it, and trying the settings."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import smtp
from portal.models.mail import MailState, OutboxMail
from tests.house.tree import ROOT
from tests.mail.conftest import queue, server  # noqa: F401
from tests.mail.rules import broken_rules
from tests.mail.server import closed_port

NOTHING = {
    "queued": 0, "leased": 0, "sent": 0, "failed": 0, "suppressed": 0, "expired": 0,
    "oldest_queued_s": 0,
}  # fmt: skip


@pytest.fixture
def now():
    """Commands go by the machine's clock."""
    return datetime.now(UTC)


@pytest.fixture
def flask(app, monkeypatch):
    """Run ``flask outbox`` with the given words."""
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")

    def run(*words: str):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["outbox", *words])

    return run


def test_status_counts_every_state(flask, queue, now):  # noqa: F811
    assert json.loads(flask("status", "--json").output) == NOTHING

    queue()
    failed = queue("siri@example.org")
    failed.state = MailState.FAILED
    waited = json.loads(flask("status", "--json").output)

    assert 0 <= waited["oldest_queued_s"] < 30
    assert {**waited, "oldest_queued_s": 0} == {**NOTHING, "queued": 1, "failed": 1}
    assert "queued           1" in flask("status").output.splitlines()


def test_status_does_not_count_what_may_wait(flask, queue, now):  # noqa: F811
    queue("ahead@example.org", not_before=now + timedelta(hours=1))
    paused = queue("paused@example.org", not_before=now - timedelta(hours=1))
    paused.paused = True

    assert json.loads(flask("status", "--json").output) == {**NOTHING, "queued": 2}


def test_once_sends_what_is_due_and_ends(flask, server, queue, now):  # noqa: F811
    queue()
    queue("siri@example.org", not_before=now + timedelta(hours=1))

    done = flask("deliver", "--once")

    assert (done.exit_code, done.output, server.recipients) == (0, "", ["ola@example.org"])


def test_once_tells_when_something_failed_for_good(flask, server, queue):  # noqa: F811
    server.rcpt["ola@example.org"] = ["550 Unknown"]
    queue()

    done = flask("deliver", "--once")

    assert (done.exit_code, done.output) == (1, "1 failed for good; see /organise/mail.\n")


def test_once_tells_when_nothing_can_be_sent(app, flask, server, queue):  # noqa: F811
    queue()
    smtp.use_server(app, "127.0.0.1", closed_port())

    done = flask("deliver", "--once")

    assert done.exit_code == 1
    assert done.output.splitlines()[-1].startswith("No mail can be sent: ")
    assert len(done.output.splitlines()) == 1


def test_there_must_be_somewhere_to_send(app, flask, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_SERVER", "")

    done = flask("deliver", "--once")

    assert (done.exit_code, done.output) == (
        2,
        "MAIL_SERVER is not set, so there is nowhere to send.\n",
    )


def test_test_messages_are_sound_and_all_different(flask, server):  # noqa: F811
    done = flask("test", "ola@example.org", "--count", "120")
    flask("deliver", "--once")

    assert (done.exit_code, done.output) == (0, "Queued 120 to ola@example.org.\n")
    contents = [content for _sender, _to, content in server.taken]
    assert len(set(contents)) == 120
    assert broken_rules(contents[0]) == []


@pytest.mark.parametrize("count", ["0", "-1", "many", "100001"])
def test_a_count_that_is_none_queues_nothing(flask, count):
    assert flask("test", "ola@example.org", "--count", count).exit_code == 2
    assert db.session.scalar(sa.select(sa.func.count(OutboxMail.id))) == 0


@pytest.mark.parametrize("address", ["ola", "ola@@example.org", "ola@example.org\nBcc: x", ""])
def test_what_is_no_address_gets_no_test_message(flask, address):
    done = flask("test", address)

    assert (done.exit_code, done.output) == (2, f"{address!r} is not a mail address.\n")
    assert db.session.scalar(sa.select(sa.func.count(OutboxMail.id))) == 0


# The locks are those that the thread takes at each turn; a signal may come while it has one.
TOLD_WHILE_LOCKED = """
import signal, threading
from portal.cli.outbox import _stop_when_told
from portal.mail import outbox

stop = threading.Event()
_stop_when_told(stop)
with stop._cond, outbox.woken._cond:
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        signal.raise_signal(each)
print(stop.wait(20), outbox.woken.wait(20))
"""


def test_told_to_end_at_whatever_moment_it_ends():
    done = subprocess.run(
        [sys.executable, "-c", TOLD_WHILE_LOCKED],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "True True\n")
