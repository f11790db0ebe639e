"""What failed of a mailing is tried again: the same bytes, and only where that makes sense."""

from datetime import timedelta

import sqlalchemy as sa

from portal.db import db
from portal.invitations import event_changes
from portal.mail import control, leases, outbox
from portal.mail.choices import turn_off
from portal.mail.control import Progress, Stage
from portal.mail.message import Lane, Topic
from portal.models.mail import Cause, MailContent, MailState
from tests.factories import create_event
from tests.mail.courses import STOPPED, change, close, how, rows, set_rows, states

DAY = timedelta(days=1)


def test_what_failed_is_tried_again_with_the_same_bytes(few, now):
    set_rows([0], state=MailState.FAILED, cause=Cause.CONTENT_REFUSED, attempts=3,
             last_code=554, last_error="no")  # fmt: skip
    set_rows([1], state=MailState.EXPIRED, attempts=9, expires_at=now - timedelta(hours=1))
    set_rows([2, 3, 4], state=MailState.SENT, sent_at=now)
    before = dict(db.session.execute(sa.select(MailContent.mail_id, MailContent.raw)).all())
    ids = [row.message_id for row in rows()]

    assert how(few, now) == Progress(Stage.DONE, total=5, sent=3, failed=2)
    assert change(control.retry_failed, few, now) == 2

    again = [
        (r.state, r.cause, r.attempts, r.not_before, r.expires_at, r.last_code, r.last_error)
        for r in rows()[:2]
    ]
    assert again == 2 * [(MailState.QUEUED, Cause.NONE, 0, now, now + outbox.LASTS, None, "")]
    assert dict(db.session.execute(sa.select(MailContent.mail_id, MailContent.raw)).all()) == before
    assert [row.message_id for row in rows()] == ids
    assert how(few, now) == Progress(Stage.SENDING, total=5, sent=3, waiting=2)


def test_what_goes_to_a_closed_address_or_holds_a_key_is_not_tried_again(few, now):
    set_rows(range(5), state=MailState.FAILED, cause=Cause.RECIPIENT_REFUSED)
    set_rows([0], recipient="P0@Example.org")
    set_rows([1], lane=int(Lane.SIGN_IN))
    close("p0@example.org", now)

    assert change(control.retry_failed, few, now) == 3
    assert [row.state for row in rows()] == 2 * [MailState.FAILED] + 3 * [MailState.QUEUED]


def test_what_somebody_has_turned_off_since_is_not_tried_again(few, ola, siri, now):
    set_rows(range(5), state=MailState.FAILED, topic=str(Topic.NEWS))
    set_rows([0, 1], person_id=ola.id)
    set_rows([1], topic="")
    set_rows([2], person_id=siri.id)
    turn_off(ola, Topic.NEWS, now=now)
    turn_off(siri, Topic.REMIND_ASK, now=now)
    db.session.commit()

    assert change(control.retry_failed, few, now) == 4
    assert [row.state for row in rows()] == [MailState.FAILED] + 4 * [MailState.QUEUED]


def test_what_speaks_of_an_event_called_off_moved_or_held_since_is_not_tried_again(few, now):
    cancelled, moved, placed = (create_event() for _each in range(3))
    held = create_event(starts_at=now - timedelta(hours=1), ends_at=now)
    event_changes.cancel(cancelled, "", by=None, now=now)
    later = {"starts_at": moved.starts_at + DAY, "ends_at": moved.ends_at + DAY}
    event_changes.change(moved, later, by=None, now=now)
    event_changes.change(placed, {"place": "Biblioteket"}, by=None, now=now)
    db.session.commit()
    set_rows(range(5), state=MailState.FAILED)
    for number, event in enumerate((cancelled, moved, placed, held)):
        set_rows([number], event_id=event.id)

    assert change(control.retry_failed, few, now) == 2
    assert [row.state for row in rows()] == [
        MailState.FAILED, MailState.FAILED, MailState.QUEUED, MailState.FAILED, MailState.QUEUED,
    ]  # fmt: skip


def test_what_tells_of_a_cancellation_or_a_move_is_tried_again(few, now):
    told = rows()[0].created_at
    cancelled, moved = create_event(), create_event()
    event_changes.cancel(cancelled, "", by=None, now=told)
    event_changes.change(moved, {"ends_at": moved.ends_at + DAY}, by=None, now=told)
    db.session.commit()
    set_rows([0, 1], state=MailState.FAILED)
    set_rows([0], event_id=cancelled.id)
    set_rows([1], event_id=moved.id)

    assert change(control.retry_failed, few, now) == 2


def test_a_reminder_is_tried_again_while_it_is_true_and_lasts_no_longer(few, now):
    placed = create_event()
    event_changes.change(placed, {"place": "Biblioteket"}, by=None, now=now)
    db.session.commit()
    until = now + timedelta(hours=2)
    set_rows(range(4), topic=str(Topic.REMIND_EVENT), state=MailState.FAILED, expires_at=until)
    set_rows([1], event_id=placed.id)
    set_rows([2], state=MailState.EXPIRED, expires_at=now)
    set_rows([3], state=MailState.EXPIRED, cause=Cause.OVERTAKEN)

    assert change(control.retry_failed, few, now) == 1
    assert [(row.state, row.expires_at) for row in rows()[:4]] == [
        (MailState.QUEUED, until), (MailState.FAILED, until),
        (MailState.EXPIRED, now), (MailState.EXPIRED, until),
    ]  # fmt: skip


def test_what_is_tried_again_while_paused_waits(few, now):
    change(control.pause, few, now)
    set_rows([0], state=MailState.FAILED, paused=False)

    assert change(control.retry_failed, few, now) == 1
    assert leases.take("worker", now, 300) == []


def test_nothing_of_a_stopped_mailing_is_tried_again(few, now):
    set_rows([0], state=MailState.FAILED)
    change(control.stop, few, now)

    assert change(control.retry_failed, few, now) == 0
    assert states() == {(MailState.FAILED, Cause.NONE): 1, STOPPED: 4}
