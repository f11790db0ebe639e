"""The worker reminds by itself, and however many look, each person gets one message."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.invitations import actions, event_changes
from portal.mail import addresses, control, leases, mailings, smtp
from portal.mail.delivery import Delivery, ServerAway
from portal.mail.reminding import occasions
from portal.models.invitations import Answer
from portal.models.mailings import Mailing
from tests.factories import create_event
from tests.mail.courses import close
from tests.mail.reminding.rounds import lease, look, reminders, send, states, text_of
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


def test_what_was_in_hand_when_the_event_changed_is_sent_as_the_event_is_now(app, server, ola):
    event = invited(ola)
    look(DUE)
    lease(DUE)
    event_changes.change(event, {"place": "Biblioteket"}, by=None, now=DUE + MINUTE)
    db.session.commit()
    leases.give_back("worker")

    for minute in (2, 3):
        work(DUE + minute * MINUTE)

    assert server.recipients == [ola.email]
    assert states() == [(ola.email, "suppressed", "overtaken"), (ola.email, "sent", "none")]
    assert "Hvor: Biblioteket\n" in text_of(reminders()[1])


def cut_off_after_the_first(monkeypatch) -> None:
    """Queue the mailing and write one message of it, as a worker that is stopped then does."""
    monkeypatch.setattr(mailings, "CHUNK", 1)
    occasions.queue(DUE)
    db.session.commit()

    def cut_off() -> None:
        raise mailings.Interrupted

    with pytest.raises(mailings.Interrupted):
        mailings.expand_due(worker.COMPOSERS, DUE, cut_off)


def decline(event, person) -> int:
    """``person`` says no; the number of the mailing that is stopped by that."""
    invitation = actions.invitation_of(event, person)
    actions.answer(invitation, Answer.DECLINED, source="page", now=DUE + MINUTE)
    db.session.flush()
    stopped = db.session.scalars(sa.select(Mailing.id).where(Mailing.stopped_at.is_not(None)))
    number = stopped.one()
    db.session.commit()
    return number


def test_a_mailing_cut_off_by_one_answer_leaves_what_was_written_to_the_others(
    app, ola, siri, monkeypatch
):
    event = invited(ola, siri)
    cut_off_after_the_first(monkeypatch)
    stopped = decline(event, siri)

    made = look(DUE + 2 * MINUTE)

    assert (made, states()) == (0, [(ola.email, "queued", "none")])
    # Whoever closes what a stopped mailing left behind does not find it.
    assert [mail.mailing_id == stopped for mail in reminders()] == [False]


def test_one_answer_leaves_what_is_in_hand_for_another_to_be_given_back_and_sent(
    app, ola, siri, monkeypatch
):
    event = invited(ola, siri)
    cut_off_after_the_first(monkeypatch)
    assert lease(DUE) == 1
    decline(event, siri)

    leases.give_back("worker")
    closed = control.close_stopped(DUE + 2 * MINUTE)

    assert (closed, states()) == (0, [(ola.email, "queued", "none")])


def test_one_answer_leaves_what_is_held_back_from_another_until_their_address_is_opened(
    app, ola, siri, monkeypatch
):
    event = invited(ola, siri)
    close(ola.email, DUE)
    cut_off_after_the_first(monkeypatch)
    before = states()
    decline(event, siri)

    addresses.lift(addresses.standing_of(ola.email), by=ola, now=DUE + 2 * MINUTE)
    closed = control.close_stopped(DUE + 2 * MINUTE)

    assert before == [(ola.email, "suppressed", "address_suppressed")]
    assert (closed, states()) == (0, [(ola.email, "queued", "none")])


def test_a_slow_worker_does_not_write_what_was_taken_back_after_another_wrote_it(app, ola):
    event = invited(ola)
    occasions.queue(DUE)
    db.session.commit()

    def slowly(mailing, now):
        yield from worker.COMPOSERS[mailing.kind](mailing, now)
        # All is rendered, and nothing written yet.
        db.session.rollback()
        look(DUE)
        event_changes.change(event, {"place": "Biblioteket"}, by=None, now=DUE + MINUTE)
        db.session.commit()

    made = mailings.expand_due({"reminders.event": slowly}, DUE, lambda: None)
    again = look(DUE + 2 * MINUTE)

    assert (made, again) == (0, 1)
    assert states() == [(ola.email, "suppressed", "overtaken"), (ola.email, "queued", "none")]
    assert "Hvor: Biblioteket\n" in text_of(reminders()[1])
