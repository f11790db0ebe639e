"""A round taken along: the document and the workbook, read back."""

from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from portal import clock
from portal.db import db
from portal.groups.input_rounds import points, votes
from portal.groups.input_rounds.points import Point
from portal.models.groups import PlaceState
from tests.groups.input_rounds.rounds import create_draft, create_round, gather, say, url_of


@pytest.fixture
def found(group, lead, amir):
    """A round in English with a theme, a point that stands alone, and one withdrawn."""
    found = create_round(group, language="en", question="What should we do?", intro="Read *this*.")
    [power] = say(found, amir, "Power", details=("Use what we have", "=1+1"))
    [train] = say(found, lead, "Trains")
    [gone] = say(found, lead, "Withdrawn")
    points.withdraw(gone, by=lead, now=clock.now())
    points.note(found, [Point("+47 for the fjord")], "Nina", by=lead, now=clock.now())
    db.session.commit()
    gather(found, lead, "Energy", power)
    assert train.theme is None
    return found


def sheets(browser, found) -> dict[str, list[tuple]]:
    raw = browser.get(url_of(found, "/input.xlsx")).data
    book = load_workbook(BytesIO(raw))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def lines(browser, found) -> list[str]:
    raw = browser.get(url_of(found, "/input.docx")).data
    return [each.text for each in Document(BytesIO(raw)).paragraphs if each.text]


def test_the_workbook_holds_points_and_themes_in_the_language_of_the_round(found, amir, browse_as):
    read = sheets(browse_as(amir), found)

    assert list(read) == ["Points", "Themes"]
    assert read["Points"][:2] == [
        ("Theme", "Point", "Under it", "Whose"),
        ("Energy", "Power", "Use what we have\n=1+1", "Amir Khan"),
    ]
    assert sorted(read["Points"][2:], key=lambda row: row[1]) == [
        (None, "+47 for the fjord", None, "Nina, said in the meeting"),
        (None, "Trains", None, "Ingrid Solberg"),
    ]
    assert read["Themes"] == [("Theme", "Number of points"), ("Energy", 1)]


def test_the_document_holds_the_same_under_headings(found, amir, browse_as):
    read = lines(browse_as(amir), found)

    assert read[0] == "What should we do?"
    assert [text in read for text in (
        "Read this.", "Energy", "Power (Amir Khan)", "Use what we have",
        "Not gathered under a theme", "Trains (Ingrid Solberg)",
    )] == [True] * 6  # fmt: skip
    assert not any("Withdrawn" in text for text in read)


def test_names_are_left_out_where_they_are_not_shown(group, lead, amir, kari, browse_as):
    found = create_round(group, language="en", shows_names=False)
    say(found, amir, "Power")

    read, text = sheets(browse_as(kari), found), "\n".join(lines(browse_as(kari), found))

    assert read["Points"] == [("Theme", "Point", "Under it"), (None, "Power", None)]
    assert ("Power" in text, "Amir" in text) == (True, False)


def test_whoever_has_left_is_a_former_member_in_files_too(found, amir, lead, browse_as):
    amir.group_places[0].state = PlaceState.LEFT
    db.session.commit()

    assert sheets(browse_as(lead), found)["Points"][1][3] == "A former member"
    assert "Power (A former member)" in lines(browse_as(lead), found)


def test_the_result_comes_along_when_the_vote_is_closed(found, lead, amir, browse_as):
    votes.open_vote(found, 1, None, by=lead, now=clock.now())
    by_text = {each.text: each.name for each in votes.choices(found)}
    votes.vote(found, [by_text["Energy"]], by=amir, now=clock.now())
    db.session.commit()
    before = sheets(browse_as(lead), found)
    votes.close_vote(found, by=lead, now=clock.now())
    db.session.commit()

    after = sheets(browse_as(lead), found)

    assert "Result" not in before
    assert after["Result"][:2] == [("Rank", "Theme or point", "Votes", "Shared rank"),
                                   (1, "Energy", 1, None)]  # fmt: skip
    assert [row[0] for row in after["Result"][2:]] == [2, 2]
    assert "What matters most" in lines(browse_as(lead), found)


def test_files_are_named_and_kept_by_nobody_on_the_way(found, amir, browse_as):
    response = browse_as(amir).get(url_of(found, "/input.xlsx"))

    name = f'attachment; filename="innspill-{found.group.slug}-{found.public_id}.xlsx"'
    assert response.headers["Content-Disposition"] == name
    assert "no-store" in response.headers["Cache-Control"]


def test_a_draft_is_no_file(group, lead, browse_as):
    draft = create_draft(group)

    assert browse_as(lead).get(url_of(draft, "/input.docx")).status_code == 404
