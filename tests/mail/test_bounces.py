"""A message that came back has failed, and an address that is gone is closed; nobody else's is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.answers.inbox import taking as inbox
from portal.answers.inbox.taking import Received
from portal.db import db
from portal.mail import addresses
from portal.mail.bounces import Result
from portal.mail.delivery import Delivery
from portal.models.audit import AuditEntry
from portal.models.mail import AddressStanding, Cause, Lane, MailState, OutboxMail
from tests.mail.reports.samples import SHAPES, report

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
APPLIED = Received(Result.APPLIED, "bounced with 5.1.1")
KNOWN = Received(Result.IGNORED, "known already, or never sent")


@pytest.fixture
def sent(queue, now) -> OutboxMail:
    """A message to Ola that a server has taken."""
    return send(queue(), now)


def send(mail: OutboxMail, now) -> OutboxMail:
    mail.state, mail.sent_at, mail.attempts = MailState.SENT, now, 1
    db.session.commit()
    return mail


def take(raw: bytes, now) -> Received:
    """Take a message in as the command does, and commit."""
    done = inbox.take(raw, now)
    db.session.commit()
    db.session.expire_all()
    return done


def about(mail: OutboxMail, shape: str = "Postfix", **values: str) -> bytes:
    """A report on ``mail``, unless ``values`` say otherwise."""
    ours = {
        "came_to": mail.envelope_from,
        "message_id": mail.message_id,
        "recipient": mail.recipient,
    }
    return report(shape, **{**ours, **values})


def fate(mail: OutboxMail) -> tuple:
    return mail.state, mail.cause, mail.last_code, mail.last_error


def verbs() -> list[str]:
    """What was recorded, in alphabetical order."""
    return sorted(entry.verb for entry in db.session.scalars(sa.select(AuditEntry)))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hard_bounce_fails_the_message_and_closes_the_address(sent, queue, now, shape: str):
    waiting = queue(subject="Mer")

    assert take(about(sent, shape), now) == APPLIED
    assert fate(sent) == (MailState.FAILED, Cause.BOUNCED, 550, "550 5.1.1 User unknown")
    assert fate(waiting)[:2] == (MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED)
    standing = addresses.standing_of("ola@example.org")
    assert (standing.suppressed_at, standing.last_code) == (now, 550)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "mail.bounced")).one()
    assert (entry.object_id, entry.actor_id, entry.details) == (
        sent.id, None, {"status": "5.1.1", "code": 550, "closed": True},
    )  # fmt: skip


def test_the_same_report_twice_is_as_once(sent, now):
    take(about(sent), now)

    assert take(about(sent), now) == KNOWN
    assert addresses.standing_of(sent.recipient).refusals == addresses.MOST_REFUSALS
    assert verbs() == ["address.suppressed", "mail.bounced"]


def test_the_message_is_found_by_its_own_id_alone(sent, now):
    assert take(about(sent, came_to="retur@portal.example.org"), now) == APPLIED


def test_the_message_is_found_by_the_address_alone(sent, now):
    assert take(about(sent, message_id="", came_to=sent.envelope_from.upper()), now) == APPLIED


def test_a_forged_report_cannot_close_the_address_of_somebody_else(sent, queue, now):
    siris = send(queue("siri@example.org"), now)

    done = take(about(siris, recipient="ola@example.org"), now)

    assert done == Received(Result.REJECTED, "names another recipient than the message had")
    assert (sent.state, siris.state) == (MailState.SENT, MailState.SENT)
    assert db.session.scalar(sa.select(sa.func.count(AddressStanding.id))) == 0


@pytest.mark.parametrize(
    "values",
    [
        {"came_to": "retur+abcdefghjkmn@portal.example.org", "message_id": "guessed@localhost"},
        {"came_to": "retur@portal.example.org", "message_id": ""},
        {"came_to": "retur+@portal.example.org", "message_id": "x" * 900},
    ],
)
def test_a_report_that_names_none_of_our_messages_changes_nothing(sent, now, values):
    done = take(about(sent, **values), now)

    assert done == Received(Result.REJECTED, "names none of our messages")
    assert sent.state == MailState.SENT


def test_an_address_at_another_domain_names_no_message_of_ours(sent, now):
    local = sent.envelope_from.partition("@")[0]

    done = take(about(sent, came_to=f"{local}@elsewhere.example.org", message_id=""), now)

    assert done == Received(Result.REJECTED, "names none of our messages")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_counts_nothing(sent, now, action: str):
    done = take(about(sent, action=action, status="4.4.1"), now)

    assert done == Received(Result.IGNORED, f"the message is {action}")
    assert (sent.state, addresses.standing_of(sent.recipient)) == (MailState.SENT, None)


@pytest.mark.parametrize(
    ("status", "refusals"), [("5.7.1", 1), ("5.3.4", 1), ("5.2.2", None), ("4.4.7", None)]
)
def test_a_failure_that_is_not_about_the_address_does_not_close_it(sent, now, status, refusals):
    done = take(about(sent, status=status, diagnostic="552 No"), now)
    standing = addresses.standing_of(sent.recipient)

    assert done == Received(Result.APPLIED, f"bounced with {status}")
    assert fate(sent) == (MailState.FAILED, Cause.BOUNCED, 552, f"{status} 552 No")
    assert (standing and standing.refusals) == refusals
    assert addresses.suppressed({sent.recipient}) == set()


def relay(queue, subject: str, now) -> OutboxMail:
    """Send Ola a message through a server that takes whatever it is given."""
    mail = queue(subject=subject)
    Delivery(tell_time=lambda: now).drain()
    db.session.refresh(mail)
    assert mail.state == MailState.SENT
    db.session.commit()
    return mail


def standing_of_ola() -> tuple[int, int, bool]:
    """How many refusals, how many of them came back, and whether the address is closed."""
    found = db.session.scalars(sa.select(AddressStanding)).one()
    return found.refusals, found.bounces, found.suppressed_at is not None


def test_behind_a_relay_that_takes_everything_the_second_in_a_row_closes_the_address(
    server, queue, now
):
    standings = []
    for number in range(2):
        at = now + number * DAY
        mail = relay(queue, f"Takk {number}", at)
        take(about(mail, status="5.7.1"), at + HOUR)
        standings.append(standing_of_ola())

    assert standings == [(1, 1, False), (2, 2, True)]


def test_a_message_that_did_not_come_back_in_between_begins_the_count_anew(server, queue, now):
    take(about(relay(queue, "Takk", now), status="5.7.1"), now + HOUR)
    relay(queue, "Framme", now + DAY)
    taken = standing_of_ola()
    last = relay(queue, "Mer", now + 2 * DAY)

    take(about(last, status="5.7.1"), now + 2 * DAY + HOUR)

    assert (taken, standing_of_ola()) == ((1, 1, False), (1, 1, False))


def test_a_message_sent_before_the_first_came_back_proves_nothing(server, queue, now):
    first, second, third = (relay(queue, f"Takk {n}", now + n * MINUTE) for n in range(3))

    take(about(first, status="5.7.1"), now + HOUR)
    take(about(third, status="5.7.1"), now + HOUR)

    assert (standing_of_ola(), second.state) == ((2, 2, True), MailState.SENT)


def test_a_link_used_from_a_mail_forgets_the_one_that_came_back(server, queue, now, ola):
    take(about(relay(queue, "Takk", now), status="5.7.1"), now + HOUR)

    addresses.prove("ola@example.org", by=ola, now=now + DAY)
    db.session.commit()

    assert standing_of_ola() == (0, 0, False)


def test_a_report_on_what_never_left_is_not_believed(queue, now):
    mail = queue()

    assert take(about(mail), now) == KNOWN
    assert mail.state == MailState.QUEUED


def test_a_message_left_queued_by_a_killed_worker_is_not_sent_again(queue, now):
    mail = queue()
    mail.fence = 1

    assert take(about(mail), now) == APPLIED
    assert mail.state == MailState.FAILED


def test_a_sign_in_message_that_came_back_loses_its_bytes_and_any_other_keeps_them(queue, now):
    mails = [queue(), queue("siri@example.org", lane=Lane.SIGN_IN)]
    for mail in mails:
        mail.fence = 1
        take(about(mail), now)

    assert [mail.state for mail in mails] == [MailState.FAILED] * 2
    assert [mail.raw is None for mail in mails] == [False, True]


def test_a_report_on_what_was_sent_before_a_lift_does_not_close_the_address_again(
    sent, queue, kari, now
):
    later = send(queue(subject="Mer"), now)
    take(about(sent), now)
    addresses.lift(addresses.standing_of(sent.recipient), by=kari, now=now.replace(hour=10))
    db.session.commit()

    assert take(about(later), now.replace(hour=11)) == APPLIED
    assert later.state == MailState.FAILED
    assert addresses.suppressed({sent.recipient}) == set()


def test_other_mail_is_passed_over(app, now):
    assert take(b"Subject: Hei\r\n\r\nHei\r\n", now) == Received(Result.IGNORED, "not_for_us")


def test_what_is_too_large_is_not_read(app, now):
    assert take(b"x" * (inbox.LARGEST + 1), now) == Received(Result.REJECTED, "too_large")
