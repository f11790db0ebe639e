"""Two at once: one meeting, one reply, one question."""

import sqlalchemy as sa
from flask import Flask

from portal.db import db
from portal.groups.polls import actions, answering, changing, choosing
from portal.models.accounts import Person
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting
from portal.models.polls import DateOption, DatePoll, DateReply, Suits
from tests.accounts.test_races import ATTEMPTS, at_once
from tests.conftest import NOW
from tests.groups.polls.polling import create_draft_poll, create_poll, in_order, said


def test_of_several_who_choose_at_once_one_makes_the_meeting(app: Flask, group, lead, in_august):
    poll = create_poll(group)
    number, by = poll.id, lead.id
    # Each another time, as far as there are any.
    options = [each.id for each in [*in_order(poll), *in_order(poll)]][:ATTEMPTS]

    def choose(attempt: int) -> str:
        try:
            choosing.choose(
                db.session.get_one(DatePoll, number),
                db.session.get_one(DateOption, options[attempt]),
                by=db.session.get_one(Person, by),
                now=NOW,
            )
        except choosing.AlreadyChosen:
            return "known"
        db.session.commit()
        return "made"

    assert sorted(at_once(app, choose)) == ["known"] * (ATTEMPTS - 1) + ["made"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1
    chosen = db.session.scalars(sa.select(DateOption).where(DateOption.chosen_at.is_not(None)))
    assert len(chosen.all()) == 1


def test_answers_of_one_person_at_once_keep_one_reply(app: Flask, group, amir, in_august):
    poll = create_poll(group)
    number, person = poll.id, amir.id
    options = [each.id for each in in_order(poll)]

    def answer(attempt: int) -> None:
        suits = list(Suits)[attempt % 3]
        answering.answer(
            db.session.get_one(DatePoll, number),
            db.session.get_one(Person, person),
            dict.fromkeys(options, suits),
            comment=str(attempt),
            now=NOW,
        )
        db.session.commit()

    at_once(app, answer)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(DateReply)) == 1
    # All of it is from one of them: nothing is mixed.
    (kept,) = said(db.session.get_one(DatePoll, number)).values()
    assert (len(kept), len(set(kept))) == (3, 1)


def test_of_several_who_send_a_poll_at_once_one_does(app: Flask, group, lead, in_august):
    poll = create_draft_poll(group)
    number, by = poll.id, lead.id

    def send(attempt: int) -> str:
        try:
            actions.send(
                db.session.get_one(DatePoll, number), by=db.session.get_one(Person, by), now=NOW
            )
        except actions.PollIsSent:
            return "known"
        db.session.commit()
        return "sent"

    assert sorted(at_once(app, send)) == ["known"] * (ATTEMPTS - 1) + ["sent"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mailing)) == 1


def test_an_answer_is_either_in_before_the_poll_closes_or_refused(
    app: Flask, group, lead, amir, in_august
):
    poll = create_poll(group)
    number, by, person = poll.id, lead.id, amir.id
    options = [each.id for each in in_order(poll)]

    def close_or_answer(attempt: int) -> str:
        found = db.session.get_one(DatePoll, number)
        try:
            if attempt == 0:
                changing.close(found, tell=False, by=db.session.get_one(Person, by), now=NOW)
            else:
                answering.answer(
                    found,
                    db.session.get_one(Person, person),
                    dict.fromkeys(options, Suits.YES),
                    comment="",
                    now=NOW,
                )
        except actions.PollIsClosed:
            return "refused"
        db.session.commit()
        return "done"

    results = at_once(app, close_or_answer)

    kept = said(db.session.get_one(DatePoll, number))
    assert results[0] == "done"
    assert bool(kept) == ("done" in results[1:])
