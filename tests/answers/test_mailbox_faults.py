"""What goes wrong in the middle: nothing is lost, nobody waits for ever, no letter is quoted."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import clock
from portal.answers import mailbox
from portal.answers.mailbox import DatabaseAway, Tally
from portal.db import db
from portal.logs import JsonLines
from portal.mail import imap_conversation
from portal.mail.imap import MailboxAway
from portal.models.inbox import InboxResult, MailboxBookmark
from tests.answers.conftest import closed
from tests.answers.rude import DROP, SILENCE, Play, playing

LOCKED = sa.exc.OperationalError("SELECT", {}, Exception("database is locked"))
SECRET_WORDS = "kjaere sekretariat"
LETTER = b"Subject: Brev\r\n\r\n" + SECRET_WORDS.encode() + b"\r\n"


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch):
    """Let ``take`` raise the faults given, one a call, when it is handed such a message."""
    take = mailbox.received.take

    def stumble(over: bytes, *faults: Exception) -> list[bytes]:
        left, seen = iter(faults), []

        def take_or_stumble(raw, now):
            seen.append(raw)
            if over in raw:
                for fault in left:
                    raise fault
            return take(raw, now)

        monkeypatch.setattr(mailbox.received, "take", take_or_stumble)
        return seen

    return stumble


def test_a_message_that_is_beyond_us_goes_to_odd_and_the_others_are_taken_in(
    inbox, fetch, bounce, stumbling, caplog
):
    faults = [ValueError(f"cannot read {SECRET_WORDS!r}") for _each in range(3)]
    seen = stumbling(LETTER, *faults)
    inbox.put(bounce(), LETTER, bounce("siri@example.org"))

    tally = fetch()

    assert tally == Tally(read=3, applied=2, odd=1)
    assert (inbox.whole("Odd"), inbox.count("Done")) == ([LETTER], 2)
    assert seen.count(LETTER) == 3
    told = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert SECRET_WORDS not in json.dumps(told)
    (fault,) = [line for line in told if line["level"] == "error"]
    assert {name: fault[name] for name in ("text", "uid", "fault")} == {
        "text": "a message lies in Odd", "uid": 102, "fault": "ValueError",
    }  # fmt: skip


def test_what_somebody_else_wrote_at_the_same_moment_is_no_fault_of_the_message(
    inbox, fetch, bounce, stumbling
):
    raw = bounce()
    stumbling(raw, sa.exc.IntegrityError("INSERT", {}, Exception("unique")))
    inbox.put(raw)

    assert fetch() == Tally(read=1, applied=1)


def test_a_database_that_is_locked_leaves_the_message_and_no_other(inbox, fetch, bounce, stumbling):
    ola = bounce()
    stumbling(ola, LOCKED)
    inbox.put(bounce("eva@example.org"), ola, bounce("siri@example.org"))

    first = fetch()
    between = inbox.whole()
    second = fetch()

    assert first == Tally(read=2, applied=2, left=1)
    assert between == [ola]
    assert second == Tally(read=1, applied=1)
    assert (inbox.count(), inbox.count("Done"), len(closed())) == (0, 3, 3)


def test_a_database_that_is_away_ends_the_look_and_nothing_is_moved(
    inbox, fetch, bounce, stumbling
):
    inbox.put(*[bounce(f"p{number}@example.org") for number in range(5)])
    seen = stumbling(b"", *[LOCKED] * 3)

    with pytest.raises(DatabaseAway):
        fetch()

    assert (len(seen), inbox.count()) == (3, 5)
    assert fetch().applied == 5


def test_what_the_database_has_refused_for_a_day_goes_to_odd(inbox, fetch, bounce, stumbling):
    raw = bounce()
    stumbling(raw, LOCKED, LOCKED)
    inbox.put(raw)

    first = fetch(tell_time=lambda: clock.now() + timedelta(hours=23))
    second = fetch(tell_time=lambda: clock.now() + timedelta(hours=25))

    assert (first, second) == (Tally(left=1), Tally(read=1, odd=1))
    assert inbox.whole("Odd") == [raw]


@pytest.mark.parametrize("what", [SILENCE, DROP], ids=lambda what: what.decode())
@pytest.mark.parametrize("step", ["BODY", "MOVE"])
def test_a_server_that_leaves_in_the_middle_is_read_on_at_the_next_look(
    app: Flask, bounce, monkeypatch, step: str, what: bytes
):
    raw = bounce()
    play = Play({"BODY": body(raw), "SIZE": size(raw), step: what})
    with playing(play) as account:
        with monkeypatch.context() as patch:
            patch.setattr(imap_conversation, "TIMEOUT_SECONDS", 0.5)
            with pytest.raises(MailboxAway):
                mailbox.fetch(account)
        between = len(closed())
        play.steps = {"BODY": body(raw), "SIZE": size(raw)}
        tally = mailbox.fetch(account)

    assert between == (1 if step == "MOVE" else 0)
    assert tally == Tally(read=1, applied=1 - between, ignored=between)
    assert len(closed()) == 1


def test_what_cannot_be_moved_is_taken_in_once_and_bars_nobodys_way(app: Flask, bounce, caplog):
    raw = bounce()
    play = Play({"BODY": body(raw), "SIZE": size(raw), "MOVE": b"TAG NO [OVERQUOTA] Full\r\n"})
    with playing(play) as account:
        tallies = [mailbox.fetch(account), mailbox.fetch(account)]

    assert tallies == [Tally(read=1, applied=1, unmoved=1), Tally()]
    assert "messages cannot be moved: [OVERQUOTA] Full" in caplog.text


def test_a_size_that_is_not_true_fills_no_memory(app: Flask, monkeypatch):
    monkeypatch.setattr(mailbox.received, "LARGEST", 50)
    long = b"x" * 51
    play = Play({"SIZE": size(b"x"), "BODY": body(long)})
    taken = []
    done = mailbox.received.Received(InboxResult.REJECTED, "too large")
    monkeypatch.setattr(mailbox.received, "take", lambda raw, now: taken.append(raw) or done)
    with playing(play) as account:
        tally = mailbox.fetch(account)

    assert (tally, taken) == (Tally(read=1, odd=1), [long])
    assert b"BODY.PEEK[]<0.51>" in b"".join(play.heard)


def test_a_message_that_somebody_took_away_in_the_meantime_is_passed_over(app: Flask):
    with playing(Play({"BODY": b"* 1 EXPUNGE\r\nTAG OK gone\r\n"})) as account:
        taken = mailbox.fetch(account)
    with playing(Play({"SIZE": b"TAG OK gone\r\n"})) as account:
        gone = mailbox.fetch(account)

    assert (taken, gone) == (Tally(), Tally())


def test_the_password_is_kept_nowhere(app: Flask, bounce, caplog):
    with playing(Play({"BODY": body(bounce())})) as account:
        mailbox.fetch(account)
    with (
        playing(Play({"LOGIN": b"TAG NO no hemmelig-og-lang\r\n"})) as account,
        pytest.raises(MailboxAway) as refused,
    ):
        mailbox.fetch(account)

    kept = db.session.execute(sa.select(MailboxBookmark.mailbox, MailboxBookmark.folder)).all()
    assert [tuple(row) for row in kept] == [("kalender@127.0.0.1", "INBOX")]
    assert account.password not in f"{account!r} {refused.value} {caplog.text}"


def size(raw: bytes) -> bytes:
    return b"* 1 FETCH (UID 1 RFC822.SIZE %d)\r\nTAG OK done\r\n" % len(raw)


def body(raw: bytes) -> bytes:
    return b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%b)\r\nTAG OK done\r\n" % (len(raw), raw)
