"""Somebody suspended sits where they sat, and no mail goes to them."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups import leading
from portal.groups.input_rounds import who
from portal.groups.meetings import expected, summons
from portal.groups.meetings.expected import Unreached, Why
from portal.groups.minutes import queries as minutes_queries
from portal.groups.polls import queries as poll_queries
from portal.invitations import event_changes
from portal.mail import outbox
from portal.mail.log import resending
from portal.mail.message import Mailbox, Message
from portal.mail.reminding import audiences
from portal.models.accounts import Person
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Topic
from portal.models.meetings import MeetingGuest
from tests.factories import create_person
from tests.groups.people import create_called, create_draft, create_held, invite, page_of
from tests.groups.polls.polling import create_draft_poll


@pytest.fixture
def suspended(amir):
    """Amir, who sits in the group and may not sign in."""
    amir.suspended_at = clock.now()
    db.session.commit()
    return amir


def message_to(person: Person) -> Message:
    return Message(
        Mailbox(person.email, person.name),
        Mailbox("portal@example.org", "Portalen"),
        "Hei",
        "Hei\n",
        kind="test",
        person_id=person.id,
    )


def test_a_summons_goes_past_them_and_says_so(browse_as, group, lead, suspended):
    meeting = create_draft(group)
    guest = create_person("Gro Gjest", suspended_at=clock.now())
    db.session.add(MeetingGuest(meeting=meeting, person=guest, added_at=clock.now()))
    db.session.commit()

    page = browse_as(lead).get(page_of(meeting, "/summons")).text
    summons.call_meeting(meeting, by=lead, now=clock.now())

    assert [each.person_id for each in meeting.event.invitations] == [lead.id]
    assert expected.not_reached(meeting) == [
        Unreached(suspended.name, Why.SUSPENDED), Unreached(guest.name, Why.SUSPENDED),
    ]  # fmt: skip
    assert [each.person for each in summons.not_reached(group)] == [suspended]
    assert suspended.name in page
    assert summons.to_call_to(group.id, [meeting.event_id]) == []


def test_they_are_called_when_they_may_sign_in_again(group, lead, suspended):
    meeting = create_draft(group)
    summons.call_meeting(meeting, by=lead, now=clock.now())
    suspended.suspended_at = None
    db.session.commit()

    assert summons.call_meeting(meeting, by=lead, now=clock.now()) == 1


def test_who_is_suspended_when_they_get_a_place_is_not_invited(group, lead, suspended):
    meeting = create_called(group)

    summons.take_in(group, suspended, by=lead, now=clock.now())
    summons.take_in_all(group, [suspended.id], by=lead, now=clock.now())

    assert meeting.event.invitations == []


def test_nothing_that_is_queued_for_them_is_kept(suspended, lead):
    queued = [
        outbox.enqueue(message_to(each), key=f"test-{each.id}", now=clock.now())
        for each in (suspended, lead)
    ]

    assert queued == [False, True]
    assert db.session.scalars(sa.select(OutboxMail.person_id)).all() == [lead.id]


def test_what_they_were_sent_before_is_not_sent_again(amir, lead):
    outbox.enqueue(message_to(amir), key="test", now=clock.now())
    mail = db.session.scalars(sa.select(OutboxMail)).one()
    mail.state, mail.sent_at = MailState.SENT, clock.now()
    amir.suspended_at = clock.now()
    db.session.commit()

    with pytest.raises(resending.CannotResend) as refused:
        resending.resend(mail, number=1, by=lead, now=clock.now())

    assert refused.value.obstacle == resending.Obstacle.SUSPENDED


def test_they_count_in_no_audience(group, lead, suspended):
    called, held = create_called(group), create_held(group)
    invite(called, lead, suspended)
    invite(held, lead, suspended)
    both = sa.union(
        sa.select(Person.id).where(Person.id == lead.id),
        sa.select(Person.id).where(Person.id == suspended.id),
    )

    assert event_changes.audience_size(called.event) == 1
    assert minutes_queries.audience_of(held).members == [lead.id]
    assert who.reached_count(group) == 1
    assert poll_queries.not_reached(create_draft_poll(group)) == [suspended.name]
    assert audiences.reached(both, Topic.REMIND_EVENT) == 1


def test_a_lead_who_is_suspended_is_not_written_to(group, lead):
    lead.suspended_at = clock.now()
    db.session.commit()

    assert leading.to_write_to(group) == []
