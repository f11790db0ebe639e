"""Calling a meeting: who is called, when nobody is, and what is queued."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.meetings import summons
from portal.models.accounts import EmailAddress, Person
from portal.models.events import EventState
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from tests.factories import create_group, create_person, create_place
from tests.groups.people import (
    create_called,
    create_draft,
    create_led_group,
    invite,
    lead_of,
    mailings,
    member_of,
    page_of,
    verbs,
)


def invited_to(meeting) -> list[str]:
    return [
        row.person.name
        for row in db.session.scalars(
            sa.select(Invitation)
            .where(Invitation.event_id == meeting.event_id)
            .order_by(Invitation.id)
        )
    ]


def test_all_who_sit_in_the_group_and_can_be_reached_are_called(browse_as):
    group = create_led_group()
    create_place(group, create_person("Ola Hansen"), role=PlaceRole.OBSERVER)
    create_place(group, create_person("Siri Berg"), state=PlaceState.UNCLEAR)
    create_place(group, create_person("Per Olsen"), state=PlaceState.LEFT)
    create_place(group, create_person("Nora Lie", email=None))
    create_place(group, label="Gjøvik (bekrefter navn)", state=PlaceState.PENDING)
    meeting = create_draft(group)
    lead = browse_as(lead_of(group))

    shown = lead.get(page_of(meeting)).text
    response = lead.post(page_of(meeting, "/summons"))

    assert "Send innkallingen til 4 personer" in shown
    assert "Innkallingen når ikke: Nora Lie, Gjøvik (bekrefter navn)." in shown
    assert response.headers["Location"] == page_of(meeting)
    assert invited_to(meeting) == ["Ingrid Solberg", "Amir Khan", "Ola Hansen", "Siri Berg"]
    assert meeting.event.state == EventState.PUBLISHED
    assert mailings() == ["invitations.request"]
    assert verbs() == ["event.published", "event.invited", "meeting.called"]


def test_calling_twice_calls_once(browse_as):
    group = create_led_group()
    meeting = create_draft(group)
    lead = browse_as(lead_of(group))

    for _number in range(2):
        lead.post(page_of(meeting, "/summons"))

    assert invited_to(meeting) == ["Ingrid Solberg", "Amir Khan"]
    assert mailings() == ["invitations.request"]


def test_calling_again_reaches_those_who_got_an_address_since(browse_as):
    group = create_led_group()
    meeting = create_called(group)
    invite(meeting, lead_of(group))
    lead = browse_as(lead_of(group))

    shown = lead.get(page_of(meeting)).text
    lead.post(page_of(meeting, "/summons"))

    assert "Send innkallingen til 1 til" in shown
    assert invited_to(meeting) == ["Ingrid Solberg", "Amir Khan"]
    assert "Send innkallingen" not in lead.get(page_of(meeting)).text


def test_a_group_that_nobody_can_reach_is_not_called(browse_as, kari):
    group = create_group()
    create_place(group, label="Gjøvik (bekrefter navn)", state=PlaceState.PENDING)
    meeting = create_draft(group)

    response = browse_as(kari).post(page_of(meeting, "/summons"))

    assert response.status_code == 302
    assert (meeting.called_at, meeting.event.state) == (None, EventState.DRAFT)


def test_nobody_is_called_to_what_is_over_cancelled_or_of_a_closed_group(browse_as, kari):
    now = clock.now()
    over = create_draft(create_led_group("En"), starts_at=now - timedelta(days=2))
    off = create_draft(create_led_group("To"), state=EventState.CANCELLED)
    closed = create_draft(create_led_group("Tre", closed_at=now))
    organiser = browse_as(kari)

    for meeting in (over, off, closed):
        organiser.post(page_of(meeting, "/summons"))

    assert [meeting.called_at for meeting in (over, off, closed)] == [None, None, None]
    assert mailings() == []


def test_only_called_meetings_to_come_follow_who_sits_in_the_group(app):
    group, now = create_led_group(), clock.now()
    called = create_called(group)
    create_draft(group)
    create_called(group, state=EventState.CANCELLED)
    create_called(group, starts_at=now - timedelta(days=3))

    assert summons.coming_called(group, now) == [called]


def test_calling_five_hundred_asks_the_database_no_more_than_calling_five(browse_as, queries):
    counts = []
    for size in (5, 500):
        group = create_group(f"Gruppe på {size}")
        create_place(group, create_person("Ingrid Solberg"), role=PlaceRole.LEAD)
        add_people(group, size)
        meeting = create_draft(group)
        lead = browse_as(lead_of(group))
        with queries() as statements:
            lead.post(page_of(meeting, "/summons"))
        counts.append(len(statements))
        assert len(invited_to(meeting)) == size + 1

    assert counts[0] == counts[1]


def add_people(group, size: int) -> None:
    """People with places, all at once."""
    for number in range(size):
        person = Person(name=f"Person {number}", created_at=clock.now())
        person.emails.append(EmailAddress(address=f"p{group.id}.{number}@example.org"))
        db.session.add(GroupPlace(group=group, person=person, state=PlaceState.CONFIRMED))
    db.session.commit()


def test_a_member_is_told_of_the_draft_by_nobody(browse_as):
    group = create_led_group()
    create_draft(group)

    assert "Møte i" not in browse_as(member_of(group)).get(f"/groups/{group.slug}").text
