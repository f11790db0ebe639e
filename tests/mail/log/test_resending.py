"""Sending a message once more: where it may be done, what it does, and that twice is as once."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import event_changes
from portal.mail import addresses, choices, outbox
from portal.mail.log import resending
from portal.mail.log.resending import CannotResend, Obstacle
from portal.mail.message import CalendarPart, Lane, Mailbox, Message, Topic
from portal.models.audit import AuditEntry
from portal.models.events import EventState
from portal.models.invitations import Invitation
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing
from tests.calendar.examples import camp, invited
from tests.factories import create_event, create_season

IN_AUGUST = pytest.mark.usefixtures("in_august")


def ended(mail: OutboxMail, state: MailState, cause: Cause = Cause.NONE, **values) -> OutboxMail:
    """``mail`` as it stands when nothing more happens to it by itself."""
    mail.state, mail.cause = state, cause
    for name, value in values.items():
        setattr(mail, name, value)
    db.session.commit()
    return mail


def sent(mail: OutboxMail, now) -> OutboxMail:
    return ended(mail, MailState.SENT, sent_at=now, attempts=1)


def everything() -> list[OutboxMail]:
    return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


@IN_AUGUST
@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (MailState.FAILED, Cause.RECIPIENT_REFUSED),
        (MailState.EXPIRED, Cause.NONE),
        (MailState.SUPPRESSED, Cause.STOPPED),
    ],
)
def test_what_was_never_delivered_waits_again_with_its_own_bytes(
    browse_as, kari, queue, now, state, cause
):
    mail = queue(not_before=now - timedelta(days=5), expires_at=now - timedelta(days=2))
    ended(mail, state, cause, attempts=7, last_code=550, last_error="5.1.1 No", paused=True)
    before = mail.raw

    answer = browse_as(kari).post(f"/organise/mail/{mail.public_id}/resending", data={"number": 1})

    assert answer.location == f"/organise/mail/{mail.public_id}"
    assert everything() == [mail]
    assert {
        "state": mail.state, "cause": mail.cause, "attempts": mail.attempts,
        "not_before": mail.not_before, "expires_at": mail.expires_at, "code": mail.last_code,
        "error": mail.last_error, "paused": mail.paused, "raw": mail.raw,
    } == {
        "state": MailState.QUEUED, "cause": Cause.NONE, "attempts": 0,
        "not_before": now, "expires_at": now + timedelta(hours=72), "code": None,
        "error": "", "paused": False, "raw": before,
    }  # fmt: skip
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.verb, entry.actor_id, entry.details) == (
        "mail.requeued", kari.id,
        {"state": state.value, "cause": cause.value, "code": 550, "attempts": 7},
    )  # fmt: skip


@IN_AUGUST
def test_what_was_sent_goes_as_a_message_of_its_own(browse_as, kari, ola, queue, now):
    season = create_season()
    event = create_event()
    mailing = Mailing(kind="x", dedupe_key="x", created_at=now, hold_until=now, season=season)
    db.session.add(mailing)
    db.session.commit()
    first = queue(person_id=ola.id, event_id=event.id, lane=Lane.BULK, topic=Topic.NEWS)
    sent(first, now - timedelta(days=1)).mailing_id = mailing.id
    db.session.commit()

    answer = browse_as(kari).post(f"/organise/mail/{first.public_id}/resending", data={"number": 1})

    first, second = everything()
    assert answer.location == f"/organise/mail/{second.public_id}"
    assert first.state == MailState.SENT
    local, _, domain = "retur+@portal.example.org".partition("@")
    assert {name: getattr(second, name) for name in (
        "state", "kind", "topic", "lane", "person_id", "event_id", "season_id", "mailing_id",
        "recipient", "subject", "resend_of_id", "dedupe_key", "attempts", "created_at",
        "not_before", "expires_at", "envelope_from",
    )} == {
        "state": MailState.QUEUED, "kind": "test", "topic": "news", "lane": Lane.SINGLE,
        "person_id": ola.id, "event_id": event.id, "season_id": season.id, "mailing_id": None,
        "recipient": "ola@example.org", "subject": "Takk", "resend_of_id": first.id,
        "dedupe_key": f"resend-{first.id}-1", "attempts": 0, "created_at": now,
        "not_before": now, "expires_at": now + timedelta(hours=72),
        "envelope_from": f"{local}{second.public_id}@{domain}",
    }  # fmt: skip
    assert first.raw.replace(first.message_id.encode(), second.message_id.encode()) == second.raw
    assert verbs() == ["mail.resent"]


@IN_AUGUST
def test_two_clicks_are_as_one(browse_as, kari, queue, now):
    failed, gone = ended(queue("siri@example.org"), MailState.FAILED), sent(queue(), now)
    browser = browse_as(kari)

    for _click in range(2):
        for mail in (failed, gone):
            browser.post(f"/organise/mail/{mail.public_id}/resending", data={"number": 1})

    assert [(mail.recipient, mail.state) for mail in everything()] == [
        ("siri@example.org", MailState.QUEUED),
        ("ola@example.org", MailState.SENT),
        ("ola@example.org", MailState.QUEUED),
    ]
    assert verbs() == ["mail.requeued", "mail.resent"]


def test_of_two_who_saw_the_same_failure_one_gets_through(kari, queue, now):
    mail = ended(queue(), MailState.FAILED)
    assert mail.state == MailState.FAILED
    # The other commits while this one still looks at what it read.
    other = sa.update(OutboxMail).values(state=MailState.QUEUED)
    db.session.execute(other.execution_options(synchronize_session=False))

    with pytest.raises(CannotResend) as refused:
        resending.resend(mail, number=1, by=kari, now=now)

    assert refused.value.obstacle == Obstacle.DONE


def test_each_resending_has_its_number(kari, queue, now):
    mail = sent(queue(), now)

    copies = [resending.resend(mail, number=number, by=kari, now=now) for number in (1, 2)]

    assert [copy.dedupe_key for copy in copies] == [f"resend-{mail.id}-1", f"resend-{mail.id}-2"]
    for wrong in (0, 1, 2, 4):
        with pytest.raises(CannotResend):
            resending.resend(mail, number=wrong, by=kari, now=now)
    assert len({copy.message_id for copy in (*copies, mail)}) == 3


def test_a_message_that_bounced_goes_as_a_new_one_when_its_address_is_lifted(kari, queue, now):
    mail = ended(queue(), MailState.FAILED, Cause.BOUNCED, sent_at=now)

    copy = resending.resend(mail, number=1, by=kari, now=now)

    assert (copy.resend_of_id, mail.state, mail.cause) == (
        mail.id, MailState.FAILED, Cause.BOUNCED,
    )  # fmt: skip


@IN_AUGUST
def test_a_click_where_it_may_not_be_done_says_so_and_changes_nothing(browse_as, kari, queue, now):
    kari.language = "en"
    mail = ended(queue(), MailState.SUPPRESSED, Cause.OVERTAKEN)

    page = browse_as(kari).post(
        f"/organise/mail/{mail.public_id}/resending", data={"number": 1}, follow_redirects=True
    ).text  # fmt: skip

    assert page.count("What the message says no longer holds, so it is not sent again.") == 2
    assert "/resending" not in page
    assert (mail.state, verbs()) == (MailState.SUPPRESSED, [])


@pytest.mark.parametrize(
    ("state", "cause", "lane", "obstacle"),
    [
        (MailState.EXPIRED, Cause.NONE, Lane.SIGN_IN, Obstacle.PERSONAL),
        (MailState.QUEUED, Cause.NONE, Lane.SINGLE, Obstacle.WAITING),
        (MailState.LEASED, Cause.NONE, Lane.SINGLE, Obstacle.WAITING),
        (MailState.SUPPRESSED, Cause.OVERTAKEN, Lane.SINGLE, Obstacle.OVERTAKEN),
        (MailState.SUPPRESSED, Cause.STOPPED, Lane.BULK, None),
        (MailState.SENT, Cause.NONE, Lane.BULK, None),
    ],
)
def test_what_a_message_is_decides(queue, now, state, cause, lane, obstacle):
    mail = ended(queue(lane=lane), state, cause)

    assert resending.obstacle(mail, now) == obstacle


def test_a_message_without_its_bytes_cannot_go(queue, now):
    mail = ended(queue(), MailState.FAILED)
    mail.content = None

    assert resending.obstacle(mail, now) == Obstacle.FORGOTTEN


def test_a_closed_address_comes_first(queue, now):
    mail = ended(queue("Ola@Example.org"), MailState.FAILED)
    addresses.note_refusal(
        db.session.connection(), "ola@example.org", now, code=550, words="No", is_final=True
    )

    assert resending.obstacle(mail, now) == Obstacle.ADDRESS_SUPPRESSED


def test_what_somebody_turned_off_is_not_sent_to_them_again(ola, queue, now):
    mail = sent(queue(person_id=ola.id, topic=Topic.NEWS), now)
    other = sent(queue(subject="Jury", person_id=ola.id), now)
    choices.turn_off(ola, Topic.NEWS, now=now)

    assert resending.obstacle(mail, now) == Obstacle.UNWANTED
    assert resending.obstacle(other, now) is None


def test_what_was_written_before_an_event_was_cancelled_or_over_is_not_sent(queue, now):
    event = create_event()
    mail = sent(queue(event_id=event.id), now)
    assert resending.obstacle(mail, now) is None

    assert resending.obstacle(mail, event.ends_at) == Obstacle.OVER
    event.state, event.cancelled_at = EventState.CANCELLED, now + timedelta(hours=1)
    assert resending.obstacle(mail, now) == Obstacle.CANCELLED


def test_the_cancellation_itself_and_a_word_of_thanks_may_go_again(queue, now):
    event = create_event(state=EventState.CANCELLED, cancelled_at=now)
    cancellation = sent(queue("siri@example.org", event_id=event.id), now)
    held = create_event(starts_at=now - timedelta(hours=3))
    thanks = sent(queue(event_id=held.id), now)

    assert resending.obstacle(cancellation, now) is None
    assert resending.obstacle(thanks, now) is None


def test_a_message_is_tried_until_its_event_ends_at_the_latest(kari, queue, now):
    event = create_event(starts_at=now + timedelta(hours=5))
    mail = ended(queue(event_id=event.id), MailState.EXPIRED)

    resending.resend(mail, number=1, by=kari, now=now)

    assert mail.expires_at == event.ends_at


@pytest.fixture
def reminded(ola, queue, now) -> OutboxMail:
    """A reminder that Ola was sent of an event, true for another two hours."""
    event = create_event(place="Rådhuset")
    values = {"event_id": event.id, "expires_at": now + timedelta(hours=2)}
    return sent(queue(person_id=ola.id, topic=Topic.REMIND_EVENT, **values), now)


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": datetime(2026, 10, 22, 7, 0, tzinfo=UTC),
         "ends_at": datetime(2026, 10, 22, 8, 0, tzinfo=UTC)},
        {"place": "Biblioteket"},
    ],
)  # fmt: skip
def test_a_reminder_of_what_has_changed_since_is_not_sent_again(reminded, queue, now, change):
    news = sent(queue("siri@example.org", event_id=reminded.event_id, topic=Topic.NEWS), now)
    assert resending.obstacle(reminded, now) is None

    event_changes.change(reminded.event, change, by=None, now=now + timedelta(minutes=1))

    later = now + timedelta(hours=1)
    assert resending.obstacle(reminded, later) == Obstacle.OVERTAKEN
    assert resending.obstacle(news, later) is None


def test_a_reminder_is_sent_again_while_it_is_true_and_lasts_no_longer(reminded, kari, now):
    until = reminded.expires_at

    copy = resending.resend(reminded, number=1, by=kari, now=now + timedelta(hours=1))

    assert copy.expires_at == until
    assert resending.obstacle(reminded, until) == Obstacle.OVERTAKEN


@pytest.fixture
def invitation(ola, now) -> OutboxMail:
    """An invitation that Ola was sent, to a camp as it stands."""
    entry = camp()
    event = create_event(starts_at=entry.starts, ends_at=entry.ends)
    part = CalendarPart("REQUEST", invited(entry))
    sender = Mailbox("kalender@portal.example.org")
    message = Message(
        Mailbox("ola@example.org"), sender, "Camp", "Hei\n",
        calendar=part, person_id=ola.id, event_id=event.id,
    )  # fmt: skip
    outbox.enqueue(message, key="camp", now=now)
    return sent(db.session.scalars(sa.select(OutboxMail)).one(), now)


def test_an_invitation_to_a_time_that_no_longer_holds_is_not_sent_again(invitation, now):
    assert resending.obstacle(invitation, now) is None

    invitation.event.starts_at += timedelta(hours=1)

    assert resending.obstacle(invitation, now) == Obstacle.MOVED


def test_nobody_is_invited_again_who_was_taken_out(invitation, ola, now):
    row = Invitation(event_id=invitation.event_id, person_id=ola.id, created_at=now)
    db.session.add(row)
    assert resending.obstacle(invitation, now) is None

    row.removed_at = now

    assert resending.obstacle(invitation, now) == Obstacle.UNINVITED
