import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.asks import asking, open_seats, repairing, rounds
from portal.jury.matching.types import NotProved
from portal.models.accounts import Person
from portal.models.jury import AskRound, Assignment, Conflict, ConflictKind
from portal.models.plans import Plan
from portal.models.seasons import Camp, Panel, Season
from tests.factories import (
    create_camp,
    create_organisation,
    create_person,
    create_season,
    create_signup,
)
from tests.jury.asks.opened import asked_at_once, offers, one_camp, post, seat_of, states
from tests.jury.plans.made import NOW, seats

pytestmark = pytest.mark.usefixtures("in_august")
FAR = {"postcode": "1771", "municipality_code": "3101"}


@pytest.fixture
def organiser(kari, browse_as: Callable) -> FlaskClient:
    client = browse_as(kari)
    client.set_cookie("language", "en")
    return client


def asks_page(camp: Camp, number: int = 1) -> str:
    return f"/organise/seasons/{camp.season.slug}/camps/{camp.event.slug}/juries/{number}/asks"


def juries_page(camp: Camp) -> str:
    return f"/organise/seasons/{camp.season.slug}/juries"


def ticked(page: str) -> list[str]:
    """The names on the form, in turn."""
    return re.findall(r'name="person"[^>]*checked>\s*<label[^>]*><b>([^<]+)</b>', page)


def asked_now() -> dict[str, str]:
    return {a.person.name: str(a.state) for a in db.session.scalars(sa.select(Assignment))}


def test_the_form_shows_two_more_than_seats_the_nearest_and_longest_not_asked_first(organiser):
    camp = one_camp()
    offers(camp.season, ["Far"], camp, **FAR)
    near = offers(camp.season, ["May", "June", "Never"], camp)
    elsewhere = create_camp(create_season(), target=9)
    for signup, month in zip(near, (5, 6), strict=False):
        seat = asking.ask_next(
            elsewhere.panels[0],
            create_signup(elsewhere.season, signup.juror, elsewhere),
            by=None,
            now=NOW,
        )
        seat.asked_at = datetime(2026, month, 1, tzinfo=UTC)
    db.session.commit()

    usual = organiser.get(asks_page(camp)).text
    all_of_them = organiser.get(f"{asks_page(camp)}?people=99").text

    assert ticked(usual) == ["Never", "May", "June"]
    assert ticked(all_of_them) == ["Never", "May", "June", "Far"]
    assert "1 seat is open." in usual
    assert "may answer until Thursday 27 August 2026, 23:59" in usual


@pytest.mark.parametrize("people", ["0", "-3", "x", "9999999999999999999999"])
def test_a_strange_number_of_people_is_taken_for_the_nearest_there_is(organiser, people: str):
    camp = one_camp()
    offers(camp.season, ["Ola", "Siri"], camp)

    page = organiser.get(asks_page(camp), query_string={"people": people})

    assert page.status_code == 200
    assert set(ticked(page.text)) <= {"Ola", "Siri"}


def test_where_two_seats_are_open_the_first_two_get_them(organiser):
    camp = one_camp(target=2)
    offers(camp.season, ["Ola", "Siri", "Nils"], camp)
    everybody = [each.juror.public_id for each in camp.season.signups]

    page = organiser.post(asks_page(camp), data={"person": everybody}, follow_redirects=True).text

    assert page.count("The first to say yes get the seats.") == 2
    assert "The first to say yes gets the seat." not in page


def test_those_who_are_ticked_are_asked_and_no_others(organiser):
    camp = one_camp()
    signups = offers(camp.season, ["Ola", "Siri", "Nils"], camp)
    chosen = [each.juror.public_id for each in signups[:2]]

    page = organiser.post(asks_page(camp), data={"person": chosen}, follow_redirects=True)

    assert "We are asking 2 people now." in page.text
    assert "The first to say yes gets the seat." in page.text
    assert "Several are asked for 1 seat" in page.text
    assert asked_now() == {"Ola": "offered", "Siri": "offered"}


def test_pressing_the_button_twice_asks_once(organiser):
    camp = one_camp()
    signups = offers(camp.season, ["Ola", "Siri"], camp)
    data = {"person": [each.juror.public_id for each in signups]}

    pages = [organiser.post(asks_page(camp), data=data, follow_redirects=True) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert "Some of these can no longer be asked" in pages[1].text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AskRound)) == 1


