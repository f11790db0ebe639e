"""Reminders of juries: an answer we wait for, the day itself; each of what is true then."""

from datetime import time

import pytest

from portal.db import db
from portal.jury.asks import asking
from portal.mail import choices
from portal.mail.reminding import occasions
from portal.models.jury import AssignmentState
from portal.models.mail import MailState
from portal.models.mailings import ReminderKind, ReminderRule, Topic
from portal.seasons import actions as seasons
from portal.seasons import camp_actions
from tests.factories import create_person
from tests.jury.asks.reminded import (
    ASK_DUE,
    ASKED,
    BEGINS,
    DAY,
    DAY_DUE,
    HOUR,
    MINUTE,
    accepted,
    asked,
    camp_in_halden,
    camp_in_moss,
    move,
    seat_of,
)
from tests.mail.reminding.rounds import lease, look, look_often, reminders, send, states, text_of


@pytest.fixture
def camp(app):
    return camp_in_moss()


@pytest.fixture
def halden(camp):
    return camp_in_halden(camp.season)


def test_whoever_has_not_answered_is_reminded_once_of_all_that_was_asked(camp, halden, ola, siri):
    asked(seat_of(camp, ola), seat_of(halden, ola), seat_of(halden, siri))

    made = look_often(ASK_DUE - MINUTE, ASK_DUE, ASK_DUE + MINUTE, ASK_DUE - 2 * HOUR, ASK_DUE)

    assert made == [0, 2, 0, 0, 0]
    assert [(mail.recipient, mail.subject) for mail in reminders()] == [
        (ola.email, "Jury i Oppdrag Oslofjorden 2026: vi venter på svaret ditt om 2 camper"),
        (siri.email, "Jury på Halden vgs onsdag 21. oktober 2026: vi venter på svaret ditt"),
    ]


@pytest.mark.parametrize("step", [-2 * HOUR, 2 * HOUR, DAY])
def test_a_step_of_the_clock_reminds_of_a_question_once(camp, ola, step):
    asked(seat_of(camp, ola))

    look_often(ASK_DUE - MINUTE, ASK_DUE + max(step, MINUTE), ASK_DUE + step, ASK_DUE + 2 * DAY)

    assert [mail.recipient for mail in reminders()] == [ola.email]


@pytest.mark.parametrize("end", [asking.accept, asking.decline])
def test_who_has_answered_is_not_reminded(camp, ola, end):
    seat = seat_of(camp, ola)
    asked(seat)
    end(seat, now=ASK_DUE - MINUTE)

    look(ASK_DUE)

    assert reminders() == []


@pytest.mark.parametrize("end", [asking.accept, asking.decline])
@pytest.mark.parametrize("is_written", [False, True])
def test_an_answer_takes_back_the_reminder_that_waits(camp, ola, siri, end, is_written):
    seat = seat_of(camp, ola)
    asked(seat, seat_of(camp, siri))
    look(ASK_DUE) if is_written else occasions.queue(ASK_DUE)
    end(seat, now=ASK_DUE + MINUTE)
    db.session.commit()

    look_often(ASK_DUE + MINUTE, ASK_DUE + 2 * MINUTE)

    taken_back = [(ola.email, "suppressed", "overtaken")] if is_written else []
    assert states() == [*taken_back, (siri.email, "queued", "none")]


def test_one_answer_of_two_leaves_a_reminder_of_the_other(camp, halden, ola):
    first, second = seat_of(camp, ola), seat_of(halden, ola)
    asked(first, second)
    look(ASK_DUE)
    asking.decline(first, now=ASK_DUE + MINUTE)
    db.session.commit()

    look_often(ASK_DUE + MINUTE, ASK_DUE + 2 * MINUTE)

    assert [(mail.state, "Moss" in mail.subject + text_of(mail)) for mail in reminders()] == [
        (MailState.SUPPRESSED, True),
        (MailState.QUEUED, False),
    ]


