"""What was sent is on the disk before the next message leaves, and marked by its holder alone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal.db import db
from portal.mail import leases, marks
from portal.mail.delivery import Delivery
from portal.mail.marks import LeaseLost, Marks
from portal.models.mail import Cause, Lane, MailContent, MailState, OutboxMail


@pytest.fixture
def notes(app):
    """Marks of a worker called ola."""
    written = Marks(db.engine, "ola")
    yield written
    written.close()


def states(engine: sa.Engine | None = None) -> dict[str, MailState]:
    """Who has got what, as another connection sees it now."""
    with (engine or db.engine).connect() as connection:
        rows = connection.execute(sa.select(OutboxMail.recipient, OutboxMail.state))
        return {row.recipient.partition("@")[0]: row.state for row in rows}


def test_a_message_is_marked_with_all_that_is_known_of_it(notes, queue, now):
    mail = queue()
    (message,) = leases.take("ola", now, 60)

    notes.begin(message, now)
    notes.settle()

    db.session.refresh(mail)
    assert (mail.state, mail.cause, mail.attempts, mail.sent_at) == (
        MailState.SENT, Cause.NONE, 1, now,
    )  # fmt: skip
    assert (mail.lease_owner, mail.lease_until, mail.last_code) == (None, None, None)


def test_each_message_is_on_the_disk_before_the_next_one_leaves(server, queue, delivery):
    for name in ("first", "second", "third"):
        queue(f"{name}@example.org")
    seen, original, engine = [], server.handle_DATA, db.engine

    async def look(*args):
        marked = states(engine).items()
        seen.append(sorted(name for name, state in marked if state == MailState.SENT))
        return await original(*args)

    server.handle_DATA = look
    delivery.drain()

    assert seen == [[], ["first"], ["first", "second"]]
    assert set(states().values()) == {MailState.SENT}


def test_only_the_holder_marks(notes, queue, now):
    queue()
    (message,) = leases.take("siri", now, 60)

    notes.begin(message, now)

    with pytest.raises(LeaseLost):
        notes.settle()
    assert states() == {"ola": MailState.LEASED}


def test_a_lease_taken_anew_by_the_same_worker_is_another_one(notes, queue, now):
    queue()
    (before,) = leases.take("ola", now, -1)
    (again,) = leases.take("ola", now, 60)

    notes.begin(before, now)
    with pytest.raises(LeaseLost):
        notes.settle()
    unmarked = states()
    notes.begin(again, now)
    notes.settle()

    assert (again.fence - before.fence, unmarked) == (1, {"ola": MailState.LEASED})
    assert states() == {"ola": MailState.SENT}


def test_a_worker_whose_lease_was_swept_sends_no_more_of_its_batch(server, queue, delivery, now):
    for number in range(4):
        queue(f"p{number}@example.org")
    original, engine = server.handle_DATA, db.engine

    async def be_late(*args):
        if not server.taken:
            # The machine slept: the others think us dead, and one of them has all of it.
            with engine.begin() as connection:
                connection.execute(sa.update(OutboxMail).values(lease_owner="another"))
        return await original(*args)

    server.handle_DATA = be_late
    delivery.drain()

    assert server.recipients == ["p0@example.org"]
    assert set(states().values()) == {MailState.LEASED}


def test_a_database_that_is_away_for_a_moment_is_waited_for(notes, queue, now, monkeypatch):
    queue()
    (message,) = leases.take("ola", now, 60)
    monkeypatch.setattr(marks, "_PAUSES", (0.01, 0.01, 0.01))
    write, faults = marks._Writer.write, iter(range(2))

    def away_twice(writer, sent):
        for _fault in faults:
            raise OperationalError("UPDATE", {}, Exception("away"))
        return write(writer, sent)

    monkeypatch.setattr(marks._Writer, "write", away_twice)
    notes.begin(message, now)
    notes.settle()

    assert states() == {"ola": MailState.SENT}


def test_nothing_more_is_sent_while_the_database_is_away(server, queue, monkeypatch, now):
    for number in range(3):
        queue(f"p{number}@example.org")
    monkeypatch.setattr(marks, "_PAUSES", (0.01,))

    def away(writer, sent):
        raise OperationalError("UPDATE", {}, Exception("away"))

    monkeypatch.setattr(marks._Writer, "write", away)
    with pytest.raises(OperationalError):
        Delivery(tell_time=lambda: now).drain()

    assert server.recipients == ["p0@example.org"]


def test_a_sign_in_message_loses_its_bytes_in_the_commit_that_marks_it(notes, queue, now):
    queue(lane=Lane.SIGN_IN)
    (message,) = leases.take("ola", now, 60)

    notes.begin(message, now)
    notes.settle()

    assert states() == {"ola": MailState.SENT}
    assert db.session.scalars(sa.select(MailContent.mail_id)).all() == []


def test_a_message_is_leased_with_the_bytes_it_was_queued_with(queue, now):
    first, second = queue("ola@example.org"), queue("siri@example.org")

    leased = leases.take("ola", now + timedelta(minutes=1), 60)

    assert [(each.id, each.raw, each.fence) for each in leased] == [
        (first.id, first.raw, 1),
        (second.id, second.raw, 1),
    ]
