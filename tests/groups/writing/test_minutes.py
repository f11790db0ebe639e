"""Minutes typed on the page: saved, looked at by two, kept when they cannot be saved."""

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.groups.writing import typed as typed_form
from portal.models.minutes import Decision, FollowUp
from tests.factories import create_person, create_place
from tests.groups.people import page_of, verbs
from tests.groups.writing.room import (
    JSON,
    create_held,
    page_text,
    typed,
    write,
    writing_of,
    written,
)


@pytest.fixture
def meeting(group):
    return create_held(group)


def test_minutes_of_all_items_are_saved_by_one_press(meeting, lead, browse_as):
    first, second = meeting.agenda
    form = {**typed(first, "Ola la fram.\r\n\r\nTakk.\r\n"), **typed(second, "Ingen merknader.")}

    answer = browse_as(lead).post(writing_of(meeting), data={**form, "do": f"save:{second.id}"})

    assert (answer.status_code, answer.location) == (302, writing_of(meeting, "#item-2"))
    assert written(meeting) == ["Ola la fram.\n\nTakk.", "Ingen merknader."]
    assert (first.minutes_revision, first.minutes_by_id) == (1, lead.id)
    assert meeting.minutes_revision == 1
    assert verbs()[-2:] == ["minutes.written", "minutes.written"]


def test_a_text_that_nobody_changed_saves_nothing(meeting, lead, browse_as):
    write(meeting.agenda[0], "Ola la fram.")

    browse_as(lead).post(writing_of(meeting), data=typed(meeting.agenda[0], "Ola la fram.\n"))

    assert (meeting.agenda[0].minutes_revision, meeting.minutes_revision) == (1, 0)
    assert "minutes.written" not in verbs()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(meeting, lead, kari, browse_as):
    item = meeting.agenda[0]
    write(item, "Ola la fram budsjettet.", by=kari, revision=2)
    form = typed(item, "Ola la fram planen.", base="Ola la fram.", seen=1)

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    page = page_text(answer)
    assert answer.status_code == 409
    assert written(meeting)[0] == "Ola la fram budsjettet."
    assert "Kari Nordmann" in page
    assert "Ola la fram budsjettet.\nOla la fram planen.</textarea>" in page
    assert f'name="text-{item.id}"' in page
    assert "\nOla la fram planen.</textarea>" in page


def test_an_item_that_the_second_did_not_touch_is_no_conflict(meeting, lead, kari, browse_as):
    first, second = meeting.agenda
    write(first, "Karis nye tekst", by=kari, revision=2)
    form = {**typed(first, "gammel", base="gammel", seen=1), **typed(second, "Min tekst")}

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    assert answer.status_code == 302
    assert written(meeting) == ["Karis nye tekst", "Min tekst"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("mine", "Mitt"), ("theirs", "Deres"), ("merged", "Deres og mitt")],
)
def test_the_second_writer_chooses_what_shall_stand(
    meeting, lead, kari, browse_as, choice: str, expected: str
):
    item = meeting.agenda[0]
    write(item, "Deres", by=kari, revision=2)
    form = typed(item, "Mitt", base="", seen=1, shown="2", merged="Deres og mitt")

    answer = browse_as(lead).post(writing_of(meeting), data={**form, "do": f"{choice}:{item.id}"})

    assert (answer.status_code, written(meeting)[0]) == (302, expected)


def test_a_choice_made_of_what_is_old_again_is_asked_for_anew(meeting, lead, kari, browse_as):
    item = meeting.agenda[0]
    write(item, "Deres siste", by=kari, revision=3)
    form = typed(item, "Mitt", base="", seen=1, shown="2", merged="Begge")

    answer = browse_as(lead).post(writing_of(meeting), data={**form, "do": f"mine:{item.id}"})

    assert (answer.status_code, written(meeting)[0]) == (409, "Deres siste")


def test_two_who_changed_different_parts_are_offered_both_together(meeting, lead, kari, browse_as):
    item = meeting.agenda[0]
    write(item, "Innledning fra Kari\n\nSlutt", by=kari, revision=2)
    form = typed(item, "Innledning\n\nSlutt fra Ingrid", base="Innledning\n\nSlutt", seen=1)

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    assert "Innledning fra Kari\n\nSlutt fra Ingrid</textarea>" in page_text(answer)
    assert written(meeting)[0] == "Innledning fra Kari\n\nSlutt"


def test_a_text_is_saved_by_script_and_its_revision_told(meeting, lead, browse_as):
    item = meeting.agenda[0]

    answer = browse_as(lead).post(writing_of(meeting), data=typed(item, "**Enig**"), headers=JSON)

    told = answer.get_json()
    assert (answer.status_code, told["state"], told["revision"]) == (200, "saved", 1)
    assert told["preview"] == "<p><strong>Enig</strong></p>\n"


