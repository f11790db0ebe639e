"""A poll that is out: how it stands, reminders, times and deadlines changed, closed, opened."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from portal import clock
from portal.db import db
from portal.groups.places import actions as place_actions
from portal.groups.polls import changing, queries
from portal.mail import choices
from portal.models.groups import PlaceRole, PlaceState
from portal.models.mail import OutboxMail
from portal.models.mailings import Topic
from tests.factories import create_person
from tests.groups.people import lead_of, verbs
from tests.groups.polls.polling import (
    DAYS,
    MAYBE,
    NO,
    YES,
    create_poll,
    expand,
    in_english,
    in_order,
    kinds_of_mailings,
    poll_page,
    said,
    say,
    sits_in,
    span,
    time_page,
    typed,
)

pytestmark = pytest.mark.usefixtures("in_august")
DAY = timedelta(days=1)


@pytest.fixture
def poll(group):
    """Three mornings that the group is asked about; the question has gone out."""
    poll = create_poll(group)
    expand()
    return poll


@pytest.fixture
def chair(group, browse_as):
    """The browser of whoever chairs the group, in English."""
    return in_english(browse_as(lead_of(group)))


def standing(poll) -> list[tuple[int, int, int, int]]:
    """How the times stand, the best first: yes, if needed, no, not answered."""
    results = queries.results_of(poll, clock.now())
    return [
        (each.tally.yes, each.tally.if_needed, each.tally.no, each.tally.unanswered)
        for each in results.times
    ]


def test_the_best_time_comes_first(poll, group, lead, amir):
    siri, per = sits_in(group, "Siri Berg"), sits_in(group, "Per Olsen")
    say(poll, lead, NO, YES, YES)
    say(poll, amir, YES, NO, MAYBE)
    say(poll, siri, YES, YES, YES)

    results = queries.results_of(poll, clock.now())

    order = in_order(poll)
    assert [each.option for each in results.times] == [order[2], order[1], order[0]]
    assert [each.is_best for each in results.times] == [True, False, False]
    assert standing(poll) == [(2, 1, 0, 1), (2, 0, 1, 1), (2, 0, 1, 1)]
    assert (results.asked, results.answered) == (4, 3)
    assert per.name in queries.not_answered(poll)


def test_times_that_are_as_good_are_both_called_best(poll, lead, amir):
    say(poll, lead, YES, YES, NO)
    say(poll, amir, YES, YES, NO)

    best = [each.is_best for each in queries.results_of(poll, clock.now()).times]

    assert best == [True, True, False]


def test_nothing_is_best_before_anybody_can(poll, lead):
    say(poll, lead, NO, NO, NO)

    assert [each.is_best for each in queries.results_of(poll, clock.now()).times] == [False] * 3


def test_the_organisers_page_has_the_grid_and_who_is_missing(poll, group, chair, lead):
    say(poll, lead, YES, MAYBE, NO, comment="Helst tidlig")

    page = chair.get(poll_page(poll)).text

    assert "1 person has not answered" in page
    assert "Helst tidlig" in page
    assert page.count('<td class="is-yes">') == 1
    assert page.count('<td class="is-open">') == 3
    assert "1 of 2" in page


def test_those_who_have_not_answered_are_reminded_once_a_day(poll, chair, browse_as, lead):
    say(poll, lead, YES, MAYBE, NO)

    chair.post(poll_page(poll, "/reminder"))
    same_day = kinds_of_mailings()
    with time_machine.travel(clock.now() + DAY, tick=False):
        # Who signed in yesterday is signed out by now.
        again = browse_as(lead)
        for _number in range(2):
            again.post(poll_page(poll, "/reminder"))
        made = expand()

    assert same_day == ["polls.question"]
    assert made == [("polls/reminder", "Amir Khan")]
    assert kinds_of_mailings() == ["polls.question", "polls.reminder"]


def test_who_wants_no_reminders_gets_none(poll, amir, lead):
    choices.turn_off(amir, Topic.REMIND_ASK, now=clock.now())
    tomorrow = clock.now() + DAY

    changing.remind(poll, by=lead, now=tomorrow)
    db.session.commit()
    expand(tomorrow)

    reminders = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "polls/reminder"))
    states = {mail.recipient: str(mail.state) for mail in reminders}
    assert states == {amir.email: "suppressed", lead.email: "queued"}


def test_those_who_have_answered_hear_once_of_new_times(poll, chair, lead, amir):
    say(poll, lead, YES, MAYBE, NO)

    chair.post(
        poll_page(poll, "/times/new"),
        data=typed(("21.9.2026", "12", "13"), ("22.9.2026", "12", "13")),
    )
    first = expand()
    chair.post(poll_page(poll, "/times/new"), data=typed(("23.9.2026", "12", "13")))
    changing.add_times(poll, [span(DAYS[0], 14)], by=lead, now=clock.now())
    db.session.commit()
    then = expand()

    assert len(poll.options) == 7
    assert first == [("polls/new_times", "Ingrid Solberg")]
    # Two mailings of the same state are one piece of news.
    assert then == [("polls/new_times", "Ingrid Solberg")]
    assert said(poll) == {"Ingrid Solberg": ["yes", "if_needed", "no"]}


def test_a_time_that_is_asked_about_is_refused_beside_its_row(poll, chair):
    page = chair.post(
        poll_page(poll, "/times/new"),
        data=typed(("21.9.2026", "12", "13"), ("15.9.2026", "09.00", "10.30")),
    )

    assert page.status_code == 422
    assert 'id="times-1-day-error"' in page.text
    assert len(poll.options) == 3


def test_nobody_is_told_of_new_times_who_has_not_answered(poll, chair):
    chair.post(poll_page(poll, "/times/new"), data=typed(("21.9.2026", "12", "13")))

    assert (len(poll.options), kinds_of_mailings()) == (4, ["polls.question"])


def test_a_time_is_taken_out_with_what_was_said_of_it(poll, chair, lead):
    say(poll, lead, YES, MAYBE, NO)
    option = in_order(poll)[0]

    asked = chair.get(time_page(option, "/removal")).text
    chair.post(time_page(option, "/removal"))

    assert "1 person has said yes or if needed to it." in asked
    assert said(poll) == {"Ingrid Solberg": ["if_needed", "no"]}
    assert (len(poll.options), kinds_of_mailings()) == (2, ["polls.question"])


def test_the_last_time_stays(group, chair):
    poll = create_poll(group, span(DAYS[0]))

    chair.post(time_page(poll.options[0], "/removal"))

    assert len(poll.options) == 1


def test_the_deadline_is_moved(poll, chair):
    page = chair.post(poll_page(poll, "/deadline"), data={"answer_by": "19.8.2026"})
    chair.post(poll_page(poll, "/deadline"), data={"answer_by": "10.9.2026"})

    assert page.status_code == 422
    assert poll.answer_by.isoformat() == "2026-09-10T21:59:00+00:00"


def test_a_poll_is_closed_and_opened_again(poll, chair, lead):
    say(poll, lead, YES, MAYBE, NO)

    chair.post(poll_page(poll, "/closing"), data={"tell": "y"})
    closed, told = poll.closed_at, expand()
    chair.post(poll_page(poll, "/reopening"), data={"answer_by": "10.9.2026"})

    assert (closed, poll.closed_at) == (clock.now(), None)
    assert told == [("polls/closed", "Ingrid Solberg"), ("polls/closed", "Amir Khan")]
    assert said(poll) == {"Ingrid Solberg": ["yes", "if_needed", "no"]}
    assert verbs()[-2:] == ["poll.closed", "poll.reopened"]


def test_nobody_is_told_of_the_end_who_need_not_be(poll, chair):
    chair.post(poll_page(poll, "/closing"), data={})

    assert (poll.closed_at, kinds_of_mailings()) == (clock.now(), ["polls.question"])


def test_what_is_open_again_is_not_said_to_be_closed(poll, chair):
    chair.post(poll_page(poll, "/closing"), data={"tell": "y"})
    chair.post(poll_page(poll, "/reopening"), data={"answer_by": "10.9.2026"})

    assert expand() == []


@pytest.mark.parametrize(
    ("rest", "data"),
    [
        ("/times/new", typed(("21.9.2026", "12", "13"))),
        ("/deadline", {"answer_by": "10.9.2026"}),
        ("/closing", {"tell": "y"}),
        ("/reminder", {}),
        ("/edit", typed(title="Nytt navn", revision="2")),
    ],
)
def test_a_poll_that_is_over_is_left_as_it_is(poll, browse_as, lead, rest: str, data):
    changing.close(poll, tell=False, by=lead, now=clock.now())
    db.session.commit()
    before = (poll.revision, poll.answer_by, poll.title, len(poll.options))

    with time_machine.travel(clock.now() + DAY, tick=False):
        answer = browse_as(lead).post(poll_page(poll, rest), data=data)

    assert answer.headers["Location"] == poll_page(poll)
    assert (poll.revision, poll.answer_by, poll.title, len(poll.options)) == before
    assert kinds_of_mailings() == ["polls.question"]


def test_whoever_comes_to_sit_in_the_group_is_asked_too(poll, group, lead):
    siri = create_person("Siri Berg")
    values = {"state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER}

    place = place_actions.add_place(group, values, person=siri, by=lead, now=clock.now())
    db.session.commit()
    asked = expand()
    place_actions.leave(place, by=lead, now=clock.now())
    place_actions.change_place(place, {**values, "left_at": None}, by=lead, now=clock.now())
    db.session.commit()

    assert asked == [("polls/question", "Siri Berg")]
    # Back again: the link of then works, and nobody is asked twice.
    assert expand() == []


def test_who_joins_before_the_question_is_made_into_mails_gets_it_once(group, lead):
    create_poll(group)
    values = {"state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER}

    place_actions.add_place(
        group, values, person=create_person("Siri Berg"), by=lead, now=clock.now()
    )
    db.session.commit()

    assert [name for _kind, name in expand()] == ["Ingrid Solberg", "Amir Khan", "Siri Berg"]


def test_who_leaves_before_the_question_is_made_into_mails_does_not_get_it(group, lead, amir):
    create_poll(group)
    place = next(each for each in group.places if each.person is amir)
    place_actions.leave(place, by=lead, now=clock.now())
    db.session.commit()

    assert expand() == [("polls/question", "Ingrid Solberg")]


def test_a_closed_poll_is_not_sent_to_whoever_joins(poll, group, lead):
    changing.close(poll, tell=False, by=lead, now=clock.now())
    values = {"state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER}

    place_actions.add_place(
        group, values, person=create_person("Siri Berg"), by=lead, now=clock.now()
    )
    db.session.commit()

    assert expand() == []
