"""Whoever asked for a name, or was named, is not named themselves once they have left the group."""

from email import message_from_bytes, policy

import pytest

from portal import clock
from portal.db import db
from portal.groups.name_requests import actions, notices
from portal.groups.places import actions as places
from portal.groups.places.notices import place as notice_of
from portal.models.groups import PlaceRole
from portal.models.mail import OutboxMail
from tests.factories import create_person, create_place
from tests.groups.name_requests.asked import NORA, link, put
from tests.groups.people import lead_of

pytestmark = pytest.mark.usefixtures("in_august")
SIRI = "Siri Vik"


@pytest.fixture
def siri(place):
    """Siri asks, and then leaves the group; Ingrid leads it."""
    person = create_person(SIRI, phone="90 11 22 33")
    return create_place(place.group, person, role=PlaceRole.DEPUTY)


@pytest.fixture
def asked(place, siri):
    request = put(place, siri.person)
    places.leave(siri, by=lead_of(place.group), now=clock.now())
    db.session.commit()
    return request


def mails(kind):
    rows = db.session.query(OutboxMail).filter_by(kind=kind).order_by(OutboxMail.id)
    return [(row.person_id, message_from_bytes(row.content.raw, policy=policy.default))
            for row in rows]  # fmt: skip


def says(message, text):
    return [text in message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def test_the_page_of_the_question_names_the_lead_instead(asked, place, client):
    lead = lead_of(place.group)

    before = client.get(link(asked)).text
    client.post(link(asked), data=NORA)
    after = client.get(link(asked)).text

    assert [said in page for page in (before, after)
            for said in (SIRI, "90 11 22 33", lead.name, lead.email)] == [
        False, False, True, True
    ] * 2  # fmt: skip


def test_the_reminder_names_nobody_and_answers_go_to_the_lead(asked, place):
    mail = notices.question(asked, is_reminder=True)

    assert [SIRI in text for text in (mail.subject, mail.text, mail.html)] == [False] * 3
    assert mail.reply_to.address == lead_of(place.group).email


def test_the_lead_hears_what_the_body_answered(asked, place, siri, client):
    lead = lead_of(place.group)

    client.post(link(asked), data=NORA)

    (reader, answer), = mails("groups/name_answer")  # fmt: skip
    assert reader == lead.id
    assert says(answer, place.label) == [True, True]
    assert says(answer, SIRI) == [False, False]


def test_who_is_named_is_told_without_the_name_of_who_asked(asked, place, client):
    client.post(link(asked), data=NORA)

    (reader, notice), = mails("groups/place")  # fmt: skip
    assert reader == place.person_id
    assert says(notice, SIRI) == [False, False]
    assert notice["Reply-To"].addresses[0].addr_spec == lead_of(place.group).email


def test_who_asked_and_is_still_there_is_named(place, siri, client):
    request = put(place, siri.person)

    page = client.get(link(request)).text
    mail = notices.question(request)

    assert [SIRI in page, "90 11 22 33" in page, SIRI in mail.text] == [True] * 3
    assert SIRI in notice_of(create_place(place.group, create_person("Tor Aas")), siri.person).text


def test_the_page_forgets_who_was_named_when_they_leave(place, kari, client):
    request = put(place, kari)
    client.post(link(request), data=NORA)
    named = client.get(link(request)).text
    places.leave(place, by=kari, now=clock.now())
    db.session.commit()

    page = client.get(link(request)).text

    assert ["Nora Lie" in each or NORA["email"] in each for each in (named, page)] == [True, False]
    assert not actions.can_be_undone(request)