def test_a_seat_that_is_taken_back_or_called_off_is_not_reminded_of(camp, halden, ola, siri, kari):
    asked(seat_of(camp, ola))
    seat = seat_of(halden, siri)
    asked(seat)
    look(ASK_DUE)
    asking.release(seat, by=kari, now=ASK_DUE + MINUTE)
    camp_actions.call_off(camp, "", by=kari, now=ASK_DUE + MINUTE)
    db.session.commit()

    look_often(ASK_DUE + 2 * MINUTE, ASK_DUE + 3 * MINUTE)

    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (siri.email, "suppressed", "overtaken"),
    ]


def test_whoever_is_asked_after_it_was_due_is_not_reminded_on_top(camp, ola):
    late = BEGINS - 2 * DAY
    asked(seat_of(camp, ola), now=late)

    look_often(late, late + MINUTE, late + HOUR)

    assert reminders() == []


def test_a_question_is_not_reminded_of_when_its_answer_is_no_longer_asked_for(camp, ola):
    asked(seat_of(camp, ola))

    look(ASK_DUE + 3 * DAY)

    assert reminders() == []


def test_a_camp_that_moves_asks_anew_and_is_reminded_of_at_the_new_deadline(camp, ola, siri, kari):
    asked(seat_of(camp, ola))
    coming = accepted(camp, siri)
    look(ASK_DUE)
    moved_at = ASK_DUE + MINUTE
    move(camp, BEGINS + 7 * DAY, moved_at, kari)
    due = occasions.coming(moved_at, kinds=(ReminderKind.ASK,))[0].due_at

    look_often(moved_at + MINUTE, due - MINUTE, due, due + MINUTE)

    assert (coming.state, due > moved_at + 4 * DAY) == (AssignmentState.RECONFIRM, True)
    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (ola.email, "queued", "none"),
        (siri.email, "queued", "none"),
    ]
    _old, unanswered, unconfirmed = map(text_of, reminders())
    again = "Du sa ja før campen fikk ny tid. Kan du fortsatt komme?"
    assert (again in unanswered, again in unconfirmed) == (False, True)
    # The clocks go back between the two days.
    assert "tirsdag 27. oktober 2026 kl. 07.30–13.30" in unanswered


def test_a_move_not_yet_told_is_not_told_by_the_reminder_of_a_question(camp, ola, kari):
    asked(seat_of(camp, ola))
    move(camp, BEGINS + 7 * DAY, ASK_DUE - 6 * HOUR, kari, tell=False)
    last = ASK_DUE + 6 * DAY

    look_often(ASK_DUE, ASK_DUE + DAY, last - 2 * DAY, last - DAY)

    assert reminders() == []


def test_a_question_in_hand_when_it_is_answered_is_not_tried_again(camp, ola):
    seat = seat_of(camp, ola)
    asked(seat)
    look(ASK_DUE)
    assert lease(ASK_DUE) == 1
    asking.decline(seat, now=ASK_DUE + MINUTE)
    db.session.commit()

    (mail,) = reminders()
    assert (mail.state, mail.expires_at) == (MailState.LEASED, ASK_DUE + MINUTE)


def test_no_address_turned_off_and_season_put_away(camp, halden, ola, siri, kari):
    nora = create_person("Nora Lie", email=None)
    asked(seat_of(camp, ola), seat_of(camp, nora), seat_of(halden, siri))
    choices.turn_off(ola, Topic.REMIND_ASK, now=ASKED)
    look(ASK_DUE)
    before = states()
    seasons.archive(camp.season, by=kari, now=ASK_DUE + MINUTE)
    db.session.commit()
    look(ASK_DUE + 2 * MINUTE)

    assert before == [(ola.email, "suppressed", "unsubscribed"), (siri.email, "queued", "none")]
    assert states()[1] == (siri.email, "suppressed", "overtaken")


def test_each_juror_is_reminded_of_the_day_once(camp, ola, siri):
    accepted(camp, ola)
    accepted(camp, siri)

    made = look_often(DAY_DUE - MINUTE, DAY_DUE, DAY_DUE + MINUTE, DAY_DUE - 2 * HOUR, BEGINS)

    assert made == [0, 2, 0, 0, 0]
    assert [mail.kind for mail in reminders()] == ["reminders/jury_day"] * 2


def test_only_those_who_said_yes_are_reminded_of_the_day(camp, ola, siri):
    accepted(camp, ola)
    seat_of(camp, siri, AssignmentState.RESERVE)

    look(DAY_DUE)

    assert [mail.recipient for mail in reminders()] == [ola.email]


