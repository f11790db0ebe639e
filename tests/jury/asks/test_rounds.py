from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import ask_notices, asking, rounds, seats
from portal.models.invitations import Invitation
from portal.models.jury import AskRound, Assignment, AssignmentState, Conflict, ConflictKind
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.factories import create_person, create_signup
from tests.jury.asks.opened import (
    LATER,
    asked_at_once,
    offers,
    one_camp,
    post,
    seat_of,
    states,
    verbs,
    written,
)
from tests.jury.plans.made import NOW

pytestmark = pytest.mark.usefixtures("in_august")


def test_several_are_asked_in_one_mail_each_and_none_has_the_seat_yet(app):
    opened = asked_at_once(one_camp(), "Ola", "Siri", "Nils")

    assert states(opened) == {"Ola": "offered", "Siri": "offered", "Nils": "offered"}
    assert (opened.seats, opened.seats_left, opened.closed_at) == (1, 1, None)
    assert sorted(written("jury.asks")) == ["Nils", "Ola", "Siri"]
    assert not any(seat.is_seated for seat in opened.assignments)
    assert seats.free(opened.panel) == 0
    assert verbs() == ["round.opened"]


def test_the_mail_and_the_page_say_that_the_first_yes_gets_the_seat(client):
    said = "The first to say yes gets the seat"
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    for seat in opened.assignments:
        seat.person.language = "en"
    db.session.commit()
    mailing = db.session.scalar(sa.select(Mailing))

    messages = [message for _key, message in ask_notices.asks(mailing, NOW)]
    page = client.get(f"/asks/{asking.token_of(seat_of(opened, 'Ola'))}")

    assert [(said in each.text, said in each.html) for each in messages] == [(True, True)] * 2
    assert said in page.text


