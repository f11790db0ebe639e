"""An address that refuses twice, or bounces once, gets no more mail until somebody lifts that."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail import addresses
from portal.mail.delivery import Delivery
from portal.models.audit import AuditEntry
from portal.models.mail import AddressStanding, Cause, Lane, MailState, OutboxMail

OLA = "ola@example.org"


def deliver(now) -> None:
    Delivery(tell_time=lambda: now).drain()


def states() -> list[tuple[str, MailState, Cause]]:
    """Subject, state and cause of every message, in the order they were queued."""
    db.session.commit()
    rows = db.session.execute(
        sa.select(OutboxMail.subject, OutboxMail.state, OutboxMail.cause).order_by(OutboxMail.id)
    )
    return [tuple(row) for row in rows]


def standing() -> tuple[str, int, bool] | None:
    """The address that something is known against, its refusals, and whether it is closed."""
    db.session.commit()
    row = db.session.scalar(sa.select(AddressStanding))
    return (row.folded, row.refusals, row.suppressed_at is not None) if row else None


def bounce(address: str, now) -> None:
    addresses.note_refusal(
        db.session.connection(), address, now, code=550, words="5.1.1 Unknown", is_final=True
    )
    db.session.commit()


def test_the_second_permanent_refusal_in_a_row_closes_an_address(server, queue, now):
    server.rcpt[OLA] = ["550 5.1.1 Nobody", "550 5.1.1 Nobody"]
    queue(OLA, "first")
    deliver(now)
    after_one = standing()
    queue(OLA, "second")
    deliver(now)

    queue(OLA, "third")
    deliver(now)

    assert (after_one, standing()) == ((OLA, 1, False), (OLA, 2, True))
    assert states() == [
        ("first", MailState.FAILED, Cause.RECIPIENT_REFUSED),
        ("second", MailState.FAILED, Cause.RECIPIENT_REFUSED),
        ("third", MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED),
    ]
    assert server.taken == []


def test_a_message_that_arrives_in_between_clears_the_address(server, queue, now):
    for subject, answers in (("refused", ["550 Nobody"]), ("taken", []), ("again", ["550 No"])):
        server.rcpt[OLA] = answers
        queue(OLA, subject)
        deliver(now)

    assert standing() == (OLA, 1, False)


def test_a_message_that_is_taken_clears_the_refusals_but_not_what_came_back(server, queue, now):
    for came_back in (False, True):
        addresses.note_refusal(
            db.session.connection(), OLA, now, code=550, words="No", came_back=came_back
        )
        db.session.execute(sa.update(AddressStanding).values(suppressed_at=None))
    before = standing()

    queue(OLA, "taken")
    deliver(now)

    assert (before, standing()) == ((OLA, 2, False), (OLA, 1, False))


@pytest.mark.parametrize(
    ("step", "answer", "state", "cause"),
    [
        ("rcpt", "450 4.2.0 Later", MailState.QUEUED, Cause.NONE),
        ("rcpt", "552 5.2.2 Full", MailState.FAILED, Cause.RECIPIENT_REFUSED),
        ("rcpt", "550 5.7.1 We do not like your network", MailState.FAILED,
         Cause.RECIPIENT_REFUSED),
        ("data", "554 5.6.0 Not this", MailState.FAILED, Cause.CONTENT_REFUSED),
    ],
)  # fmt: skip
def test_what_is_not_about_the_mailbox_does_not_count_against_it(
    server, queue, now, step, answer, state, cause
):
    getattr(server, step)[OLA] = [answer]
    queue(OLA, "matter")

    deliver(now)

    assert (states(), standing()) == ([("matter", state, cause)], None)


def test_closing_an_address_holds_back_what_waits_for_it_and_nothing_else(queue, now):
    queue(OLA, "news", not_before=now + timedelta(hours=1))
    queue(OLA, "sign in", lane=Lane.SIGN_IN)
    queue("siri@example.org", "news")

    bounce("Ola@Example.org", now)

    assert states() == [
        ("news", MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED),
        ("sign in", MailState.QUEUED, Cause.NONE),
        ("news", MailState.QUEUED, Cause.NONE),
    ]


def test_who_sits_waiting_to_sign_in_is_written_to_all_the_same(server, queue, now):
    bounce(OLA, now)
    queue(OLA, "sign in", lane=Lane.SIGN_IN)

    deliver(now)

    assert (server.recipients, standing()) == ([OLA], (OLA, 2, True))


def test_lifting_sends_what_was_held_back_and_is_still_of_use(server, queue, now, kari):
    bounce(OLA, now)
    queue(OLA, "late", expires_at=now + timedelta(hours=1))
    queue(OLA, "in time")
    later = now + timedelta(hours=2)

    released = addresses.lift(addresses.standing_of(OLA), by=kari, now=later)
    db.session.commit()
    deliver(later)

    assert (released, standing()) == (1, (OLA, 0, False))
    assert states() == [
        ("late", MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED),
        ("in time", MailState.SENT, Cause.NONE),
    ]
    assert [
        (entry.verb, entry.actor_id) for entry in db.session.scalars(sa.select(AuditEntry))
    ] == [
        ("address.suppressed", None),
        ("address.lifted", kari.id),
    ]


def test_lifting_what_is_not_closed_does_nothing(queue, server, now, kari):
    server.rcpt[OLA] = ["550 Nobody"]
    queue(OLA)
    deliver(now)

    assert addresses.lift(addresses.standing_of(OLA), by=kari, now=now) == 0
    assert standing() == (OLA, 1, False)


def test_who_has_just_used_a_link_from_a_mail_has_shown_that_it_arrives(queue, now, ola):
    bounce(OLA, now)
    queue(OLA, "news")

    addresses.prove(OLA, by=ola, now=now)
    addresses.prove("siri@example.org", by=ola, now=now)

    assert states() == [("news", MailState.QUEUED, Cause.NONE)]
    assert standing() == (OLA, 0, False)
