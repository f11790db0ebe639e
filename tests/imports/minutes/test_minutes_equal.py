"""Imported minutes, as page, as Word document and as approved, are the file item for item."""

from datetime import date
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import dates
from portal.db import db
from portal.groups.minutes import approving
from portal.imports.minutes import importing
from portal.models.accounts import Person
from portal.models.input_rounds import InputRound
from portal.models.meetings import Meeting
from tests.groups.minutes.reading import from_docx, from_page
from tests.groups.people import page_of
from tests.imports.minutes.example import NOW
from tests.imports.minutes.reading import Node, said, tree

CAPACITIES = {
    "member": "Medlem", "deputy": "Vara", "observer": "Observatør", "guest": "Gjest",
    "secretariat": "Sekretariatet",
}  # fmt: skip
ATTENDANCES = {
    "present": "Til stede", "apologies": "Forfall", "deputy": "Sendte vara",
    "absent": "Ikke til stede",
}  # fmt: skip
KINDS = {
    "approval": "Godkjenning", "decision": "Vedtak", "discussion": "Drøfting",
    "input": "Innspill", "information": "Orientering",
}  # fmt: skip


@pytest.fixture
def meeting(document) -> Meeting:
    importing.import_minutes(document, now=NOW)
    db.session.commit()
    found = db.session.scalar(sa.select(Meeting))
    assert found is not None
    return found


@pytest.fixture
def visitor(meeting, kari, browse_as):
    return browse_as(kari)


def expected(document: dict[str, Any]) -> dict[str, Any]:
    """What the file says, in the shape that pages and documents are read into."""
    given, names = document["meeting"], names_in(document)
    start, end = (given[name].replace(":", ".") for name in ("start", "end"))
    return {
        "title": given["title"],
        "groups": given["group"],
        "when": [f"{dates.day(date.fromisoformat(given['date']), 'nb')} kl. {start}–{end}"],
        "place": given["place"],
        "chair": names[given["chair"]],
        "minutes_taker": names[given["minutes_taker"]],
        "state": "Ikke godkjent ennå",
        "reason": "",
        "changes": "",
        "attendance": [
            *(attendee(document, each, "member") for each in document["attendees"]),
            *(attendee(document, each, "secretariat") for each in document["secretariat"]),
        ],
        "items": [item(document, each) for each in document["agenda"]],
        "follow_ups": [],
        "addenda": [],
    }


def names_in(document: dict[str, Any]) -> dict[str, str]:
    everybody = [*document["attendees"], *document["secretariat"]]
    return {each["id"]: each["name"] for each in everybody}


def attendee(document: dict[str, Any], given: dict[str, Any], usually: str) -> tuple[str, ...]:
    attended_as = CAPACITIES[given.get("attends_as", usually)]
    if given.get("instead_of"):
        attended_as = f"Vara for {names_in(document)[given['instead_of']]}"
    chaired = ", møteleder" if given["id"] == document["meeting"]["chair"] else ""
    state = ATTENDANCES[given.get("state", "present")] + chaired
    return given["name"], given["affiliation_as_written"], attended_as, state