def test_the_first_yes_gets_the_seat_and_the_others_are_thanked_once(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri", "Nils")

    page = post(client, seat_of(opened, "Ola"), "yes")

    assert "You have said yes" in page.text
    assert states(opened) == {"Ola": "accepted", "Siri": "released", "Nils": "released"}
    assert (opened.seats_left, opened.closed_at) == (0, NOW)
    assert sorted(written("jury.taken")) == ["Nils", "Siri"]
    assert [each.person.name for each in db.session.scalars(sa.select(Invitation))] == ["Ola"]
    assert verbs() == ["round.opened", "round.closed"]


def test_a_yes_too_late_is_told_kindly_on_the_page_and_not_by_mail_as_well(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri", "Nils")
    post(client, seat_of(opened, "Ola"), "yes")

    page = post(client, seat_of(opened, "Siri"), "yes")

    assert page.status_code == 200
    assert "Somebody else has the seat by now" in page.text
    assert "somebody else said yes just before you" in page.text
    assert states(opened) == {"Ola": "accepted", "Siri": "reserve", "Nils": "released"}
    assert written("jury.taken") == ["Nils"]


def test_a_no_when_the_seat_is_taken_is_kept_and_thanked_for(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    post(client, seat_of(opened, "Ola"), "yes")

    page = post(client, seat_of(opened, "Siri"), "no")

    assert ("Thank you for telling us" in page.text, written("jury.taken")) == (True, [])
    assert states(opened) == {"Ola": "accepted", "Siri": "declined"}


def test_whoever_only_looks_when_the_seat_is_taken_is_told_and_nothing_changes(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    post(client, seat_of(opened, "Ola"), "yes")
    client.set_cookie("language", "en")

    page = client.get(f"/asks/{asking.token_of(seat_of(opened, 'Siri'))}")
    empty = client.post(f"/asks/{asking.token_of(seat_of(opened, 'Siri'))}")

    assert (page.status_code, empty.status_code) == (200, 200)
    assert "You need not answer" in page.text
    assert states(opened)["Siri"] == "released"


def test_a_second_yes_from_another_device_takes_no_second_seat(client):
    opened = asked_at_once(one_camp(target=2), "Ola", "Siri", "Nils")

    post(client, seat_of(opened, "Ola"), "yes")
    post(client, seat_of(opened, "Ola"), "yes")

    assert (opened.seats_left, opened.closed_at) == (1, None)
    assert states(opened) == {"Ola": "accepted", "Siri": "offered", "Nils": "offered"}


def test_a_change_of_mind_gives_the_seat_back_to_those_who_have_not_answered(client):
    opened = asked_at_once(one_camp(target=2), "Ola", "Siri", "Nils")

    for said in ("yes", "no", "yes", "no"):
        post(client, seat_of(opened, "Ola"), said)

    assert (opened.seats_left, opened.closed_at) == (2, None)
    assert seats.free(opened.panel) == 0
    post(client, seat_of(opened, "Siri"), "yes")
    post(client, seat_of(opened, "Nils"), "yes")
    assert states(opened) == {"Ola": "declined", "Siri": "accepted", "Nils": "accepted"}


def test_when_all_have_said_no_the_seat_is_open_again(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri")

    post(client, seat_of(opened, "Ola"), "no")
    half_way = (opened.closed_at, seats.free(opened.panel))
    post(client, seat_of(opened, "Siri"), "no")

    assert half_way == (None, 0)
    assert (opened.closed_at, opened.seats_left, seats.free(opened.panel)) == (NOW, 1, 1)
    assert written("jury.taken") == []


def test_the_deadline_ends_a_round_and_a_late_yes_still_gets_a_free_seat(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri")

    expired = asking.expire_overdue(NOW + timedelta(days=8))
    db.session.commit()
    ended = (opened.closed_at, seats.free(opened.panel), states(opened))
    post(client, seat_of(opened, "Ola"), "yes")

    assert expired == 2
    assert ended == (NOW + timedelta(days=8), 1, {"Ola": "expired", "Siri": "expired"})
    assert states(opened) == {"Ola": "accepted", "Siri": "expired"}


def test_the_seat_that_comes_free_later_may_be_asked_for_by_the_same_people(client):
    camp = one_camp()
    opened = asked_at_once(camp, "Ola", "Siri", "Nils")
    old = asking.token_of(seat_of(opened, "Nils"))
    post(client, seat_of(opened, "Ola"), "yes")
    post(client, seat_of(opened, "Siri"), "yes")
    post(client, seat_of(opened, "Ola"), "no")
    signups = [seat_of(opened, name).signup for name in ("Siri", "Nils")]

    again = rounds.ask_several(camp.panels[0], signups, by=None, now=LATER)
    db.session.commit()

    assert states(again) == {"Siri": "offered", "Nils": "offered"}
    assert "newer question" in client.get(f"/asks/{old}").text
    assert written("jury.taken") == []
    post(client, seat_of(again, "Nils"), "yes")
    assert states(again) == {"Siri": "released", "Nils": "accepted"}


def test_as_many_people_as_seats_have_one_each(app):
    camp = one_camp(target=2)
    signups = offers(camp.season, ["Ola", "Siri"], camp)

    opened = rounds.ask_several(camp.panels[0], signups, by=None, now=NOW)
    db.session.commit()

    assert opened is None
    found = db.session.scalars(sa.select(Assignment))
    assert [(each.state, each.round_id) for each in found] == [(AssignmentState.ASKED, None)] * 2
    assert sorted(written("jury.asks")) == ["Ola", "Siri"]


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda camp, signups: signups.clear(), rounds.NobodyChosen),
        (lambda camp, signups: setattr(camp.event, "state", "cancelled"), asking.CampIsOff),
        (lambda camp, signups: setattr(camp.event, "starts_at", NOW), asking.CampIsOff),
        (
            lambda camp, signups: signups[1].conflicts.append(
                Conflict(school=camp.school, kind=ConflictKind.FAMILY)
            ),
            asking.StandsInTheWay,
        ),
    ],
)
def test_where_one_cannot_be_asked_nobody_is(app, spoil, refusal):
    camp = one_camp()
    signups = offers(camp.season, ["Ola", "Siri"], camp)
    spoil(camp, signups)

    with pytest.raises(refusal):
        rounds.ask_several(camp.panels[0], signups, by=None, now=NOW)

    db.session.rollback()
    assert db.session.scalars(sa.select(Assignment)).all() == []


def test_a_seat_asked_for_in_a_round_is_not_asked_for_again(app):
    camp = one_camp()
    opened = asked_at_once(camp, "Ola", "Siri")
    [nils] = offers(camp.season, ["Nils"], camp)

    with pytest.raises(asking.JuryIsFull):
        asking.ask_next(camp.panels[0], nils, by=None, now=NOW)
    camp.panels[0].target = 2
    db.session.commit()
    with pytest.raises(asking.SitsAlready):
        asking.ask_next(camp.panels[0], seat_of(opened, "Ola").signup, by=None, now=NOW)


def test_whoever_said_no_gets_a_seat_only_if_no_round_has_it_to_give(client):
    camp = one_camp()
    first = asked_at_once(camp, "Ola", "Siri")
    for name in ("Ola", "Siri"):
        post(client, seat_of(first, name), "no")
    asked_at_once(camp, "Nils", "Liv")

    page = post(client, seat_of(first, "Ola"), "yes")

    assert "Somebody else has the seat by now" in page.text
    assert states(first) == {"Ola": "declined", "Siri": "declined"}


def test_a_yes_is_refused_kindly_when_the_jury_was_made_smaller(client):
    camp = one_camp(target=2)
    opened = asked_at_once(camp, "Ola", "Siri", "Nils")
    post(client, seat_of(opened, "Ola"), "yes")
    camp.panels[0].target = 1
    db.session.commit()

    page = post(client, seat_of(opened, "Siri"), "yes")

    assert "somebody else said yes just before you" in page.text
    assert states(opened) == {"Ola": "accepted", "Siri": "reserve", "Nils": "offered"}
    post(client, seat_of(opened, "Nils"), "no")
    assert opened.closed_at == NOW


def test_the_thanks_are_written_in_the_readers_language_and_name_school_and_day(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    seat_of(opened, "Siri").person.language = "en"
    post(client, seat_of(opened, "Ola"), "yes")
    mailing = db.session.scalar(sa.select(Mailing).where(Mailing.kind == "jury.taken"))

    [(key, message)] = list(ask_notices.taken(mailing, LATER))

    assert key == f"jury/taken-{seat_of(opened, 'Siri').id}.1"
    assert message.subject == "Jury at Moss vgs on Tuesday 20 October 2026: the seat is taken"
    assert "Somebody else said yes first, so you need not answer." in message.text
    assert mailing.hold_until == NOW + timedelta(minutes=2)


def test_last_asked_is_the_newest_question_of_any_season(app):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    ola = seat_of(opened, "Ola").person
    another = one_camp()
    signup = create_signup(another.season, ola, another)
    asking.ask_next(another.panels[0], signup, by=None, now=LATER)
    siri, never = seat_of(opened, "Siri").person, create_person("Nils")

    assert rounds.last_asked([ola.id, siri.id, never.id]) == {ola.id: LATER, siri.id: NOW}


def test_a_seat_applied_from_a_plan_leaves_the_round(app):
    camp = one_camp(target=2)
    opened = asked_at_once(camp, "Ola", "Siri", "Nils")
    ola = seat_of(opened, "Ola")

    asking.ask([ola], key="by-hand", by=None, now=LATER)
    for name in ("Siri", "Nils"):
        asking.decline(seat_of(opened, name), now=LATER)
    db.session.commit()

    assert (ola.state, ola.round_id) == (AssignmentState.ASKED, None)
    assert (opened.closed_at, seats.free(camp.panels[0])) == (LATER, 1)


def test_the_database_refuses_a_seat_given_twice(app):
    opened = asked_at_once(one_camp(), "Ola", "Siri")

    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(
            sa.update(AskRound).where(AskRound.id == opened.id).values(seats_left=-1)
        )

    db.session.rollback()
    assert db.session.scalars(sa.select(OutboxMail)).all() == []


def test_pages_of_rounds_are_for_organisers(ola, browse_as: Callable, client):
    camp = one_camp()
    opened = asked_at_once(camp, "Nils", "Siri")
    at = f"/organise/seasons/{camp.season.slug}"

    for path in (f"/camps/{camp.event.slug}/juries/1/asks", f"/rounds/{opened.public_id}/stop"):
        assert browse_as(ola).get(at + path).status_code == 403
        assert client.get(at + path).status_code == 302
    assert browse_as(ola).post(f"{at}/juries/repair").status_code == 403
    assert states(opened) == {"Nils": "offered", "Siri": "offered"}


@pytest.mark.parametrize(("state", "times", "status"), [("55P03", 4, 200), ("57014", 1, 503)])
def test_whoever_waits_long_for_others_who_answer_is_not_turned_away(
    client, monkeypatch, state: str, times: int, status: int
):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    accept, left = asking.accept, iter(range(times))
    locked = type("Locked", (Exception,), {"sqlstate": state})

    def wait_and_accept(*args, **kwargs):
        if next(left, None) is not None:
            raise sa.exc.OperationalError("SELECT", {}, locked())
        accept(*args, **kwargs)

    monkeypatch.setattr(asking, "accept", wait_and_accept)
    page = post(client, seat_of(opened, "Ola"), "yes")

    assert page.status_code == status
    assert states(opened)["Ola"] == ("accepted" if status == 200 else "offered")
