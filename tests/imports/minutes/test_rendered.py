"""Imported minutes, as the pages show them, are the structured file item for item."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import dates
from portal.db import db
from portal.groups import wording
from portal.imports.minutes import importing
from portal.models.groups import Group
from portal.models.meetings import Meeting
from portal.models.seasons import Season
from portal.text import slug
from tests.groups.people import page_of
from tests.imports.minutes.example import NOW
from tests.imports.minutes.reading import Node, rows_of, said, tree


@pytest.fixture
def visitor(document, kari, browse_as):
    importing.import_minutes(document, now=NOW)
    db.session.commit()
    return browse_as(kari)


@pytest.fixture
def meeting_page(visitor) -> Node:
    return tree(visitor.get(page_of(db.session.scalar(sa.select(Meeting)))).text)


def names_in(document) -> dict[str, str]:
    everybody = [*document["attendees"], *document["secretariat"]]
    return {each["id"]: each["name"] for each in everybody}


def points(given: list[dict[str, Any]]) -> list[Any]:
    return [(each["text"], each["sub"]) if each.get("sub") else each["text"] for each in given]


def task_text(task: Any) -> str:
    return task if isinstance(task, str) else task["text"]


def subject(document: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """What stands of one subject of information: title, words, lists, and what follows."""
    found = [given["title"]]
    found += [given[name] for name in ("text", "note", "purpose") if given.get(name)]
    if given["id"] == "arendalsuka":
        found += [each["title"] for each in document["arendalsuka_sessions"]]
        found.append(document["arendalsuka_streaming_url"])
    found += given.get("items", []) + given.get("pilot_places_as_written", [])
    found += [task_text(each) for each in given.get("follow_ups", [])]
    return found + ([task_text(given["follow_up"])] if given.get("follow_up") else [])


def expected_minutes(document: dict[str, Any]) -> dict[int, list[Any]]:
    with force_locale("nb"):
        in_no_order = _("Input, in no order:")
    return {
        1: [],
        2: [],
        3: [
            *document["discussion_3"]["points"],
            document["themes_3"]["question"],
            *points(document["themes_3"]["items"]),
        ],
        4: [
            in_no_order,
            *points(document["inputs_4"]["items"]),
            *(line for each in document["working_groups"] for line in named_for(each)),
        ],
        5: [words for each in document["information_5"] for words in subject(document, each)],
    }


def named_for(given: dict[str, Any]) -> list[str]:
    """A working group and who was named for it; who leads it is marked."""
    with force_locale("nb"):
        leads = _("%(name)s (chair)", name="")
    led = given["lead"] or "nobody"
    return [
        given["name"],
        *(each["as_written"] + leads * (each["person_id"] == led) for each in given["members"]),
    ]


def agenda_on(page: Node) -> list[Node]:
    """The rows of the agenda, in its order."""
    return [row for row in page.all("li") if re.fullmatch(r"item-\d+", row.attrs.get("id", ""))]


def test_title_time_and_place(document, meeting_page):
    given = document["meeting"]
    text = meeting_page.text()

    assert [each.text() for each in meeting_page.all("h1")] == [given["title"]]
    day = dates.day(date.fromisoformat(given["date"]), "nb")
    start, end = (given[name].replace(":", ".") for name in ("start", "end"))
    assert f"{day} kl. {start}–{end}" in text
    assert given["place"] in text


def test_everybody_who_was_there_or_should_have_been_in_the_order_of_the_file(
    document, meeting_page
):
    rows = rows_of(meeting_page, "Til stede og forfall")

    assert [row[:2] for row in rows] == [
        [each["name"], each["affiliation_as_written"]]
        for each in (*document["attendees"], *document["secretariat"])
    ]
    states = [each.get("state", "present") for each in document["attendees"]] + ["present"]
    assert [row[2].split(",")[0] for row in rows] == [
        str(wording.ATTENDANCES[state]) for state in states
    ]
    led = [row[0] for row in rows if "," in row[2]]
    assert led == [names_in(document)[document["meeting"]["chair"]]]


def test_every_item_with_presenter_and_papers_in_its_order(document, meeting_page):
    found = []
    for row in agenda_on(meeting_page):
        papers = [each.text() for each in row.all("ul", "papers")]
        found.append((row.all("h3")[0].text(), " ".join([row.all("p", "meta")[0].text(), *papers])))

    assert [title for title, _meta in found] == [
        f"{each['no']}. {each['title']}" for each in document["agenda"]
    ]
    for each, (_title, meta) in zip(document["agenda"], found, strict=True):
        presenter = each.get("presented_by")
        assert (names_in(document)[presenter] in meta) if presenter else "Kari" not in meta
        for paper in [each.get("attachment"), *each.get("attachments", [])]:
            assert not paper or paper.partition(" http")[0] in meta


def test_what_was_said_point_by_point_and_sub_point_by_sub_point(document, meeting_page):
    found = {
        number: [each for prose in row.all("div", "prose") for each in said(prose)]
        for number, row in enumerate(agenda_on(meeting_page), 1)
    }

    assert found == expected_minutes(document)


def test_every_decision_and_whether_it_is_only_proposed(document, meeting_page):
    leads = {"Vedtak:": False, "Forslag:": True}
    found = [
        (leads[lead], each.text().removeprefix(lead).strip())
        for each in meeting_page.all("p")
        for lead in leads
        if each.text().startswith(lead)
    ]

    assert found == [("strength" in each, each["text"]) for each in document["decisions"]]


def test_every_doubt_and_the_note_about_leads(document, meeting_page):
    (section,) = [
        each for each in meeting_page.all("section") if each.attrs.get("aria-labelledby") == "notes"
    ]
    found = [
        (each.all("strong")[0].text().removesuffix(":"), each.all("span", "note")[0].text())
        for each in section.all("li")
    ]

    with force_locale("nb"):
        whose = _("Who leads the working groups")
    assert found == [
        *((each["about"], each["text"]) for each in document["doubts"]),
        (whose, document["working_groups_note"]),
    ]


def test_every_follow_up_stands_on_the_page_of_the_group(document, visitor):
    page = tree(visitor.get(f"/groups/{slug(document['meeting']['group'])}").text)

    cards = [
        (card.all("p", "tags"), card.all("p", "ds-paragraph")[0].text(), card.text())
        for card in page.all("li", "ds-card")
        if "Ansvarlig" in card.text()
    ]
    shown = {(tags[0].text() if tags else "", text): whole for tags, text, whole in cards}
    expected = {}
    for each in document["information_5"]:
        tasks = [*filter(None, [each.get("follow_up")]), *each.get("follow_ups", [])]
        expected |= {(each["title"], task_text(task)): task for task in tasks}
    for each in document["follow_ups"]:
        expected[each.get("subject", ""), each["text"]] = each
    assert (len(cards), shown.keys()) == (len(expected), expected.keys())
    for key, task in expected.items():
        if isinstance(task, dict) and task.get("owner"):
            assert names_in(document)[task["owner"]] in shown[key]
        if isinstance(task, dict) and task.get("due"):
            assert dates.plain_day(date.fromisoformat(task["due"]), "nb") in shown[key]


@pytest.mark.parametrize("number", [0, 1])
def test_every_place_of_a_working_group_with_its_state_role_and_note(document, visitor, number):
    given = document["working_groups"][number]

    page = tree(visitor.get(f"/groups/{slug(given['name'])}").text)

    rows = rows_of(page, "Hvem som er med")
    names = names_in(document)
    expected = [
        (
            # Whoever said no is not named any more.
            "En som sa nei"
            if each["state"] == "declined"
            else names.get(each["person_id"]) or each["as_written"],
            str(wording.ROLES["lead" if each["person_id"] == given["lead"] and given["lead"]
                              else each.get("role", "member")]),
            str(wording.STATES[each["state"]]),
        )
        for each in given["members"]
    ]  # fmt: skip
    found = [(row[0], row[2], row[3]) for row in rows]
    assert len(found) == len(expected)
    for name, role, state in expected:
        assert any(
            row[0].startswith(name) and row[1:] == (role, state) for row in found
        ), (name, role, state, found)  # fmt: skip
    for each in given["members"]:
        assert each.get("note", "") in " ".join(row[0] for row in rows)
    group = db.session.scalar(sa.select(Group).where(Group.name == given["name"]))
    assert (group.parent.name, str(group.kind)) == (document["meeting"]["group"], "working")


def test_every_session_and_the_season_with_its_final(document, visitor):
    for session in document["arendalsuka_sessions"]:
        found = tree(visitor.get(f"/events?q={session['title']}&from=2023-01-01").text)
        assert [each.text() for each in found.all("h2") if session["title"] in each.text()]
    season = db.session.scalar(sa.select(Season))
    page = visitor.get(f"/seasons/{season.slug}").text

    camp = document["innovation_camp"]
    assert camp["name"] in page
    assert camp["jury_call"] in page
    assert "18. november 2023" in page
