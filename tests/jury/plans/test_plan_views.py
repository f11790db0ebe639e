"""What the pages of a plan show: figures, camps in order, a board, and what applying would do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import asking
from portal.jury.plans import edits
from portal.models.jury import Assignment
from portal.models.mailings import Mailing
from portal.models.plans import Plan
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.asks.opened import asked_at_once, one_camp
from tests.jury.plans.made import NOW, asking_to, by, change, make, row_at, seats

TUESDAY = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)


def test_only_changes_leaves_out_juries_that_stay(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted
    client = browse_as(kari)
    applied = client.post(
        f"/organise/plans/{plan.public_id}/application", data={"revision": plan.revision}
    )
    assert applied.status_code == 302
    again = make(plan.season)
    change(client, again, asking_to("take_out", row_at(again, moss)))

    every = client.get(f"/organise/plans/{again.public_id}").text
    changed = client.get(f"/organise/plans/{again.public_id}?only=changes").text

    shown = [re.findall(r'<h3[^>]* id="camp-[^>]*>(\w+)', html) for html in (every, changed)]
    assert shown == [["Moss", "Halden"], ["Moss"]]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("date", ["Moss", "Råde", "Askim"]),
        ("name", ["Askim", "Moss", "Råde"]),
        ("county", ["Råde", "Moss", "Askim"]),
        ("missing", ["Askim", "Råde", "Moss"]),
    ],
)
def test_the_camps_are_sorted_as_asked(
    app, kari, in_august, browse_as: Callable, sort: str, names: list[str]
):
    season = create_season()
    camps = {
        name: create_camp(
            season, create_school(f"{name} vgs"), day=TUESDAY + timedelta(days=day),
            target=target, county_code=county,
        )
        for name, day, target, county in (
            ("Moss", 0, 1, "31"), ("Råde", 1, 2, "32"), ("Askim", 2, 3, "31"),
        )
    }  # fmt: skip
    create_signup(season, create_person("Ola Hansen"), camps["Moss"])
    plan = make(season)

    page = browse_as(kari).get(f"/organise/plans/{plan.public_id}?sort={sort}").text

    table = re.search(r'<table class="[^"]*plan-camps.*?</table>', page, re.S)[0]
    assert re.findall(r'href="#camp-[^"]*">(\w+)', table) == names
    assert table.count("aria-sort") == 1


def test_the_figures_of_today_stand_beside_those_of_the_plan(drafted, kari, browse_as: Callable):
    plan, _moss, _halden = drafted
    client = browse_as(kari)

    page = client.get(f"/organise/plans/{plan.public_id}").text

    cards = re.findall(r'<li class="ds-card"[^>]*>(.*?)</li>', page, re.S)
    numbers = [re.findall(r"\d+", re.sub(r"<[^>]+>", " ", card)) for card in cards]
    # Seats; filled, missing and below the minimum with today's; km, none yet today; people.
    assert [numbers[i] for i in (0, 1, 2, 3, 5)] == [
        ["2"],
        ["2", "0"],
        ["0", "2"],
        ["0", "2"],
        ["2"],
    ]


def test_seats_that_several_are_asked_for_are_neither_filled_nor_missing(
    app, kari, in_august, browse_as: Callable
):
    camp = one_camp(target=2)
    create_signup(camp.season, create_person("Amir Khan"), camp)
    asking.ask_next(camp.panels[0], camp.season.signups[0], by=None, now=NOW)
    asked_at_once(camp, "Ola Hansen", "Siri Berg")
    plan = make(camp.season)
    client = browse_as(kari)
    client.set_cookie("language", "en")

    page = client.get(f"/organise/plans/{plan.public_id}").text
    board = client.get(f"/organise/plans/{plan.public_id}/board").text

    cards = re.findall(r'<li class="ds-card"[^>]*>(.*?)</li>', page, re.S)
    numbers = [re.findall(r"\d+", re.sub(r"<[^>]+>", " ", card)) for card in cards]
    # Seats; filled with today's; missing with today's, and how many more are asked for.
    assert numbers[:3] == [["2"], ["1", "1"], ["0", "0", "1"]]
    assert re.findall(r">(Several are asked[^<]*|Missing[^<]*)<", page) == ["Several are asked"] * 2
    assert "Put in somebody by hand" not in page
    assert re.findall(r">(Several are asked[^<]*|Missing[^<]*)<", board) == [
        "Several are asked for 1 seat"
    ]


def test_the_board_shows_a_day_and_moves_without_script(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted
    client = browse_as(kari)
    path = f"/organise/plans/{plan.public_id}/board"

    page = client.get(f"{path}?day=2026-10-20").text
    amir = next(s.juror for s in plan.season.signups if s.juror.name == "Amir Khan")
    moved = change(
        client,
        plan,
        {
            "action": "move", "person": amir.public_id, "panel": "", "to": moss.panels[0].id,
            "revision": plan.revision, "view": "board", "day": "2026-10-20",
        },
    )  # fmt: skip

    lanes = re.findall(r'<h2[^>]* id="lane-\w+">(.*?)<span', page, re.S)
    assert [lane.strip() for lane in lanes][1:] == ["Moss vgs", "Halden vgs"]
    assert moved.headers["Location"] == (
        f"{path}?day=2026-10-20#card-{moss.panels[0].id}-{amir.public_id}"
    )
    assert ("Moss vgs", "Amir Khan", "add") in seats(plan)


def test_a_card_moved_to_no_seat_is_taken_out(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted

    change(browse_as(kari), plan, asking_to("move", row_at(plan, moss), to="", view="board"))

    assert seats(plan) == {("Halden vgs", "Siri Berg", "add")}


def test_the_board_of_a_county_shows_its_camps_alone(drafted, kari, browse_as: Callable):
    plan, _moss, _halden = drafted
    create_camp(
        plan.season, create_school("Horten vgs"), day=TUESDAY + timedelta(days=7), county_code="39"
    )
    client = browse_as(kari)

    page = client.get(f"/organise/plans/{plan.public_id}/board?county=39").text

    lanes = re.findall(r'<h2[^>]* id="lane-\w+">(.*?)<span', page, re.S)
    assert [lane.strip() for lane in lanes][1:] == ["Horten vgs"]
    # Nobody has offered to come there, and those who have not are a press away.
    assert "Amir Khan" not in page
    assert (
        "Amir Khan"
        in client.get(f"/organise/plans/{plan.public_id}/board?county=39&everyone=yes").text
    )


def test_applying_shows_the_differences_and_asks_for_a_tick_when_rules_are_broken(
    drafted, kari, browse_as: Callable
):
    plan, moss, _halden = drafted
    amir = next(s for s in plan.season.signups if s.juror.name == "Amir Khan")
    edits.put_in(plan, moss.panels[0], amir, by(kari, plan))
    db.session.commit()
    client = browse_as(kari)
    path = f"/organise/plans/{plan.public_id}/application"

    page = client.get(path)
    refused = client.post(path, data={"revision": plan.revision})
    asked_then = db.session.scalars(sa.select(Mailing)).all()
    applied = client.post(path, data={"revision": plan.revision, "despite_rules": "yes"})

    names = ("Ola Hansen", "Siri Berg", "Amir Khan")
    assert [name in page.text for name in names] == [True, True, True]
    assert 'name="despite_rules"' in page.text
    assert (refused.status_code, asked_then, applied.status_code) == (422, [], 302)
    assert len(db.session.scalars(sa.select(Assignment)).all()) == 3


def test_a_plan_without_broken_rules_asks_for_no_tick(drafted, kari, browse_as: Callable):
    plan, _moss, _halden = drafted

    page = browse_as(kari).get(f"/organise/plans/{plan.public_id}/application")

    assert 'name="despite_rules"' not in page.text


def grown(number: int) -> Plan:
    """A plan for so many camps, each with somebody on it, somebody without a seat, and an edit."""
    season = create_season()
    for index in range(number):
        day = TUESDAY + timedelta(days=index)
        camp = create_camp(season, day=day, minimum=1, target=1)
        create_signup(season, create_person(f"Juror {index}"), camp)
        create_signup(season, create_person(f"Reserve {index}"), camp, longest_km=100)
    plan = make(season)
    kari = create_person("Kari Nordmann")
    for row in list(plan.rows):
        edits.lock(plan, row, True, by(kari, plan))
    db.session.commit()
    return plan


def test_the_pages_of_a_plan_ask_the_database_as_often_for_many_rows_as_for_few(
    app, kari, in_august, browse_as: Callable, queries: Callable
):
    client = browse_as(kari)
    asked: dict[str, list[int]] = {}
    for number in (5, 50):
        plan = grown(number)
        row = plan.rows[0]
        start = f"/organise/plans/{plan.public_id}"
        for name, path in (
            ("plan", start),
            ("board", f"{start}/board?county=31"),
            ("seat", f"{start}/seats/{row.panel_id}/{row.person.public_id}"),
            ("apply", f"{start}/application"),
        ):
            db.session.commit()
            with queries() as statements:
                assert client.get(path).status_code == 200
            asked.setdefault(name, []).append(len(statements))

    assert {name: few for name, (few, _many) in asked.items()} == {
        name: many for name, (_few, many) in asked.items()
    }
    assert max(many for _few, many in asked.values()) <= 35
