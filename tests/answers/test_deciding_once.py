"""Each message is decided once, however many decide, and one that waits for nobody never."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.answers.desk import deciding
from portal.answers.desk.standing import Choice
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.models.accounts import Person
from portal.models.inbox import InboxDecision, InboxMessage
from portal.models.invitations import Answer
from portal.models.mail import OutboxMail
from tests.accounts.test_races import at_once
from tests.answers.inbox_cases import decide, decision_of, forwarded, unproved
from tests.factories import (
    create_person,
)


def test_what_is_decided_is_not_decided_again(invitation, kari, siri, now):
    message = unproved(invitation)
    decide(message, Choice.SET_ASIDE, kari, now)
    db.session.commit()

    with pytest.raises(deciding.AlreadyDecided):
        decide(message, Choice.COUNT, siri, now + timedelta(minutes=1))

    assert decision_of(message) == (InboxDecision.SET_ASIDE, now, kari.id, False)
    assert invitation.answer == Answer.NEEDS_ACTION


def test_what_never_waited_is_not_decided(invitation, kari, now):
    message = unproved(invitation, result="applied", reason=Reason.ANSWERED)

    with pytest.raises(deciding.AlreadyDecided):
        decide(message, Choice.SET_ASIDE, kari, now)

    assert message.decided_at is None


def test_of_several_who_decide_at_once_one_does(app: Flask, invitation, now):
    organisers = [create_person(f"Kari {number}").id for number in range(4)]
    number = forwarded(invitation).id
    choices = (Choice.INVITE, Choice.TURN_AWAY, Choice.OWN_ADDRESS, Choice.SET_ASIDE)
    mails = len(db.session.scalars(sa.select(OutboxMail.id)).all())

    def choose(attempt: int) -> str:
        message = db.session.get_one(InboxMessage, number)
        by = db.session.get_one(Person, organisers[attempt])
        try:
            deciding.decide(message, choices[attempt], seen_revision=1, by=by, now=now)
        except deciding.AlreadyDecided:
            told = message.decided_by.name
            db.session.rollback()
            return told
        db.session.commit()
        return "done"

    told = at_once(app, choose)

    message = db.session.get_one(InboxMessage, number, populate_existing=True)
    winner = message.decided_by.name
    assert sorted(told) == sorted(["done", winner, winner, winner])
    sent = len(db.session.scalars(sa.select(OutboxMail.id)).all()) - mails
    assert sent == (message.decision in (InboxDecision.INVITED, InboxDecision.TURNED_AWAY))
