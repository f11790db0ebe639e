"""What becomes of messages when a mail server serves nobody, each by a server that does it."""

import time

import pytest

from portal.mail import smtp
from portal.models.mail import Cause, MailState
from tests.mail.server import closed_port
from tests.mail.sinks import DROP, ENDLESS, OWN_TLS, SILENCE, Play, after, always
from tests.mail.standing import BRIEF_SECONDS, drain, pause_of, state_of

OLA, SIRI, PER = "ola@example.org", "siri@example.org", "per@example.org"
QUEUED, SENT = MailState.QUEUED, MailState.SENT

AWAY = {
    "421 banner": ({"banner": always("421 Too busy")}, 421),
    "554 banner": ({"banner": always("554 Go away")}, 554),
    "EHLO refused": ({"EHLO": always("550 Not you"), "HELO": always("550 Not you")}, 550),
    "MAIL 550": ({"MAIL": always("550 We do not relay for you")}, 550),
    "MAIL 553": ({"MAIL": always("553 Not your address")}, 553),
    "MAIL 530": ({"MAIL": always("530 Sign in first")}, 530),
    "421 at MAIL": ({"MAIL": always("421 Closing")}, 421),
    "drop at the banner": ({"banner": always(DROP)}, None),
    "drop at EHLO": ({"EHLO": always(DROP)}, None),
}


@pytest.mark.parametrize("what", AWAY)
def test_nobody_is_served_and_all_wait_untried(serving, three, delivery, now, what: str):
    steps, code = AWAY[what]
    # Iterators of answers that never end may be read again.
    with serving(play := Play(dict(steps))):
        away = drain(delivery)

    assert away != ""
    assert play.taken == []
    assert [state_of(each) for each in three] == [(QUEUED, Cause.NONE, 0, code)] * 3
    assert [pause_of(each, now) for each in three] == [0, 0, 0]


def test_a_connection_refused_leaves_all_waiting(app, server, three, delivery):
    smtp.use_server(app, "127.0.0.1", closed_port())
    away = drain(delivery)

    assert "refused" in away
    assert [state_of(each) for each in three] == [(QUEUED, Cause.NONE, 0, None)] * 3


@pytest.mark.parametrize("step", ["banner", "EHLO"])
def test_silence_before_the_first_message_leaves_all_waiting(
    serving, three, delivery, impatient, step: str
):
    with serving(Play({step: always(SILENCE)})):
        begun = time.monotonic()
        away = drain(delivery)
        took = time.monotonic() - begun

    assert away != ""
    assert [state_of(each)[::2] for each in three] == [(QUEUED, 0)] * 3
    assert took < 10 * BRIEF_SECONDS


def test_a_server_that_breaks_with_every_message_is_left_alone(serving, three, delivery):
    with serving(play := Play({"body": always(DROP)})):
        away = drain(delivery)

    assert away != ""
    assert play.taken == []
    assert {state_of(each)[0] for each in three} == {QUEUED}


def test_a_server_that_closes_after_each_message_gets_a_conversation_for_each(
    serving, three, delivery
):
    with serving(play := Play({"MAIL": after("250 OK", "421 One at a time", "250 OK")})):
        away = drain(delivery)

    assert away == ""
    assert play.recipients == [OLA, SIRI, PER]
    assert [state_of(each)[0] for each in three] == [SENT] * 3


# ---------------------------------------------------------------------------------------------
# A byte a second


@pytest.mark.parametrize("step", ["", "EHLO", "RCPT"])
def test_a_server_that_never_comes_to_an_end_does_not_hold_the_worker(
    serving, three, delivery, impatient, step: str
):
    # Each byte comes well within the patience for one, and all of them never do.
    play = Play({step: always(ENDLESS)}) if step else Play(pause=BRIEF_SECONDS / 3)
    with serving(play):
        begun = time.monotonic()
        drain(delivery)
        took = time.monotonic() - begun

    assert {state_of(each)[0] for each in three} == {QUEUED}
    # Twice the patience for each message: a minute, where it is half of one.
    assert took < 3 * 2 * BRIEF_SECONDS + 1


# ---------------------------------------------------------------------------------------------
# TLS and signing in

IN_CLEAR = {b"EHLO", b"STARTTLS", b"QUIT", b"HELO", b""}
TLS = {
    "a certificate that nobody has signed": {
        "EHLO": always("250-sink\r\n250 STARTTLS"), "STARTTLS": always(OWN_TLS),
    },
    "no STARTTLS on offer": {},
    "garbage after the go-ahead": {
        "EHLO": always("250-sink\r\n250 STARTTLS"), "STARTTLS": always("220 Go on\r\nrubbish"),
    },
    "STARTTLS refused": {
        "EHLO": always("250-sink\r\n250 STARTTLS"), "STARTTLS": always("454 Not just now"),
    },
}  # fmt: skip


@pytest.mark.parametrize("what", TLS)
def test_without_tls_that_holds_nothing_is_sent_in_clear(
    serving, three, delivery, impatient, what: str
):
    with serving(play := Play(dict(TLS[what]))) as state:
        state.use_tls, state.username, state.password = True, "oppdrag", "hemmelig"
        away = drain(delivery)

    assert away != ""
    assert play.taken == []
    assert {verb_of(line) for line in play.heard if line.isascii() and is_word(line)} <= IN_CLEAR
    assert b"hemmelig" not in b"".join(play.heard)
    assert [state_of(each)[::2] for each in three] == [(QUEUED, 0)] * 3


def test_a_password_that_is_refused_leaves_all_waiting(serving, three, delivery):
    steps = {"EHLO": always("250-sink\r\n250 AUTH PLAIN"), "AUTH": always("535 Wrong password")}
    with serving(play := Play(steps)) as state:
        state.username, state.password = "oppdrag", "hemmelig"
        away = drain(delivery)

    assert "Wrong password" in away
    assert play.taken == []
    assert [state_of(each) for each in three] == [(QUEUED, Cause.NONE, 0, 535)] * 3


def verb_of(line: bytes) -> bytes:
    return line.split(b" ")[0].strip().upper()


def is_word(line: bytes) -> bool:
    """Whether it is a command; what is said in TLS to one who knows none is not."""
    return line.strip().replace(b" ", b"").isalnum() or b":" in line
