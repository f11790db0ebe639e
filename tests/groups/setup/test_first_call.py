"""Whoever leads a group that has not met is asked to call its first meeting, and reminded twice."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.groups.setup import first_call
from portal.models.events import EventState
from portal.models.groups import PlaceRole, PlaceState
from portal.models.meetings import MeetingGroup
from portal.models.polls import DatePoll
from tests.factories import create_group, create_person, create_place
from tests.groups.people import create_called, create_draft, create_led_group, lead_of, url_of
from tests.groups.rounds import let_leave, letters, look, waiting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def asked() -> list[str]:
    return [to for to, _subject in waiting("first_call")]


def test_a_lead_is_asked_once_after_a_while_and_reminded_twice(group, lead, now):
    lead.language = "en"
    found = []

    for moment in (0 * DAY, HOUR, DAY, 14 * DAY, 15 * DAY, 28 * DAY, 29 * DAY, 60 * DAY):
        look(now + moment)
        found.append([subject.split()[0] for _to, subject in waiting("first_call")])
        let_leave()

    assert found == [[], ["Call"], [], ["Reminder:"], [], ["Reminder:"], [], []]
    assert group.first_call_asked_at == now
    first, again, _last = (letter.text for letter in letters("first_call"))
    assert f"/groups/{group.slug}/meetings/new" in first
    assert f"Osloregionen asks you to call the first meeting of {group.name}" in first
    assert f"Osloregionen reminds you to call the first meeting of {group.name}" in again


def test_whoever_plans_the_meeting_meanwhile_is_not_asked(group, now):
    look(now)
    create_draft(group)

    look(now + HOUR)

    assert asked() == []


@pytest.mark.parametrize("days", [14, 28])
def test_a_meeting_or_a_poll_of_dates_ends_the_reminders(group, lead, now, days: int):
    look(now)
    look(now + HOUR)
    let_leave()
    db.session.add(
        DatePoll(group=group, title="Når?", language="nb", answer_by=now + 90 * DAY,
                 created_at=now, created_by_id=lead.id)
    )  # fmt: skip
    db.session.commit()

    look(now + days * DAY)

    assert asked() == []


def held(group, now) -> None:
    create_called(group, starts_at=now - 10 * DAY)


def held_with_others(group, now) -> None:
    meeting = create_called(create_led_group("En annen gruppe"), starts_at=now - 10 * DAY)
    meeting.others.append(MeetingGroup(group=group))


def closed(group, now) -> None:
    group.closed_at = now


def ended(group, now) -> None:
    group.ends_on = (now - 10 * DAY).date()


@pytest.mark.parametrize("make", [held, held_with_others, closed, ended])
def test_a_group_that_has_met_or_is_over_is_left_alone(group, lead, now, make):
    make(group, now)
    db.session.commit()

    look(now)
    look(now + HOUR)

    assert lead.email not in asked()
    assert group.first_call_asked_at is None


def test_a_meeting_that_was_called_off_is_no_meeting(group, lead, now):
    create_called(group, state=EventState.CANCELLED)

    look(now)
    look(now + HOUR)

    assert asked() == [lead.email]


def test_a_new_lead_is_asked_too_and_the_one_before_not_reminded(group, lead, now):
    look(now)
    look(now + HOUR)
    let_leave()
    next(each for each in group.places if each.person is lead).state = PlaceState.LEFT
    new = create_person("Dag Ny")
    create_place(group, new, role=PlaceRole.LEAD)

    look(now + 10 * DAY)
    look(now + 10 * DAY + HOUR)
    first = asked()
    let_leave()
    look(now + 14 * DAY)
    too_early = asked()
    look(now + 24 * DAY)

    assert (first, too_early, asked()) == ([new.email], [], [new.email])
    assert group.first_call_asked_at == now + 10 * DAY


def test_a_lead_without_an_address_is_asked_when_there_is_one(app, now):
    group = create_group()
    create_place(group, create_person("Uten Adresse", email=None), role=PlaceRole.LEAD)
    create_place(group, label="Gjøvik (bekrefter navn)", role=PlaceRole.LEAD)

    look(now)
    look(now + HOUR)

    assert (asked(), group.first_call_asked_at) == ([], None)


def test_whoever_runs_the_group_sees_that_the_lead_was_asked(group, lead, amir, kari, browse_as):
    group.first_call_asked_at = clock.now()
    for person in (lead, amir, kari):
        person.language = "en"
    db.session.commit()
    words = "The first meeting is not called yet"

    seen = [words in browse_as(each).get(url_of(group)).text for each in (lead, amir, kari)]
    listed = browse_as(kari).get("/organise/groups").text
    create_draft(group)
    after = words in browse_as(lead).get(url_of(group)).text

    assert (seen, "Not called yet" in listed, after) == ([True, False, True], True, False)


@pytest.mark.parametrize(
    ("days", "after"),
    [(0, 0), (13, 0), (14, 14), (27, 14), (28, 28), (41, 28), (42, 0)],
)
def test_when_to_remind(now, days: int, after: int):
    assert first_call.days_due(now, now + days * DAY) == after


def test_many_groups_take_as_many_questions_as_few(app, queries, now):
    def due(count: int) -> int:
        for number in range(count):
            create_led_group(f"Gruppe {number}")
        first_call.ask_due(now)
        db.session.commit()
        with queries() as statements:
            first_call.ask_due(now + DAY)
        return len(statements)

    assert due(3) == due(30)


def test_the_lead_is_asked_of_each_group_they_lead(group, lead, now):
    create_place(create_group("Gruppe for kraft"), lead, role=PlaceRole.LEAD)

    look(now)
    look(now + HOUR)

    assert asked() == [lead.email, lead.email]
    assert lead is lead_of(group)
