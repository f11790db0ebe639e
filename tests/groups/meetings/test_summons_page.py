"""The page that shows the summons before it goes: what it says, whom it reaches and whom not."""

from datetime import timedelta
from email import message_from_bytes, policy

import sqlalchemy as sa

from portal import clock, worker
from portal.db import db
from portal.groups.meetings import summons
from portal.mail import addresses
from portal.mail.mailings import expand_due
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.meetings import MeetingGuest
from tests.factories import create_group, create_person, create_place
from tests.groups.meetings.gathered import called, invited
from tests.groups.people import (
    add_item,
    create_draft,
    lead_of,
    mailings,
    page_of,
    typed,
)


def in_english(browse_as, person):
    browser = browse_as(person)
    browser.set_cookie("language", "en")
    return browser


def test_the_page_shows_whom_it_goes_to_and_whom_it_does_not_reach(browse_as, group, lead):
    create_place(group, create_person("Ola Hansen"), role=PlaceRole.OBSERVER)
    create_place(group, create_person("Nora Lie", email=None))
    create_place(group, create_person("Per Olsen"), state=PlaceState.LEFT)
    create_place(group, label="Gjøvik (bekrefter navn)", state=PlaceState.PENDING)
    closed = create_person("Siri Berg", email="siri@example.org")
    create_place(group, closed)
    meeting, tuva = create_draft(group), create_person("Tuva Moen")
    meeting.guests.append(MeetingGuest(person=tuva, added_at=clock.now()))
    db.session.commit()
    addresses.note_refusal(
        db.session.connection(), "siri@example.org", clock.now(), code=550, words="", is_final=True
    )
    db.session.commit()

    page = in_english(browse_as, lead).get(page_of(meeting, "/summons")).text

    for text in (
        "Call 5 people",
        "Members: 3",
        "Amir Khan, Ingrid Solberg, Siri Berg",
        "Observers: 1",
        "Guests: 1",
        "Tuva Moen",
        "Nora Lie: has no email address with us",
        "Gjøvik (bekrefter navn): nobody is named yet",
        "Siri Berg: mail to the address comes back",
    ):
        assert text in page
    assert "Per Olsen" not in page
    assert (meeting.called_at, mailings()) == (None, [])


def test_the_letter_shown_is_the_letter_sent(browse_as, group, lead):
    meeting = create_draft(group, place="Oslo rådhus")
    browser = in_english(browse_as, lead)
    add_item(meeting, 1, "Mandat & <mål>")
    # Saving writes the agenda into the event, as the form does.
    edited = {"items-0-item_id": str(meeting.agenda[0].id), "items-0-title": "Mandat & <mål>",
              "items-0-kind": "discussion", "items-0-planned_minutes": "20"}  # fmt: skip
    browser.post(page_of(meeting, "/edit"), data={**typed(meeting), **edited})

    page = browser.get(page_of(meeting, "/summons")).text
    browser.post(page_of(meeting, "/summons"), data={"revision": str(meeting.event.revision)})
    expand_due(worker.COMPOSERS, clock.now() + timedelta(seconds=1), lambda: None)

    first = db.session.scalar(
        sa.select(Person).join(Invitation, Invitation.person_id == Person.id).order_by(Person.name)
    )
    mail = db.session.scalar(sa.select(OutboxMail).where(OutboxMail.person_id == first.id))
    text = next(part for part in parsed(mail).walk() if part.get_content_type() == "text/plain")
    lines = [line for line in text.get_content().splitlines() if "/invitations/" not in line]
    shown = page.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert parsed(mail)["Subject"] in shown
    assert "09.00–09.20 Sak 1: Mandat & <mål> (drøfting)" in lines
    assert [line for line in lines if line and line not in shown] == []


def parsed(mail: OutboxMail):
    return message_from_bytes(mail.raw, policy=policy.default)


def test_what_changed_since_the_page_was_opened_is_looked_at_again(browse_as, group, lead):
    meeting = create_draft(group)
    browser = browse_as(lead)
    seen = meeting.event.revision
    browser.post(page_of(meeting, "/edit"), data=typed(meeting, title="Noe annet"))

    response = browser.post(page_of(meeting, "/summons"), data={"revision": str(seen)})

    assert response.headers["Location"] == page_of(meeting, "/summons")
    assert (meeting.called_at, mailings()) == (None, [])


def test_what_is_changed_while_the_button_is_pressed_is_looked_at_again(
    browse_as, group, lead, monkeypatch
):
    meeting, hold = create_draft(group), summons.hold_groups
    seen = meeting.event.revision

    def hold_after_a_change(ids) -> None:
        raised = sa.update(Event).values(revision=Event.revision + 1)
        db.session.execute(raised.execution_options(synchronize_session=False))
        hold(ids)

    monkeypatch.setattr(summons, "hold_groups", hold_after_a_change)
    response = browse_as(lead).post(page_of(meeting, "/summons"), data={"revision": str(seen)})

    assert response.headers["Location"] == page_of(meeting, "/summons")
    assert (meeting.called_at, mailings()) == (None, [])


def test_there_is_no_page_when_nobody_is_left_to_call(browse_as, group, lead, amir):
    meeting = called(create_draft(group), lead, amir)

    response = browse_as(lead).get(page_of(meeting, "/summons"))

    assert response.headers["Location"] == page_of(meeting)


def test_calling_and_its_page_ask_as_much_for_18_as_for_1800(browse_as, queries):
    costs = []
    for size in (18, 1800):
        group = create_group(f"Gruppe på {size}")
        create_place(group, create_person("Ingrid Solberg"), role=PlaceRole.LEAD)
        people = [Person(name=f"Person {each}", created_at=clock.now()) for each in range(size)]
        for number, person in enumerate(people):
            person.emails.append(EmailAddress(address=f"p{size}.{number}@example.org"))
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(
            GroupPlace(group=group, person=each, state=PlaceState.CONFIRMED) for each in people
        )
        meeting = create_draft(group)
        browser = browse_as(lead_of(group))
        with queries() as shown:
            browser.get(page_of(meeting, "/summons"))
        with queries() as posted:
            browser.post(page_of(meeting, "/summons"))
        with queries() as after:
            browser.get(page_of(meeting))
        costs.append((len(shown), len(posted), len(after)))
        assert len(invited(meeting)) == size + 1

    assert costs[0] == costs[1]


def test_nobody_is_expected_twice(group, lead):
    meeting = create_draft(group)
    meeting.guests.append(MeetingGuest(person=lead, added_at=clock.now()))
    db.session.commit()

    assert summons.to_call_count(meeting) == 2
