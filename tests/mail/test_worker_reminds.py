"""The worker reminds by itself, and however many look, each person gets one message."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from portal import worker
from portal.db import db
from portal.invitations import actions, event_changes
from portal.mail import smtp
from portal.mail.delivery import Delivery, ServerAway
from tests.factories import create_event
from tests.mail.reminding import send, states
from tests.mail.server import closed_port

DUE = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def invited(*people):
    """A webinar on the day after ``DUE``, and ``people`` who know of it since August."""
    event = create_event(starts_at=DUE + timedelta(hours=21))
    for person in people:
        actions.invite(event, person, by=None, now=datetime(2026, 8, 20, 9, 0, tzinfo=UTC))
    send(DUE - timedelta(days=9))
    return event


def work(now) -> None:
    """One round of a worker by a clock that stands at ``now``."""
    worker.one_round(Delivery(tell_time=lambda: now))


def test_the_worker_reminds_when_it_is_time_and_once(server, ola, siri):
    invited(ola, siri)
    wanted = sorted([ola.email, siri.email])
    db.session.remove()

    work(DUE - MINUTE)
    before = list(server.recipients)
    for now in (DUE, DUE + MINUTE, DUE - 2 * 60 * MINUTE, DUE + 2 * MINUTE):
        work(now)

    assert (before, sorted(server.recipients)) == ([], wanted)


def test_two_workers_in_step_send_each_reminder_once(app, server, ola, siri):
    invited(ola, siri)
    wanted = sorted([ola.email, siri.email])
    db.session.remove()
    together = threading.Barrier(2)

    def run() -> None:
        with app.app_context():
            for minute in range(3):
                together.wait(20)
                work(DUE + minute * MINUTE)

    threads = [threading.Thread(target=run) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(server.recipients) == wanted


def test_what_is_called_off_while_the_mail_server_is_away_is_never_sent(app, server, ola):
    event = invited(ola)
    working = app.extensions["mail"].port
    smtp.use_server(app, "127.0.0.1", closed_port())
    with pytest.raises(ServerAway):
        work(DUE)
    written = states()
    event_changes.cancel(event, "", by=None, now=DUE + MINUTE)
    db.session.commit()
    smtp.use_server(app, "127.0.0.1", working)

    for minute in (2, 3, 60, 120):
        work(DUE + minute * MINUTE)

    assert written == [(ola.email, "queued", "none")]
    assert states() == [(ola.email, "suppressed", "overtaken")]
    assert server.recipients == [ola.email]  # The cancellation.
