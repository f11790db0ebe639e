"""Messages leave in order, once, as they were queued; what fails is told and tried again."""

from datetime import timedelta

import pytest

from portal.db import db
from portal.mail import leases, smtp
from portal.mail.delivery import Delivery, ServerAway
from portal.models.mail import Lane, MailState
from tests.mail.server import closed_port


def told(mail) -> tuple[MailState, int, int | None, str]:
    """What an organiser is told of a message."""
    db.session.refresh(mail)
    said = mail.state, mail.attempts, mail.last_code, mail.last_error
    db.session.commit()
    return said


def test_a_message_arrives_as_the_bytes_that_were_queued(server, queue, delivery, now):
    mail = queue()

    delivery.drain()

    assert server.taken == [(mail.envelope_from, "ola@example.org", mail.raw)]
    assert told(mail) == (MailState.SENT, 1, None, "")
    assert (mail.sent_at, mail.lease_owner, mail.lease_until) == (now, None, None)


def test_all_messages_go_in_one_conversation_those_who_wait_to_sign_in_first(
    server, queue, delivery
):
    for number in range(60):
        queue(f"p{number}@example.org", lane=Lane.BULK)
    queue("siri@example.org", lane=Lane.SINGLE)
    queue("ola@example.org", lane=Lane.SIGN_IN)

    taken = delivery.drain()

    everyone = [f"p{number}@example.org" for number in range(60)]
    assert server.recipients == ["ola@example.org", "siri@example.org", *everyone]
    assert (taken, server.conversations) == (62, 1)


def test_a_message_waits_for_its_time(server, queue, delivery, now):
    queue(not_before=now + timedelta(minutes=1))

    assert (delivery.drain(), server.taken) == (0, [])
    assert Delivery(tell_time=lambda: now + timedelta(minutes=1)).drain() == 1


def test_a_message_past_its_time_is_not_sent(server, queue, delivery, now):
    mail = queue(not_before=now - timedelta(hours=2), expires_at=now)

    delivery.drain()

    assert (server.taken, told(mail)) == ([], (MailState.EXPIRED, 0, None, ""))


@pytest.mark.parametrize("answer", ["250 Taken", "554 No"])
def test_a_sign_in_message_loses_its_bytes_with_its_use(server, queue, delivery, answer):
    server.data["ola@example.org"] = [answer]
    mail = queue(lane=Lane.SIGN_IN)

    delivery.drain()

    db.session.refresh(mail)
    assert mail.raw is None


def test_a_sign_in_message_loses_its_bytes_when_it_expires(queue, delivery, now):
    mail = queue(lane=Lane.SIGN_IN, not_before=now - timedelta(hours=1), expires_at=now)

    delivery.drain()

    db.session.refresh(mail)
    assert (mail.state, mail.raw) == (MailState.EXPIRED, None)


# What the server answers


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [("450 Later", MailState.QUEUED, 450), ("550 Nobody", MailState.FAILED, 550)],
)
def test_one_refused_address_does_not_stop_the_next(
    server, queue, delivery, step, answer, state, code
):
    getattr(server, step)["ola@example.org"] = [answer]
    ola, siri = queue("ola@example.org"), queue("siri@example.org")

    delivery.drain()

    assert told(ola) == (state, 1, code, answer[4:])
    assert told(siri)[0] == MailState.SENT
    assert (delivery.tally.sent, delivery.tally.failed) == (1, int(state == MailState.FAILED))


@pytest.mark.parametrize(
    "answers",
    [{"mail": ["451 Later"]}, {"rcpt": {"ola@example.org": ["421 Bye"]}},
     {"data": {"ola@example.org": ["421 Bye"]}}, {"data": {"ola@example.org": ["drop"]}},
     {"rcpt": {"ola@example.org": ["drop"]}}, {"data": {"ola@example.org": ["hang"]}}],
    ids=["mail 451", "rcpt 421", "data 421", "drop at data", "drop at rcpt", "silence after dot"],
)  # fmt: skip
def test_what_passes_is_tried_again_and_the_others_are_served(
    server, queue, delivery, monkeypatch, answers
):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.5)
    vars(server).update(answers)
    ola, siri = queue("ola@example.org"), queue("siri@example.org")

    delivery.drain()

    assert told(ola)[:2] == (MailState.QUEUED, 1)
    assert told(siri)[0] == MailState.SENT


def test_what_may_have_arrived_is_sent_again_byte_for_byte(server, queue, delivery, now):
    server.data["ola@example.org"] = ["drop after"]
    queue()

    delivery.drain()
    Delivery(tell_time=lambda: now + timedelta(minutes=2)).drain()

    first, second = server.taken
    assert first == second


def test_greylisting_costs_one_more_attempt(server, queue, delivery, now):
    server.rcpt["ola@example.org"] = ["450 Greylisted"]
    mail = queue()

    delivery.drain()
    pause = mail.not_before - now
    db.session.commit()
    Delivery(tell_time=lambda: now + timedelta(minutes=2)).drain()

    assert timedelta(seconds=48) <= pause <= timedelta(seconds=72)
    assert told(mail)[:2] == (MailState.SENT, 2)