def test_nobody_ticked_and_somebody_who_did_not_offer_are_not_asked(organiser, ola):
    camp = one_camp()
    offers(camp.season, ["Siri"], camp)

    nobody = organiser.post(asks_page(camp), follow_redirects=True)
    stranger = organiser.post(
        asks_page(camp), data={"person": ola.public_id}, follow_redirects=True
    )

    assert "Choose at least one person" in nobody.text
    assert "Some of these can no longer be asked" in stranger.text
    assert asked_now() == {}


def test_a_full_jury_says_so_instead_of_a_form(organiser):
    camp = one_camp()
    asked_at_once(camp, "Ola", "Siri")

    page = organiser.get(asks_page(camp))

    assert ("No seat is open here" in page.text, ticked(page.text)) == (True, [])


def test_a_jury_of_another_season_does_not_exist(organiser):
    camp, other = one_camp(), one_camp()
    mixed = f"/organise/seasons/{other.season.slug}/camps/{camp.event.slug}/juries/1/asks"
    opened = asked_at_once(camp, "Ola", "Siri")

    answers = [
        organiser.get(mixed).status_code,
        organiser.get(asks_page(camp, 2)).status_code,
        organiser.post(
            f"/organise/seasons/{other.season.slug}/rounds/{opened.public_id}/stop"
        ).status_code,
    ]

    assert answers == [404, 404, 404]
    assert opened.closed_at is None


def test_taking_the_question_back_is_confirmed_first(organiser):
    camp = one_camp()
    opened = asked_at_once(camp, "Ola", "Siri")
    path = f"/organise/seasons/{camp.season.slug}/rounds/{opened.public_id}/stop"

    looked = organiser.get(path)
    before = opened.closed_at
    done = organiser.post(path, follow_redirects=True)
    again = organiser.post(path, follow_redirects=True)

    assert ("2 people have not answered yet" in looked.text, before) == (True, None)
    assert "We are telling 2 people." in done.text
    assert "Nobody is being asked there any more" in again.text
    assert states(opened) == {"Ola": "released", "Siri": "released"}


def test_the_page_tells_who_said_no_and_when_and_how_a_round_ended(organiser, client):
    camp = one_camp()
    opened = asked_at_once(camp, "Ola", "Siri")
    post(client, seat_of(opened, "Ola"), "no")

    running = organiser.get(juries_page(camp)).text
    post(client, seat_of(opened, "Siri"), "no")
    ended = organiser.get(juries_page(camp)).text

    assert "Ola: Said no, 20 Aug 2026, 11:00" in running
    assert "Siri: no answer yet" in running
    assert "1 seat is open after all were asked" in ended


def test_a_repair_without_moves_names_who_is_asked_where(organiser):
    camp = one_camp()
    offers(camp.season, ["Ola"], camp)

    page = organiser.get(juries_page(camp)).text

    assert "It fills 1 of the open seats." in page
    assert "Nobody has to move." in page
    assert "Ola is asked for Moss vgs" in page


def two_camps_and_one_who_must_move(kari: Person) -> tuple[Camp, Camp]:
    """Ola, who can come to both, is asked at Moss; Siri can only come to Moss."""
    moss = one_camp()
    halden = create_camp(moss.season, target=1, day=datetime(2026, 10, 20, 6, 30, tzinfo=UTC))
    halden.school.name = "Halden vgs"
    ola = create_signup(moss.season, create_person("Ola"), moss, halden)
    asking.ask_next(moss.panels[0], ola, by=kari, now=NOW)
    offers(moss.season, ["Siri"], moss)
    db.session.commit()
    return moss, halden


def test_a_repair_says_who_would_move_and_becomes_a_proposal(organiser, kari):
    moss, _halden = two_camps_and_one_who_must_move(kari)

    page = organiser.get(juries_page(moss)).text
    made = organiser.post(f"{juries_page(moss)}/repair", follow_redirects=True)

    assert "1 person moves; nobody who has said yes does." in page
    assert "Ola moves from Moss vgs to Halden vgs" in page
    assert "Siri is asked for Moss vgs" in page
    assert made.status_code == 200
    plan = db.session.scalars(sa.select(Plan)).one()
    assert seats(plan) == {
        ("Moss vgs", "Ola", "remove"),
        ("Halden vgs", "Ola", "add"),
        ("Moss vgs", "Siri", "add"),
    }
    # Nothing happens before it is applied.
    assert asked_now() == {"Ola": "asked"}


