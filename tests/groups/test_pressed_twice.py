"""Buttons that make something, pressed twice: it is made once, and nothing typed is lost."""

from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import clock
from portal.db import db
from portal.models.audit import AuditEntry
from portal.models.input_rounds import Contribution, InputRound
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp
from portal.models.polls import DatePoll
from tests.accounts.test_races import at_once
from tests.groups.input_rounds.rounds import create_round
from tests.groups.meanwhile import shown
from tests.groups.people import create_led_group, lead_of, typed, url_of

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def group(app):
    return create_led_group()


@pytest.fixture
def lead(group, browse_as):
    return browse_as(lead_of(group))


def count(model) -> int:
    db.session.expire_all()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def day(days: int) -> str:
    return f"{(clock.now() + timedelta(days=days)).date():%d.%m.%Y}"


ADDED = {
    "follow_up": ("/follow-ups/new", FollowUp, {"text": "Ringe Moss"}),
    "meeting": ("/meetings/new", Meeting, None),
    "poll": ("/polls/new", DatePoll, {"title": "Møte om notatet"}),
    "round": ("/input/new", InputRound, {"question": "Hva skal stå i programmet?"}),
}


@pytest.mark.parametrize("kind", ADDED)
def test_what_is_added_by_pressing_twice_is_there_once(group, lead, kind):
    rest, model, values = ADDED[kind]
    page = url_of(group, rest)
    if kind == "poll":
        values = {**values, "answer_by": day(5), "times-0-day": day(20), "times-0-starts": "09.00",
                  "times-0-ends": "10.00", "times-1-day": day(21), "times-1-starts": "09.00",
                  "times-1-ends": "10.00"}  # fmt: skip
    if kind == "round":
        values = {**values, "answer_by": day(20), "shows_names": "yes"}
    data = {**shown(lead, page), **(typed() if values is None else values)}

    answers = [lead.post(page, data=data) for _time in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert count(model) == 1


def test_what_is_written_in_the_old_form_after_going_back_is_added_too(group, lead):
    page = url_of(group, "/follow-ups/new")
    data = shown(lead, page)

    for text in ("Ringe Moss", "Ringe Halden"):
        lead.post(page, data={**data, "text": text})

    assert db.session.scalars(sa.select(FollowUp.text).order_by(FollowUp.id)).all() == [
        "Ringe Moss", "Ringe Halden",
    ]  # fmt: skip


def test_the_same_in_a_form_that_was_opened_anew_is_another(group, lead):
    page = url_of(group, "/follow-ups/new")

    for _time in range(2):
        lead.post(page, data={**shown(lead, page), "text": "Ringe Moss"})

    assert count(FollowUp) == 2


def test_a_follow_up_sent_twice_at_once_is_added_once(app: Flask, group, lead, browse_as):
    page = url_of(group, "/follow-ups/new")
    data = {**shown(lead, page), "text": "Ringe Moss"}
    visitors, ready = [browse_as(lead_of(group)) for _each in range(4)], Barrier(4)

    def press(attempt: int) -> int:
        ready.wait(20)
        return visitors[attempt].post(page, data=data).status_code

    assert at_once(app, press) == [302] * 4
    assert count(FollowUp) == 1


def test_points_noted_by_pressing_twice_are_there_once(group, lead):
    found = create_round(group)
    page = url_of(group, f"/input/{found.public_id}/noted")
    data = {**shown(lead, page), "points-0-text": "Tog", "points-1-text": "Buss"}

    answers = [lead.post(page, data=data).status_code for _time in range(2)]

    assert answers == [302, 302]
    noted = db.session.scalars(sa.select(Contribution.text).order_by(Contribution.id)).all()
    assert noted == ["Tog", "Buss"]
    verbs = sa.select(AuditEntry.verb).where(AuditEntry.verb == "point.noted")
    assert db.session.scalars(verbs).all() == ["point.noted"]
