"""Contributing: several points at once, one's own changed and withdrawn, others' noted."""

import pytest
import sqlalchemy as sa
from flask_babel import gettext

from portal import clock
from portal.db import db
from portal.groups.input_rounds import naming, points, stages
from portal.groups.input_rounds.points import Point
from portal.models.audit import AuditEntry
from portal.models.groups import PlaceRole, PlaceState
from portal.models.input_rounds import Contribution
from tests.factories import create_person, create_place
from tests.groups.input_rounds.rounds import create_round, say, url_of, written
from tests.groups.people import verbs


def texts(found) -> list[tuple[str, list[str]]]:
    db.session.expire_all()
    return sorted((each.text, list(each.details)) for each in found.contributions)


def test_several_points_with_lines_under_them_come_in_one_form(group, amir, browse_as):
    found = create_round(group)

    response = browse_as(amir).post(
        url_of(found),
        data={
            "points-0-text": "Infrastruktur og jernbane",
            "points-0-details": "- Prioriter kollektivt\n\n• Binder regionen sammen\n",
            "points-1-text": "",
            "points-1-details": "",
            "points-2-text": "Frisk Oslofjord",
            "points-2-details": "",
        },
    )

    assert response.status_code == 302
    assert texts(found) == [
        ("Frisk Oslofjord", []),
        ("Infrastruktur og jernbane", ["Prioriter kollektivt", "Binder regionen sammen"]),
    ]


def test_the_button_for_more_rows_keeps_what_is_written_and_saves_nothing(group, amir, browse_as):
    found = create_round(group)

    page = browse_as(amir).post(url_of(found), data={**written("Kraft"), "add_rows": "1"})

    assert page.status_code == 200
    assert ("Kraft" in page.text, "points-3-text" in page.text) == (True, True)
    assert texts(found) == []


def test_a_form_sent_twice_adds_once(group, amir, browse_as):
    found = create_round(group)
    browser = browse_as(amir)

    for _twice in range(2):
        browser.post(url_of(found), data=written("Kraft", "Kraft"))

    assert texts(found) == [("Kraft", [])]


