"""Reminders of events: to each of those invited once, of what is true when it is sent."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, event_changes
from portal.mail import choices
from portal.mail.reminding import occasions
from portal.models.events import EventState
from portal.models.invitations import Answer
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import AddressStanding, MailState
from portal.models.mailings import Mailing, ReminderKind, ReminderRule, Topic
from tests.factories import (
    create_camp,
    create_person,
    create_season,
)
from tests.invitations.reminded import DAY, DUE, HOUR, MINUTE, STARTS_AT, invited_to, move
from tests.mail.reminding.rounds import (
    lease,
    look,
    look_often,
    reminders,
    send,
    states,
    text_of,
)


def test_everybody_invited_is_reminded_once_however_often_one_looks(ola, siri):
    invited_to(ola, siri)

    made = look_often(DUE - MINUTE, DUE, DUE + MINUTE, DUE + HOUR, DUE + 12 * HOUR)

    assert made == [0, 2, 0, 0, 0]
    assert states() == [(ola.email, "queued", "none"), (siri.email, "queued", "none")]


@pytest.mark.parametrize("step", [-2 * HOUR, 2 * HOUR, DAY])
def test_a_step_of_the_clock_sends_nothing_twice_and_drops_nothing(ola, siri, step):
    invited_to(ola)
    late = invited_to(siri, starts_at=STARTS_AT + DAY)

    look_often(DUE, DUE + step, DUE + step + MINUTE, DUE + DAY, DUE + DAY + MINUTE)

    assert [(mail.person_id, mail.event_id == late.id) for mail in reminders()] == [
        (ola.id, False),
        (siri.id, True),
    ]


def test_what_became_due_while_the_clock_jumped_is_sent_within_a_minute(ola):
    invited_to(ola)

    assert look_often(DUE - HOUR, DUE + HOUR) == [0, 1]


def test_what_was_missed_is_sent_late_only_while_it_is_still_to_come(ola, siri):
    event = invited_to(ola)
    over = invited_to(siri, starts_at=STARTS_AT - 2 * HOUR)

    look(STARTS_AT - HOUR)

    assert [mail.event_id for mail in reminders()] == [event.id]
    assert over.starts_at < STARTS_AT - HOUR
    assert "Webinar om fjorden er i dag." in text_of(reminders()[0])
    assert look_often(STARTS_AT, STARTS_AT + HOUR) == [0, 0]


def test_two_workers_at_once_remind_each_person_once(app, ola, siri):
    invited_to(ola, siri)
    begin = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            begin.wait()
            for second in range(3):
                look(DUE + timedelta(seconds=second))

    wanted = sorted([ola.email, siri.email])
    db.session.remove()
    threads = [threading.Thread(target=work) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [mail.recipient for mail in reminders()] == wanted
    assert db.session.scalar(
        sa.select(sa.func.count()).where(Mailing.kind == "reminders.event")
    ) == 1  # fmt: skip


def test_those_who_said_no_and_those_taken_out_are_left_alone(ola, siri):
    nils = create_person("Nils Dahl")
    event = invited_to(ola, siri, nils)
    invitation = actions.invitation_of(event, ola)
    actions.answer(invitation, Answer.DECLINED, source="mail", now=DUE - DAY)
    actions.uninvite(event, siri, by=None, now=DUE - DAY)

    look(DUE)

    assert [mail.recipient for mail in reminders()] == [nils.email]


def test_whoever_was_invited_after_it_was_due_is_not_reminded_on_top(ola, siri):
    event = invited_to(ola)
    actions.invite(event, siri, by=None, now=DUE + MINUTE)

    look(DUE + 2 * MINUTE)

    assert [mail.recipient for mail in reminders()] == [ola.email]


def test_jurors_are_not_reminded_of_their_camp_as_of_an_event(ola, siri):
    camp = create_camp(create_season(), day=STARTS_AT)
    for person in (ola, siri):
        actions.invite(camp.event, person, by=None, now=DUE - 9 * DAY)
    db.session.add(
        Assignment(
            camp=camp, panel=camp.panels[0], person=ola, state=AssignmentState.RECONFIRM,
            created_at=DUE - 9 * DAY,
        )
    )  # fmt: skip

    look(DUE)

    assert [(mail.kind, mail.recipient) for mail in reminders()] == [
        ("reminders/event", siri.email)
    ]


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.CANCELLED])
def test_nobody_is_reminded_of_what_is_not_to_be(ola, state):
    event = invited_to(ola)
    event.state = state

    assert look(DUE) == 0


def test_an_event_called_off_before_it_is_due_is_not_reminded_of(ola):
    event = invited_to(ola)
    event_changes.cancel(event, "", by=None, now=DUE - HOUR)

    look(DUE)

    assert reminders() == []


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_what_changes_between_queueing_and_writing_makes_no_message(ola, change):
    event = invited_to(ola)
    occasions.queue(DUE)
    if change == "move":
        move(event, STARTS_AT + 7 * DAY, DUE + MINUTE)
    else:
        event_changes.cancel(event, "", by=None, now=DUE + MINUTE)
        db.session.commit()

    look(DUE + 2 * MINUTE)

    assert reminders() == []


def test_a_mailing_that_is_paused_while_the_event_moves_says_nothing_when_it_goes_on(ola):
    event = invited_to(ola)
    occasions.queue(DUE)
    mailing = db.session.scalars(sa.select(Mailing).where(Mailing.kind == "reminders.event")).one()
    mailing.paused_at = DUE
    move(event, STARTS_AT + 7 * DAY, DUE + MINUTE)
    mailing.paused_at = None
    db.session.commit()

    look_often(DUE + 2 * MINUTE, DUE + 7 * DAY)

    assert [mail.subject[:47] for mail in reminders()] == [
        "Webinar om fjorden i morgen, torsdag 22. oktobe"
    ]


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_what_changes_between_writing_and_sending_is_taken_back(ola, siri, change):
    event = invited_to(ola, siri)
    look(DUE)
    if change == "move":
        move(event, STARTS_AT + 7 * DAY, DUE + MINUTE)
    else:
        event_changes.cancel(event, "", by=None, now=DUE + MINUTE)
        db.session.commit()

    assert look(DUE + 2 * MINUTE) == 2  # The update or the cancellation itself.
    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (siri.email, "suppressed", "overtaken"),
    ]


def test_a_moved_event_is_reminded_of_at_its_new_time(ola):
    event = invited_to(ola)
    look(DUE)
    move(event, STARTS_AT + 7 * DAY, DUE + MINUTE)
    send(DUE + 2 * MINUTE)

    look_often(DUE + 7 * DAY - MINUTE, DUE + 7 * DAY, DUE + 7 * DAY + MINUTE)

    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (ola.email, "queued", "none"),
    ]
    assert reminders()[1].subject.startswith("Webinar om fjorden i morgen, torsdag 22. oktober")


def test_an_event_moved_back_to_its_day_in_time_is_reminded_of(ola):
    event = invited_to(ola)
    move(event, STARTS_AT + DAY, DUE - 2 * HOUR)
    move(event, STARTS_AT, DUE - HOUR)

    look_often(DUE, DUE + MINUTE)

    assert [mail.state for mail in reminders()] == [MailState.QUEUED]


def test_an_event_moved_within_its_day_after_the_reminder_is_not_reminded_of_again(ola):
    event = invited_to(ola)
    look(DUE)
    send(DUE + MINUTE)
    move(event, STARTS_AT + 2 * HOUR, DUE + HOUR)

    look_often(DUE + HOUR + MINUTE, DUE + 12 * HOUR, STARTS_AT)

    assert states() == [(ola.email, "sent", "none")]


def test_a_move_that_people_are_not_told_of_yet_is_not_told_by_a_reminder(ola):
    event = invited_to(ola)
    move(event, STARTS_AT + 2 * HOUR, DUE - HOUR, tell=False)

    assert look_often(DUE, DUE + HOUR) == [0, 0]
    event_changes.tell(event, by=None, now=DUE + 2 * HOUR)
    look_often(DUE + 2 * HOUR, DUE + 3 * HOUR)
    assert reminders() == []


def test_a_new_place_is_told_by_the_reminder_that_waits(ola):
    event = invited_to(ola, place="Rådhuset")
    look(DUE)
    event_changes.change(event, {"place": "Biblioteket"}, by=None, now=DUE + MINUTE)
    db.session.commit()

    look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (ola.email, "queued", "none"),
    ]
    assert "Hvor: Biblioteket\n" in text_of(reminders()[1])


def test_a_no_takes_back_the_reminder_that_waits_and_leaves_the_others(ola, siri):
    event = invited_to(ola, siri)
    look(DUE)
    invitation = actions.invitation_of(event, ola)
    actions.answer(invitation, Answer.DECLINED, source="page", now=DUE + MINUTE)

    look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert states() == [(ola.email, "suppressed", "overtaken"), (siri.email, "queued", "none")]


def test_a_no_that_is_taken_back_at_once_is_reminded_of(ola):
    event = invited_to(ola)
    look(DUE)
    invitation = actions.invitation_of(event, ola)
    actions.answer(invitation, Answer.DECLINED, source="page", now=DUE + MINUTE)
    actions.answer(invitation, Answer.ACCEPTED, source="page", now=DUE + MINUTE)

    look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert states() == [(ola.email, "suppressed", "overtaken"), (ola.email, "queued", "none")]


def test_a_message_in_hand_when_the_event_moves_is_not_tried_again(ola):
    event = invited_to(ola)
    look(DUE)
    lease(DUE)
    move(event, STARTS_AT + 7 * DAY, DUE + MINUTE)

    (mail,) = reminders()
    assert (mail.state, mail.expires_at) == (MailState.LEASED, DUE + MINUTE)


def test_a_reminder_to_a_closed_address_does_not_leave_when_it_is_opened_too_late(ola):
    event = invited_to(ola)
    db.session.add(
        AddressStanding(folded=ola.email, refusals=2, last_at=DUE - DAY, suppressed_at=DUE - DAY)
    )
    look(DUE)
    before = states()
    move(event, STARTS_AT + 7 * DAY, DUE + MINUTE)

    assert before == [(ola.email, "suppressed", "address_suppressed")]
    assert states() == [(ola.email, "suppressed", "overtaken")]


def test_who_has_turned_it_off_or_has_no_address_is_not_written_to(ola, siri):
    nora = create_person("Nora Lie", email=None)
    invited_to(ola, siri, nora)
    choices.turn_off(ola, Topic.REMIND_EVENT, now=DUE - DAY)

    look(DUE)

    assert states() == [(ola.email, "suppressed", "unsubscribed"), (siri.email, "queued", "none")]


def test_an_event_may_have_a_time_of_its_own_or_no_reminder(ola, siri):
    early, none = invited_to(ola), invited_to(siri)
    db.session.add_all(
        [
            ReminderRule(event=early, kind=ReminderKind.EVENT, days_before=3, at=time(8, 0)),
            ReminderRule(
                event=none, kind=ReminderKind.EVENT, is_on=False, days_before=1, at=time(12, 0)
            ),
        ]
    )
    due = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)

    assert look_often(due - MINUTE, due, DUE) == [0, 1, 0]
    assert [mail.recipient for mail in reminders()] == [ola.email]


def test_a_mailing_that_waited_for_days_says_nothing_any_more(ola):
    invited_to(ola)
    occasions.queue(DUE)
    db.session.commit()

    look(STARTS_AT + DAY)

    assert reminders() == []
