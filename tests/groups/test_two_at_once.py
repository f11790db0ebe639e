"""Two who change one thing of a group: nothing is overwritten in silence, nothing typed lost."""

from datetime import date

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.minutes import commenting
from portal.groups.places import actions as places
from portal.models.accounts import RoleName
from portal.models.groups import GroupPlace, PlaceState
from tests.factories import create_person
from tests.groups.meanwhile import fields, said, shown
from tests.groups.minutes.people import create_held, send
from tests.groups.people import create_led_group, lead_of, member_of, page_of, url_of, verbs

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def siri_organises():
    return create_person("Siri Vik", role=RoleName.ORGANISER)


def edit_of(group) -> str:
    return f"/organise/groups/{group.slug}/edit"


def edit_place(place) -> str:
    return url_of(place.group, f"/places/{place.public_id}/edit")


def place_of(group) -> GroupPlace:
    return next(place for place in group.places if place.person == member_of(group))


def test_the_second_who_edits_a_group_sees_what_the_first_wrote_and_decides(
    browse_as, kari, siri_organises
):
    group = create_led_group(mandate="Følge fjorden.")
    first, second, page = browse_as(kari), browse_as(siri_organises), edit_of(group)
    theirs, mine = shown(first, page), shown(second, page)

    first.post(page, data={**theirs, "mandate": "Rense fjorden.", "ends_on": "31.12.2027"})
    answer = second.post(page, data={**mine, "name": "Fjordgruppen", "mandate": "Bade i fjorden."})

    assert answer.status_code == 409
    assert "Mandat Rense fjorden." in said(answer)
    assert "Siste dag 31. desember 2027" in said(answer)
    kept = fields(answer, page)
    assert (kept["name"], kept["mandate"]) == ("Fjordgruppen", "Bade i fjorden.")
    db.session.expire_all()
    assert (group.mandate, group.ends_on) == ("Rense fjorden.", date(2027, 12, 31))

    second.post(page, data={**kept, "ends_on": "31.12.2027"})

    db.session.expire_all()
    assert (group.name, group.mandate, group.ends_on) == (
        "Fjordgruppen", "Bade i fjorden.", date(2027, 12, 31),
    )  # fmt: skip
    assert verbs() == ["group.changed", "group.changed"]


def test_a_group_edited_by_pressing_twice_is_edited_once(browse_as, kari):
    group = create_led_group()
    client, page = browse_as(kari), edit_of(group)
    data = {**shown(client, page), "mandate": "Rense fjorden."}

    answers = [client.post(page, data=data).status_code for _time in range(2)]

    assert (answers, verbs()) == ([302, 302], ["group.changed"])


def test_a_group_renewed_meanwhile_keeps_its_new_last_day(browse_as, kari, siri_organises):
    group = create_led_group(ends_on=date(2026, 12, 31))
    mine = shown(browse_as(siri_organises), edit_of(group))
    renewal = f"/organise/groups/{group.slug}/renewal"
    first = browse_as(kari)
    first.post(renewal, data={**shown(first, renewal), "last_day": "31.12.2027"})

    answer = browse_as(siri_organises).post(edit_of(group), data={**mine, "mandate": "Nytt"})

    db.session.expire_all()
    assert (answer.status_code, group.ends_on) == (409, date(2027, 12, 31))


def test_the_second_who_changes_a_place_sees_what_the_first_did_and_decides(browse_as, kari):
    group = create_led_group()
    place, lead, nora = place_of(group), lead_of(group), create_person("Nora Lie")
    page, organiser = edit_place(place), browse_as(kari)
    mine = shown(browse_as(lead), page)
    theirs = shown(organiser, page)

    organiser.post(page, data={**theirs, "email": nora.email, "note": "Ringt"})
    answer = browse_as(lead).post(page, data={**mine, "note": "Skrevet", "state": "unclear"})

    assert answer.status_code == 409
    assert "Nora Lie" in said(answer)
    assert "Ringt" in said(answer)
    kept = fields(answer, page)
    assert (kept["note"], kept["state"]) == ("Skrevet", "unclear")
    db.session.expire_all()
    assert (place.person, place.note) == (nora, "Ringt")

    assert browse_as(lead).post(page, data=kept).status_code == 302

    db.session.expire_all()
    assert (place.person, place.note, place.state) == (nora, "Skrevet", PlaceState.UNCLEAR)


