"""What comes up between queueing and sending still counts when the message is about to leave."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import addresses, choices, control, leases, marks, smtp
from portal.mail.delivery import Delivery
from portal.mail.log import words
from portal.mail.message import Lane, Topic
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing
from tests.mail.conftest import expand

OLA = "ola@example.org"


def states() -> list[tuple[MailState, Cause]]:
    """State and cause of every message, in the order they were queued."""
    db.session.commit()
    kept = sa.select(OutboxMail.state, OutboxMail.cause).order_by(OutboxMail.id)
    found = [tuple(row) for row in db.session.execute(kept)]
    db.session.commit()
    return found


@pytest.fixture
def news(queue, ola):
    """News to Ola that waits."""
    return queue(OLA, topic=Topic.NEWS, person_id=ola.id)


def test_who_turns_it_off_while_it_is_in_hand_does_not_get_it_later(server, news, ola, now):
    leases.take("worker", now, 300)
    choices.turn_off(ola, Topic.NEWS, now=now)
    db.session.commit()
    leases.give_back("worker", "The mail server is away")

    Delivery(tell_time=lambda: now + timedelta(hours=5)).drain()

    assert (server.taken, states()) == ([], [(MailState.SUPPRESSED, Cause.UNSUBSCRIBED)])


def test_what_an_address_held_back_is_not_sent_to_who_has_turned_it_off(server, news, ola, now):
    with db.engine.begin() as connection:
        addresses.note_refusal(connection, OLA, now, code=550, words="Gone", is_final=True)
    choices.turn_off(ola, Topic.NEWS, now=now)
    addresses.prove(OLA, by=ola, now=now)
    db.session.commit()

    Delivery(tell_time=lambda: now).drain()

    assert (server.taken, states()) == ([], [(MailState.SUPPRESSED, Cause.UNSUBSCRIBED)])


@pytest.mark.parametrize("lane", [Lane.SINGLE, Lane.BULK, Lane.SIGN_IN])
def test_who_is_suspended_while_it_waits_does_not_get_it(server, queue, ola, now, lane):
    queue(OLA, person_id=ola.id, lane=lane)
    queue("kari@example.org")
    ola.suspended_at = now
    db.session.commit()

    Delivery(tell_time=lambda: now).drain()

    assert server.recipients == ["kari@example.org"]
    assert sorted(states()) == [(MailState.SENT, Cause.NONE), (MailState.SUPPRESSED, Cause.STOPPED)]


def test_the_log_says_that_it_was_held_back_since_its_reader_is_suspended(queue, ola, now):
    mail = queue(OLA, person_id=ola.id)
    mail.state, mail.cause, ola.suspended_at = MailState.SUPPRESSED, Cause.STOPPED, now
    db.session.commit()

    assert words.why_not(mail) == words.OBSTACLES[words.Obstacle.SUSPENDED]


def test_an_address_closed_while_its_message_was_in_hand_gets_it_no_more(server, queue, now):
    queue(OLA)
    queue(OLA, "Your link", lane=Lane.SIGN_IN)
    leases.take("worker", now, 300)
    with db.engine.begin() as connection:
        addresses.note_refusal(connection, OLA, now, code=550, words="Gone", is_final=True)
    leases.give_back("worker", "The mail server is away")

    Delivery(tell_time=lambda: now).drain()

    assert server.recipients == [OLA]
    assert states() == [
        (MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED),
        (MailState.SENT, Cause.NONE),
    ]


@pytest.mark.parametrize("change", [control.pause, control.stop])
def test_what_is_in_hand_for_a_slow_server_is_paused_and_stopped_with_the_rest(
    server, now, monkeypatch, change
):
    monkeypatch.setattr("portal.mail.delivery._SLICE_SECONDS", -1)
    mailing = Mailing(kind="news", dedupe_key="1", params={"people": 5}, created_at=now,
                      hold_until=now)  # fmt: skip
    db.session.add(mailing)
    db.session.commit()
    expand(now)
    looks = []

    def press_after_two() -> None:
        looks.append(len(server.taken))
        if looks[-1] == 2:
            change(db.session.get_one(Mailing, mailing.id), by=None, now=now)
            db.session.commit()

    worker = Delivery(tell_time=lambda: now, between=press_after_two)
    worker.drain()
    control.close_stopped(now)

    assert server.recipients == ["p0@example.org", "p1@example.org"]
    left = {control.pause: MailState.QUEUED, control.stop: MailState.SUPPRESSED}[change]
    assert [state for state, _cause in states()] == [MailState.SENT] * 2 + [left] * 3
    assert leases.take("another", now, 300) == []


def test_a_message_that_took_longer_than_its_lease_is_still_ours_or_is_not_ended(
    app, server, queue, now, monkeypatch
):
    monkeypatch.setitem(app.config, "OUTBOX_LEASE_SECONDS", 1)
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 5)
    queue("slow@example.org")
    queue("lost@example.org")
    original, engine = server.handle_RCPT, db.engine

    async def take_time(smtp_server, session, envelope, address, options):
        time.sleep(0.6)
        if address == "lost@example.org":
            with engine.begin() as connection:
                connection.execute(
                    sa.update(OutboxMail)
                    .where(OutboxMail.recipient == address)
                    .values(lease_owner="another", fence=OutboxMail.fence + 1)
                )
        return await original(smtp_server, session, envelope, address, options)

    server.handle_RCPT = take_time
    worker = Delivery(tell_time=lambda: now)
    worker.send_batch()
    worker.send_batch()
    worker.close()

    assert server.recipients == ["slow@example.org"]
    assert [state for state, _cause in states()] == [MailState.SENT, MailState.LEASED]


def test_a_mark_that_took_long_leaves_the_next_reply_its_whole_time(
    server, queue, now, monkeypatch
):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 1.0)
    for number in range(2):
        queue(f"p{number}@example.org")
    write, original = marks._Writer.write, server.handle_DATA

    def slowly(writer, sent):
        time.sleep(0.9)
        return write(writer, sent)

    async def think(*given):
        time.sleep(0.4)
        return await original(*given)

    monkeypatch.setattr(marks._Writer, "write", slowly)
    server.handle_DATA = think
    Delivery(tell_time=lambda: now).drain()

    assert server.recipients == ["p0@example.org", "p1@example.org"]
    assert states() == [(MailState.SENT, Cause.NONE)] * 2


def test_a_long_drain_comes_up_for_what_else_there_is_to_do(server, queue, now, monkeypatch):
    # Batches of two, and no time for a second one.
    monkeypatch.setattr(leases, "AT_ONCE", 2)
    monkeypatch.setattr(leases.take, "__defaults__", (2,))
    for number in range(5):
        queue(f"p{number}@example.org", lane=Lane.BULK)
    worker, rounds = Delivery(tell_time=lambda: now), []
    monkeypatch.setattr("portal.mail.delivery._ROUND_SECONDS", 0.0001)

    while not rounds or worker.has_more:
        rounds.append(worker.drain())

    assert (rounds, len(server.taken)) == ([2, 2, 1], 5)


def test_a_server_that_carries_our_mail_to_nobody_costs_no_message_its_life(
    server, queue, delivery
):
    server.rcpt[OLA] = ["554 5.7.1 <ola@example.org>: Relay access denied"]
    queue(OLA)

    with pytest.raises(Exception, match="Relay access denied"):
        delivery.drain()

    assert states() == [(MailState.QUEUED, Cause.NONE)]


@pytest.mark.parametrize("counted", [1, 20])
def test_no_more_is_leased_than_asked_for_whatever_the_database_has_counted(queue, now, counted):
    for number in range(counted):
        queue(f"p{number}@example.org")
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE outbox_mail")
    mailing = Mailing(kind="news", dedupe_key="1", params={"people": 200}, created_at=now,
                      hold_until=now)  # fmt: skip
    db.session.add(mailing)
    db.session.commit()
    expand(now)

    taken = [len(leases.take(f"worker {number}", now, 300, 10)) for number in range(6)]

    assert taken == [10] * 6
