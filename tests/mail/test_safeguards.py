"""What keeps a message from going twice, or to somebody who does not want it or cannot get it."""

import sqlalchemy as sa

from portal.db import db
from portal.mail import choices, leases, outbox
from portal.mail.delivery import Delivery
from portal.mail.message import Mailbox, Message, Topic
from portal.models.mail import AddressStanding, Cause, MailState, OutboxMail
from tests.mail.conftest import OFFICE

TOPIC = next(iter(Topic))


def message(to: str = "ola@example.org", **values) -> Message:
    return Message(Mailbox(to), OFFICE, "Takk", "Hei\n", kind="test", **values)


def rows() -> list[tuple]:
    """Recipient, state and cause of all that is queued, oldest first."""
    columns = (OutboxMail.recipient, OutboxMail.state, OutboxMail.cause)
    found = [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(OutboxMail.id))]
    db.session.commit()
    return found


def test_queued_twice_under_one_key_a_message_goes_once(server, now):
    first = outbox.enqueue(message(), key="signup-7-rev-2", now=now)
    again = outbox.enqueue(message(), key="signup-7-rev-2", now=now)
    other = outbox.enqueue(message(), key="signup-7-rev-3", now=now)
    db.session.commit()
    Delivery(tell_time=lambda: now).drain()

    assert (first, again, other) == (True, False, True)
    assert server.recipients == ["ola@example.org"] * 2


def test_a_key_queued_in_one_go_with_new_ones_is_passed_over(app, now):
    outbox.enqueue(message(), key="old", now=now)
    several = [outbox.row_of(message(), key=key, now=now) for key in ("old", "new", "newer")]

    assert outbox.insert(several) == 2
    assert len(rows()) == 3


def test_what_its_reader_has_turned_off_is_kept_and_not_sent(server, ola, siri, now):
    choices.turn_off(ola, TOPIC, now=now)
    for key, person, topic in [("a", ola, TOPIC), ("b", ola, None), ("c", siri, TOPIC)]:
        about = {"person_id": person.id, "topic": topic}
        outbox.enqueue(message(f"{key}@example.org", **about), key=key, now=now)
    db.session.commit()
    at_once = rows()[0][1:]
    Delivery(tell_time=lambda: now).drain()

    assert at_once == (MailState.SUPPRESSED, Cause.UNSUBSCRIBED)
    assert rows() == [
        ("a@example.org", MailState.SUPPRESSED, Cause.UNSUBSCRIBED),
        ("b@example.org", MailState.SENT, Cause.NONE),
        ("c@example.org", MailState.SENT, Cause.NONE),
    ]
    assert server.recipients == ["b@example.org", "c@example.org"]


def test_what_goes_to_an_address_that_is_closed_is_kept_and_not_sent(server, now):
    db.session.add(
        AddressStanding(folded="ola@example.org", refusals=2, last_at=now, suppressed_at=now)
    )
    for to in ("Ola@example.org", "siri@example.org"):
        outbox.enqueue(message(to), key=to, now=now)
    db.session.commit()
    at_once = rows()[0][1:]
    Delivery(tell_time=lambda: now).drain()

    assert at_once == (MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED)
    assert rows() == [
        ("Ola@example.org", MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED),
        ("siri@example.org", MailState.SENT, Cause.NONE),
    ]
    assert server.recipients == ["siri@example.org"]


def test_what_was_taken_anew_is_not_marked_by_its_first_lease(queue, now):
    queue()
    # A lease that has run out as soon as it is taken, and another for the same worker.
    first, second = (leases.take("we", now, seconds)[0] for seconds in (-1, 60))
    later = {"state": MailState.QUEUED, "attempts": 1}

    with db.engine.begin() as connection:
        by_first = leases.mark_within(connection, first, "we", **later)
        by_second = leases.mark_within(connection, second, "we", **later)

    assert (first.id, by_first, by_second) == (second.id, False, True)