def test_a_name_chosen_among_several_is_kept_when_the_place_was_changed(
    browse_as, kari, siri_organises
):
    group = create_led_group()
    place, one = place_of(group), create_person("Ola Hansen")
    create_person("Ola Kjell Hansen")
    page = edit_place(place)
    mine = {**shown(browse_as(kari), page), "name": "Ola Hansen", "person": one.public_id}
    second = browse_as(siri_organises)
    second.post(page, data={**shown(second, page), "note": "Ringt"})

    answer = browse_as(kari).post(page, data=mine)
    assert answer.status_code == 409
    assert browse_as(kari).post(page, data=fields(answer, page)).status_code == 302

    db.session.expire_all()
    assert place.person == one


def test_a_form_opened_before_somebody_left_does_not_put_them_back(browse_as, kari):
    group = create_led_group()
    place = place_of(group)
    page = edit_place(place)
    mine = shown(browse_as(kari), page)
    places.leave(place, by=kari, now=clock.now())
    db.session.commit()

    answer = browse_as(kari).post(page, data={**mine, "label": "Horten", "note": "Ringt"})

    assert (answer.status_code, "Amir Khan" in answer.text) == (409, False)
    kept = fields(answer, url_of(group, "/places/new"))
    assert (kept["label"], kept["note"]) == ("Horten", "Ringt")
    db.session.expire_all()
    assert (place.state, place.label) == (PlaceState.LEFT, "")

    browse_as(kari).post(url_of(group, "/places/new"), data=kept)

    newest = db.session.scalars(sa.select(GroupPlace).order_by(GroupPlace.id.desc())).first()
    assert (newest.label, newest.person, place.state) == ("Horten", None, PlaceState.LEFT)


def test_whoever_got_the_place_meanwhile_is_not_removed_instead(browse_as, kari):
    group = create_led_group()
    place, nora = place_of(group), create_person("Nora Lie")
    page = url_of(group, f"/places/{place.public_id}/leaving")
    mine = shown(browse_as(kari), page)
    places.change_place(place, {}, person=nora, by=kari, now=clock.now())
    db.session.commit()

    answer = browse_as(kari).post(page, data=mine)

    db.session.expire_all()
    assert answer.headers["Location"] == page
    assert (place.person, place.is_current) == (nora, True)
    assert "Nora Lie" in browse_as(kari).get(page).text


def test_the_second_who_answers_a_comment_sees_the_first_answer_and_decides(browse_as, kari):
    group = create_led_group()
    held = create_held(group)
    send(held, lead_of(group))
    comment = commenting.comment(
        held, None, "Det var Horten.", by=member_of(group), now=clock.now()
    )
    db.session.commit()
    page = page_of(held, f"/minutes/comments/{comment.public_id}/answer")
    first, second = browse_as(kari), browse_as(lead_of(group))
    theirs, mine = shown(first, page), shown(second, page)

    first.post(page, data={**theirs, "reply": "Rettet."})
    answer = second.post(page, data={**mine, "reply": "Det stemmer."})

    assert (answer.status_code, "Rettet." in said(answer)) == (409, True)
    kept = fields(answer, page)
    db.session.expire_all()
    assert (comment.reply, comment.handled_by, kept["reply"]) == ("Rettet.", kari, "Det stemmer.")

    second.post(page, data=kept)

    db.session.expire_all()
    assert (comment.reply, comment.handled_by) == ("Det stemmer.", lead_of(group))


def test_an_answer_to_a_comment_sent_twice_is_one(browse_as, kari):
    group = create_led_group()
    held = create_held(group)
    send(held, lead_of(group))
    comment = commenting.comment(held, None, "Horten", by=member_of(group), now=clock.now())
    db.session.commit()
    page = page_of(held, f"/minutes/comments/{comment.public_id}/answer")
    client = browse_as(kari)
    data = {**shown(client, page), "reply": "Rettet."}

    answers = [client.post(page, data=data).status_code for _time in range(2)]

    assert (answers, verbs().count("minutes.comment_handled")) == ([302, 302], 1)
