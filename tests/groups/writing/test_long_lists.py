"""A list of eighteen and one of eighteen hundred are asked for alike."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

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


def test_a_long_list_is_leafed_through_and_a_short_one_is_whole(group, meeting, lead, browse_as):
    short = browse_as(lead).get(writing_of(meeting, "/attendance")).text
    create_many(group, meeting, 150)

    first, last = (
        browse_as(lead).get(writing_of(meeting, f"/attendance?page={number}")).text
        for number in (1, 99)
    )

    assert ('rel="next"' in short, 'type="search"' in short) == (False, False)
    assert ('rel="next"' in first, first.count('class="roll-line"')) == (True, 100)
    assert ('rel="prev"' in last, 'rel="next"' in last, "Medlem 99<" in last) == (True, False, True)


@pytest.mark.parametrize(
    ("words", "found"),
    [("medlem 149", ["Medlem 149"]), ("MEDLEM 14 9", ["Medlem 149"]), ("nobody", [])],
)
def test_somebody_on_a_long_list_is_found(
    group, meeting, lead, browse_as, words: str, found: list[str]
):
    create_many(group, meeting, 150)

    page = browse_as(lead).get(writing_of(meeting, f"/attendance?q={words}")).text

    assert re.findall(r'id="name-p-\w+">([^<]*)<', page) == found
    assert 'type="search"' in page


def test_who_ticks_without_script_stays_on_the_page_of_the_list(group, meeting, lead, browse_as):
    create_many(group, meeting, 150)
    browser, address = browse_as(lead), writing_of(meeting, "/attendance")
    person = db.session.scalars(sa.select(Person).where(Person.name == "Medlem 99")).one()
    key = f"p-{person.public_id}"

    to_same, to_found = (
        browser.post(address, data={"who": key, "state": "present", **seen}).location
        for seen in ({"page": "2", "q": "medlem"}, {})
    )

    assert to_same == f"{address}?q=medlem&page=2#line-{key}"
    assert to_found == f"{address}?page=2#line-{key}"


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
