"""Apologies and deputies as they were answered stand in minutes, whoever opened the list or not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, dates
from portal.db import db
from portal.groups.minutes import approving, document, sending
from portal.models.invitations import Answer
from portal.models.minutes import Attendance, AttendanceState
from tests.groups.people import create_held, invite, page_of


@pytest.fixture
def meeting(group, lead, amir):
    """Held last month: Amir had said no, Ingrid yes, and nobody ticked anything."""
    found = create_held(group)
    yes, no = invite(found, lead, amir)
    yes.answer, no.answer = Answer.ACCEPTED, Answer.DECLINED
    db.session.commit()
    return found


def rows() -> list[tuple[int, AttendanceState]]:
    found = db.session.execute(sa.select(Attendance.person_id, Attendance.state))
    return [(number, state) for number, state in found]


def test_the_document_shows_them_and_makes_no_row(browse_as, meeting, lead, amir):
    page = browse_as(lead).get(page_of(meeting, "/minutes")).text

    assert [(each.name, each.state) for each in document.of(meeting).attendance] == [
        (amir.name, AttendanceState.APOLOGIES)
    ]
    assert amir.name in page
    assert (rows(), meeting.minutes_revision) == ([], 0)


def test_sending_makes_rows_of_them(meeting, lead, amir):
    sending.send(
        meeting,
        dates.today(clock.now()) + timedelta(days=7),
        with_guests=False,
        seen_revision=0,
        seen_rounds=0,
        by=lead,
        now=clock.now(),
    )

    assert rows() == [(amir.id, AttendanceState.APOLOGIES)]


def test_approving_keeps_them(meeting, lead, amir):
    approving.approve_alone(meeting, "Siste møte.", by=lead, now=clock.now())

    kept = document.from_json(meeting.document)
    assert rows() == [(amir.id, AttendanceState.APOLOGIES)]
    assert [(each.name, each.state) for each in kept.attendance] == [
        (amir.name, AttendanceState.APOLOGIES)
    ]


def test_minutes_made_elsewhere_stay_as_they_came(group, lead):
    imported = create_held(group)

    approving.approve_alone(imported, "Godkjent da.", by=lead, now=clock.now())

    assert rows() == []
