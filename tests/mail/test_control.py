"""A mailing on its way: pausing, stopping and trying again, and how far it has come."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.mail import addresses, control, leases, mailings, outbox, queries
from portal.mail.control import Progress, Stage
from portal.mail.message import Lane, Mailbox, Message, Topic
from portal.models.audit import AuditEntry
from portal.models.mail import Cause, MailState
from portal.models.mailings import Mailing
from tests.mail.conftest import OFFICE, expand
from tests.mail.courses import STOPPED, change, close, how, rows, set_rows, states


def test_stopped_during_the_hold_nothing_is_ever_made_or_sent(app, mailing, server, delivery, now):
    assert change(control.stop, mailing, now) is True

    later = now + timedelta(minutes=6)
    assert (expand(later), delivery.drain(), rows()) == (0, 0, [])
    assert server.taken == []
    assert how(mailing, later) == Progress(Stage.STOPPED, total=250, stopped=250)


def test_stopped_while_it_is_made_the_chunks_written_are_not_sent(app, mailing, now):
    later = now + timedelta(minutes=6)

    written = expand(later, lambda: change(control.stop, mailing, later))

    assert (written, states()) == (100, {STOPPED: 100})
    assert expand(later) == 0
    assert how(mailing, later) == Progress(Stage.STOPPED, total=250, stopped=250)


def test_stopped_later_what_is_in_hand_is_sent_and_the_rest_is_not(few, now):
    (one, *_rest) = leases.take("worker", now, 300, limit=1)

    change(control.stop, few, now)
    leases.mark(one, "worker", state=MailState.SENT, sent_at=now)

    assert states() == {(MailState.SENT, Cause.NONE): 1, STOPPED: 4}
    assert leases.take("another", now, 300) == []
    assert how(few, now) == Progress(Stage.STOPPED, total=5, sent=1, stopped=4)


def test_what_a_worker_gives_back_after_the_stop_is_not_sent_by_another(few, now):
    leases.take("worker", now, 300, limit=2)
    change(control.stop, few, now)
    in_hand = how(few, now)

    leases.give_back("worker")

    assert (in_hand.waiting, in_hand.in_hand, in_hand.moves) == (2, 2, True)
    assert leases.take("another", now, 300) == []
    assert how(few, now) == Progress(Stage.STOPPED, total=5, stopped=5)
    assert control.close_stopped(now) == 2
    db.session.commit()
    assert states() == {STOPPED: 5}


def test_closing_what_was_stopped_leaves_other_mailings_alone(few, now):
    assert control.close_stopped(now) == 0
    assert states() == {(MailState.QUEUED, Cause.NONE): 5}


def test_a_stop_waits_for_the_chunk_that_is_being_written(app, mailing, now):
    locked, go_on, stopped = threading.Event(), threading.Event(), threading.Event()
    number = mailing.id
    db.session.commit()

    def write_a_chunk():
        with app.app_context():
            assert mailings._may_go_on(number)
            locked.set()
            go_on.wait(5)
            message = Message(Mailbox("p0@example.org"), OFFICE, "Nytt", "Hei\n", lane=Lane.BULK)
            outbox.enqueue(message, key="news-0", now=now, mailing_id=number)
            db.session.commit()

    def stop():
        with app.app_context():
            change(control.stop, db.session.get_one(Mailing, number), now)
            stopped.set()

    threads = [threading.Thread(target=write_a_chunk), threading.Thread(target=stop)]
    threads[0].start()
    assert locked.wait(5)
    threads[1].start()
    waited = not stopped.wait(0.3)
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert (waited, states()) == (True, {STOPPED: 1})


def test_paused_in_the_middle_and_resumed_everybody_gets_it_once(
    app, mailing, server, delivery, now
):
    later = now + timedelta(minutes=6)
    delivery.tell_time = lambda: later

    expand(later, lambda: change(control.pause, mailing, later))
    while_paused = (expand(later), delivery.drain(), how(mailing, later))
    change(control.resume, mailing, later)
    expand(later)
    delivery.drain()

    assert while_paused == (0, 0, Progress(Stage.PAUSED, total=250, waiting=250))
    assert Counter(server.recipients) == {f"p{number}@example.org": 1 for number in range(250)}
    assert how(mailing, later) == Progress(Stage.DONE, total=250, sent=250)


def test_what_is_in_hand_at_the_pause_finishes_and_what_comes_back_waits(few, now):
    sent, returned = leases.take("worker", now, 300, limit=2)

    change(control.pause, few, now)
    leases.mark(sent, "worker", state=MailState.SENT, sent_at=now)
    leases.mark(returned, "worker", state=MailState.QUEUED, not_before=now)

    assert states() == {(MailState.SENT, Cause.NONE): 1, (MailState.QUEUED, Cause.NONE): 4}
    assert leases.take("another", now, 300) == []


def test_a_pause_longer_than_messages_last_costs_nobody_theirs(few, now):
    change(control.pause, few, now)
    much_later = now + timedelta(days=5)

    change(control.resume, few, much_later)

    assert {row.expires_at for row in rows()} == {much_later + outbox.LASTS}
    assert len(leases.take("worker", much_later, 300)) == 5


def test_what_goes_on_after_a_pause_has_waited_since_then_and_a_reminder_lasts_no_longer(few, now):
    set_rows([0], topic=str(Topic.REMIND_EVENT), expires_at=now + timedelta(hours=2))
    change(control.pause, few, now)
    later = now + timedelta(hours=1)

    change(control.resume, few, later)

    assert queries.queue(later) == queries.Queue(5, 0)
    assert [row.expires_at for row in rows()] == [
        now + timedelta(hours=2),
        *[later + outbox.LASTS] * 4,
    ]


def test_a_mailing_paused_before_it_was_made_has_waited_since_it_goes_on(mailing, now):
    change(control.pause, mailing, now)
    later = now + timedelta(hours=2)

    change(control.resume, mailing, later)

    assert queries.queue(later).oldest_s == 0
    assert how(mailing, later).stage == Stage.SENDING


def test_an_address_taken_up_during_the_pause_waits_for_its_end(few, now):
    set_rows([0], state=MailState.SUPPRESSED, cause=Cause.ADDRESS_SUPPRESSED)
    close("p0@example.org", now)
    change(control.pause, few, now)

    addresses.lift(addresses.standing_of("p0@example.org"), by=None, now=now)
    db.session.commit()
    during = leases.take("worker", now, 300)
    change(control.resume, few, now)

    assert during == []
    assert len(leases.take("worker", now, 300)) == 5


def test_an_address_taken_up_after_the_stop_gets_nothing(few, now):
    set_rows([0], state=MailState.SUPPRESSED, cause=Cause.ADDRESS_SUPPRESSED)
    close("p0@example.org", now)
    change(control.stop, few, now)

    released = addresses.lift(addresses.standing_of("p0@example.org"), by=None, now=now)
    db.session.commit()

    assert (released, states()) == (0, {STOPPED: 5})


def test_each_change_is_noted_once_and_the_second_press_does_nothing(few, kari, now):
    done = [
        change(of, few, now, by=kari)
        for of in (control.resume, control.pause, control.pause, control.resume, control.resume,
                   control.stop, control.stop, control.pause, control.resume)
    ]  # fmt: skip

    assert done == [False, True, False, True, False, True, False, False, False]
    verbs = db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["mailing.paused", "mailing.resumed", "mailing.stopped"]


def test_a_mailing_that_is_done_can_neither_be_stopped_nor_paused(few, now):
    set_rows(range(5), state=MailState.SENT)

    assert change(control.stop, few, now) is False
    assert change(control.pause, few, now) is False


def test_the_numbers_say_what_became_of_each(few, now):
    set_rows([0], state=MailState.SENT)
    set_rows([1], state=MailState.LEASED, lease_owner="w", lease_until=now)
    set_rows([2], state=MailState.EXPIRED)
    set_rows([3], state=MailState.SUPPRESSED, cause=Cause.UNSUBSCRIBED)
    set_rows([4], state=MailState.SUPPRESSED, cause=Cause.ADDRESS_SUPPRESSED)

    found = how(few, now)

    assert found == Progress(
        Stage.SENDING, total=5, sent=1, waiting=1, failed=1, unwanted=1, unreachable=1, in_hand=1
    )
    assert found.settled == 4


def test_a_mailing_that_is_held_says_how_many_will_get_it(mailing, now):
    assert how(mailing, now) == Progress(Stage.HELD, total=250, waiting=250)


def test_only_some_of_those_it_missed_are_named(few, now):
    set_rows([1, 3], state=MailState.FAILED)

    assert [mail.recipient for mail in control.missed(few)] == ["p3@example.org", "p1@example.org"]


def test_mail_that_is_held_or_paused_is_no_alarm(app, client, mailing):
    real = datetime.now(UTC)
    mailing.hold_until = real - timedelta(hours=2)
    db.session.commit()
    expand(real - timedelta(hours=2))
    stuck = client.get("/healthz").status_code
    change(control.pause, mailing, real)
    outbox.enqueue_mailing(
        "news", key="2", now=real - timedelta(hours=1), by=None, hold=timedelta(days=1), people=3
    )
    db.session.commit()

    response = client.get("/healthz")

    assert stuck == 503
    assert (response.status_code, response.json["queued"]) == (200, 0)
