"""Writing to many: nothing is lost, and what is wrong is said beside the field."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import RoleName
from portal.models.events import Event
from portal.models.invitations import Invitation
from portal.models.mailings import Mailing, MailingDraft
from tests.factories import create_event, create_group, create_person, create_season
from tests.mailings.writing import AT, DRAFT, TEXT, group_of, send, typed, write

LIST = "/organise/mailings"


@pytest.fixture
def desk(browse_as, kari):
    """Kari, who has begun a draft."""
    desk = browse_as(kari)
    desk.post(f"{LIST}/drafts", data={"name": DRAFT})
    return desk


def drafts() -> list[MailingDraft]:
    return list(db.session.scalars(sa.select(MailingDraft)))


def error_of(page: str, field: str) -> str:
    found = re.search(rf'id="{field}-error">([^<]*)<', page)
    return found[1] if found else ""


def test_an_empty_list_says_what_mailings_are(browse_as, kari):
    page = browse_as(kari).get(LIST).text

    assert 'class="ds-card empty"' in page


def test_two_presses_begin_one_draft(desk):
    again = desk.post(f"{LIST}/drafts", data={"name": DRAFT})

    assert again.headers["Location"] == AT
    assert [draft.public_id for draft in drafts()] == [DRAFT]


@pytest.mark.parametrize("name", ["", "../../etc", "ABCDEFGHJKMN", "a" * 13])
def test_a_draft_that_the_page_did_not_name_gets_a_name_of_ours(browse_as, kari, name):
    browse_as(kari).post(f"{LIST}/drafts", data={"name": name})

    (draft,) = drafts()
    assert re.fullmatch(r"[2-9a-z]{12}", draft.public_id)
    assert draft.public_id != name


def invited() -> Event:
    """A published event to which somebody is invited."""
    event = create_event()
    ola = create_person("Ola Hansen", email="ola@example.org")
    made = datetime(2026, 8, 1, tzinfo=UTC)
    db.session.add(Invitation(event_id=event.id, person_id=ola.id, created_at=made))
    db.session.commit()
    return event


@pytest.mark.parametrize(
    ("make", "address", "who"),
    [
        (create_season, "/organise/seasons/{}", "volunteers"),
        (lambda: group_of(1), "/groups/{}", "group"),
        (invited, "/organise/events/{}", "invited"),
    ],
)
def test_a_page_leads_to_a_draft_for_those_it_concerns(browse_as, kari, make, address, who):
    about, desk = make(), browse_as(kari)
    page = desk.get(address.format(about.slug)).text
    (form,) = re.findall(rf'action="{LIST}/drafts".*?</form>', page, re.DOTALL)
    sent = dict(re.findall(r'name="(name|who|about)" value="([^"]+)"', form))
    begun = drafts()

    answer = desk.post(f"{LIST}/drafts", data=sent)

    assert (begun, [draft.public_id for draft in drafts()]) == ([], [sent["name"]])
    assert drafts()[0].audience == {"who": who, "about": about.id, "answer": ""}
    write_page = desk.get(answer.headers["Location"]).text
    assert re.findall(r'name="who" value="(\w+)" checked', write_page) == [who]
    assert f'<option selected value="{about.id}">' in write_page


@pytest.mark.parametrize(
    ("who", "about"),
    [("season", "1"), ("group", "4711"), ("invited", "x"), ("volunteers", ""), ("", "1")],
)
def test_a_draft_for_nobody_there_is_begins_without_an_audience(browse_as, kari, who, about):
    browse_as(kari).post(f"{LIST}/drafts", data={"name": DRAFT, "who": who, "about": about})

    assert [draft.audience for draft in drafts()] == [{}]


def test_what_is_sound_is_kept_and_shown(desk):
    group = group_of(1)

    answer = desk.post(AT, data=typed(group))

    assert answer.headers["Location"] == f"{AT}/preview"
    (draft,) = drafts()
    assert (draft.audience, draft.texts, draft.is_ready, draft.revision) == (
        {"who": "group", "about": group.id, "answer": ""},
        {"nb": {"subject": TEXT["subject_nb"], "body": TEXT["body_nb"]}},
        True,
        2,
    )


def test_what_is_not_sound_is_kept_as_well(desk):
    typing = {"who": "group", "group": "", "subject_nb": "Nytt\u0007", "body_en": "Hello {nmae}"}

    answer = desk.post(AT, data=typing)

    assert answer.status_code == 422
    (draft,) = drafts()
    assert draft.is_ready is False
    page = desk.get(AT).text
    assert "Hello {nmae}" in page
    assert re.search(r'value="group"\s+checked', page)


def test_writing_the_same_again_is_no_change(desk):
    group = group_of(1)

    desk.post(AT, data=typed(group))
    desk.post(AT, data=typed(group))

    assert [draft.revision for draft in drafts()] == [2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject_nb", "Nytt\u0007"),
        ("subject_nb", "Nytt\nBcc: alle@example.org"),
        ("subject_nb", "Nytt\rBcc: alle@example.org"),
        ("subject_nb", "Nytt\u2028Bcc: alle@example.org"),
        ("subject_nb", "Nytt\u0085Bcc"),
        ("subject_nb", "Nytt \u009b"),
        ("subject_nb", "x" * 151),
        ("subject_nb", "Til {nmae}"),
        ("subject_nb", " "),
        ("body_nb", ""),
        ("body_nb", "Hei {name.__class__}"),
        ("body_nb", "Hei {0.emails}"),
        ("body_nb", "x" * 20_001),
        ("body_en", "Only a body"),
        ("who", "everybody in the world"),
        ("group", "999999"),
        ("group", "x"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(desk, field, value):
    answer = desk.post(AT, data=typed(group_of(1), **{field: value}))

    beside = "subject_en" if field == "body_en" else field
    assert answer.status_code == 422
    assert error_of(answer.text, beside) != ""
    assert f'href="#{beside}' in answer.text


def test_a_subject_keeps_what_stands_for_the_reader_and_all_letters(desk):
    answer = desk.post(AT, data=typed(group_of(1), subject_nb="Æøå – «{navn}» 100 % {{}} 🌊"))

    assert answer.status_code == 302


def test_the_address_of_the_recipients_does_not_matter_to_the_season_of_another_choice(desk):
    desk.post(AT, data={**typed(group_of(1)), "season": "nonsense", "event": "999999"})

    (draft,) = drafts()
    assert (draft.audience["who"], draft.is_ready) == ("group", True)


def test_kept_for_later_it_stands_in_the_list(desk):
    answer = desk.post(AT, data={"subject_nb": "Senere", "body_nb": "", "then": "later"})

    assert answer.headers["Location"] == LIST
    page = desk.get(LIST).text
    assert (f'href="{AT}"' in page, "Senere" in page) == (True, True)


def test_a_draft_that_is_not_ready_is_neither_shown_nor_sent(desk):
    for page in ("preview", "sending"):
        assert desk.get(f"{AT}/{page}").headers["Location"] == AT
    for page in ("tests", "sending"):
        assert desk.post(f"{AT}/{page}").headers["Location"] == AT
    assert db.session.scalar(sa.select(sa.func.count(Mailing.id))) == 0


def test_a_draft_thrown_away_is_gone(desk):
    assert desk.post(f"{AT}/removal").headers["Location"] == LIST
    assert (drafts(), desk.get(AT).status_code) == ([], 404)


def test_the_drafts_of_others_do_not_exist(desk, browse_as):
    other = browse_as(create_person("Ingrid Solberg", role=RoleName.ORGANISER))

    assert {other.get(f"{AT}{page}").status_code for page in ("", "/preview", "/sending")} == {404}
    assert {other.post(f"{AT}{p}").status_code for p in ("", "/tests", "/sending", "/removal")} == {
        404
    }
    assert f'href="{AT}"' not in other.get(LIST).text
    assert len(drafts()) == 1


def test_going_back_to_a_draft_that_is_sent_leads_to_what_became_of_it(browse_as, kari, in_august):
    desk = browse_as(kari)
    write(desk, group_of(1))
    mailing = send(desk)
    there = f"{LIST}/{mailing.public_id}"

    assert [desk.get(f"{AT}{p}").headers["Location"] for p in ("", "/preview", "/sending")] == [
        there, there, there,
    ]  # fmt: skip
    assert desk.post(AT, data=TEXT).headers["Location"] == there


def test_a_name_whose_draft_is_sent_begins_another(browse_as, kari, in_august):
    desk = browse_as(kari)
    write(desk, group_of(1))
    send(desk)

    begun = desk.post(f"{LIST}/drafts", data={"name": DRAFT}).headers["Location"]

    assert begun != AT
    assert desk.get(begun).status_code == 200


def test_closed_groups_are_not_offered(desk, now):
    open_group, closed = create_group("Åpen"), create_group("Lukket", closed_at=now)

    page = desk.get(AT).text

    assert (open_group.name in page, closed.name in page) == (True, False)
