"""One notice to many: a row of the request, made into messages a hundred at a time."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db, write_apart
from portal.mail import mailings, outbox
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.mail.conftest import expand, news


def queue_mailing(now, people=250, **values) -> None:
    outbox.enqueue_mailing("news", key="news-1", now=now, by=None, people=people)
    db.session.execute(sa.update(Mailing).values(**values)) if values else None
    db.session.commit()


def recipients() -> list[str]:
    found = list(db.session.scalars(sa.select(OutboxMail.recipient).order_by(OutboxMail.id)))
    db.session.commit()
    return found


def told() -> tuple[int | None, datetime | None, str]:
    mailing = db.session.scalars(sa.select(Mailing)).one()
    db.session.refresh(mailing)
    said = mailing.total, mailing.expanded_at, mailing.error
    db.session.commit()
    return said


def test_a_mailing_becomes_a_message_for_each(app, now):
    queue_mailing(now)
    chunks = []

    written = expand(now, lambda: chunks.append(len(recipients())))

    assert (written, chunks) == (250, [100, 200, 250])
    assert recipients() == [f"p{number}@example.org" for number in range(250)]
    assert told() == (250, now, "")


def test_an_expanded_mailing_is_left_alone(app, now):
    queue_mailing(now, people=3)

    assert (expand(now), expand(now)) == (3, 0)


def test_a_mailing_on_hold_waits(app, now):
    queue_mailing(now, people=3, hold_until=now + timedelta(minutes=5))

    assert expand(now) == 0
    assert expand(now + timedelta(minutes=5)) == 3


def test_a_mailing_cut_off_in_the_middle_is_completed_without_repeating(app, now):
    queue_mailing(now)

    def stop() -> None:
        raise mailings.Interrupted

    with pytest.raises(mailings.Interrupted):
        expand(now, stop)
    halfway = len(recipients())
    db.session.rollback()
    expand(now)

    assert (halfway, len(recipients()), told()) == (100, 250, (250, now, ""))


def test_two_workers_on_one_mailing_write_each_message_once(app, now):
    queue_mailing(now, people=3)
    db.session.commit()

    expand(now, between=lambda: expand(now) if told()[0] is None else None, composer=news)

    assert len(recipients()) == 3


@pytest.mark.parametrize(
    ("kind", "error"), [("news", "RuntimeError: no season"), ("unknown", "KeyError: 'unknown'")]
)
def test_a_composer_that_fails_is_noted_and_tried_again_later(app, now, kind, error):
    queue_mailing(now, people=3, kind=kind)

    def broken(mailing, now):
        yield from [next(news(mailing, now))]
        raise RuntimeError("no season")

    assert expand(now, composer=broken) == 0
    assert told() == (None, None, error)
    assert expand(now + timedelta(minutes=4)) == 0
    if kind == "news":
        assert expand(now + timedelta(minutes=5)) == 3
        assert told() == (3, now + timedelta(minutes=5), "")


def test_messages_are_rendered_outside_a_write_transaction(app, now):
    queue_mailing(now, people=3)
    at_composing = []

    def composing(mailing, now):
        for keyed in news(mailing, now):
            # Another connection can write meanwhile: on SQLite there is but one writer.
            write_apart(sa.update(Mailing).values(total=len(at_composing)))
            at_composing.append(keyed[0])
            yield keyed

    assert (expand(now, composer=composing), len(at_composing)) == (3, 3)


def test_queueing_a_mailing_twice_under_one_key_queues_one(app, now):
    first = outbox.enqueue_mailing("news", key="1", now=now, by=None, people=1)
    second = outbox.enqueue_mailing("news", key="1", now=now, by=None, people=1)

    assert (first, second) == (True, False)
