"""What is kept of mail, and for how long."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import retention
from portal.mail.retention import Forgotten
from portal.models.accounts import SignInRequest
from portal.models.inbox import InboxDecision, InboxKind, InboxMessage, InboxResult
from portal.models.mail import MailContent, MailState, OutboxMail

DAY = timedelta(days=1)
WORDS = [
    "text", "comment", "sender", "sender_name", "subject", "attendee", "attendee_name", "detail",
    "delegated_to",
]  # fmt: skip


@pytest.fixture
def stand(queue):
    """Queue a message and let it stand as the values say."""

    def stand_one(to: str, **values) -> str:
        mail = queue(to)
        db.session.execute(sa.update(OutboxMail).where(OutboxMail.id == mail.id).values(**values))
        db.session.commit()
        return to

    return stand_one


def still_whole() -> set[str]:
    """Whose messages still have their bytes."""
    found = db.session.scalars(sa.select(OutboxMail.recipient).join(MailContent))
    return set(found)


def test_bytes_go_thirty_days_after_the_message_was_sent(stand, now):
    stand("old@example.org", state=MailState.SENT, sent_at=now - 30 * DAY)
    new = stand("new@example.org", state=MailState.SENT, sent_at=now - 29 * DAY)

    assert retention.run(now) == Forgotten(messages=1, requests=0)
    assert still_whole() == {new}
    assert db.session.scalar(sa.select(sa.func.count(OutboxMail.id))) == 2


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.SUPPRESSED, MailState.EXPIRED])
def test_what_was_not_sent_is_kept_until_thirty_days_after_it_could_have_been(stand, now, state):
    stand("old@example.org", state=state, expires_at=now - 30 * DAY)
    new = stand("new@example.org", state=state, expires_at=now - 29 * DAY)

    retention.run(now)

    assert still_whole() == {new}


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.LEASED])
def test_what_is_still_to_be_sent_keeps_its_bytes(stand, now, state):
    waiting = stand("ola@example.org", state=state, expires_at=now - 90 * DAY)

    assert retention.run(now) == Forgotten(0, 0)
    assert still_whole() == {waiting}


def test_how_long_is_a_setting(app, stand, now, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_KEPT_DAYS", 2)
    stand("ola@example.org", state=MailState.SENT, sent_at=now - 2 * DAY)

    assert retention.run(now).messages == 1


def test_sign_in_requests_go_a_week_after_they_were_handled_and_never_before(app, now):
    for name, age, handled in (
        ("old", 7 * DAY, True), ("new", 6 * DAY, True), ("waits", 8 * DAY, False)
    ):  # fmt: skip
        asked = SignInRequest(folded=f"{name}@example.org", created_at=now - age)
        asked.handled_at = asked.created_at if handled else None
        db.session.add(asked)
    db.session.commit()

    done = retention.run(now)

    left = db.session.scalars(sa.select(SignInRequest.folded).order_by(SignInRequest.id)).all()
    assert done == Forgotten(messages=0, requests=1)
    assert left == ["new@example.org", "waits@example.org"]


@pytest.fixture
def came_in(app, now):
    """Let a letter have come in so many days ago, with something in every column for words."""

    def came_in_one(name: str, days: int, **values) -> None:
        usual = {"kind": InboxKind.LETTER, "result": InboxResult.IGNORED, "reason": "letter"}
        words = dict.fromkeys((*WORDS, "uid", "answer"), name)
        words["received_at"] = now - days * DAY
        db.session.add(InboxMessage(fingerprint=name, **{**usual, **words, **values}))
        db.session.commit()

    return came_in_one


def words_left() -> dict[str, list[str]]:
    """What each message still says of its writer; its kind and answer always stay."""
    db.session.expire_all()
    found = db.session.scalars(sa.select(InboxMessage).order_by(InboxMessage.id)).all()
    assert all(each.uid == each.answer == each.fingerprint for each in found)
    return {each.fingerprint: [name for name in WORDS if getattr(each, name)] for each in found}


def test_what_somebody_wrote_to_us_goes_after_thirty_days(came_in, now):
    came_in("old", 30)
    came_in("new", 29)

    done = retention.run(now)

    assert done == Forgotten(messages=0, requests=0, answers=1)
    assert words_left() == {"old": [], "new": WORDS}
    assert retention.run(now) == Forgotten(0, 0, 0)


def test_what_waits_for_an_organiser_stays_until_thirty_days_after_the_decision(came_in, kari, now):
    queued = {"result": InboxResult.QUEUED}
    set_aside = {**queued, "decision": InboxDecision.SET_ASIDE, "decided_by_id": kari.id}
    came_in("waits", 400, **queued)
    came_in("late", 400, **set_aside, decided_at=now - 29 * DAY)
    came_in("done", 400, **set_aside, decided_at=now - 30 * DAY)

    retention.run(now)

    assert words_left() == {"waits": WORDS, "late": WORDS, "done": []}


def test_however_many_all_go_and_the_counts_are_told(stand, came_in, now, monkeypatch, caplog):
    monkeypatch.setattr(retention, "_AT_A_TIME", 2)
    for number in range(5):
        stand(f"p{number}@example.org", state=MailState.SENT, sent_at=now - 31 * DAY)
        came_in(f"m{number}", 31)

    retention.run(now)
    retention.run(now)

    told = [r.facts for r in caplog.records if r.name == "portal.mail.retention"]
    assert told == [{"messages": 5, "requests": 0, "answers": 5}]
    assert still_whole() == set()


def test_the_command_tells_what_it_did(app, stand, now):
    stand("ola@example.org", state=MailState.SENT, sent_at=now - 31 * DAY)

    done = app.test_cli_runner().invoke(args=["retention", "run"])

    assert (done.exit_code, done.output) == (
        0,
        "Forgot the text of 1 messages.\nForgot 0 sign-in requests.\n"
        "Forgot what people wrote in 0 messages that came in.\n",
    )
