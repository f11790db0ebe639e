"""Page and Word document say the same as the minutes, in the languages they should."""

import pytest
from flask_babel import force_locale

from portal import clock
from portal.db import db
from portal.groups.minutes import approving, printing
from tests.groups.minutes.people import approve, create_held, fill, read, send
from tests.groups.minutes.reading import expected, from_docx, from_page
from tests.groups.minutes.test_document import attend_many
from tests.groups.people import page_of

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def held(group):
    meeting = create_held(group)
    fill(meeting)
    return meeting


def stage(meeting, kari, name: str) -> None:
    """Bring the minutes as far as ``name`` says."""
    if name != "draft":
        send(meeting, kari)
    if name in ("approved", "corrected"):
        approve(meeting, kari, "Sak 2: elleve kommuner.")
    if name == "corrected":
        approving.add_addendum(meeting, "Det var **elleve**.\n\n- ja", by=kari, now=clock.now())
    if name == "alone":
        approving.approve_alone(meeting, "Gruppen er avsluttet", by=kari, now=clock.now())
    db.session.commit()


STAGES = ["draft", "sent", "approved", "corrected", "alone"]


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_says_what_the_minutes_say(held, kari, browse_as, name: str, language: str):
    stage(held, kari, name)
    client = browse_as(kari)
    client.set_cookie("language", language)

    page = client.get(page_of(held, "/minutes")).text

    assert from_page(page) == expected(read(held), language)


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_document_says_it_in_the_language_of_the_meeting(
    held, kari, browse_as, name: str, language: str
):
    held.event.language = language
    stage(held, kari, name)

    answer = browse_as(kari).get(page_of(held, "/minutes.docx"))

    assert from_docx(answer.data) == expected(read(held), language)


def test_page_and_document_say_it_in_so_many_words(held, kari, browse_as):
    stage(held, kari, "draft")
    client = browse_as(kari)

    page = from_page(client.get(page_of(held, "/minutes")).text)
    document = from_docx(client.get(page_of(held, "/minutes.docx")).data)

    assert page == document
    assert page["title"] == "Møte i Arbeidsgruppe for fjorden"
    assert page["attendance"][3][:2] == ("Per Dahl", "Drammen")
    assert page["items"][1]["minutes"] == [
        "Ti av fjorten kommuner har svart.",
        "- Moss",
        "- Horten",
        "- - ferga",
        "Se kartet.",
    ]
    assert page["items"][1]["papers"] == ["Kartlegging", "Notat"]
    assert page["items"][1]["decisions"] == [
        ("Gruppen arbeider videre med ombruk.", False),
        ("Tre arbeidsgrupper", True),
    ]
    assert page["when"] == ["tirsdag 21. juli 2026 kl. 11.00–12.30"]


def test_what_was_written_is_marked_with_its_language(held, kari, browse_as):
    client = browse_as(kari)
    client.set_cookie("language", "en")

    page = client.get(page_of(held, "/minutes")).text

    assert '<div class="prose" data-part="minutes" lang="nb">' in page
    assert '<span data-part="title" lang="nb">Mandat</span>' in page


def test_the_file_is_named_after_day_and_group(held):
    assert printing.filename(read(held)).endswith("-2026-07-21-arbeidsgruppe-for-fjorden.docx")


def test_the_file_comes_as_one_to_keep(held, kari, browse_as):
    answer = browse_as(kari).get(page_of(held, "/minutes.docx"))

    with force_locale("nb"):
        name = printing.filename(read(held))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.mimetype.endswith("wordprocessingml.document")


def test_the_file_is_the_same_until_the_minutes_change(held, kari):
    first = printing.as_word(read(held))

    assert printing.as_word(read(held)) == first
    held.agenda[0].minutes = "Gruppen var uenig."
    db.session.commit()
    assert printing.as_word(read(held)) != first


@pytest.mark.parametrize("number", [18, 1800])
def test_the_page_takes_as_many_queries_for_eighteen_as_for_many(
    held, kari, browse_as, queries, number: int
):
    send(held, kari)
    attend_many(held, number)
    client = browse_as(kari)
    client.get(page_of(held, "/minutes"), check=False)

    with queries() as statements:
        client.get(page_of(held, "/minutes"), check=False)

    assert len(statements) == 21


def test_a_meeting_called_off_has_no_minutes(held, kari, browse_as):
    held.event.state = "cancelled"
    db.session.commit()

    assert browse_as(kari).get(page_of(held, "/minutes")).status_code == 404
