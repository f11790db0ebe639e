"""What becomes of a message when a mail server does this or that, each by a server that does it."""

import time
from datetime import timedelta

import pytest

from portal.mail.delivery import Delivery
from portal.models.mail import Cause, MailState
from tests.mail.sinks import DROP, SILENCE, Play, always, once
from tests.mail.standing import BRIEF_SECONDS, drain, pause_of, standing, state_of

OLA, SIRI = "ola@example.org", "siri@example.org"
QUEUED, SENT, FAILED = MailState.QUEUED, MailState.SENT, MailState.FAILED
# The pauses after that many failed attempts, in minutes; later ones are an hour each.
PAUSES = (1, 2, 5, 10, 20, 40, 60, 60)


# ---------------------------------------------------------------------------------------------
# One message is put off, and the others are served

LATER = {
    "MAIL 451": ({"MAIL": once("451 Busy")}, 451),
    "MAIL 452": ({"MAIL": once("452 No room just now")}, 452),
    "RCPT 450": ({"RCPT": once("450 Greylisted")}, 450),
    "RCPT 452": ({"RCPT": once("452 Mailbox full")}, 452),
    "DATA 451": ({"DATA": once("451 Later")}, 451),
    "dot 451": ({"dot": once("451 Later")}, 451),
    "dot 452": ({"dot": once("452 No room")}, 452),
    "drop at RCPT": ({"RCPT": once(DROP)}, None),
    "drop at DATA": ({"DATA": once(DROP)}, None),
    "drop in the body": ({"body": once(DROP)}, None),
    "drop after the dot": ({"dot": once(DROP)}, None),
    "421 at RCPT": ({"RCPT": once("421 Closing")}, 421),
    "421 at DATA": ({"DATA": once("421 Closing")}, 421),
    "421 after the dot": ({"dot": once("421 Closing")}, 421),
}


@pytest.mark.parametrize("what", LATER)
def test_one_message_is_put_off_and_the_others_are_served(serving, three, delivery, now, what: str):
    steps, code = LATER[what]
    with serving(Play({step: list(answers) for step, answers in steps.items()})):
        away = drain(delivery)

    assert away == ""
    assert state_of(three[0]) == (QUEUED, Cause.NONE, 1, code)
    assert 0.8 <= pause_of(three[0], now) <= 1.2
    assert [state_of(each) for each in three[1:]] == [(SENT, Cause.NONE, 1, None)] * 2


@pytest.mark.parametrize("step", ["RCPT", "dot"])
def test_silence_puts_off_one_message_and_the_others_are_served(
    serving, three, delivery, now, impatient, step: str
):
    with serving(Play({step: once(SILENCE)})):
        begun = time.monotonic()
        away = drain(delivery)
        took = time.monotonic() - begun

    assert away == ""
    assert state_of(three[0]) == (QUEUED, Cause.NONE, 1, None)
    assert 0.8 <= pause_of(three[0], now) <= 1.2
    assert [state_of(each)[0] for each in three[1:]] == [SENT, SENT]
    assert took < 10 * BRIEF_SECONDS


@pytest.mark.parametrize("answer", [DROP, SILENCE])
def test_what_was_uncertain_after_the_dot_comes_again_with_the_same_bytes(
    serving, queue, now, impatient, answer: str
):
    queue(OLA)
    clock = [now]
    play = Play({"dot": once(answer)})
    with serving(play):
        drain(Delivery(tell_time=lambda: clock[0]))
        clock[0] += timedelta(minutes=2)
        drain(Delivery(tell_time=lambda: clock[0]))

    assert play.recipients == [OLA, OLA]
    assert play.taken[0] == play.taken[1]


def test_greylisting_is_over_with_the_second_try(serving, queue, now):
    mail, clock = queue(OLA), [now]

    def greylisted() -> str:
        return "450 Come back" if clock[0] < now + timedelta(minutes=5) else "250 OK"

    with serving(Play({"RCPT": always(greylisted)})):
        drain(Delivery(tell_time=lambda: clock[0]))
        first = state_of(mail)
        clock[0] += timedelta(minutes=5)
        drain(Delivery(tell_time=lambda: clock[0]))

    assert first == (QUEUED, Cause.NONE, 1, 450)
    assert state_of(mail)[:3] == (SENT, Cause.NONE, 2)


def test_the_pauses_grow_to_an_hour(serving, queue, now):
    mail, clock, pauses = queue(OLA), [now], []
    with serving(Play({"RCPT": always("450 Later")})):
        for _attempt in PAUSES:
            drain(Delivery(tell_time=lambda: clock[0]))
            pauses.append(pause_of(mail, clock[0]))
            clock[0] += timedelta(minutes=pauses[-1])

    assert state_of(mail) == (QUEUED, Cause.NONE, len(PAUSES), 450)
    assert [
        found for found, wanted in zip(pauses, PAUSES, strict=True)
        if not 0.8 * wanted <= found <= 1.2 * wanted
    ] == []  # fmt: skip
    assert pauses[-2] != pauses[-1]


