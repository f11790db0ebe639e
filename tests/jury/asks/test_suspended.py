"""Somebody who is suspended is not proposed, not asked, and not waited for."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import asking, open_seats, rounds, seats
from portal.jury.plans import plan_queries
from portal.models.jury import Assignment, AssignmentState
from tests.jury.asks.opened import LATER, asked_at_once, offers, one_camp, seat_of, states
from tests.jury.plans.made import NOW, make
from tests.jury.plans.made import seats as seats_in

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def camp(app):
    return one_camp()


@pytest.fixture
def barred(camp):
    """The offer of Ola, who is suspended since; Siri's stands beside it."""
    signup, _siri = offers(camp.season, ["Ola", "Siri"], camp)
    signup.juror.suspended_at = NOW
    db.session.commit()
    return signup


def test_a_proposal_and_the_list_of_who_is_next_pass_over_who_is_suspended(camp, barred):
    panel = open_seats.open_panel(camp.season, camp.panels[0], NOW)
    plan = make(camp.season)
    plan.rows = []
    db.session.commit()

    assert [each.person.name for each in panel.candidates] == ["Siri"]
    assert [each.juror.name for each in plan_queries.unseated(plan)] == ["Siri"]


def test_no_seat_is_proposed_to_who_is_suspended(camp, barred):
    camp.panels[0].target = 2
    db.session.commit()

    assert {name for _camp, name, _action in seats_in(make(camp.season))} == {"Siri"}


def test_who_sits_already_keeps_the_seat_in_a_new_proposal(camp, barred):
    seat = Assignment(camp=camp, panel=camp.panels[0], person=barred.juror, created_at=NOW,
                      state=AssignmentState.ACCEPTED)  # fmt: skip
    db.session.add(seat)
    db.session.commit()

    assert {(name, action) for _camp, name, action in seats_in(make(camp.season))} == {
        ("Ola", "keep")
    }


def ask_alone(panel, signup) -> None:
    asking.ask_next(panel, signup, by=None, now=NOW)


def ask_with_others(panel, signup) -> None:
    rounds.ask_several(panel, [signup], by=None, now=NOW)


@pytest.mark.parametrize("ask", [ask_alone, ask_with_others])
def test_who_was_suspended_after_the_page_was_opened_is_not_asked(camp, barred, ask):
    with pytest.raises(asking.IsSuspended):
        ask(camp.panels[0], barred)
    db.session.rollback()

    assert db.session.scalars(sa.select(Assignment)).all() == []


def test_who_is_suspended_while_asked_is_not_waited_for_and_cannot_answer(camp, client):
    opened = asked_at_once(camp, "Ola", "Siri")
    link = f"/asks/{asking.token_of(seat_of(opened, 'Ola'))}"
    seat_of(opened, "Ola").person.suspended_at = NOW
    db.session.commit()

    ended = asking.expire_overdue(LATER)
    db.session.commit()

    assert (ended, states(opened)) == (1, {"Ola": "expired", "Siri": "offered"})
    assert client.post(link, data={"answer": "yes"}).status_code == 404
    assert states(opened)["Ola"] == "expired"


def test_a_seat_that_somebody_suspended_was_asked_for_is_free(camp):
    (signup,) = offers(camp.season, ["Ola"], camp)
    asking.ask_next(camp.panels[0], signup, by=None, now=NOW)
    signup.juror.suspended_at = NOW
    db.session.commit()

    asking.expire_overdue(NOW + timedelta(minutes=1))
    db.session.commit()

    assert seats.free(camp.panels[0]) == 1
