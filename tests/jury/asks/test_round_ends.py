from datetime import UTC, datetime

import pytest

from portal.calendar import entries
from portal.db import db
from portal.home import mine
from portal.invitations.telling import When
from portal.jury.asks import asking, rounds, seats
from portal.jury.question import problems
from portal.jury.signup import actions
from portal.models.seasons import Panel, RankingPolicy
from portal.seasons import camp_actions, queries
from tests.factories import create_camp, create_person, create_signup
from tests.jury.asks.opened import (
    LATER,
    asked_at_once,
    offers,
    one_camp,
    post,
    seat_of,
    states,
    written,
)
from tests.jury.plans.made import NOW

pytestmark = pytest.mark.usefixtures("in_august")


def test_an_organiser_takes_the_question_back_and_those_asked_are_told(kari):
    opened = asked_at_once(one_camp(target=2), "Ola", "Siri", "Nils")
    asking.accept(seat_of(opened, "Ola"), now=NOW)

    told = rounds.stop(opened, by=kari, now=LATER)
    db.session.commit()

    assert told == 2
    assert states(opened) == {"Ola": "accepted", "Siri": "released", "Nils": "released"}
    assert sorted(written("jury.stopped")) == ["Nils", "Siri"]
    assert (seats.free(opened.panel), written("jury.taken")) == (1, [])
    with pytest.raises(rounds.RoundIsClosed):
        rounds.stop(opened, by=kari, now=LATER)


def test_whoever_was_asked_in_a_round_that_was_taken_back_need_not_answer(client):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    rounds.stop(opened, by=None, now=NOW)
    db.session.commit()

    page = post(client, seat_of(opened, "Ola"), "yes")

    assert "We need no answer any more" in page.text
    assert states(opened)["Ola"] == "released"


def test_taking_out_the_last_who_has_not_answered_ends_the_round(kari):
    opened = asked_at_once(one_camp(), "Ola", "Siri")
    asking.decline(seat_of(opened, "Ola"), now=NOW)

    asking.release(seat_of(opened, "Siri"), by=kari, now=NOW, for_good=True)
    db.session.commit()

    assert (opened.closed_at, seats.free(opened.panel)) == (NOW, 1)
    assert written("jury.released") == ["Siri"]


def test_a_withdrawn_offer_leaves_the_round(app):
    opened = asked_at_once(one_camp(), "Ola", "Siri")

    for name in ("Ola", "Siri"):
        actions.withdraw(seat_of(opened, name).signup, reason="", now=NOW)
    db.session.commit()

    assert states(opened) == {"Ola": "withdrawn", "Siri": "withdrawn"}
    assert (opened.closed_at, seats.free(opened.panel)) == (NOW, 1)


def test_a_camp_called_off_ends_its_rounds_and_tells_those_asked(kari):
    camp = one_camp()
    opened = asked_at_once(camp, "Ola", "Siri")

    camp_actions.call_off(camp, "For få elever", by=kari, now=NOW)
    db.session.commit()
    db.session.refresh(opened)

    assert (opened.closed_at, states(opened)) == (NOW, {"Ola": "released", "Siri": "released"})
    assert sorted(written("jury.camp_cancelled")) == ["Ola", "Siri"]


def test_a_camp_that_moves_asks_those_of_a_round_about_the_new_time(kari, client):
    camp = one_camp()
    entries.render(camp.event)
    opened = asked_at_once(camp, "Ola", "Siri")
    old = asking.token_of(seat_of(opened, "Ola"))
    values = {"starts_at": datetime(2026, 10, 21, 6, 30, tzinfo=UTC),
              "ends_at": datetime(2026, 10, 21, 12, 30, tzinfo=UTC)}  # fmt: skip

    camp_actions.edit_camp(
        camp, values, seen_revision=camp.event.revision, tell=When.NOW, by=kari, now=LATER
    )
    db.session.commit()
    client.set_cookie("language", "en")
    on_old_link = client.get(f"/asks/{old}").text

    assert states(opened) == {"Ola": "offered", "Siri": "offered"}
    assert sorted(written("jury.reconfirm")) == ["Ola", "Siri"]
    assert "newer question" in on_old_link
    post(client, seat_of(opened, "Ola"), "yes")
    assert states(opened) == {"Ola": "accepted", "Siri": "released"}


def test_a_jury_with_a_round_behind_it_cannot_be_taken_away(kari):
    camp = one_camp()
    camp.panels.append(Panel(number=2, minimum=1, target=1))
    signups = offers(camp.season, ["Ola", "Siri"], camp)
    opened = rounds.ask_several(camp.panels[1], signups, by=None, now=NOW)
    # Nobody is left on it, since both were moved to the other.
    for seat in opened.assignments:
        asking.decline(seat, now=NOW)
        seat.panel = camp.panels[0]
    db.session.commit()
    juries = camp_actions.Juries(number=1, minimum=1, target=1)

    with pytest.raises(camp_actions.JuryInUse):
        camp_actions.set_details(camp, juries, pupils=None, practical="", by=kari, now=NOW)


def test_proposals_leave_out_what_an_open_round_may_give(app):
    camp = one_camp(target=2)
    same_day = create_camp(camp.season, target=1)
    other_day = create_camp(camp.season, day=datetime(2026, 10, 27, 6, 30, tzinfo=UTC))
    ola = create_signup(camp.season, create_person("Ola"), camp, same_day, other_day, at_most=2)
    others = offers(camp.season, ["Siri", "Nils"], camp)
    rounds.ask_several(camp.panels[0], [ola, *others], by=None, now=NOW)
    db.session.commit()

    problem = problems.of_season(camp.season, RankingPolicy.NEAREST, NOW)

    panels = {each.id: each.panels[0] for each in problem.camps}
    asked = next(each for each in problem.volunteers if each.id == str(ola.juror_id))
    assert (panels[str(camp.id)].minimum, panels[str(camp.id)].target) == (0, 0)
    assert panels[str(same_day.id)].target == 1
    assert asked.at_most == 1
    assert asked.refused == {str(camp.id), str(same_day.id)}


def test_an_open_round_stands_on_the_persons_own_page_and_in_the_overview(app):
    camp = one_camp(target=2)
    opened = asked_at_once(camp, "Ola", "Siri", "Nils")

    asks = mine.of(seat_of(opened, "Ola").person, NOW).asks
    [row] = queries.shown_camps(camp.season, None)

    assert asks == [seat_of(opened, "Ola")]
    assert (row.taken, row.waiting, row.missing) == (0, 2, 2)