@pytest.mark.parametrize(
    "data",
    [
        written(""),
        written("x" * 1001),
        {"points-0-text": "", "points-0-details": "uten noe over"},
        written("Kraft", details="\n".join(["linje"] * 21)),
        written("Kraft", details="x" * 501),
        written("a\x07b"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept_in_the_form(group, amir, browse_as, data):
    found = create_round(group)

    page = browse_as(amir).post(url_of(found), data=data)

    assert (page.status_code, texts(found)) == (422, [])


def test_ones_own_points_are_changed_withdrawn_and_put_back(group, amir, browse_as):
    found = create_round(group)
    [point] = say(found, amir, "Kraft")
    browser, address = browse_as(amir), url_of(found, f"/points/{point.public_id}")

    browser.post(address, data={"text": "Kraft og nett", "details": "Nå",
                                "seen": points.state_of(point)})  # fmt: skip
    changed = texts(found)
    browser.post(address + "/withdrawal")
    gone = "Kraft og nett" in browser.get(url_of(found)).text.partition("<details")[0]
    browser.post(address + "/return")

    assert changed == [("Kraft og nett", ["Nå"])]
    assert (gone, point.withdrawn_at) == (False, None)
    assert verbs() == ["point.added", "point.changed", "point.withdrawn", "point.put_back"]


def test_a_point_changed_in_two_windows_is_not_overwritten_silently(group, amir, browse_as):
    found = create_round(group)
    [point] = say(found, amir, "Kraft")
    seen = points.state_of(point)
    browser, address = browse_as(amir), url_of(found, f"/points/{point.public_id}")
    browser.post(address, data={"text": "Kraft først", "details": "", "seen": seen})

    page = browser.post(address, data={"text": "Kraft sist", "details": "", "seen": seen})

    assert page.status_code == 422
    assert ("Kraft først" in page.text, "Kraft sist" in page.text) == (True, True)
    assert texts(found) == [("Kraft først", [])]


def test_nobody_changes_the_points_of_others_not_even_whoever_runs_the_group(
    group, lead, amir, kari, browse_as
):
    found = create_round(group)
    [point] = say(found, amir, "Kraft")
    address = url_of(found, f"/points/{point.public_id}")

    got = [
        (browser.get(address).status_code,
         browser.post(address, data={"text": "Mitt"}).status_code,
         browser.post(address + "/withdrawal").status_code)
        for browser in (browse_as(lead), browse_as(kari))
    ]  # fmt: skip

    assert got == [(404, 404, 404)] * 2
    assert texts(found) == [("Kraft", [])]
    with pytest.raises(points.NoSay):
        points.withdraw(point, by=lead, now=clock.now())


def test_whoever_runs_the_meeting_notes_points_of_others(group, lead, amir, browse_as):
    found = create_round(group)

    browse_as(lead).post(url_of(found, "/noted"), data={**written("Kraft"), "name": "Nina"})
    browse_as(lead).post(url_of(found, "/noted"), data=written("Tog"))

    page = browse_as(amir).get(url_of(found)).text
    noted = sorted((each.text, each.name, each.person_id) for each in found.contributions)
    assert noted == [("Kraft", "Nina", None), ("Tog", "", None)]
    assert "Nina, " in page


def test_a_noted_point_can_be_put_right_by_those_who_run_the_group_only(
    group, lead, amir, browse_as
):
    found = create_round(group)
    [point] = points.note(found, [Point("Krft")], "", by=lead, now=clock.now())
    db.session.commit()
    address = url_of(found, f"/points/{point.public_id}")
    form = {"text": "Kraft", "details": "", "seen": points.state_of(point)}

    refused = browse_as(amir).post(address, data=form).status_code
    browse_as(lead).post(address, data=form)

    assert (refused, texts(found)) == (404, [("Kraft", [])])


def test_names_are_shown_as_chosen_and_whoever_has_left_is_a_former_member(
    group, lead, amir, browse_as
):
    found = create_round(group)
    say(found, amir, "Kraft")
    before = browse_as(lead).get(url_of(found)).text

    amir.group_places[0].state = PlaceState.LEFT
    db.session.commit()
    after = browse_as(lead).get(url_of(found)).text

    assert ("Amir Khan" in before, "Amir Khan" in after) == (True, False)
    assert naming.names_in(found) == {amir.id: gettext("A former member")}


def test_where_no_names_are_shown_nobody_is_shown_any(group, lead, amir, kari, browse_as):
    found = create_round(group, shows_names=False, created_by=kari)
    say(found, amir, "Kraft")
    browse_as(lead).post(url_of(found, "/noted"), data={**written("Tog"), "name": "Nina"})

    pages = [
        browse_as(who).get(url_of(found, rest)).text
        for who in (lead, kari)
        for rest in ("", "/themes")
    ]

    assert [("Amir" in page, "Nina" in page) for page in pages] == [(False, False)] * 4
    # Only Amir is told which is Amir's.
    assert "/points/" in browse_as(amir).get(url_of(found)).text


def test_where_no_names_are_shown_the_audit_holds_none_either(group, lead, amir, browse_as):
    found = create_round(group, shows_names=False)
    [point] = say(found, amir, "Kraft")
    browser, address = browse_as(amir), url_of(found, f"/points/{point.public_id}")
    browser.post(address, data={"text": "Tog", "details": "", "seen": points.state_of(point)})
    browser.post(address + "/withdrawal")
    browser.post(address + "/return")

    kept = [
        (entry.verb, entry.actor_id, entry.object_kind, entry.details)
        for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    ]
    assert kept == [
        (verb, None, "input_round", {"points": 1})
        for verb in ("point.added", "point.changed", "point.withdrawn", "point.put_back")
    ]


def test_the_order_tells_neither_when_a_point_came_nor_whose_it_is(group, amir, lead):
    found = create_round(group)
    made = [say(found, who, f"Punkt {number}")[0] for number in range(12) for who in (amir, lead)]
    db.session.expire_all()

    order = [each.id for each in found.contributions]

    assert sorted(order) == [each.id for each in made]
    assert order == [
        each.id for each in sorted(made, key=lambda point: points.place_of(point.public_id))
    ]
    # One in some 10^23 that chance keeps it.
    assert order != sorted(order)


def test_observers_read_and_do_not_contribute(group, browse_as):
    found = create_round(group)
    observer = create_person("Turid Observatør")
    create_place(group, observer, role=PlaceRole.OBSERVER)
    browser = browse_as(observer)

    assert browser.get(url_of(found)).status_code == 200
    assert browser.post(url_of(found), data=written("Kraft")).status_code == 403

    group.observers_see_minutes = False
    db.session.commit()
    assert browser.get(url_of(found)).status_code == 404
    assert "/input/" not in browser.get(f"/groups/{group.slug}").text


def test_nothing_is_taken_by_a_closed_round(group, amir, browse_as):
    found = create_round(group)
    [point] = say(found, amir, "Kraft")
    found.closed_at = clock.now()
    db.session.commit()
    browser = browse_as(amir)

    browser.post(url_of(found), data=written("Tog"))
    browser.post(url_of(found, f"/points/{point.public_id}/withdrawal"))

    assert texts(found) == [("Kraft", [])]
    assert db.session.scalars(sa.select(Contribution.withdrawn_at)).all() == [None]
    with pytest.raises(stages.NotNow):
        points.note(found, [Point("Tog")], "", by=amir, now=clock.now())
