"""Apologies with a deputy: by the answer page without signing in, and by the meeting's page."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.meetings import deputies
from portal.groups.places import actions as place_actions
from portal.invitations import actions as invitations
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import PlaceRole
from portal.models.invitations import Answer
from portal.models.meetings import MeetingGuest
from tests.factories import create_event, create_person, create_place
from tests.groups.meetings.gathered import answer_page, called, invitation_of, invited, mails_to
from tests.groups.people import create_draft, lead_of, member_of, page_of
from tests.invitations.sending import let_mail_leave

OTHER = {"answer": "delegated", "deputy": "other", "deputy_name": "Tuva Moen",
         "deputy_email": "tuva@example.org", "comment": "Kurs"}  # fmt: skip


@pytest.fixture
def meeting(group):
    return called(create_draft(group), lead_of(group), member_of(group))


@pytest.fixture
def mine(meeting, amir):
    return invitation_of(meeting, amir)


def guests() -> list[tuple[str, str]]:
    rows = db.session.scalars(sa.select(MeetingGuest).order_by(MeetingGuest.id))
    return [(row.person.name, row.instead_of.name if row.instead_of else "") for row in rows]


def test_a_member_sends_somebody_from_the_mail_without_signing_in(client, meeting, mine):
    response = client.post(answer_page(mine), data=OTHER)

    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    assert response.status_code == 302
    assert (mine.answer, mine.delegated_to, mine.comment) == (
        Answer.DELEGATED, "Tuva Moen", "Kurs",
    )  # fmt: skip
    assert guests() == [("Tuva Moen", "Amir Khan")]
    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg", "Tuva Moen"]
    assert mails_to(tuva) == ["invitations/deputy"]
    assert tuva.emails[0].confirmed_at is None


def test_those_who_run_the_meeting_see_who_comes_instead(client, browse_as, meeting, mine, lead):
    client.post(answer_page(mine), data=OTHER)

    page = browse_as(lead).get(page_of(meeting)).text

    assert page.count("Tuva Moen") >= 2


def test_a_scanner_that_sends_the_form_unread_asks_nobody(client, meeting, mine):
    response = client.post(answer_page(mine), data={"answer": "", "deputy": ""})

    assert (response.status_code, guests()) == (422, [])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"deputy_name": ""}, "deputy_name"),
        ({"deputy_email": ""}, "deputy_email"),
        ({"deputy_email": "tuva"}, "deputy_email"),
        ({"deputy": "", "deputy_name": "", "deputy_email": ""}, "deputy_name"),
    ],
)
def test_who_comes_must_be_said_and_what_was_typed_stays(client, mine, values, field):
    response = client.post(answer_page(mine), data={**OTHER, **values})

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert "Kurs" in response.text
    assert (mine.answer, guests()) == (Answer.NEEDS_ACTION, [])


def test_the_next_answer_takes_the_deputy_back(client, meeting, mine):
    client.post(answer_page(mine), data=OTHER)
    let_mail_leave()
    client.post(answer_page(mine), data={"answer": "accepted"})

    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    assert (mine.answer, mine.delegated_to, guests()) == (Answer.ACCEPTED, "", [])
    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg"]
    assert mails_to(tuva) == ["invitations/deputy", "invitations/uninvite"]


def test_there_is_one_deputy_at_a_time(client, meeting, mine):
    client.post(answer_page(mine), data=OTHER)
    client.post(answer_page(mine), data={**OTHER, "deputy_name": "Per Olsen",
                                         "deputy_email": "per@example.org"})  # fmt: skip

    assert guests() == [("Per Olsen", "Amir Khan")]
    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg", "Per Olsen"]


def test_the_same_deputy_named_again_is_asked_once(client, meeting, mine):
    for comment in ("Kurs", "Reise"):
        client.post(answer_page(mine), data={**OTHER, "comment": comment})

    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    assert (mine.comment, guests()) == ("Reise", [("Tuva Moen", "Amir Khan")])
    assert mails_to(tuva) == ["invitations/deputy"]


def test_one_who_was_taken_back_can_be_sent_again(client, meeting, mine):
    for data in (OTHER, {"answer": "declined"}, OTHER):
        client.post(answer_page(mine), data=data)
        let_mail_leave()

    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg", "Tuva Moen"]
    assert mails_to(tuva) == [
        "invitations/deputy", "invitations/uninvite", "invitations/deputy",
    ]  # fmt: skip
    assert invitation_of(meeting, tuva).sent_sequence == meeting.event.sequence == 2


def test_a_deputy_of_the_group_is_chosen_by_name_and_asked(client, group, meeting, mine):
    birgit = create_person("Birgit Lie")
    create_place(group, birgit, role=PlaceRole.DEPUTY)
    called(meeting, birgit)

    page = client.get(answer_page(mine)).text
    client.post(answer_page(mine), data={"answer": "delegated", "deputy": birgit.public_id})

    assert "Birgit Lie" in page
    assert (mine.delegated_to, guests()) == ("Birgit Lie", [("Birgit Lie", "Amir Khan")])
    assert mails_to(birgit) == ["invitations/request", "invitations/deputy"]


def test_a_deputy_of_the_group_stays_invited_when_not_needed(client, group, meeting, mine):
    birgit = create_person("Birgit Lie")
    create_place(group, birgit, role=PlaceRole.DEPUTY)
    called(meeting, birgit)

    client.post(answer_page(mine), data={"answer": "delegated", "deputy": birgit.public_id})
    client.post(answer_page(mine), data={"answer": "accepted"})

    assert guests() == []
    assert "Birgit Lie" in invited(meeting)
    assert mails_to(birgit)[2:] == ["invitations/not_deputy"]


def test_two_members_cannot_send_the_same_deputy(client, group, meeting, mine, lead):
    birgit = create_person("Birgit Lie")
    create_place(group, birgit, role=PlaceRole.DEPUTY)
    called(meeting, birgit)
    data = {"answer": "delegated", "deputy": birgit.public_id}

    client.post(answer_page(mine), data=data)
    theirs = invitation_of(meeting, lead)
    response = client.post(answer_page(theirs), data=data)

    # Who is taken is not offered, so that the choice names nobody.
    assert response.status_code == 422
    assert guests() == [("Birgit Lie", "Amir Khan")]


def test_an_address_we_know_names_that_person_and_changes_nothing_of_them(client, meeting, mine):
    known = create_person("Nora Lie", email="nora@example.org")

    client.post(answer_page(mine), data={**OTHER, "deputy_name": "Noen Annen",
                                         "deputy_email": "NORA@example.org"})  # fmt: skip

    assert guests() == [("Nora Lie", "Amir Khan")]
    assert (known.name, [each.address for each in known.emails]) == (
        "Nora Lie", ["nora@example.org"],
    )  # fmt: skip
    # Whoever has the link learns no name that they did not write.
    assert mine.delegated_to == "Noen Annen"
    assert "Nora Lie" not in client.get(answer_page(mine)).text


@pytest.mark.parametrize("whom", ["oneself", "the lead"])
def test_nobody_who_is_called_already_can_be_named(client, meeting, mine, amir, lead, whom):
    email = (amir if whom == "oneself" else lead).email

    response = client.post(answer_page(mine), data={**OTHER, "deputy_email": email})

    assert response.status_code == 422
    assert 'id="deputy_email-error"' in response.text
    assert (mine.answer, guests()) == (Answer.NEEDS_ACTION, [])


def test_who_comes_in_anothers_place_declines_but_does_not_pass_it_on(client, meeting, mine):
    client.post(answer_page(mine), data=OTHER)
    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva Moen"))
    theirs = invitation_of(meeting, tuva)

    page = client.get(answer_page(theirs)).text
    passed = client.post(answer_page(theirs), data={**OTHER, "deputy_email": "x@example.org"})
    client.post(answer_page(theirs), data={"answer": "declined"})

    assert 'value="delegated"' not in page
    assert passed.status_code == 422
    assert (theirs.answer, guests()) == (Answer.DECLINED, [("Tuva Moen", "Amir Khan")])


def test_the_rule_that_a_deputy_sends_nobody_holds_without_the_form(meeting, mine):
    now = clock.now()
    deputies.answer(mine, Answer.DELEGATED, now=now,
                    wanted=deputies.Wanted(name="Tuva", email="tuva@example.org"))  # fmt: skip
    tuva = db.session.scalar(sa.select(Person).where(Person.name == "Tuva"))

    with pytest.raises(deputies.MayNotSend):
        deputies.answer(invitation_of(meeting, tuva), Answer.DELEGATED, now=now,
                        wanted=deputies.Wanted(name="X", email="x@example.org"))  # fmt: skip


def test_one_invitation_makes_us_write_to_few(client, meeting, mine):
    asked = [
        client.post(answer_page(mine), data={**OTHER, "deputy_email": f"d{each}@example.org"})
        for each in range(deputies.MOST_ASKED + 1)
    ]

    known = set(db.session.scalars(sa.select(EmailAddress.address)))
    assert [each.status_code for each in asked] == [302] * deputies.MOST_ASKED + [422]
    assert {f"d{each}@example.org" for each in range(deputies.MOST_ASKED)} <= known
    assert f"d{deputies.MOST_ASKED}@example.org" not in known
    assert len(guests()) == 1


def test_a_member_sends_somebody_from_the_meetings_page(browse_as, meeting, mine, amir):
    visitor = browse_as(amir)

    response = visitor.post(page_of(meeting, "/answer"), data=OTHER)

    assert response.headers["Location"] == page_of(meeting)
    assert guests() == [("Tuva Moen", "Amir Khan")]
    assert "Tuva Moen" in visitor.get(page_of(meeting)).text


def test_an_event_that_is_no_meeting_has_no_deputies(client, kari, ola):
    event = create_event(starts_at=clock.now() + timedelta(days=9))
    invitation = invitations.invite(event, ola, by=kari, now=clock.now())
    db.session.commit()

    page = client.get(answer_page(invitation)).text
    response = client.post(answer_page(invitation), data=OTHER)

    assert 'value="delegated"' not in page
    assert response.status_code == 422


def test_whoever_leaves_the_group_takes_the_deputy_along(client, group, meeting, mine, amir, kari):
    client.post(answer_page(mine), data=OTHER)
    place = next(place for place in group.places if place.person is amir)

    place_actions.leave(place, by=kari, now=clock.now())
    db.session.commit()

    assert (guests(), invited(meeting)) == ([], ["Ingrid Solberg"])
