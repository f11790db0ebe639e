"""A list of eighteen and one of eighteen hundred are asked for alike."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import GroupPlace, PlaceState
from portal.models.invitations import Invitation
from portal.models.minutes import Attendance, AttendanceState
from tests.groups.writing.room import create_held, writing_of


@pytest.fixture
def meeting(group):
    return create_held(group, items=1)


@pytest.mark.parametrize("rows", [18, 1_800])
def test_the_list_asks_the_database_as_often_however_long_it_is(
    group, meeting, lead, browse_as, queries, rows: int
):
    create_many(group, meeting, rows)
    browser = browse_as(lead)

    with queries() as statements:
        page = browser.get(writing_of(meeting, "/attendance"), check=False)

    assert (page.status_code, len(statements)) == (200, 20)


def create_many(group, meeting, number: int) -> None:
    """So many members, half of them ticked and half invited."""
    moment = clock.now() - timedelta(days=1)
    people = [Person(name=f"Medlem {each}", created_at=moment) for each in range(number)]
    db.session.add_all(people)
    db.session.add_all(
        GroupPlace(group=group, person=person, state=PlaceState.CONFIRMED) for person in people
    )
    db.session.add_all(
        Attendance(meeting=meeting, person=person, state=AttendanceState.PRESENT)
        for person in people[::2]
    )
    db.session.add_all(
        Invitation(event=meeting.event, person=person, created_at=moment) for person in people[1::2]
    )
    db.session.commit()
