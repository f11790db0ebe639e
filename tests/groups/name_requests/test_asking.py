"""Asking a body who shall have a place: put, taken back, undone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, dates
from portal.db import db
from portal.groups.name_requests import actions, addresses
from portal.mail import reading
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.groups import GroupPlace, NameRequest, PlaceRole, PlaceState
from tests.factories import create_group, create_person, create_place
from tests.groups.name_requests.asked import NORA, letters, link, put
from tests.groups.people import (
    create_called,
    create_led_group,
    lead_of,
    mail_kinds,
    member_of,
    place_page,
    url_of,
    verbs,
)
from tests.invitations.sending import let_mail_leave


def test_one_press_asks_the_body_at_the_address_it_is_known_by(browse_as, place):
    lead = lead_of(place.group)
    browser = browse_as(lead)

    home = browser.get(url_of(place.group)).text
    browser.post(place_page(place, "/name/at-once"))

    request = db.session.scalar(sa.select(NameRequest))
    last = dates.plain_day(request.answer_by, "nb")
    mail = letters()[0]
    assert place_page(place, "/name/at-once") in home
    assert (request.address, request.asked_by, request.answer_by) == (
        "post@gjovik.example.org", lead, dates.today(clock.now()) + timedelta(days=14),
    )  # fmt: skip
    assert (mail.kind, mail.recipient, mail.person_id, mail.subject) == (
        "groups/name_request", "post@gjovik.example.org", None,
        f"Hvem skal ha plassen i Fjordgruppa? Svar innen {last}",
    )  # fmt: skip
    assert verbs() == ["name_request.sent"]


def test_the_mail_says_who_asks_and_leads_to_the_page(asked, kari):
    letter = reading.read(letters()[0].raw)

    for text in (letter.text, letter.html):
        assert "Kari Nordmann ber dere om et navn" in text
        assert "Gjøvik (bekrefter navn)" in text
        assert f"http://localhost{link(asked)}" in text
    assert kari.email in letter.text


def test_a_body_that_writes_nynorsk_is_written_to_in_nynorsk(place, kari):
    place.organisation.municipality_code = "3324"

    put(place, kari)

    last = dates.plain_day(db.session.scalar(sa.select(NameRequest.answer_by)), "nn")
    assert letters()[0].subject == f"Kven skal ha plassen i Fjordgruppa? Svar innan {last}"


def test_the_form_asks_where_no_address_is_known_and_remembers_it(browse_as, place):
    place.organisation.contact_email = ""
    browser = browse_as(lead_of(place.group))

    browser.post(place_page(place, "/name/at-once"))
    wrong = browser.post(
        place_page(place, "/name"), data={"address": "post", "answer_by": "1.1.2020"}
    )
    nothing = letters()
    browser.post(
        place_page(place, "/name"),
        data={"address": "Post@gjovik.example.org", "answer_by": "", "remember": "y"},
    )

    request = db.session.scalar(sa.select(NameRequest))
    assert (wrong.status_code, nothing) == (422, [])
    assert "Velg en dag etter i dag" in wrong.text
    assert (request.address, request.answer_by) == ("Post@gjovik.example.org", None)
    assert place.organisation.contact_email == "Post@gjovik.example.org"
    assert verbs() == ["organisation.contact_changed", "name_request.sent"]


def test_a_lead_puts_no_address_in_place_of_a_known_one_and_an_organiser_may(
    browse_as, kari, place
):
    form = {"address": "ny@gjovik.example.org", "answer_by": "", "remember": "y"}
    other = create_place(
        place.group, label="Én til", state=PlaceState.UNCLEAR, organisation=place.organisation
    )

    browse_as(lead_of(place.group)).post(place_page(place, "/name"), data=form)
    kept = place.organisation.contact_email
    browse_as(kari).post(place_page(other, "/name"), data=form)

    assert (kept, place.organisation.contact_email) == (
        "post@gjovik.example.org", "ny@gjovik.example.org",
    )  # fmt: skip


def test_nobody_is_asked_twice_nor_about_what_is_taken(browse_as, kari, place):
    taken = next(each for each in place.group.places if each.person == member_of(place.group))
    browser = browse_as(kari)

    for each in (place, place, taken):
        browser.post(place_page(each, "/name"), data={"address": "a@example.org", "answer_by": ""})
    page = browser.get(place_page(place, "/name")).text

    assert len(letters()) == 1
    assert ("Venter på svar" in page, 'name="address"' in page) == (True, False)


def test_a_closed_group_asks_for_nobody(kari, place, now):
    place.group.closed_at = now

    with pytest.raises(actions.GroupIsClosed):
        put(place, kari)


def test_those_who_run_the_group_see_when_it_was_asked(browse_as, asked, place):
    asked.answer_by = dates.today(clock.now()) - timedelta(days=1)

    pages = [
        browse_as(each).get(url_of(place.group)).text
        for each in (lead_of(place.group), member_of(place.group))
    ]

    assert ["Spurt" in page for page in pages] == [True, False]
    assert "Over fristen" in pages[0] or "Fristen er passert" in pages[0]


def test_a_question_taken_back_is_not_answered_and_may_be_put_anew(browse_as, client, asked, place):
    browser = browse_as(lead_of(place.group))

    browser.post(place_page(place, f"/name/{asked.public_id}/taking-back"))
    late = client.post(link(asked), data=NORA)
    browser.post(place_page(place, "/name/at-once"))

    again = db.session.scalar(sa.select(NameRequest).order_by(NameRequest.id.desc()))
    assert (late.status_code, "trukket tilbake" in late.text, place.person) == (410, True, None)
    assert (again.is_open, again.id == asked.id, client.get(link(again)).status_code) == (
        True, False, 200,
    )  # fmt: skip


def test_taking_back_what_is_answered_changes_nothing(browse_as, client, asked, place, kari):
    client.post(link(asked), data=NORA)

    browse_as(kari).post(place_page(place, f"/name/{asked.public_id}/taking-back"))

    assert (asked.taken_back_at, place.person.name) == (None, "Nora Lie")


def test_an_answer_is_undone_and_the_place_waits_again(browse_as, client, asked, place, kari):
    meeting = create_called(place.group)
    client.post(link(asked), data=NORA)
    let_mail_leave()
    browser, nora = browse_as(kari), place.person

    page = browser.get(place_page(place, "/name")).text
    undone = browser.post(place_page(place, f"/name/{asked.public_id}/undoing"))
    twice = browser.post(place_page(place, f"/name/{asked.public_id}/undoing"))

    assert ("Angre svaret" in page, undone.status_code, twice.status_code) == (True, 302, 302)
    assert (place.person, place.state, meeting.event_id > 0) == (None, PlaceState.PENDING, True)
    assert mail_kinds()[-1] == ("invitations/uninvite", nora.id)
    assert verbs()[-3:] == ["place.vacated", "invitation.removed", "name_request.undone"]
    assert client.get(link(asked)).status_code == 410
    assert 'name="address"' in browser.get(place_page(place, "/name")).text
    assert "Nora Lie" not in browser.get(place_page(place, "/name")).text


def test_a_no_is_undone_too(browse_as, client, asked, place, kari):
    client.post(link(asked), data={"answer": "declined"})

    browse_as(kari).post(place_page(place, f"/name/{asked.public_id}/undoing"))

    assert place.state == PlaceState.PENDING


def test_what_has_changed_since_is_not_undone(browse_as, client, asked, place, kari, ola):
    client.post(link(asked), data=NORA)
    place.person = ola

    browse_as(kari).post(place_page(place, f"/name/{asked.public_id}/undoing"))

    assert place.person == ola


def test_a_forged_link_and_one_of_another_purpose_lead_nowhere(client, asked, place):
    token = addresses.token_of(asked)
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")

    got = [client.get(f"/names/{each}").status_code for each in (forged, "1-x", token[2:])]

    assert got == [404, 404, 404]


def test_who_left_and_fills_an_asked_place_takes_its_questions_along(
    asked, place, ola, kari, client
):
    old = create_place(place.group, ola, label="Gjøvik", state=PlaceState.LEFT)
    earlier = NameRequest(place=old, address="x@example.org", asked_at=clock.now(),
                          taken_back_at=clock.now())  # fmt: skip
    db.session.add(earlier)
    db.session.commit()

    client.post(link(asked), data={**NORA, "email": ola.email})

    assert (place.person, earlier.place) == (ola, place)


def test_asked_pages_belong_to_those_who_run_the_group(browse_as, client, asked, place, kari):
    lead_place = next(each for each in place.group.places if each.role == PlaceRole.LEAD)
    outsider, other = create_person("Utenfor"), create_led_group("En annen")
    ask, taking = place_page(place, "/name"), f"/name/{asked.public_id}/taking-back"
    visitors = (member_of(place.group), outsider, lead_of(other))

    got = [
        (
            browse_as(each).get(ask).status_code,
            browse_as(each).post(place_page(place, taking)).status_code,
        )
        for each in visitors
    ]
    elsewhere = (
        browse_as(kari).post(url_of(other, f"/places/{place.public_id}{taking}")).status_code
    )
    wrong_place = browse_as(kari).post(place_page(lead_place, taking)).status_code
    of_lead = browse_as(lead_of(place.group)).get(place_page(lead_place, "/name")).status_code

    assert got == [(403, 403), (404, 404), (404, 404)]
    assert (client.get(ask).status_code, elsewhere, wrong_place, of_lead) == (302, 404, 404, 403)
    assert asked.taken_back_at is None


def test_the_audit_holds_no_names(client, asked):
    client.post(link(asked), data=NORA)

    kept = str([entry.details for entry in db.session.scalars(sa.select(AuditEntry))])
    assert [word in kept for word in ("Nora", "gjovik", "Ring")] == [False] * 3


def test_pages_can_be_read_in_all_languages(client, browse_as, asked, place, kari):
    token, page = link(asked), place_page(place, "/name")
    organiser = browse_as(kari)

    got = set()
    for language in ("nb", "nn", "en"):
        for browser, address in ((client, token), (organiser, page)):
            browser.set_cookie("language", language)
            got.add(browser.get(address).status_code)

    assert got == {200}


def test_a_new_person_is_not_made_when_it_was_answered_just_now(asked, place, client):
    client.post(link(asked), data={"answer": "declined"})

    client.post(link(asked), data=NORA)

    assert db.session.scalar(sa.select(Person).where(Person.name == "Nora Lie")) is None
    assert db.session.get(GroupPlace, place.id).state == PlaceState.DECLINED


def test_a_place_without_a_body_is_asked_about_as_well(browse_as, kari):
    place = create_place(create_group("G"), label="Maria/Jonas", state=PlaceState.UNCLEAR)

    browse_as(kari).post(
        place_page(place, "/name"),
        data={"address": "a@example.org", "answer_by": "", "remember": "y"},
    )

    assert [mail.recipient for mail in letters()] == ["a@example.org"]
