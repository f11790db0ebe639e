"""The contact of a meeting is somebody who is there: whoever leaves is it no more."""

import pytest

from portal import clock
from portal.calendar import entries
from portal.db import db
from portal.groups.meetings import actions, contacts, written
from portal.groups.places import actions as places
from portal.models.accounts import RoleName
from portal.models.events import EventChange
from portal.models.groups import PlaceRole, PlaceState
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.calendar.reading import group_feed, vevents
from tests.factories import create_person, create_place
from tests.groups.meetings.gathered import answer_page, called, create_joint, create_other
from tests.groups.people import add_item, create_draft, create_held, create_led_group, page_of
from tests.groups.recurring import call

SIRI = ("Siri Vik", "siri.vik@example.org", "90 11 22 33")
WHERE = ("contact_name", "contact_email", "contact_phone")


@pytest.fixture
def siri(group):
    """Siri stands in for the lead, and plans meetings."""
    person = create_person(SIRI[0], phone=SIRI[2])
    return create_place(group, person, role=PlaceRole.DEPUTY)


def planned(group, by, **values):
    """A draft whose contact is ``by``."""
    meeting = create_draft(group, **values)
    for name, value in contacts.of_person(by).values.items():
        setattr(meeting.event, name, value)
    db.session.commit()
    return meeting


def contact_of(row):
    return tuple(getattr(row, name) for name in WHERE)


def leave(place, by):
    places.leave(place, by=by, now=clock.now())
    db.session.commit()


def test_whoever_plans_a_meeting_is_its_contact(group, siri):
    values = {"title": "Møte", "starts_at": clock.now(), "ends_at": clock.now().replace(year=2099),
              "language": "nb"}  # fmt: skip

    meeting = actions.plan_meeting(group, values, [], intro="", by=siri.person, now=clock.now())

    assert contact_of(meeting.event) == (SIRI[0], siri.person.email, SIRI[2])


def test_the_lead_is_the_contact_of_all_meetings_of_who_leaves(group, siri, lead):
    draft, other = planned(group, siri.person), planned(group, lead)
    coming = called(planned(group, siri.person), lead)
    before = [(each.event.revision, each.event.sequence) for each in (draft, other, coming)]

    leave(siri, lead)

    assert [contact_of(each.event) for each in (draft, coming)] == [(lead.name, lead.email, "")] * 2
    assert contact_of(other.event) == (lead.name, lead.email, lead.phone)
    assert [(each.event.revision, each.event.sequence) for each in (draft, other, coming)] == [
        (revision + step, sequence)
        for (revision, sequence), step in zip(before, (1, 0, 1), strict=True)
    ]


def test_pages_feeds_and_answer_pages_forget_the_contact_who_left(
    group, siri, lead, amir, browse_as, client
):
    meeting = called(planned(group, siri.person), amir, lead)
    known = (group_feed(amir, group), answer_page(meeting.event.invitations[0]))
    before = [client.get(each).text for each in known]
    leave(siri, lead)

    pages = [browse_as(each).get(page_of(meeting)).text for each in (amir, lead)]
    pages += [client.get(each).text for each in known]

    assert all(SIRI[0] in text for text in before)
    assert [said in page for page in pages for said in (SIRI[0], SIRI[2])] == [False] * 8
    entry = vevents(client.get(known[0]).data)[0]
    assert entry.value("DESCRIPTION").endswith(f"Kontaktperson: {lead.name}\\, {lead.email}")


def test_nobody_is_written_to_for_another_contact_and_nothing_is_untold(group, siri, lead, amir):
    meeting = called(planned(group, siri.person), amir, lead)
    mails, mailings = db.session.query(OutboxMail).count(), db.session.query(Mailing).count()

    leave(siri, lead)

    assert db.session.query(OutboxMail).count() == mails
    assert db.session.query(Mailing).count() == mailings
    assert not meeting.event.is_untold
    assert db.session.query(EventChange).filter(EventChange.field.in_(WHERE)).count() == 0


def test_what_was_untold_before_stays_untold(group, siri, lead, amir):
    meeting = called(planned(group, siri.person), amir)
    event = meeting.event
    actions.move_meeting(
        meeting, event.starts_at.replace(minute=30), event.ends_at.replace(minute=45),
        seen_revision=event.revision, by=lead, now=clock.now(),
    )  # fmt: skip
    db.session.commit()

    leave(siri, lead)

    assert meeting.event.is_untold


def test_held_meetings_get_another_contact_too(group, siri, lead, amir, browse_as):
    meeting = planned(group, siri.person, starts_at=clock.now().replace(year=2020),
                      ends_at=clock.now().replace(year=2021))  # fmt: skip
    called(meeting)
    leave(siri, lead)

    page = browse_as(amir).get(page_of(meeting)).text

    assert (SIRI[0] in page, lead.name in page) == (False, True)