def test_a_repair_that_is_not_proved_is_not_shown(organiser, monkeypatch):
    camp = one_camp()
    offers(camp.season, ["Ola"], camp)

    def fail(problem: object) -> None:
        raise NotProved

    monkeypatch.setattr(repairing, "solve", fail)
    page = organiser.get(juries_page(camp))
    made = organiser.post(f"{juries_page(camp)}/repair", follow_redirects=True)

    assert "No repair was proved best, so none is shown." in page.text
    assert "Ask Ola" in page.text
    assert "No proposal was proved best" in made.text
    assert db.session.scalars(sa.select(Plan)).all() == []


def test_where_nobody_can_help_the_page_says_so(organiser):
    camp = one_camp()
    offers(camp.season, ["Ola"])

    page = organiser.get(juries_page(camp)).text

    assert "Nobody who has offered can fill the open seats" in page


def test_whoever_should_not_judge_there_is_not_named_at_all(organiser):
    camp = one_camp()
    [ola, _siri, _nils] = offers(camp.season, ["Ola", "Siri", "Nils"], camp)
    ola.conflicts.append(Conflict(school=camp.school, kind=ConflictKind.FAMILY))
    db.session.commit()

    form = organiser.get(f"{asks_page(camp)}?people=9").text
    page = organiser.get(juries_page(camp)).text

    assert sorted(ticked(form)) == ["Nils", "Siri"]
    assert ("Ola" in form, "Ola" in page) == (False, False)


def test_each_jury_of_a_camp_asks_for_its_own_seats(organiser):
    camp = one_camp()
    camp.panels.append(Panel(number=2, minimum=1, target=1))
    signups = offers(camp.season, ["Ola", "Siri"], camp)
    chosen = {"person": [each.juror.public_id for each in signups]}

    organiser.post(asks_page(camp, 2), data=chosen)

    opened = db.session.scalars(sa.select(AskRound)).one()
    assert opened.panel_id == camp.panels[1].id
    [row] = open_seats.juries(camp.season, NOW).camps
    assert [(each.panel.number, each.free) for each in row.open_panels] == [(1, 1)]
    assert (row.missing, row.in_rounds, row.waiting) == (1, 1, 1)


def busy_camp(season: Season, number: int) -> Camp:
    """A camp with a round, a no, an open seat and somebody who could take it."""
    day = datetime(2026, 10, 20, 6, 30, tzinfo=UTC) + timedelta(days=7 * number)
    camp = create_camp(season, day=day, target=1)
    panel, signups = camp.panels[0], offers(season, [f"{number} {n}" for n in range(5)], camp)
    for each in signups:
        each.juror.organisation = create_organisation()
    rounds.ask_several(panel, signups[:2], by=None, now=NOW)
    panel.target = 3
    asking.decline(asking.ask_next(panel, signups[2], by=None, now=NOW), now=NOW)
    asking.accept(asking.ask_next(panel, signups[3], by=None, now=NOW), now=NOW)
    return camp


def test_the_page_of_juries_asks_the_database_as_often_for_many_camps(organiser, queries):
    counts = []
    for number in (1, 4):
        season = create_season()
        camps = [busy_camp(season, each) for each in range(number)]
        db.session.commit()
        path = juries_page(camps[0])
        organiser.get(path)
        with queries() as statements:
            page = organiser.get(path).text
        assert page.count("Several are asked for 1 seat") == 2 * number
        counts.append(len([each for each in statements if each.startswith("SELECT")]))

    assert counts[0] == counts[1] <= 24


def test_the_page_of_juries_asks_at_once_whom_those_on_other_juries_work_for(organiser, queries):
    counts = []
    for number in (1, 6):
        season = create_season()
        held = create_camp(season, target=number)
        wanting = create_camp(season, day=datetime(2026, 10, 27, 6, 30, tzinfo=UTC), target=1)
        names = [f"Person {n}" for n in range(number)]
        for each in offers(season, names, held, wanting, at_most=2):
            each.juror.organisation = create_organisation()
            asking.accept(asking.ask_next(held.panels[0], each, by=None, now=NOW), now=NOW)
        db.session.commit()
        organiser.get(juries_page(held))
        with queries() as statements:
            organiser.get(juries_page(held))
        counts.append(len(statements))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("number", ["0", "3", "9" * 20, "9" * 400])
def test_a_jury_that_there_is_not_has_no_page(organiser, number: str):
    camp = one_camp()

    assert organiser.get(asks_page(camp, number)).status_code == 404
