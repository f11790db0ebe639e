"""The form that plans a meeting: usual items, times, rows moved, an earlier meeting copied."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.meetings import actions, guests, usual
from portal.models.meetings import AgendaItem, Meeting, UsualItem
from tests.factories import create_follow_up, create_person
from tests.groups.people import (
    add_item,
    create_called,
    create_draft,
    create_led_group,
    page_of,
    rows,
    typed,
    url_of,
)


@pytest.fixture
def held(group):
    """A meeting of last month, whose minutes nobody has approved."""
    return create_called(group, starts_at=clock.now() - timedelta(days=30), place="Moss rådhus",
                         join_url="https://meet.example.org/moss")  # fmt: skip


@pytest.fixture
def planner(browse_as, lead):
    browser = browse_as(lead)
    browser.set_cookie("language", "en")
    return browser


def titles(page: str) -> list[str]:
    """The titles of the items in the form, in order, empty rows left out."""
    found = re.findall(r'name="items-\d+-title" type="text" value="([^"]*)"', page)
    return [title for title in found if title]


def fields(page: str) -> dict[str, str]:
    """What the rows of the form would send."""
    found = {}
    for tag in re.findall(r"<input[^>]*name=\"items-[^>]*>", page):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        found[name[1]] = value[1] if value else ""
    for name, options in re.findall(
        r'<select[^>]*name="(items-[^"]*)"[^>]*>(.*?)</select>', page, re.S
    ):
        found[name] = re.search(r'<option selected value="([^"]*)"', options)[1]
    return found


def items_of(meeting: Meeting) -> list[tuple[str, UsualItem | None, int | None]]:
    return [(item.title, item.usual, item.approves_id) for item in meeting.agenda]


def test_the_first_items_are_there_when_a_meeting_is_planned(planner, group, held):
    create_follow_up(group)
    page = url_of(group, "/meetings/new")

    shown = planner.get(page).text
    data = {**typed(), **fields(shown)}
    planner.post(page, data=data)

    meeting = db.session.scalar(sa.select(Meeting).order_by(Meeting.id.desc()))
    assert [(each, approves) for _title, each, approves in items_of(meeting)] == [
        (UsualItem.SUMMONS, None), (UsualItem.MINUTES, held.id), (UsualItem.FOLLOW_UPS, None),
    ]  # fmt: skip


def test_a_new_group_only_approves_the_summons(app, group):
    (item,) = usual.first_items(group, language="en", now=clock.now())

    assert (item.usual, item.title, item.planned_minutes) == (
        UsualItem.SUMMONS, "Approve the summons and the agenda", 5,
    )  # fmt: skip


def test_the_minutes_are_of_the_newest_meeting_held_that_is_not_approved(app, group, held):
    now = clock.now()
    newer = create_called(group, starts_at=now - timedelta(days=9))
    newer.approved_at = now
    create_called(group, starts_at=now - timedelta(days=5), state="cancelled")
    create_called(create_led_group("En annen"), starts_at=now - timedelta(days=2))
    create_called(group)
    db.session.commit()

    items = usual.first_items(group, language="en", now=now)

    assert [each.approves_id for each in items] == [None, held.id]
    day = held.event.first_day
    assert items[1].title == f"Approve the minutes of {day.day} {day:%B} {day.year}"


def test_usual_items_are_what_they_are_through_edits(planner, group, held):
    meeting = create_draft(group)
    add_item(meeting, 1, "Referat", usual=UsualItem.MINUTES, approves_id=held.id)
    item = meeting.agenda[0]
    changed = {"item_id": str(item.id), "title": "Godkjenn det gamle referatet"}

    planner.post(
        page_of(meeting, "/edit"), data={**typed(meeting), **rows({"title": "A"}, changed)}
    )

    assert items_of(meeting) == [
        ("A", None, None), ("Godkjenn det gamle referatet", UsualItem.MINUTES, held.id),
    ]  # fmt: skip


def test_a_usual_item_that_was_removed_is_put_back_by_a_button(planner, group, held):
    meeting = create_draft(group)
    first = add_item(meeting, 1, "Mandat")
    edit = page_of(meeting, "/edit")
    data = {**typed(meeting), **rows({"item_id": str(first.id), "title": "Mandat"})}

    shown = planner.post(edit, data={**data, "rearrange": "usual"})

    assert shown.status_code == 200
    assert len(titles(shown.text)) == 3
    assert titles(shown.text)[-1] == "Mandat"
    assert 'value="usual"' not in shown.text
    assert items_of(meeting) == [("Mandat", None, None)]


def test_nobody_approves_the_minutes_of_another_group_by_a_form(planner, group):
    foreign = create_called(create_led_group("En annen"), starts_at=clock.now() - timedelta(days=9))
    data = rows({"title": "Referat", "usual": "minutes", "approves": str(foreign.id)})

    planner.post(url_of(group, "/meetings/new"), data={**typed(), **data})

    meeting = db.session.scalar(sa.select(Meeting).order_by(Meeting.id.desc()))
    assert items_of(meeting) == [("Referat", None, None)]


@pytest.mark.parametrize(
    ("pressed", "wanted"),
    [
        ("up-1", ["B", "A", "C"]),
        ("down-0", ["B", "A", "C"]),
        ("up-0", ["A", "B", "C"]),
        ("down-2", ["A", "B", "C"]),
        ("up-99", ["A", "B", "C"]),
        ("down-3", ["A", "B", "C"]),
        ("up-x", ["A", "B", "C"]),
    ],
)
def test_items_move_without_being_saved(planner, group, pressed, wanted):
    items = rows({"title": "A"}, {"title": "B"}, {"title": "C"}, {"title": ""})

    shown = planner.post(
        url_of(group, "/meetings/new"), data={**typed(), **items, "rearrange": pressed}
    )

    assert shown.status_code == 200
    assert titles(shown.text) == wanted
    assert db.session.scalar(sa.select(Meeting)) is None


def test_an_item_moves_from_one_day_to_the_other(planner, group):
    second = {"more_days-0-day": "14.11.2030", "more_days-0-starts": "9", "more_days-0-ends": "10"}
    items = rows({"title": "A"}, {"title": "B", "day": "2"})

    shown = planner.post(
        url_of(group, "/meetings/new"),
        data={**typed(), **second, **items, "rearrange": "up-1"},
    )

    assert titles(shown.text) == ["A", "B"]
    chosen = re.findall(r'name="items-([01])-day"><option selected value="(\d)"', shown.text)
    assert chosen == [("0", "1"), ("1", "1")]


def test_what_is_typed_wrong_stays_when_a_button_is_pressed(planner, group):
    data = {**typed(title="", starts="25"), **rows({"title": "A", "planned_minutes": "ti"})}

    shown = planner.post(url_of(group, "/meetings/new"), data={**data, "rearrange": "rows"})

    assert shown.status_code == 200
    assert 'value="ti"' in shown.text
    assert 'value="25"' in shown.text


def test_the_times_are_reckoned_and_too_much_is_said_but_not_forbidden(planner, group):
    items = rows({"title": "A", "planned_minutes": "60"}, {"title": "B", "planned_minutes": "45"})
    page = url_of(group, "/meetings/new")

    shown = planner.post(page, data={**typed(), **items, "rearrange": "sums"}).text
    saved = planner.post(page, data={**typed(), **items})

    assert "105 of 90 minutes planned." in shown
    assert "That is 15 minutes more than there are." in shown
    assert saved.status_code == 302
    meeting = db.session.scalar(sa.select(Meeting))
    text = planner.get(page_of(meeting)).text
    assert "That is 15 minutes more than there are." in text
    assert "09:00–10:00" in text
    assert "09.00–10.00 Sak 1: A" in meeting.event.description


def test_what_is_left_is_said(planner, group):
    items = rows({"title": "A", "planned_minutes": "80"}, {"title": "B"})

    shown = planner.post(
        url_of(group, "/meetings/new"), data={**typed(), **items, "rearrange": "sums"}
    ).text

    assert "80 of 90 minutes planned. 10 minutes are left. 1 item has no length yet." in shown


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"planned_minutes": "0"}, "planned_minutes"),
        ({"planned_minutes": "ti"}, "planned_minutes"),
        ({"planned_minutes": "1441"}, "planned_minutes"),
        ({"papers": "Notat\nftp://papers.example.org"}, "papers"),
        ({"papers": "javascript:alert(1)"}, "papers"),
        ({"number": "to"}, "number"),
    ],
)
def test_what_is_wrong_about_an_item_is_said_beside_it(planner, group, values, field):
    response = planner.post(
        url_of(group, "/meetings/new"), data={**typed(), **rows({"title": "A", **values})}
    )

    assert response.status_code == 422
    assert f'id="items-0-{field}-error"' in response.text
    assert f'href="#items-0-{field}"' in response.text


def test_a_meeting_is_planned_like_an_earlier_one(planner, group, lead, held):
    now = clock.now()
    add_item(held, 1, "Referat", usual=UsualItem.SUMMONS)
    add_item(held, 2, "Økonomi", minutes="Vi var enige.", presenter="Amir Khan",
             planned_minutes=20)  # fmt: skip
    guests.add_guest(held, create_person("Tuva Moen"), by=lead, now=now)
    db.session.commit()
    page = url_of(group, f"/meetings/new?from={held.public_id}")

    shown = planner.get(page).text
    data = {**typed(place=held.event.place), **fields(shown),
            "copied_from": held.public_id, "same_guests": "y"}  # fmt: skip
    planner.post(url_of(group, "/meetings/new"), data=data)

    new = db.session.scalar(sa.select(Meeting).order_by(Meeting.id.desc()))
    assert new.id != held.id
    assert [item.title for item in held.agenda] == ["Referat", "Økonomi"]
    assert titles(shown)[-1] == "Økonomi"
    assert f'value="{held.event.place}"' in shown
    assert 'value="https://meet.example.org/moss"' in shown
    assert re.search(r'name="day"[^>]*value=""', shown)
    copied = new.agenda[-1]
    assert (copied.title, copied.presenter, copied.planned_minutes, copied.minutes) == (
        "Økonomi", "Amir Khan", 20, "",
    )  # fmt: skip
    assert [guest.person.name for guest in new.guests] == ["Tuva Moen"]
    assert copied.id != held.agenda[-1].id


def test_guests_are_copied_only_when_one_says_so(planner, group, lead, held):
    guests.add_guest(held, create_person("Tuva Moen"), by=lead, now=clock.now())
    db.session.commit()

    planner.post(url_of(group, "/meetings/new"), data={**typed(), "copied_from": held.public_id})

    new = db.session.scalar(sa.select(Meeting).order_by(Meeting.id.desc()))
    assert new.guests == []


def test_a_meeting_of_another_group_is_not_copied(planner, group):
    foreign = create_called(create_led_group("En annen"))

    got = planner.get(url_of(group, f"/meetings/new?from={foreign.public_id}"))

    assert got.status_code == 404


def test_one_begins_from_an_earlier_meeting_on_three_pages(planner, group, held):
    link = f"/meetings/new?from={held.public_id}"

    assert link in planner.get(url_of(group)).text
    assert link in planner.get(page_of(held)).text
    assert f'value="{held.public_id}"' in planner.get(url_of(group, "/meetings/new")).text


def test_a_meeting_that_others_approve_can_be_dropped_as_a_draft(app, group, lead):
    draft, later = create_draft(group), create_draft(group)
    add_item(later, 1, "Referat", usual=UsualItem.MINUTES, approves_id=draft.id)

    actions.drop_meeting(draft, by=lead, now=clock.now())
    db.session.commit()

    assert db.session.scalar(sa.select(AgendaItem.approves_id)) is None


def test_planning_asks_the_database_as_much_for_three_earlier_meetings_as_for_thirty(
    browse_as, kari, queries
):
    counts = []
    for size in (3, 30):
        group = create_led_group(f"Gruppe med {size}")
        for each in range(size):
            held = create_called(group, starts_at=clock.now() - timedelta(days=each + 2))
            create_follow_up(group, due_on=date(2030, 1, 1))
            add_item(held, 1, "Sak")
        visitor = browse_as(kari)
        with queries() as statements:
            visitor.get(url_of(group, "/meetings/new"))
        counts.append(len(statements))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("button", [{}, {"rearrange": "sums"}])
def test_a_kind_of_item_that_we_do_not_know_is_refused(group, planner, button):
    form = {**typed(), **rows({"title": "Mandat", "kind": "talk"})}

    shown = planner.post(f"/groups/{group.slug}/meetings/new", data={**form, **button})

    assert (shown.status_code, "Mandat" in shown.text) == (200 if button else 422, True)
