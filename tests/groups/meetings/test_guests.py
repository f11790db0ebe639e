"""Guests: added before the call or after it, invited with the group, and taken off again."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.places import actions as place_actions
from portal.models.accounts import Person
from portal.models.invitations import Answer
from portal.models.meetings import MeetingGuest
from tests.factories import create_person, create_place
from tests.groups.meetings.gathered import answer_page, called, invitation_of, invited, mails_to
from tests.groups.people import create_draft, page_of, verbs
from tests.invitations.sending import let_mail_leave

TUVA = {"name": "Tuva Moen", "email": "tuva@example.org", "note": "Orienterer"}


def names(meeting) -> list[str]:
    db.session.expire_all()
    return [guest.person.name for guest in meeting.guests]


def test_a_guest_is_called_together_with_the_group(browse_as, group, lead):
    meeting = create_draft(group)
    visitor = browse_as(lead)

    response = visitor.post(page_of(meeting, "/guests"), data=TUVA)
    before = invited(meeting)
    visitor.post(page_of(meeting, "/summons"))

    assert response.headers["Location"] == page_of(meeting, "/guests")
    assert names(meeting) == ["Tuva Moen"]
    assert before == []
    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg", "Tuva Moen"]


def test_a_guest_added_after_the_call_is_invited_at_once(browse_as, group, lead, amir):
    meeting = called(create_draft(group), lead, amir)

    browse_as(lead).post(page_of(meeting, "/guests"), data=TUVA)

    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    assert mails_to(tuva) == ["invitations/request"]
    assert verbs()[-2:] == ["meeting.guest_added", "invitation.sent"]


def test_a_guest_sees_the_event_with_its_agenda_and_not_the_group(
    browse_as, client, group, lead, amir
):
    meeting = called(create_draft(group, description="**Saksliste**\n\nSak 1: Mandat"), lead, amir)
    browse_as(lead).post(page_of(meeting, "/guests"), data=TUVA)
    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    visitor = browse_as(tuva)

    event = visitor.get(f"/events/{meeting.event.slug}")

    assert "Sak 1: Mandat" in event.text
    assert f"/groups/{group.slug}" not in event.text
    assert visitor.get(page_of(meeting)).status_code == 404
    assert visitor.get(f"/groups/{group.slug}").status_code == 404
    assert client.get(answer_page(invitation_of(meeting, tuva))).status_code == 200


def test_a_guest_who_is_removed_is_uninvited_and_can_come_back(browse_as, group, lead, amir):
    meeting = called(create_draft(group), lead, amir)
    visitor = browse_as(lead)
    visitor.post(page_of(meeting, "/guests"), data=TUVA)
    let_mail_leave()
    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    removal = page_of(meeting, f"/guests/{tuva.public_id}/removal")

    shown = visitor.get(removal)
    visitor.post(removal)
    gone = (names(meeting), invited(meeting))
    visitor.post(page_of(meeting, "/guests"), data=TUVA)

    assert shown.status_code == 200
    assert gone == ([], ["Amir Khan", "Ingrid Solberg"])
    assert mails_to(tuva) == [
        "invitations/request", "invitations/uninvite", "invitations/request",
    ]  # fmt: skip


def test_a_deputy_whom_the_lead_removes_leaves_apologies_behind(
    client, browse_as, group, lead, amir
):
    meeting = called(create_draft(group), lead, amir)
    mine = invitation_of(meeting, amir)
    client.post(answer_page(mine), data={"answer": "delegated", "deputy_name": "Tuva Moen",
                                         "deputy_email": "tuva@example.org"})  # fmt: skip
    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))

    browse_as(lead).post(page_of(meeting, f"/guests/{tuva.public_id}/removal"))

    assert (mine.answer, mine.answer_source, mine.delegated_to) == (
        Answer.DECLINED, "organiser", "",
    )  # fmt: skip
    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg"]


def test_what_is_wrong_about_a_guest_is_said(browse_as, group, lead, amir, kari):
    meeting = create_draft(group)
    visitor, organiser = browse_as(lead), browse_as(kari)
    page = page_of(meeting, "/guests")
    create_person("Tuva Moen")

    got = [
        (visitor.post(page, data={**TUVA, "name": ""}), "name-error"),
        # Only organisers look people up.
        (visitor.post(page, data={**TUVA, "email": ""}), "email-error"),
        (visitor.post(page, data={**TUVA, "email": "tuva"}), "email-error"),
        (visitor.post(page, data={**TUVA, "email": amir.email}), "name-error"),
        (organiser.post(page, data={**TUVA, "email": ""}), "person-error"),
        (organiser.post(page, data={"name": "Ukjent Navn"}), "email-error"),
    ]

    assert [(answer.status_code, f'id="{error}"' in answer.text) for answer, error in got] == [
        (422, True)
    ] * 6
    assert names(meeting) == []


def test_an_organiser_chooses_a_guest_among_people_of_that_name(browse_as, group, kari):
    meeting, tuva = create_draft(group), create_person("Tuva Moen")

    browse_as(kari).post(
        page_of(meeting, "/guests"), data={"name": "Tuva", "person": tuva.public_id}
    )

    assert [guest.person for guest in meeting.guests] == [tuva]


def test_a_guest_who_gets_a_place_and_leaves_it_stays_a_guest(browse_as, group, lead, kari):
    meeting = called(create_draft(group), lead)
    browse_as(lead).post(page_of(meeting, "/guests"), data=TUVA)
    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    place = create_place(group, tuva)

    place_actions.leave(place, by=kari, now=clock.now())
    db.session.commit()

    assert invited(meeting) == ["Ingrid Solberg", "Tuva Moen"]


def test_the_page_of_guests_costs_the_same_for_three_and_thirty(browse_as, group, kari, queries):
    counts = []
    for size in (3, 30):
        meeting = create_draft(group)
        meeting.guests = [
            MeetingGuest(person=create_person(f"Gjest {size} {each}"), added_at=clock.now())
            for each in range(size)
        ]
        db.session.commit()
        visitor = browse_as(kari)
        with queries() as statements:
            visitor.get(page_of(meeting, "/guests"))
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_nobody_is_added_to_what_is_over(browse_as, group, lead):
    meeting = called(create_draft(group, starts_at=clock.now() - timedelta(days=3)))

    page = browse_as(lead).get(page_of(meeting, "/guests")).text

    assert 'name="email"' not in page
