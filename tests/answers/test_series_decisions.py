"""What organisers decide of answers to meetings that recur, and what everybody is told of it."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.answers.desk import looking
from portal.answers.desk.standing import Choice, Obstacle
from portal.db import db
from portal.groups.series import actions as series_actions
from portal.invitations import actions, event_changes
from portal.models.invitations import Answer
from tests.answers.inbox import shapes
from tests.answers.inbox_cases import decide
from tests.answers.series_cases import (
    GUEST,
    WINDOWS,
    another_time,
    answers,
    feed_of,
    known_by_outlook,
    move,
    newest,
    on_the_wall,
    one,
    sent_for,
    take_in,
    told_by,
    told_of,
)
from tests.groups.people import page_of
from tests.groups.recurring import (
    entry_of,
    invitation,
    keep_step,
    since,
    text_of,
    told,
)

YES, NONE = "accepted", "needs-action"
MINUTE = timedelta(minutes=1)
AFTER_ONE = datetime(2026, 9, 2, 9, tzinfo=UTC)
OUTSIDE = {"to": "kalender@portal.example.org"}


@pytest.mark.usefixtures("in_august")
@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("number", [2, 4])
def test_a_new_time_for_one_meeting_moves_that_alone_and_all_are_told(
    client, series, lead, amir, now, number: int, is_named: bool
):
    event, rule = keep_step(series, number), series.ical_participant
    for row in [invitation(each, lead) for each in series.occurrences]:
        actions.answer(row, Answer.ACCEPTED, source="page", now=now - MINUTE)
    lines = (one(event, WINDOWS) if is_named else "") + known_by_outlook(event)
    proposal = another_time(amir, event, lines=lines)
    take_in(shapes.exchange(proposal), now - MINUTE)
    known = {each.id: each.starts_at for each in series.occurrences}

    mails = sent_for(newest(), Choice.TAKE_TIME, lead, now)

    at = on_the_wall(datetime.fromisoformat(event.recurrence_id))
    assert {each.id: each.starts_at for each in series.occurrences} == {
        **known, event.id: known[event.id] + timedelta(hours=3),
    }  # fmt: skip
    assert [(mail.person_id, *told(mail)) for mail in mails] == [
        (person.id, "update", "REQUEST", at, event.sequence, "CONFIRMED") for person in (lead, amir)
    ]
    assert {entry_of(mail).value("DTSTART") for mail in mails} == {proposal.starts}
    assert [entry_of(mail).all("RRULE") for mail in mails] == [[], []]
    assert event.sequence > max(proposal.sequence, series.sequence)
    assert answers(series, amir) == [NONE] * 6
    assert answers(series, lead) == [NONE if each == number else YES for each in range(6)]
    # The rule is as it was; the one that moved stands beside it.
    assert series.ical_participant == rule
    assert feed_of(client, amir) == [("", "20260901T100000", ""), (at, proposal.starts, "")]


@pytest.mark.parametrize("is_named", [True, False])
def test_a_time_that_is_kept_is_declined_for_that_meeting_alone(
    series, lead, amir, now, is_named: bool
):
    event = keep_step(series, 4)
    lines = (one(event) if is_named else "") + known_by_outlook(event)
    proposal = another_time(amir, event, lines=lines)
    take_in(shapes.exchange(proposal), now)
    event_changes.change(event, {"place": "Drammen"}, by=lead, now=now)
    event_changes.tell(event, by=lead, now=now)
    since(0, now)

    mails = sent_for(newest(), Choice.KEEP_TIME, lead, now)

    assert event.sequence > proposal.sequence
    assert [(mail.person_id, *told(mail)) for mail in mails] == [
        (amir.id, "keep_time", "DECLINECOUNTER", "20261027T100000", proposal.sequence, "CONFIRMED")
    ]
    assert entry_of(mails[0]).value("DTSTART") == "20261027T100000"


def test_other_times_for_all_meetings_are_declined_by_the_rule(series, lead, amir, now):
    move(keep_step(series, 0), lead, now)
    proposal = told_by(amir, series, method="COUNTER", partstat="TENTATIVE", comment="Onsdager?")
    take_in(shapes.apple(proposal), now)

    (matter,) = looking.matters([newest()], now)
    mails = sent_for(newest(), Choice.KEEP_TIME, lead, now)

    assert matter.offered == (Choice.KEEP_TIME, Choice.SET_ASIDE)
    assert [told(mail) for mail in mails] == [
        ("keep_time", "DECLINECOUNTER", "", proposal.sequence, "CONFIRMED")
    ]
    entry = entry_of(mails[0])
    assert (entry.value("DTSTART"), entry.value("RRULE").partition(";")[0]) == (
        "20260901T100000", "FREQ=WEEKLY",
    )  # fmt: skip
    assert "1. september" not in text_of(mails[0])
    assert text_of(mails[0]).count("/series") == 1


def test_an_unproved_answer_to_all_is_counted_for_all_that_is_to_come(series, lead, amir, now):
    take_in(shapes.google(told_by(amir, series, **OUTSIDE)), now)
    actions.uninvite(keep_step(series, 1), amir, by=lead, now=now)
    event_changes.cancel(keep_step(series, 2), "", by=lead, now=now)
    db.session.commit()

    decide(newest(), Choice.COUNT, lead, AFTER_ONE)

    assert answers(series, amir) == [NONE, NONE, NONE, YES, YES, YES]
    assert {invitation(keep_step(series, each), amir).answer_source for each in (3, 4, 5)} == {
        "organiser"
    }


def test_an_answer_to_all_cannot_be_counted_when_none_is_to_come(series, lead, amir, now):
    take_in(shapes.google(told_by(amir, series, **OUTSIDE)), now)
    series_actions.end_series(series, keep_step(series, 0), "", by=lead, now=now)
    db.session.commit()

    (matter,) = looking.matters([newest()], AFTER_ONE)

    assert (matter.obstacle, matter.offered) == (Obstacle.OVER, (Choice.SET_ASIDE,))


def test_the_desk_says_that_it_is_about_all_meetings(desk, series, lead, amir, now):
    take_in(shapes.google(told_by(amir, series, 1, **GUEST)), now)
    whole = newest().public_id
    take_in(shapes.google(told_of(amir, keep_step(series, 0), 2, **GUEST)), now)

    pages = [desk.get(f"/organise/inbox/{each}").text for each in (whole, newest().public_id)]

    assert ["All meetings to come" in page for page in pages] == [True, False]


@pytest.mark.usefixtures("in_august")
def test_what_came_in_about_a_meeting_has_what_came_about_its_series(desk, series, lead, amir, now):
    take_in(shapes.google(told_by(amir, series, 1)), now)
    take_in(shapes.google(told_of(amir, keep_step(series, 0), 2)), now)

    found = [
        desk.get(f"/organise/inbox/recent?event={keep_step(series, number).slug}").text
        for number in (0, 3)
    ]

    assert [page.count(">Amir Khan</a>") for page in found] == [2, 1]


@pytest.mark.usefixtures("in_august")
def test_every_meeting_shows_its_answer_and_where_it_came_from(
    desk, browse_as, series, lead, amir, now
):
    take_in(shapes.google(told_by(amir, series, comment="Gleder meg")), now)
    take_in(shapes.google(told_of(amir, keep_step(series, 2), 2, **OUTSIDE)), now)
    decide(newest(), Choice.COUNT, lead, now)
    leader = browse_as(lead)
    leader.set_cookie("language", "en")
    expected = {1: "From the calendar", 2: "Settled by an organiser"}

    for number, source in expected.items():
        event = keep_step(series, number)
        for page in (
            desk.get(f"/organise/answers/{event.slug}").text,
            desk.get(f"/organise/answers/{event.slug}/{amir.public_id}").text,
            leader.get(page_of(event.meeting)).text,
        ):
            assert source in page
            assert ("Settled by an organiser" in page) == (number == 2)