def test_what_is_put_off_past_its_time_expires(serving, queue, now):
    mail = queue(OLA, expires_at=now + timedelta(seconds=30))
    with serving(Play({"RCPT": always("450 Later")})):
        drain(Delivery(tell_time=lambda: now))

    assert state_of(mail) == (MailState.EXPIRED, Cause.NONE, 1, 450)


# ---------------------------------------------------------------------------------------------
# One message is refused for good, and the others are served


@pytest.mark.parametrize("code", [550, 551, 553, 554])
def test_a_recipient_refused_for_good_fails_and_counts_against_the_address(
    serving, three, delivery, code: int
):
    with serving(Play({"RCPT": once(f"{code} 5.1.1 No such user")})):
        drain(delivery)

    assert state_of(three[0]) == (FAILED, Cause.RECIPIENT_REFUSED, 1, code)
    assert [state_of(each)[0] for each in three[1:]] == [SENT, SENT]
    assert standing() == [(OLA, 1, code, False)]


def test_bad_addresses_in_a_row_do_not_stop_the_others(serving, queue, delivery):
    bad = [queue(f"nobody{number}@example.org") for number in range(6)]
    good = queue(SIRI)
    with serving(play := Play({"RCPT": once(*["550 5.1.1 No such user"] * 6)})):
        away = drain(delivery)

    assert away == ""
    assert [state_of(each)[0] for each in bad] == [FAILED] * 6
    assert state_of(good)[0] == SENT
    assert play.conversations == 1


@pytest.mark.parametrize("answer", ["552 5.2.2 Mailbox full", "552 Quota exceeded"])
def test_a_full_mailbox_does_not_count_against_the_address(serving, three, delivery, answer: str):
    with serving(Play({"RCPT": once(answer)})):
        drain(delivery)

    assert state_of(three[0])[:1] + state_of(three[0])[2:] == (FAILED, 1, 552)
    assert [state_of(each)[0] for each in three[1:]] == [SENT, SENT]
    assert standing() == []


@pytest.mark.parametrize("step", ["DATA", "dot"])
@pytest.mark.parametrize("code", [550, 552, 554])
def test_a_content_refused_for_good_fails_and_does_not_count_against_the_address(
    serving, three, delivery, step: str, code: int
):
    with serving(Play({step: once(f"{code} 5.6.0 We do not take this")})):
        drain(delivery)

    assert state_of(three[0]) == (FAILED, Cause.CONTENT_REFUSED, 1, code)
    assert [state_of(each)[0] for each in three[1:]] == [SENT, SENT]
    assert standing() == []


def test_the_second_refusal_in_a_row_closes_the_address(serving, queue, now):
    first, second = queue(OLA, "One"), queue(OLA, "Two")
    with serving(Play({"RCPT": once(*["550 5.1.1 No such user"] * 2)})):
        drain(Delivery(tell_time=lambda: now))
    third = queue(OLA, "Three")
    with serving(play := Play()):
        drain(Delivery(tell_time=lambda: now))

    assert [state_of(each)[:2] for each in (first, second, third)] == [
        (FAILED, Cause.RECIPIENT_REFUSED),
        (FAILED, Cause.RECIPIENT_REFUSED),
        (MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED),
    ]
    assert play.taken == []
    assert standing() == [(OLA, 2, 550, True)]


def test_what_waits_for_an_address_that_closes_is_not_tried_any_more(serving, queue, now):
    mails = [queue(OLA, f"Number {number}") for number in range(4)]
    with serving(play := Play({"RCPT": always("550 5.1.1 No such user")})):
        drain(Delivery(tell_time=lambda: now))

    # Those in hand already may still be tried; the server need not hear of the address again.
    assert {state_of(each)[0] for each in mails} <= {FAILED, MailState.SUPPRESSED}
    assert [state_of(each)[1] for each in mails[2:]] == [Cause.ADDRESS_SUPPRESSED] * 2
    assert sum(line.startswith(b"RCPT") for line in play.heard) == 2


def test_a_message_that_arrives_in_between_starts_the_count_anew(serving, queue, now):
    for answer in ("550 5.1.1 No such user", "250 OK", "550 5.1.1 No such user"):
        queue(OLA, f"{answer} {time.monotonic()}")
        with serving(Play({"RCPT": once(answer)})):
            drain(Delivery(tell_time=lambda: now))

    assert standing() == [(OLA, 1, 550, False)]