def test_without_a_lead_it_is_the_deputy_and_without_any_the_secretariat(app, kari):
    group = create_led_group()
    lead, deputy = group.places[0], create_place(
        group, create_person("Tor Aas"), role=PlaceRole.DEPUTY
    )  # fmt: skip
    meeting = planned(group, lead.person)

    leave(lead, kari)
    first = contact_of(meeting.event)
    leave(deputy, kari)

    assert first == ("Tor Aas", deputy.person.email, "")
    assert contact_of(meeting.event) == (
        "Oppdrag Oslofjorden", app.config["PUBLISHER"]["contact"], ""
    )  # fmt: skip


@pytest.mark.parametrize("state", [PlaceState.LEFT, PlaceState.DECLINED])
def test_who_says_no_or_gives_the_place_to_another_is_the_contact_no_more(group, siri, lead, state):
    meeting, gone = planned(group, siri.person), siri.person

    if state == PlaceState.LEFT:
        places.change_place(siri, {}, person=create_person("Nora Lie"), by=lead, now=clock.now())
    else:
        places.change_place(siri, {"state": state}, by=lead, now=clock.now())

    assert gone.name not in contact_of(meeting.event)


def test_an_organiser_who_gives_up_a_place_goes_on_as_the_contact(group, lead):
    kari = create_person("Kari Holm", role=RoleName.ORGANISER)
    place, meeting = create_place(group, kari), planned(group, kari)

    leave(place, lead)

    assert meeting.event.contact_name == "Kari Holm"


def test_who_sits_in_another_group_that_holds_the_meeting_goes_on(group, siri, lead):
    other = create_other("Gruppe for elva", siri.person)
    joint, own = create_joint(group, other, days=1), planned(group, siri.person)
    for name, value in contacts.of_person(siri.person).values.items():
        setattr(joint.event, name, value)

    leave(siri, lead)

    assert [each.event.contact_name for each in (joint, own)] == [SIRI[0], lead.name]


def test_a_namesake_and_an_old_address_are_told_apart(group, siri, lead):
    create_person(SIRI[0], email="siri@horten.example.org")
    namesake, old = planned(group, siri.person), planned(group, siri.person)
    namesake.event.contact_email = "siri@horten.example.org"
    old.event.contact_email = "gammel@moss.example.org"

    leave(siri, lead)

    assert [each.event.contact_name for each in (namesake, old)] == [SIRI[0], lead.name]


def test_a_series_and_all_of_its_meetings_get_the_same_contact(group, siri, lead, in_august):
    series = call(group, siri.person, in_august)

    leave(siri, lead)

    assert {contact_of(each) for each in (series, *series.occurrences)} == {
        (lead.name, lead.email, "")
    }
    assert SIRI[0] not in series.ical_participant
    assert [each.is_override for each in series.occurrences] == [False] * 6


def test_who_leaves_presents_nothing_at_meetings_to_come(group, siri, lead, amir, client):
    meeting = create_draft(group, description="Innledning. Siri Vik")
    item = add_item(meeting, 1, "Mandat", presenter=SIRI[0])
    add_item(meeting, 2, "Økonomi", presenter=lead.name)
    meeting.intro = "Innledning. Siri Vik"
    meeting.event.description = written.as_markdown(meeting, "nb")
    called(meeting, amir, lead)

    leave(siri, lead)

    assert item.presenter == ""
    assert meeting.event.description == written.as_markdown(meeting, "nb")
    assert meeting.event.description.count(SIRI[0]) == 1
    feed = client.get(group_feed(amir, group)).text
    assert ("Mandat" in feed, lead.name in feed) == (True, True)


@pytest.mark.parametrize("approved", [False, True])
def test_what_they_presented_stays_in_the_minutes_only(
    group, siri, lead, amir, browse_as, client, approved
):
    meeting = create_held(group, sent=True)
    item = add_item(meeting, 1, "Mandat", presenter=SIRI[0])
    meeting.event.description = written.as_markdown(meeting, "nb")
    meeting.approved_at = clock.now() if approved else None
    db.session.commit()
    entries.render(meeting.event)

    leave(siri, lead)
    page = browse_as(amir).get(page_of(meeting)).text
    minutes = browse_as(amir).get(page_of(meeting, "/minutes")).text

    assert (item.presenter, SIRI[0] in minutes, SIRI[0] in page) == (SIRI[0], True, approved)
    assert SIRI[0] not in client.get(group_feed(amir, group)).text


def test_a_presenter_who_has_the_name_of_somebody_who_left_is_named(
    group, siri, lead, amir, browse_as
):
    create_place(group, create_person(SIRI[0], email="siri@horten.example.org"))
    leave(siri, lead)
    meeting = create_held(group)
    add_item(meeting, 1, "Mandat", presenter=SIRI[0])

    assert f"Legges fram av {SIRI[0]}" in browse_as(amir).get(page_of(meeting)).text