def test_no_attempt_is_planned_after_the_message_has_expired(server, queue, delivery, now):
    server.rcpt["ola@example.org"] = ["450 Later"]
    mail = queue(expires_at=now + timedelta(seconds=30))

    delivery.drain()

    assert told(mail) == (MailState.EXPIRED, 1, 450, "Later")


def test_a_new_conversation_is_begun_when_the_server_wants_one(server, queue, delivery):
    ola, siri = queue("ola@example.org"), queue("siri@example.org")
    original = server.handle_MAIL

    async def after_one(smtp_server, session, envelope, address, options):
        if len(server.taken) == 1 and server.conversations == 1:
            return "421 Enough for now"
        return await original(smtp_server, session, envelope, address, options)

    server.handle_MAIL = after_one
    delivery.drain()

    assert server.recipients == ["ola@example.org", "siri@example.org"]
    assert [told(mail)[:2] for mail in (ola, siri)] == [(MailState.SENT, 1)] * 2
    assert server.conversations == 2


# When nobody can be served


@pytest.mark.parametrize("answer", ["550 Not you", "421 Bye"])
def test_a_refused_sender_stops_the_batch_and_costs_no_attempt(server, queue, delivery, answer):
    server.mail = [answer, answer]
    ola, siri = queue("ola@example.org"), queue("siri@example.org")

    with pytest.raises(ServerAway):
        delivery.drain()

    for mail in (ola, siri):
        assert told(mail) == (MailState.QUEUED, 0, int(answer[:3]), answer[4:])


def test_a_server_that_is_away_costs_no_attempt(app, server, queue, delivery):
    mail = queue()
    working = app.extensions["mail"].port
    smtp.use_server(app, "127.0.0.1", closed_port())

    with pytest.raises(ServerAway, match="refused"):
        delivery.drain()
    state = told(mail)[:2]
    smtp.use_server(app, "127.0.0.1", working)
    delivery.drain()

    assert (state, told(mail)) == ((MailState.QUEUED, 0), (MailState.SENT, 1, None, ""))


def test_without_a_server_messages_wait_and_say_why(app, server, queue, delivery):
    mail = queue()
    smtp.use_server(app, "", 25)

    with pytest.raises(ServerAway):
        delivery.drain()

    assert told(mail) == (MailState.QUEUED, 0, None, "MAIL_SERVER is not set")


def test_a_server_that_always_breaks_off_is_left_alone_for_a_while(server, queue, delivery):
    for number in range(5):
        server.data[f"p{number}@example.org"] = ["drop"]
        queue(f"p{number}@example.org")

    with pytest.raises(ServerAway):
        delivery.drain()

    assert (delivery.tally.later, server.conversations) == (3, 3)


# Leases


def test_two_workers_never_have_the_same_message_in_hand(queue, now):
    for number in range(60):
        queue(f"p{number}@example.org")

    first, second, third = (leases.take(f"worker {n}", now, 60) for n in range(3))

    assert [len(first), len(second), len(third)] == [50, 10, 0]
    assert {m.id for m in first} & {m.id for m in second} == set()


def test_a_lease_that_ran_out_is_taken_by_another_worker_and_fenced(queue, now):
    mail = queue()
    (slow,) = leases.take("slow", now, -1)
    (quick,) = leases.take("quick", now, 60)

    late = leases.mark(slow, "slow", state=MailState.FAILED, attempts=1)
    in_time = leases.mark(quick, "quick", state=MailState.SENT, attempts=1, sent_at=now)

    assert (slow.id, late, in_time) == (quick.id, False, True)
    assert told(mail)[0] == MailState.SENT


def test_whoever_is_told_to_stop_finishes_the_message_in_hand(server, queue, delivery):
    mails = [queue(f"p{number}@example.org") for number in range(3)]
    original = server.handle_DATA

    async def stop_meanwhile(*args):
        delivery.stop.set()
        return await original(*args)

    server.handle_DATA = stop_meanwhile
    delivery.drain()

    assert [told(mail)[0] for mail in mails] == [MailState.SENT, MailState.QUEUED, MailState.QUEUED]
    assert [mail.lease_owner for mail in mails] == [None] * 3


def test_after_the_first_nothing_is_begun_that_could_outlive_its_lease(
    app, server, queue, delivery, monkeypatch
):
    monkeypatch.setitem(app.config, "OUTBOX_LEASE_SECONDS", 0)
    ola, siri = queue("ola@example.org"), queue("siri@example.org")

    delivery.send_batch()
    states = [told(mail)[0] for mail in (ola, siri)]
    delivery.drain()

    assert states == [MailState.SENT, MailState.QUEUED]
    assert server.recipients == ["ola@example.org", "siri@example.org"]


def test_nothing_is_written_when_nothing_is_due(queue, delivery, queries, now):
    queue(not_before=now + timedelta(hours=1))

    with queries() as statements:
        delivery.drain()

    assert [s for s in statements if not s.lstrip().startswith(("SELECT", "BEGIN"))] == []


def test_no_transaction_is_open_while_the_server_is_spoken_to(server, queue, delivery):
    for number in range(3):
        queue(f"p{number}@example.org")
    in_use, pool = [], db.engine.pool
    original = server.handle_DATA

    async def look(*args):
        in_use.append(pool.checkedout())
        return await original(*args)

    server.handle_DATA = look
    delivery.drain()

    assert in_use == [0, 0, 0]
