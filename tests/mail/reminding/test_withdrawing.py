"""Taking reminders back: of one person and of all, waiting and in hand, as often as it may be."""

import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions
from portal.models.invitations import Answer
from portal.models.mailings import Mailing
from tests.factories import create_person
from tests.invitations.reminded import DUE, MINUTE, invited_to
from tests.mail.reminding.rounds import look, states


def answer(event, person, reply, now) -> None:
    """What ``person`` says to ``event``, as the page commits it."""
    actions.answer(actions.invitation_of(event, person), reply, source="page", now=now)
    db.session.commit()


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