def test_script_that_sends_a_text_once_more_is_told_that_it_is_saved(meeting, lead, browse_as):
    item, browser = meeting.agenda[0], browse_as(lead)
    form = typed(item, "Enig")

    told = [
        browser.post(writing_of(meeting), data=form, headers=JSON).get_json()["revision"]
        for _time in range(2)
    ]

    assert told == [1, 1]


def test_script_is_shown_what_somebody_else_saved(meeting, lead, kari, browse_as):
    item = meeting.agenda[0]
    write(item, "Deres", by=kari, revision=2)

    answer = browse_as(lead).post(
        writing_of(meeting), data=typed(item, "Mitt", base="", seen=1), headers=JSON
    )

    told = answer.get_json()
    assert (answer.status_code, told["state"], told["theirs"]) == (409, "conflict", "Deres")
    assert f'name="merged-{item.id}"' in told["html"]


def test_what_is_too_long_is_not_saved_and_stands_on_the_page(meeting, lead, browse_as):
    first, second = meeting.agenda
    long = "a" * (typed_form.LONGEST_MINUTES + 1)

    answer = browse_as(lead).post(
        writing_of(meeting), data={**typed(first, long), **typed(second, "Kort")}
    )

    page = page_text(answer)
    assert answer.status_code == 422
    assert (long in page, "\nKort</textarea>" in page) == (True, True)
    assert written(meeting) == ["", ""]


def test_fifty_long_texts_are_taken_at_once(group, lead, browse_as):
    meeting = create_held(group, items=50)
    text = "å " * 4_000 + "slutt"
    form = {name: value for item in meeting.agenda for name, value in typed(item, text).items()}

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    assert (answer.status_code, written(meeting)) == (302, [text] * 50)


def test_approved_minutes_are_not_written_and_the_text_is_shown(meeting, lead, now, browse_as):
    meeting.approved_at = now
    db.session.commit()
    browser = browse_as(lead)

    answers = [
        browser.post(writing_of(meeting), data=typed(meeting.agenda[0], "Nytt")),
        browser.post(writing_of(meeting), data=typed(meeting.agenda[0], "Nytt"), headers=JSON),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "\nNytt</textarea>" in page_text(answers[0])
    assert written(meeting)[0] == ""


def test_a_decision_is_added_changed_taken_away_and_put_back(meeting, lead, browse_as):
    item, browser = meeting.agenda[0], browse_as(lead)
    address = writing_of(meeting)

    browser.post(address, data=typed(item, "", decision="Vi møtes i Moss.", proposal="1"))
    decision = db.session.scalars(sa.select(Decision)).one()
    shown = f"{decision.text} {decision.is_proposal}"
    key = decision.public_id
    edited = {
        f"said-{key}": "Vi møtes i Drammen.",
        f"was-{key}": "Vi møtes i Moss.",
        f"waskind-{key}": "1",
        f"under-{key}": str(item.id),
    }
    browser.post(address, data=edited)
    changed = f"{decision.text} {decision.is_proposal}"
    gone = browser.post(address, data={"do": f"remove:{key}"})
    left = len(meeting.agenda[0].decisions)
    browser.post(
        address,
        data={"do": f"back:{item.id}", "back": "Vi møtes i Drammen.", **typed(item, "")},
    )

    assert (shown, changed, left) == ("Vi møtes i Moss. True", "Vi møtes i Drammen. False", 0)
    assert 'name="back" value="Vi møtes i Drammen."' in page_text(gone)
    db.session.expire_all()
    assert [each.text for each in item.decisions] == ["Vi møtes i Drammen."]
    assert [verb for verb in verbs() if verb.startswith("decision")] == [
        "decision.added", "decision.changed", "decision.removed", "decision.added",
    ]  # fmt: skip


def test_a_form_that_is_sent_twice_adds_things_once(meeting, lead, browse_as):
    item, browser = meeting.agenda[0], browse_as(lead)
    form = typed(item, "", decision="Enig.", todo="Ringe Moss")

    for _time in range(2):
        browser.post(writing_of(meeting), data={**form, "new_title": "Eventuelt"})

    counted = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (Decision, FollowUp)
    ]
    db.session.expire_all()
    assert (counted, len(meeting.agenda)) == ([1, 1], 3)


