"""Two at once about one juror, from different doors: each waits for the other, and sees it done."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.answers.inbox import applying
from portal.calendar import entries
from portal.db import db
from portal.invitations import actions as invitations
from portal.invitations import event_changes, overtaken, telling
from portal.jury.asks import asking
from portal.jury.plans import planning
from portal.jury.signup import actions
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxMessage
from portal.models.invitations import Answer, AnswerSource, Invitation
from portal.models.jury import Assignment, JurySignup
from portal.models.plans import Plan
from portal.models.seasons import Panel
from portal.seasons import camp_actions
from tests.accounts.test_races import ATTEMPTS, at_once
from tests.answers.inbox_cases import create_message
from tests.jury.asks.opened import LATER, offers, one_camp
from tests.jury.plans.made import NOW, make

pytestmark = pytest.mark.usefixtures("in_august")
# Long enough for the other to come as far as it gets.
_WHILE = 0.3


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let whoever calls a function rest before or after it."""

    def slow_down(module: Any, name: str, *, before: float = 0, after: float = 0) -> None:
        real = getattr(module, name)

        def slow(*args: Any, **values: Any) -> Any:
            time.sleep(before)
            found = real(*args, **values)
            time.sleep(after)
            return found

        monkeypatch.setattr(module, name, slow)

    return slow_down


def one_of_each(app: Flask, *acts: Callable[[], object]) -> None:
    """Let all of ``acts`` happen at once, each in a transaction of its own."""

    def act(number: int) -> None:
        if number < len(acts):
            acts[number]()
            db.session.commit()

    assert len(acts) <= ATTEMPTS
    at_once(app, act)
    db.session.expire_all()


def said_yes() -> Assignment:
    """Ola's seat, which he has said yes to: the camp is in his calendar."""
    camp = one_camp()
    entries.render(camp.event)
    signup = offers(camp.season, ["Ola"], camp)[0]
    seat = asking.ask_next(camp.panels[0], signup, by=None, now=NOW)
    asking.accept(seat, now=NOW)
    db.session.commit()
    return seat


def states() -> list[str]:
    return [str(state) for state in db.session.scalars(sa.select(Assignment.state))]


def test_a_no_on_the_page_and_one_in_the_calendar_wait_for_each_other(
    app: Flask, slowly: Callable[..., None]
):
    seat = said_yes()
    event = seat.camp.event
    invitation = invitations.invitation_of(event, seat.person)
    message = create_message(
        answer=Answer.DECLINED, sequence=event.sequence, dtstamp=LATER, received_at=LATER
    )
    seat_id, invitation_id, message_id = seat.id, invitation.id, message.id
    slowly(applying.actions, "answer", after=_WHILE)
    slowly(asking.invitations, "uninvite", before=_WHILE)

    def read_the_calendar() -> None:
        found = db.session.get_one(InboxMessage, message_id)
        invited = db.session.get_one(Invitation, invitation_id)
        applying.apply_answer(found, [invited], source=AnswerSource.MAIL, now=LATER)

    one_of_each(
        app,
        lambda: asking.decline(db.session.get_one(Assignment, seat_id), now=NOW),
        read_the_calendar,
    )

    seat = db.session.get_one(Assignment, seat_id)
    assert (str(seat.state), seat.calendar_declined_at) == ("declined", None)


def test_a_no_while_the_others_are_told_of_a_change_waits_for_that(
    app: Flask, kari: Person, slowly: Callable[..., None]
):
    seat = said_yes()
    event = seat.camp.event
    camp_actions.edit_camp(
        seat.camp,
        {"starts_at": event.starts_at + timedelta(hours=1)},
        seen_revision=event.revision,
        tell=telling.When.SOON,
        by=kari,
        now=NOW,
    )
    db.session.commit()
    seat_id, event_id, sequence = seat.id, event.id, event.sequence
    slowly(event_changes, "note_sent", before=_WHILE)
    slowly(overtaken, "take_back", after=_WHILE)

    one_of_each(
        app,
        lambda: asking.decline(db.session.get_one(Assignment, seat_id), now=NOW),
        lambda: camp_actions.tell_due(LATER),
    )

    assert states() == ["declined"]
    assert db.session.get_one(Event, event_id).sequence > sequence


def test_nobody_is_asked_who_takes_the_offer_back_at_that_moment(
    app: Flask, slowly: Callable[..., None]
):
    camp = one_camp()
    signup_id = offers(camp.season, ["Ola"], camp)[0].id
    db.session.commit()
    panel_id = camp.panels[0].id
    slowly(asking, "ask", before=_WHILE)

    def ask() -> None:
        signup = db.session.get_one(JurySignup, signup_id)
        try:
            asking.ask_next(db.session.get_one(Panel, panel_id), signup, by=None, now=NOW)
        except asking.HasWithdrawn:
            db.session.rollback()

    one_of_each(app, ask, lambda: _withdraw(signup_id))

    assert states() in ([], ["withdrawn"])


def test_nobody_is_asked_by_a_plan_who_takes_the_offer_back_at_that_moment(
    app: Flask, slowly: Callable[..., None]
):
    camp = one_camp()
    signup_id = offers(camp.season, ["Ola"], camp)[0].id
    plan_id = make(camp.season).id
    slowly(asking, "ask", before=_WHILE)

    def apply() -> None:
        plan = db.session.get_one(Plan, plan_id)
        try:
            planning.apply(plan, revision=plan.revision, by=None, now=NOW)
        except planning.PlanIsStale:
            db.session.rollback()

    one_of_each(app, apply, lambda: _withdraw(signup_id))

    assert states() in ([], ["withdrawn"])


def test_whoever_has_taken_the_offer_back_is_not_asked(app: Flask):
    camp = one_camp()
    signup = offers(camp.season, ["Ola"], camp)[0]
    signup.withdrawn_at = NOW
    db.session.commit()

    with pytest.raises(asking.HasWithdrawn):
        asking.ask_next(camp.panels[0], signup, by=None, now=NOW)


def _withdraw(signup_id: int) -> None:
    signup = db.session.get_one(JurySignup, signup_id)
    # The other has begun by now.
    time.sleep(_WHILE / 2)
    actions.withdraw(signup, reason="", now=NOW)
