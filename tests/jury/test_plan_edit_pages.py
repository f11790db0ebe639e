"""Changing a plan on its pages: by hand, one after the other, and two at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.db import db
from portal.jury import edits
from portal.models.accounts import RoleName
from portal.models.jury import Assignment, Conflict, ConflictKind
from portal.models.mailings import Mailing
from portal.models.plans import Plan
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.plans import asking_to, by, make, row_at, seats

TUESDAY = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)
HALDEN = {"postcode": "1771", "municipality_code": "3101"}


@pytest.fixture
def both(moss_and_halden, in_august):
    """Ola is to sit in Moss and Siri in Halden; Amir is without a seat."""
    season, moss, halden = moss_and_halden
    for name, where in (("Ola Hansen", {}), ("Siri Berg", HALDEN)):
        create_signup(season, create_person(name), moss, halden, **where)
    create_signup(season, create_person("Amir Khan"), moss, **HALDEN)
    return make(season), moss, halden


@pytest.fixture
def ingrid(app):
    return create_person("Ingrid Solberg", role=RoleName.ORGANISER)


def change(client, plan: Plan, fields: dict[str, Any], **how: Any) -> TestResponse:
    return client.post(f"/organise/plans/{plan.public_id}/changes", data=fields, **how)


def swapping(plan: Plan, moss, halden) -> dict[str, Any]:
    other = row_at(plan, halden)
    return asking_to("swap", row_at(plan, moss), other=f"{other.panel_id}.{other.person.public_id}")


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is posted to ``action``."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', html, re.S)
    assert form, f"no form for {action}"
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def test_two_people_swap_by_a_choice_from_a_list(both, kari, browse_as: Callable):
    plan, moss, _halden = both
    client = browse_as(kari)
    ola = row_at(plan, moss)

    page = client.get(
        f"/organise/plans/{plan.public_id}/seats/{ola.panel_id}/{ola.person.public_id}"
    )
    other = re.search(r'<option value="([\d.\w]+)">Siri Berg', page.text)
    answer = change(client, plan, asking_to("swap", ola, other=other[1]), follow_redirects=True)

    assert seats(plan) == {("Moss vgs", "Siri Berg", "add"), ("Halden vgs", "Ola Hansen", "add")}
    assert answer.status_code == 200


def test_the_page_of_a_seat_puts_what_suits_first_and_says_what_does_not(
    both, kari, browse_as: Callable
):
    plan, moss, _halden = both
    rade = create_camp(
        plan.season, create_school("Råde vgs"), day=TUESDAY + timedelta(days=1), target=1
    )
    ola = row_at(plan, moss)

    page = browse_as(kari).get(
        f"/organise/plans/{plan.public_id}/seats/{ola.panel_id}/{ola.person.public_id}"
    )

    to = re.search(r'<select[^>]* name="to".*?</select>', page.text, re.S)[0]
    assert re.findall(r'<option value="\d+">(\w+)', to) == ["Halden", "Råde"]
    assert re.search(rf'value="{rade.panels[0].id}">Råde vgs, 21. okt. · .*kan ikke den dagen', to)


def test_no_list_hints_at_whose_interests_conflict_where(both, kari, browse_as: Callable):
    plan, moss, halden = both
    ola = row_at(plan, moss)
    page = f"/organise/plans/{plan.public_id}/seats/{ola.panel_id}/{ola.person.public_id}"
    client = browse_as(kari)
    before = client.get(page).text
    ola.signup.conflicts.append(Conflict(school=halden.school, kind=ConflictKind.FAMILY))
    db.session.commit()

    assert client.get(page).text == before
    board = client.get(f"/organise/plans/{plan.public_id}/board").text
    tried = change(
        client, plan, asking_to("move", ola, to=halden.panels[0].id), follow_redirects=True
    )
    told = "Det er noe som gjør at denne personen ikke bør sitte i juryen"
    assert (told in board, told in tried.text, "familie" in tried.text) == (False, True, False)


def test_a_move_that_breaks_a_rule_is_made_and_told_in_words(both, kari, browse_as: Callable):
    plan, moss, _halden = both
    rade = create_camp(
        plan.season, create_school("Råde vgs"), day=TUESDAY + timedelta(days=1), target=1
    )
    client = browse_as(kari)

    answer = change(
        client,
        plan,
        asking_to("move", row_at(plan, moss), to=rade.panels[0].id),
        follow_redirects=True,
    )

    assert row_at(plan, rade).person.name == "Ola Hansen"
    assert '<span class="ds-tag" data-color="warning">kan ikke den dagen</span>' in answer.text


def test_the_newest_edit_is_shown_and_undone_with_a_press(both, kari, browse_as: Callable):
    plan, moss, _halden = both
    client = browse_as(kari)
    change(client, plan, asking_to("take_out", row_at(plan, moss)))
    page = client.get(f"/organise/plans/{plan.public_id}").text
    path = f"/organise/plans/{plan.public_id}/undoing"

    undone = client.post(path, data=hidden_fields(page, path), follow_redirects=True)

    bar = re.search(r'<p id="last-edit".*?</p>', page, re.S)[0]
    assert ("Ola Hansen" in bar, "Moss vgs" in bar, "Kari Nordmann" in bar) == (True, True, True)
    assert 'id="last-edit"' not in undone.text
    assert row_at(plan, moss).person.name == "Ola Hansen"


def test_whoever_is_second_sees_who_did_what_and_may_try_again(
    both, kari, ingrid, browse_as: Callable
):
    plan, moss, halden = both
    first, second = browse_as(kari), browse_as(ingrid)
    wanted = swapping(plan, moss, halden)
    change(first, plan, asking_to("lock", row_at(plan, halden)))

    lost = change(second, plan, wanted)

    assert lost.status_code == 409
    told = re.sub(r"<[^>]+>", "", lost.text)
    assert ("Siri Berg" in told, "Kari Nordmann" in told, "Ola Hansen" in told) == (True,) * 3
    assert row_at(plan, moss).person.name == "Ola Hansen"

    path = f"/organise/plans/{plan.public_id}/changes"
    again = second.post(path, data=hidden_fields(lost.text, path))
    assert again.status_code == 302
    assert row_at(plan, moss).person.name == "Siri Berg"


def test_whoever_is_second_is_told_when_the_seat_is_gone(both, kari, ingrid, browse_as: Callable):
    plan, moss, _halden = both
    ola = row_at(plan, moss)
    wanted = asking_to("lock", ola)
    change(browse_as(kari), plan, asking_to("take_out", ola))

    lost = change(browse_as(ingrid), plan, wanted)

    form = f'action="/organise/plans/{plan.public_id}/changes"'
    assert (lost.status_code, "Ola Hansen" in lost.text, form in lost.text) == (409, True, False)


@pytest.mark.parametrize("what", ["undoing", "application"])
def test_an_undo_and_an_application_are_guarded_too(
    both, kari, ingrid, browse_as: Callable, what: str
):
    plan, moss, halden = both
    edits.lock(plan, row_at(plan, halden), True, by(kari, plan))
    db.session.commit()
    seen = plan.revision
    change(browse_as(kari), plan, asking_to("take_out", row_at(plan, moss)))

    lost = browse_as(ingrid).post(
        f"/organise/plans/{plan.public_id}/{what}", data={"revision": seen}
    )

    assert (lost.status_code, "Ola Hansen" in lost.text, "Kari Nordmann" in lost.text) == (
        409,
        True,
        True,
    )
    assert ([each.verb for each in plan.edits], plan.state.value) == (["lock", "take_out"], "draft")


def test_a_seat_that_never_was_is_not_found(both, kari, browse_as: Callable):
    plan, moss, _halden = both
    client = browse_as(kari)
    wrong = [
        {**asking_to("lock", row_at(plan, moss)), "person": "nobody"},
        {**asking_to("lock", row_at(plan, moss)), "panel": "0"},
        {**asking_to("move", row_at(plan, moss)), "to": "999999"},
        {**asking_to("juggle", row_at(plan, moss))},
        {"action": "move", "person": "nobody", "to": moss.panels[0].id, "revision": 1},
    ]

    assert [change(client, plan, fields).status_code for fields in wrong] == [404] * 5
    assert plan.edits == []


def test_only_changes_leaves_out_juries_that_stay(both, kari, browse_as: Callable):
    plan, moss, _halden = both
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


def test_the_figures_of_today_stand_beside_those_of_the_plan(both, kari, browse_as: Callable):
    plan, _moss, _halden = both
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


def test_the_board_shows_a_day_and_moves_without_script(both, kari, browse_as: Callable):
    plan, moss, _halden = both
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


def test_a_card_moved_to_no_seat_is_taken_out(both, kari, browse_as: Callable):
    plan, moss, _halden = both

    change(browse_as(kari), plan, asking_to("move", row_at(plan, moss), to="", view="board"))

    assert seats(plan) == {("Halden vgs", "Siri Berg", "add")}


def test_the_board_of_a_county_shows_its_camps_alone(both, kari, browse_as: Callable):
    plan, _moss, _halden = both
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
    both, kari, browse_as: Callable
):
    plan, moss, _halden = both
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


def test_a_plan_without_broken_rules_asks_for_no_tick(both, kari, browse_as: Callable):
    plan, _moss, _halden = both

    page = browse_as(kari).get(f"/organise/plans/{plan.public_id}/application")

    assert 'name="despite_rules"' not in page.text


def test_coordinators_neither_see_nor_change_plans(both, browse_as: Callable):
    plan, moss, _halden = both
    client = browse_as(create_person("Per Olsen", role=RoleName.COORDINATOR, county="31"))
    row = row_at(plan, moss)
    start = f"/organise/plans/{plan.public_id}"

    answers = [
        client.get(start).status_code,
        client.get(f"{start}/board").status_code,
        client.get(f"{start}/seats/{row.panel_id}/{row.person.public_id}").status_code,
        change(client, plan, asking_to("take_out", row)).status_code,
        client.post(f"{start}/undoing", data={"revision": 1}).status_code,
    ]

    assert answers == [403] * 5


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
