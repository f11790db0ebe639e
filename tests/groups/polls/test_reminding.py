"""The reminder that goes out by itself, the day before answers are due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.groups.polls import changing, reminding
from portal.groups.polls.forms import end_of
from tests.groups.polls.polling import NO, YES, create_poll, expand, kinds_of_mailings, say

DAY = timedelta(days=1)
# The deadline is the fourth; at nine the day before, in summer time.
DUE = datetime(2026, 9, 3, 7, 0, tzinfo=UTC)


@pytest.fixture
def poll(group, in_august):
    """Three mornings that the group is asked about; the question has gone out."""
    poll = create_poll(group)
    expand()
    return poll


def look(now: datetime) -> int:
    found = reminding.queue_due(now)
    db.session.commit()
    return found


@pytest.mark.parametrize(
    ("answer_by", "due"),
    [
        (date(2026, 9, 4), DUE),
        # The clocks go back on Sunday the 25th, and forward on Sunday the 28th of March.
        (date(2026, 10, 25), datetime(2026, 10, 24, 7, 0, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 27, 8, 0, tzinfo=UTC)),
        (date(2027, 3, 29), datetime(2027, 3, 28, 7, 0, tzinfo=UTC)),
    ],
)
def test_it_is_due_at_nine_in_oslo_on_the_day_before(answer_by: date, due: datetime):
    assert reminding.due_at(end_of(answer_by)) == due


def test_those_who_have_not_answered_are_reminded_once_however_often_one_looks(poll, lead):
    say(poll, lead, YES, NO, NO)

    steps = (-timedelta(minutes=1), timedelta(0), timedelta(hours=1), DAY)
    found = [look(DUE + step) for step in steps]

    assert found == [0, 1, 0, 0]
    assert expand(DUE) == [("polls/reminder", "Amir Khan")]


def test_what_was_missed_is_caught_up_with_until_the_deadline(poll):
    assert look(poll.answer_by - timedelta(hours=1)) == 1


def test_after_the_deadline_it_is_no_use(poll):
    assert look(poll.answer_by) == 0


def test_a_poll_that_is_over_reminds_of_nothing(poll, lead):
    changing.close(poll, tell=False, by=lead, now=clock.now())
    db.session.commit()

    assert look(DUE) == 0


def test_who_answers_before_it_is_made_into_mails_gets_none(poll, lead, amir):
    look(DUE)
    say(poll, lead, YES, NO, NO)

    assert expand(DUE) == [("polls/reminder", "Amir Khan")]


def test_who_was_reminded_by_hand_that_day_is_not_reminded_again(poll, lead):
    changing.remind(poll, by=lead, now=DUE - timedelta(hours=1))
    db.session.commit()
    first = expand(DUE)

    assert look(DUE) == 1
    assert len(first) == 2
    assert expand(DUE) == []


def test_nobody_is_reminded_by_hand_on_the_day_of_the_last_call(poll, lead):
    look(DUE)

    with pytest.raises(changing.RemindedToday):
        changing.remind(poll, by=lead, now=DUE + timedelta(hours=3))


def test_a_poll_sent_that_very_day_has_not_been_forgotten_yet(group, in_august):
    # Tomorrow is the deadline, and today at nine has passed already.
    create_poll(group, answer_by=end_of(clock.now().date() + DAY))

    assert look(clock.now() + timedelta(hours=1)) == 0


def test_a_new_deadline_is_a_new_occasion(poll, lead):
    look(DUE)
    changing.extend(poll, end_of(date(2026, 9, 10)), by=lead, now=DUE)
    db.session.commit()

    assert look(DUE + 6 * DAY) == 1
    assert kinds_of_mailings() == ["polls.question", "polls.reminder", "polls.reminder"]
