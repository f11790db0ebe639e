"""A group with something of everything in it, and browsers for whoever may look at it."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.models.groups import NameRequest, PlaceState
from portal.models.mailings import Mailing
from portal.models.meetings import MeetingGuest
from portal.models.minutes import Attendance, AttendanceState, ImportNote
from tests.factories import (
    create_appeal,
    create_follow_up,
    create_person,
    create_place,
    create_season,
)
from tests.groups.input_rounds.rounds import create_draft as create_round_draft
from tests.groups.input_rounds.rounds import create_round, gather
from tests.groups.people import (
    add_comment,
    add_item,
    create_called,
    create_draft,
    create_held,
    create_led_group,
    invite,
    lead_of,
)
from tests.groups.polls.polling import create_draft_poll, span
from tests.groups.visitors import create_visitor


@pytest.fixture
def group(app):
    group = create_led_group()
    group.place = create_place(group, create_person("Per Olsen"))
    group.called, group.draft = create_called(group), create_draft(group)
    group.follow_up = create_follow_up(group)
    group.open = create_place(group, label="Moss", state=PlaceState.PENDING)
    group.asked = NameRequest(place=group.open, address="a@example.org", asked_at=clock.now())
    group.letter = Mailing(kind="groups.letter", dedupe_key="x", group_id=group.id,
                           created_at=clock.now(), hold_until=clock.now())  # fmt: skip
    db.session.add_all([group.asked, group.letter])
    db.session.commit()
    group.round, group.round_draft = create_round(group), create_round_draft(group)
    group.voted = create_round(group, voting_opened_at=clock.now(), votes=1)
    group.theme = gather(group.round, group.places[0].person, "Energi")
    group.attendee = Attendance(
        meeting=group.called, name="Nora Lie", state=AttendanceState.PRESENT
    )
    db.session.add(group.attendee)
    add_item(group.called, 1, "Mandat")
    group.held = create_held(group, sent=True)
    group.approved = create_held(group, sent=True, approved=True)
    group.comment = add_comment(group.held, lead_of(group))
    # Times that are to come by the clock of the day.
    ahead = [span((clock.now() + timedelta(days=40)).date())]
    group.poll = create_draft_poll(group, *ahead)
    group.open_poll = create_draft_poll(group, *ahead)
    group.open_poll.opened_at = clock.now()
    db.session.commit()
    group.note = ImportNote(meeting=group.called, text="Uklart.")
    db.session.add(group.note)
    group.season = create_season()
    group.appeal = create_appeal(group, group.season)
    group.guest = create_person("Tuva Moen")
    group.called.guests.append(MeetingGuest(person=group.guest, added_at=clock.now()))
    db.session.commit()
    return group


@pytest.fixture
def client_of(group, browse_as, client):
    def make(who: str):
        if who == "anonymous":
            return client
        person = create_visitor(group, who)
        if who == "guest":
            invite(group.called, person)
        return browse_as(person)

    return make
