"""Whom each audience means: these people and nobody else."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.mail.choices import turn_off
from portal.mail.message import Topic
from portal.mailings import audiences, queries
from portal.mailings.audiences import Audience, Who
from portal.mailings.queries import Reach
from portal.models.accounts import Person
from portal.models.groups import PlaceState
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import AddressStanding
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_person,
    create_place,
    create_season,
    create_signup,
)
from tests.mailings.writing import group_of


def names(audience: Audience) -> list[str]:
    """The people of ``audience``, by first name."""
    found = db.session.scalars(sa.select(Person.name).where(audiences.is_of(audience)))
    return sorted(found)


def seat(camp, name: str, state: AssignmentState, now: datetime, person=None) -> Person:
    person = person or create_person(name)
    db.session.add(
        Assignment(camp=camp, panel=camp.panels[0], person=person, state=state, created_at=now)
    )
    db.session.commit()
    return person


@pytest.fixture
def season(app, now):
    """A season with one volunteer who withdrew, one who did not, and a seat in each state."""
    season, other = create_season(), create_season("En annen")
    create_signup(season, create_person("Volunteer"))
    create_signup(season, create_person("Withdrew"), withdrawn_at=now)
    create_signup(other, create_person("Elsewhere"))
    camp, second = create_camp(season), create_camp(season)
    for state in AssignmentState:
        person = seat(camp, str(state), state, now)
        if state == AssignmentState.WITHDRAWN:
            seat(second, "", AssignmentState.ACCEPTED, now, person)
    seat(create_camp(other), "Elsewhere too", AssignmentState.ACCEPTED, now)
    return season


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (Who.VOLUNTEERS, ["Volunteer"]),
        (Who.SEATED, ["accepted", "reconfirm", "served", "withdrawn"]),
        (Who.ASKED, ["asked", "offered", "reconfirm"]),
        # Who withdrew from one camp sits at another, and could come after all.
        (Who.DECLINED, ["declined"]),
    ],
)
def test_the_people_of_a_season(season, who, expected):
    assert names(Audience(who, season.id)) == expected


def test_the_current_members_of_a_group(app):
    group, other = create_group(), create_group("En annen")
    for state in PlaceState:
        create_place(group, create_person(str(state)), state=state)
    create_place(group, label="Gjøvik (bekrefter navn)")
    create_place(other, create_person("Elsewhere"))

    assert names(Audience(Who.GROUP, group.id)) == ["confirmed", "named", "pending", "unclear"]


def test_all_members_of_groups_once_each_and_none_of_closed_ones(app, ola, siri, now):
    first, second = create_group("En"), create_group("To")
    closed = create_group("Lukket", closed_at=now)
    create_place(first, ola)
    create_place(second, ola)
    create_place(closed, siri)
    create_person("No member")

    assert queries.ids_of(Audience(Who.MEMBERS)) == [ola.id]


def test_those_invited_to_an_event_all_or_by_their_answer(app, now):
    event, other = create_event(), create_event()
    for answer in Answer:
        invite(event, create_person(str(answer)), answer)
    invite(event, create_person("removed"), Answer.ACCEPTED, removed_at=now)
    invite(other, create_person("Elsewhere"), Answer.ACCEPTED)

    assert names(Audience(Who.INVITED, event.id)) == sorted(str(answer) for answer in Answer)
    assert {answer: names(Audience(Who.INVITED, event.id, str(answer))) for answer in Answer} == {
        answer: [str(answer)] for answer in Answer
    }


def test_who_is_shut_out_is_of_no_audience(app, ola, now):
    create_place(create_group(), ola)
    ola.suspended_at = now
    db.session.commit()

    assert names(Audience(Who.MEMBERS)) == []


def test_the_count_says_why_some_get_nothing(app, now):
    group = group_of(7)
    create_place(group, create_person("No address", email=None))
    people = [place.person for place in group.places]
    turn_off(people[0], Topic.NEWS, now=now)
    turn_off(people[1], Topic.NEWS, now=now)
    turn_off(people[2], Topic.REMIND_ASK, now=now)
    close(people[1], now)
    close(people[3], now)
    close(people[4], now, suppressed_at=None)
    db.session.commit()

    reach = queries.reach_of(Audience(Who.GROUP, group.id))

    assert reach == Reach(total=8, no_address=1, turned_off=2, unreachable=1)
    assert reach.reached == 4


def test_nobody_is_no_fault(app):
    assert queries.reach_of(Audience(Who.GROUP, 999)) == Reach(0, 0, 0, 0)
    assert queries.some_of(Audience(Who.GROUP, 999)) == []


def test_three_are_shown_of_as_many_languages_as_there_are(app, now):
    group = group_of(5)
    people = [place.person for place in group.places]
    people[3].language, people[4].language = "nn", "en"
    turn_off(people[0], Topic.NEWS, now=now)
    db.session.commit()

    shown = queries.some_of(Audience(Who.GROUP, group.id))

    assert [person.name for person in shown] == ["Medlem 1", "Medlem 3", "Medlem 4"]


def test_an_audience_reads_back_from_what_is_kept():
    audience = Audience(Who.INVITED, 7, "accepted")

    assert Audience.read(audience.as_kept()) == audience
    assert (audience.season_id, audience.group_id, audience.event_id) == (None, None, 7)


def invite(event, person, answer: Answer, **values) -> None:
    made = datetime(2026, 8, 1, tzinfo=UTC)
    db.session.add(
        Invitation(event_id=event.id, person_id=person.id, answer=answer, created_at=made, **values)
    )
    db.session.commit()


def close(person, now, **values) -> None:
    """Let nothing be sent to ``person``, or only remember a refusal."""
    row = {"folded": person.email, "refusals": 2, "last_at": now, "suppressed_at": now, **values}
    db.session.add(AddressStanding(**row))