def test_a_decision_that_somebody_else_changed_is_not_overwritten(meeting, lead, browse_as):
    decision = Decision(item=meeting.agenda[0], text="Vi møtes i Oslo.")
    db.session.add(decision)
    db.session.commit()
    key = decision.public_id
    form = {f"said-{key}": "I Drammen.", f"was-{key}": "I Moss.", f"waskind-{key}": "0"}

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    page = page_text(answer)
    assert (answer.status_code, decision.text) == (409, "Vi møtes i Oslo.")
    assert "\nI Drammen.</textarea>" in page
    assert f'name="was-{key}" value="Vi møtes i Oslo."' in page


def test_words_over_a_decision_that_was_taken_away_are_kept(meeting, lead, browse_as):
    item = meeting.agenda[0]
    form = {"said-abcdefgh": "I Drammen.", "was-abcdefgh": "I Moss.", "waskind-abcdefgh": "0",
            "under-abcdefgh": str(item.id)}  # fmt: skip

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    assert answer.status_code == 409
    field = page_text(answer).partition(f'name="decision-{item.id}"')[2]
    assert field.partition("</textarea>")[0].endswith("\nI Drammen.")


def test_words_under_an_item_that_left_the_agenda_are_kept(meeting, lead, browse_as):
    form = {"text-999999": "Lang tale", "base-999999": "", "seen-999999": "0"}

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    assert (answer.status_code, "\nLang tale</textarea>" in page_text(answer)) == (409, True)


def test_who_follows_up_is_a_member_or_words_or_nobody(meeting, group, lead, browse_as):
    item, browser = meeting.agenda[0], browse_as(lead)
    rows = [
        {"todo": "Ringe Moss", "owner": "Amir Khan", "due": "13.11.2030"},
        {"todo": "Skrive notat", "owner": "sekretariatet"},
        {"todo": "Finne ut hvem som eier kartet"},
    ]

    for row in rows:
        browser.post(writing_of(meeting), data=typed(item, "", **row))

    found = db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)).all()
    assert [
        (each.text, each.owner and each.owner.name, each.owner_label, str(each.due_on))
        for each in found
    ] == [
        ("Ringe Moss", "Amir Khan", "", "2030-11-13"),
        ("Skrive notat", None, "sekretariatet", "None"),
        ("Finne ut hvem som eier kartet", None, "", "None"),
    ]
    assert {(each.item_id, each.meeting_id) for each in found} == {(item.id, meeting.id)}


def test_a_deadline_that_cannot_be_read_saves_nothing_and_keeps_all(meeting, lead, browse_as):
    item = meeting.agenda[0]
    form = typed(item, "Ola la fram.", todo="Ringe Moss", due="fredag")

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    page = page_text(answer)
    assert (answer.status_code, written(meeting)[0]) == (422, "")
    assert "\nOla la fram.</textarea>" in page
    assert 'value="fredag"' in page


def test_what_comes_up_in_the_room_is_an_item_like_the_others(meeting, lead, browse_as):
    answer = browse_as(lead).post(
        writing_of(meeting), data={"do": "add_item", "new_title": "Neste møte"}
    )

    db.session.expire_all()
    assert answer.location == writing_of(meeting, "#item-3")
    assert [(item.number, item.title) for item in meeting.agenda][-1] == (3, "Neste møte")


def test_members_see_nothing_of_minutes_that_are_not_sent(meeting, lead, amir, browse_as, now):
    write(meeting.agenda[0], "Ordskiftet var friskt.")
    db.session.add(Decision(item=meeting.agenda[0], text="Vi møtes i Moss."))
    db.session.commit()
    hidden = page_text(browse_as(amir).get(page_of(meeting)))
    seen_by_lead = page_text(browse_as(lead).get(page_of(meeting)))
    meeting.minutes_sent_at = now
    db.session.commit()
    sent = page_text(browse_as(amir).get(page_of(meeting)))

    found = [
        ("Ordskiftet var friskt." in page, "Vi møtes i Moss." in page)
        for page in (hidden, seen_by_lead, sent)
    ]
    assert found == [(False, False), (True, True), (True, True)]


@pytest.mark.parametrize(("items", "members"), [(5, 18), (50, 180)])
def test_the_page_asks_the_database_as_often_however_long_the_agenda(
    group, lead, browse_as, queries, items: int, members: int
):
    meeting = create_held(group, items=items)
    for number in range(members):
        create_place(group, create_person(f"Medlem {number}"))
    for item in meeting.agenda:
        write(item, "Tekst", by=lead)
        db.session.add(FollowUp(group=group, meeting=meeting, item=item, text="Ringe", owner=lead,
                                created_at=item.minutes_at))  # fmt: skip
        db.session.add(Decision(item=item, text="Enig."))
    browser = browse_as(lead)

    with queries() as statements:
        page = browser.get(writing_of(meeting))

    assert (page.status_code, len(statements)) == (200, 21)
