"""Doubts of imported minutes: ticked off with a word, opened again, never overwritten."""

import re

import pytest

from portal.db import db
from portal.models.accounts import RoleName
from portal.models.minutes import ImportNote
from tests.factories import create_person
from tests.groups.people import create_called, page_of, verbs


@pytest.fixture
def meeting(group):
    return create_called(group)


@pytest.fixture
def note(meeting) -> ImportNote:
    row = ImportNote(meeting=meeting, about="leder", text="Ingen leder er nevnt.")
    db.session.add(row)
    db.session.commit()
    return row


def url_of(note: ImportNote, rest: str = "") -> str:
    return page_of(note.meeting, f"/notes/{note.public_id}{rest}")


def test_an_organiser_ticks_a_doubt_off_with_a_word(note, kari, browse_as):
    browser = browse_as(kari)
    assert url_of(note) in browser.get(page_of(note.meeting)).text

    browser.post(url_of(note), data={"answer": "Ingrid leder."})
    page = browser.get(page_of(note.meeting)).text

    assert note.handled_at is not None
    assert (note.handled_by, note.answer) == (kari, "Ingrid leder.")
    assert "Ingrid leder." in page
    assert re.search(rf'action="{url_of(note, "/reopening")}"', page)
    assert verbs() == ["import_note.handled"]


def test_a_word_is_not_needed_and_the_same_twice_is_once(note, kari, browse_as):
    for _press in range(2):
        browse_as(kari).post(url_of(note))

    assert (note.handled_by, note.answer, verbs()) == (kari, "", ["import_note.handled"])


def test_opened_again_it_keeps_the_word_to_write_on(note, kari, browse_as):
    browser = browse_as(kari)
    browser.post(url_of(note), data={"answer": "Ingrid leder."})

    browser.post(url_of(note, "/reopening"))
    browser.post(url_of(note, "/reopening"))

    assert (note.handled_at, note.handled_by, note.answer) == (None, None, "Ingrid leder.")
    assert 'value="Ingrid leder."' in browser.get(url_of(note)).text
    assert verbs() == ["import_note.handled", "import_note.reopened"]


def test_of_two_who_write_the_second_is_shown_what_the_first_wrote(note, kari, browse_as):
    admin = create_person("Berit Lie", role=RoleName.ADMIN)
    browse_as(kari).post(url_of(note), data={"answer": "Ingrid leder."})

    answer = browse_as(admin).post(url_of(note), data={"answer": "Amir leder."})

    assert (answer.status_code, note.answer) == (409, "Ingrid leder.")
    assert "Ingrid leder." in answer.text
    assert 'value="Amir leder."' in answer.text


def test_a_word_too_long_is_refused_and_kept(note, kari, browse_as):
    answer = browse_as(kari).post(url_of(note), data={"answer": "x" * 501})

    assert (answer.status_code, "x" * 501 in answer.text, note.handled_at) == (422, True, None)


def test_whoever_runs_the_group_without_organising_sees_no_doubts(note, lead, browse_as):
    assert "Ingen leder er nevnt." not in browse_as(lead).get(page_of(note.meeting)).text


def test_a_doubt_of_another_meeting_does_not_exist(note, group, kari, browse_as):
    other = create_called(group, title="Et annet møte")

    answer = browse_as(kari).get(page_of(other, f"/notes/{note.public_id}"))

    assert answer.status_code == 404


def test_the_page_asks_as_often_of_30_doubts_as_of_3(meeting, kari, browse_as, queries):
    browser, counts = browse_as(kari), []
    for number in (3, 27):
        db.session.add_all(
            ImportNote(meeting=meeting, text=f"Tvil {each}", handled_at=meeting.called_at,
                       handled_by=kari)
            for each in range(number)
        )  # fmt: skip
        db.session.commit()
        with queries() as statements:
            browser.get(page_of(meeting))
        counts.append(len(statements))

    assert counts[0] == counts[1]
