"""Taking reminders back: of one person and of all, waiting and in hand, as often as it may be."""

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, event_changes
from portal.mail import control, leases
from portal.mail.marks import Marks
from portal.models.invitations import Answer
from portal.models.mail import MailState
from portal.models.mailings import Mailing
from tests.factories import create_person
from tests.invitations.reminded import DUE, HOUR, MINUTE, invited_to
from tests.mail.reminding.rounds import look, look_often, reminders, states, text_of


def answer(event, person, reply, now) -> None:
    """What ``person`` says to ``event``, as the page commits it."""
    actions.answer(actions.invitation_of(event, person), reply, source="page", now=now)
    db.session.commit()


def give_another_place(event) -> None:
    """Tell another place of ``event``, a minute after the reminder was due."""
    event_changes.change(event, {"place": "Biblioteket"}, by=None, now=DUE + MINUTE)
    db.session.commit()


def in_hand() -> leases.Leased:
    """The one message that is due, in hand of a worker."""
    (message,) = leases.take("worker", DUE, 300)
    return message


def named() -> list[tuple[int, str]]:
    """The mailings that remind of an event by number and key, in the order they were queued."""
    found = sa.select(Mailing.id, Mailing.dedupe_key).where(Mailing.kind == "reminders.event")
    return [(row.id, row.dedupe_key) for row in db.session.execute(found.order_by(Mailing.id))]


def test_however_many_say_no_each_mailing_is_freed_once(ola):
    people = [create_person(f"Juror {number}") for number in range(4)]
    event = invited_to(*people, ola)
    look(DUE)
    ((_first, key),) = named()

    for minute, person in enumerate(people):
        answer(event, person, Answer.DECLINED, DUE + minute * MINUTE)
        look(DUE + minute * MINUTE)

    assert [name for _number, name in named()] == [
        *(f"{key}-withdrawn-{number}" for number, _name in named()[:4]), key,
    ]  # fmt: skip
    assert states() == [
        *((person.email, "suppressed", "overtaken") for person in people),
        (ola.email, "queued", "none"),
    ]


def test_a_second_no_that_is_taken_back_at_once_is_reminded_of_as_the_first_was(ola, siri):
    event = invited_to(ola, siri)
    look(DUE)
    answer(event, ola, Answer.DECLINED, DUE + MINUTE)
    look(DUE + MINUTE)
    answer(event, siri, Answer.DECLINED, DUE + 2 * MINUTE)
    answer(event, siri, Answer.ACCEPTED, DUE + 2 * MINUTE)

    look(DUE + 3 * MINUTE)

    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (siri.email, "suppressed", "overtaken"),
        (siri.email, "queued", "none"),
    ]


def given_back(message) -> None:
    leases.give_back("worker")


def put_off(message) -> None:
    leases.mark(message, "worker", state=MailState.QUEUED, not_before=DUE + HOUR)


def too_late(message) -> None:
    leases.mark(message, "worker", state=MailState.EXPIRED)


def given_back_and_closed(message) -> None:
    leases.give_back("worker")
    assert leases.take("another", DUE + 2 * MINUTE, 300) == []


@pytest.mark.parametrize("end", [given_back, put_off, too_late, given_back_and_closed])
def test_a_reminder_in_hand_that_is_overtaken_and_does_not_leave_is_written_anew(ola, end):
    event = invited_to(ola, place="Rådhuset")
    look(DUE)
    message = in_hand()
    give_another_place(event)
    while_in_hand = look(DUE + MINUTE)
    end(message)

    made = look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert (while_in_hand, made) == (0, [1, 0])
    assert states() == [(ola.email, "suppressed", "overtaken"), (ola.email, "queued", "none")]
    assert "Hvor: Biblioteket\n" in text_of(reminders()[1])


def test_a_reminder_in_hand_that_is_overtaken_and_leaves_is_the_only_one(ola):
    event = invited_to(ola)
    look(DUE)
    message = in_hand()
    give_another_place(event)
    marks = Marks(db.engine, "worker")
    marks.begin(message, DUE + MINUTE)
    marks.settle()
    marks.close()

    made = look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert (made, states()) == ([0, 0], [(ola.email, "sent", "none")])


def test_what_an_organiser_stopped_while_it_was_in_hand_is_not_written_anew(ola):
    event = invited_to(ola)
    look(DUE)
    message = in_hand()
    give_another_place(event)
    mailing = db.session.scalars(sa.select(Mailing).where(Mailing.kind == "reminders.event")).one()
    control.stop(mailing, by=None, now=DUE + MINUTE)
    db.session.commit()
    too_late(message)

    made = look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert (made, states()) == ([0, 0], [(ola.email, "suppressed", "overtaken")])
