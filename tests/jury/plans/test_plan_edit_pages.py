"""Changing a plan on its pages: by hand, one after the other, and two at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.db import db
from portal.jury.plans import edits
from portal.models.accounts import RoleName
from portal.models.jury import Conflict, ConflictKind
from portal.models.plans import Plan
from tests.factories import create_camp, create_person, create_school
from tests.jury.plans.made import asking_to, by, change, row_at, seats

TUESDAY = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)


@pytest.fixture
def ingrid(app):
    return create_person("Ingrid Solberg", role=RoleName.ORGANISER)


def swapping(plan: Plan, moss, halden) -> dict[str, Any]:
    other = row_at(plan, halden)
    return asking_to("swap", row_at(plan, moss), other=f"{other.panel_id}.{other.person.public_id}")


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is posted to ``action``."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', html, re.S)
    assert form, f"no form for {action}"
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def test_two_people_swap_by_a_choice_from_a_list(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted
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
    drafted, kari, browse_as: Callable
):
    plan, moss, _halden = drafted
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


def test_no_list_hints_at_whose_interests_conflict_where(drafted, kari, browse_as: Callable):
    plan, moss, halden = drafted
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


def test_a_move_that_breaks_a_rule_is_made_and_told_in_words(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted
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


def test_the_newest_edit_is_shown_and_undone_with_a_press(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted
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
    drafted, kari, ingrid, browse_as: Callable
):
    plan, moss, halden = drafted
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


def test_whoever_is_second_is_told_when_the_seat_is_gone(
    drafted, kari, ingrid, browse_as: Callable
):
    plan, moss, _halden = drafted
    ola = row_at(plan, moss)
    wanted = asking_to("lock", ola)
    change(browse_as(kari), plan, asking_to("take_out", ola))

    lost = change(browse_as(ingrid), plan, wanted)

    form = f'action="/organise/plans/{plan.public_id}/changes"'
    assert (lost.status_code, "Ola Hansen" in lost.text, form in lost.text) == (409, True, False)


@pytest.mark.parametrize("what", ["undoing", "application"])
def test_an_undo_and_an_application_are_guarded_too(
    drafted, kari, ingrid, browse_as: Callable, what: str
):
    plan, moss, halden = drafted
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


def test_a_seat_that_never_was_is_not_found(drafted, kari, browse_as: Callable):
    plan, moss, _halden = drafted
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


def test_coordinators_neither_see_nor_change_plans(drafted, browse_as: Callable):
    plan, moss, _halden = drafted
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