def item(document: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    number, presenter = given["no"], given.get("presented_by")
    papers = [*filter(None, [given.get("attachment")]), *given.get("attachments", [])]
    return {
        "number": number,
        "title": given["title"],
        "kind": KINDS[given["kind"]],
        "presenter": names_in(document)[presenter] if presenter else "",
        "day": 1,
        "papers": [each.partition(" http")[0] for each in papers],
        "minutes": minutes(document).get(number, []),
        "decisions": [
            (each["text"], "strength" in each)
            for each in document["decisions"]
            if each["agenda_no"] == number
        ],
        "follow_ups": tasks(document).get(number, []),
    }


def minutes(document: dict[str, Any]) -> dict[int, list[str]]:
    with force_locale("nb"):
        in_no_order = _("Input, in no order:")
    return {
        3: [
            *(f"- {each}" for each in document["discussion_3"]["points"]),
            document["themes_3"]["question"],
            *points(document["themes_3"]["items"]),
        ],
        4: [
            in_no_order,
            *points(document["inputs_4"]["items"]),
            *(line for each in document["working_groups"] for line in group(each)),
        ],
        5: [line for each in document["information_5"] for line in subject(document, each)],
    }


def points(given: list[dict[str, Any]]) -> list[str]:
    return [
        line
        for each in given
        for line in (f"- {each['text']}", *(f"- - {sub}" for sub in each.get("sub", [])))
    ]


def group(given: dict[str, Any]) -> list[str]:
    with force_locale("nb"):
        led = given["lead"] and _("%(name)s (chair)", name="")
    leads = [led if each["person_id"] == given["lead"] and led else "" for each in given["members"]]
    return [f"# {given['name']}", *(
        f"- {each['as_written']}{lead}"
        for each, lead in zip(given["members"], leads, strict=True)
    )]  # fmt: skip


def subject(document: dict[str, Any], given: dict[str, Any]) -> list[str]:
    found = [f"# {given['title']}"]
    found += [given[name] for name in ("text", "note", "purpose") if given.get(name)]
    if given["id"] == "arendalsuka":
        found += [f"- {each['title']}" for each in document["arendalsuka_sessions"]]
        found.append(document["arendalsuka_streaming_url"])
    listed = [*given.get("items", []), *given.get("pilot_places_as_written", [])]
    listed += [words(each) for each in given.get("follow_ups", [])]
    found += [f"- {each}" for each in listed]
    return found + ([words(given["follow_up"])] if given.get("follow_up") else [])


def words(task: Any) -> str:
    return task if isinstance(task, str) else task["text"]


def tasks(document: dict[str, Any]) -> dict[int, list[tuple[str, str, str]]]:
    """The follow-ups under each item: what, whose, and by when; both may be unknown."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for about in document["information_5"]:
        given = [*filter(None, [about.get("follow_up")]), *about.get("follow_ups", [])]
        found.setdefault(5, []).extend(task(document, about["title"], each) for each in given)
    for each in document["follow_ups"]:
        found.setdefault(each["agenda_no"], []).append(
            task(document, each.get("subject", ""), each)
        )
    return found


def task(document: dict[str, Any], about: str, given: Any) -> tuple[str, str, str]:
    known = given if isinstance(given, dict) else {}
    owner = names_in(document)[known["owner"]] if known.get("owner") else known.get("owner_label")
    due = known.get("due")
    return (
        f"{about}: {words(given)}" if about else words(given),
        owner or "ikke bestemt",
        dates.plain_day(date.fromisoformat(due), "nb") if due else "ikke satt",
    )


def test_the_page_of_minutes_is_the_file(document, meeting, visitor):
    assert from_page(visitor.get(page_of(meeting, "/minutes")).text) == expected(document)


def test_the_word_document_is_the_file(document, meeting, visitor):
    assert from_docx(visitor.get(page_of(meeting, "/minutes.docx")).data) == expected(document)


def test_once_approved_page_and_document_stay_the_file_whatever_happens_to_rows(
    document, meeting, visitor, kari
):
    approving.approve_alone(meeting, "Gruppen møtes ikke mer.", by=kari, now=NOW)
    for person in db.session.scalars(sa.select(Person).where(Person.id != kari.id)):
        person.name = "En annen"
    for row in meeting.agenda:
        row.title, row.minutes, row.decisions = "Noe annet", "Noe annet", []
    db.session.commit()

    approved = expected(document) | {
        "state": f"Godkjent {dates.plain_day(dates.today(NOW), 'nb')} av {kari.name}",
        "reason": "Gruppen møtes ikke mer.",
    }
    assert from_page(visitor.get(page_of(meeting, "/minutes")).text) == approved
    assert from_docx(visitor.get(page_of(meeting, "/minutes.docx")).data) == approved


@pytest.mark.parametrize(("number", "name"), [(3, "themes_3"), (4, "inputs_4")])
def test_a_round_on_its_page_and_in_its_files_is_the_file(document, visitor, number, name):
    given = document[name]["items"]
    found = round_of(number)
    at = f"/groups/{found.group.slug}/input/{found.public_id}"
    page = tree(visitor.get(at).text)
    letter = docx.Document(BytesIO(visitor.get(f"{at}/input.docx").data))
    book = openpyxl.load_workbook(BytesIO(visitor.get(f"{at}/input.xlsx").data))

    question = document[name].get("question") or document["agenda"][number - 1]["title"]
    assert [each.text() for each in page.all("h1")] == [question]
    assert points_on(page) == [(each["text"], each.get("sub", [])) for each in given]
    listed = [each for each in letter.paragraphs if each.style.name.startswith("List Bullet")]
    assert ["- " * (1 + each.style.name.endswith("2")) + each.text for each in listed] == points(
        given
    )
    assert [letter.paragraphs[0].text, book.active.max_row - 1] == [question, len(given)]
    assert list(book.active.iter_rows(min_row=2, values_only=True)) == [
        (None, each["text"], "\n".join(each.get("sub", [])) or None) for each in given
    ]


def round_of(number: int) -> InputRound:
    found = db.session.scalars(sa.select(InputRound)).all()
    (one,) = [each for each in found if each.item and each.item.number == number]
    return one


def points_on(page: Node) -> list[tuple[str, list[str]]]:
    (section,) = [
        each for each in page.all("section") if each.attrs.get("aria-labelledby") == "part-said"
    ]
    lists = [each for each in section.inside if isinstance(each, Node) and each.tag == "ul"]
    found = [point for each in lists for point in said(Node("div", {}, [each]))]
    pairs = [point if isinstance(point, tuple) else (point, []) for point in found]
    return [(text.removesuffix(" Sagt i møtet"), under) for text, under in pairs]


def test_the_page_of_the_meeting_links_each_round_under_its_item_and_says_no_point_twice(
    document, meeting, visitor
):
    page = tree(visitor.get(page_of(meeting)).text)

    for number, name in ((3, "themes_3"), (4, "inputs_4")):
        (row,) = [each for each in page.all("li") if each.attrs.get("id") == f"item-{number}"]
        links = [each.attrs["href"] for each in row.all("a") if "/input/" in each.attrs["href"]]
        assert [link.rpartition("/")[2] for link in links] == [round_of(number).public_id]
        for point in document[name]["items"]:
            assert page.text().count(point["text"]) == row.text().count(point["text"]) == 1
    assert "part-input" not in [each.attrs.get("aria-labelledby") for each in page.all("section")]