def test_a_yes_after_it_was_due_gets_the_entry_and_no_reminder_on_top(camp, ola):
    seat = seat_of(camp, ola, AssignmentState.ASKED, asked_at=ASKED, answer_by=BEGINS - DAY)
    asking.accept(seat, now=DAY_DUE + MINUTE)
    db.session.commit()

    look_often(DAY_DUE + MINUTE, DAY_DUE + 2 * MINUTE, BEGINS - HOUR)

    assert reminders() == []


def test_a_juror_who_drops_out_is_not_reminded_of_the_day(camp, ola, siri):
    seat = accepted(camp, ola)
    accepted(camp, siri)
    look(DAY_DUE)
    asking.decline(seat, now=DAY_DUE + MINUTE)
    db.session.commit()

    look_often(DAY_DUE + 2 * MINUTE, DAY_DUE + 3 * MINUTE)

    assert states() == [(ola.email, "suppressed", "overtaken"), (siri.email, "queued", "none")]


def test_a_moved_day_is_reminded_of_when_it_is_confirmed(camp, ola, siri, kari):
    seat = accepted(camp, ola)
    accepted(camp, siri)
    look(DAY_DUE)
    move(camp, BEGINS + 14 * DAY, DAY_DUE + MINUTE, kari)
    asking.accept(seat, now=DAY_DUE + DAY)
    db.session.commit()
    send(DAY_DUE + DAY)

    # The clocks have gone back meanwhile: nine o'clock comes an hour later.
    due = DAY_DUE + 14 * DAY + HOUR
    look_often(due - MINUTE, due, due + MINUTE)

    assert [(m.recipient, str(m.state)) for m in reminders() if m.kind == "reminders/jury_day"] == [
        (ola.email, "suppressed"),
        (siri.email, "suppressed"),
        (ola.email, "queued"),
    ]


def test_a_camp_that_is_called_off_is_not_reminded_of(camp, ola, kari):
    accepted(camp, ola)
    occasions.queue(DAY_DUE)
    camp_actions.call_off(camp, "", by=kari, now=DAY_DUE + MINUTE)
    db.session.commit()

    look_often(DAY_DUE + MINUTE, DAY_DUE + 2 * MINUTE)

    assert reminders() == []


def test_new_practical_notes_are_in_the_reminder_that_waits(camp, ola, kari):
    accepted(camp, ola)
    look(DAY_DUE)
    juries = camp_actions.Juries(1, 1, 2)
    camp_actions.set_details(
        camp, juries, pupils=90, practical="Lunsj fra kl. 11.30.", by=kari, now=DAY_DUE + MINUTE
    )
    db.session.commit()

    look_often(DAY_DUE + 2 * MINUTE, DAY_DUE + 3 * MINUTE)

    assert [(m.state, "Lunsj fra kl. 11.30." in text_of(m)) for m in reminders()] == [
        (MailState.SUPPRESSED, False),
        (MailState.QUEUED, True),
    ]


def test_the_rule_of_a_camp_goes_before_that_of_its_season(camp, halden, ola, siri):
    accepted(camp, ola)
    accepted(halden, siri)
    kind = ReminderKind.JURY_DAY
    db.session.add_all(
        [
            ReminderRule(season=camp.season, kind=kind, days_before=4, at=time(10, 0)),
            ReminderRule(event=halden.event, kind=kind, days_before=1, at=time(15, 0)),
        ]
    )

    made = look_often(BEGINS - 4 * DAY, BEGINS - 3 * DAY, BEGINS, BEGINS + 7 * HOUR)

    assert made == [0, 1, 0, 1]
    assert [mail.recipient for mail in reminders()] == [ola.email, siri.email]


def test_a_season_may_remind_of_nothing(camp, ola, siri):
    accepted(camp, ola)
    asked(seat_of(camp, siri))
    db.session.add_all(
        ReminderRule(season=camp.season, kind=kind, is_on=False, days_before=1, at=time(9, 0))
        for kind in (ReminderKind.ASK, ReminderKind.JURY_DAY)
    )

    assert look_often(ASK_DUE, DAY_DUE) == [0, 0]
