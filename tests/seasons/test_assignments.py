from datetime import timedelta

import pytest

from portal.models.jury import AssignmentState
from tests.factories import MADE, create_camp, create_season
from tests.seasons.helpers import create_assignment


@pytest.mark.parametrize(
    ("state", "after", "asks"),
    [
        ("accepted", "reconfirm", 2),
        ("asked", "asked", 2),
        ("reconfirm", "reconfirm", 2),
        ("proposed", "proposed", 1),
        ("reserve", "reserve", 1),
        ("declined", "declined", 1),
        ("served", "served", 1),
    ],
)
def test_only_those_asked_or_coming_are_asked_anew(ola, now, state, after, asks):
    assignment = create_assignment(create_camp(create_season()), ola, AssignmentState(state))

    assignment.reopen(now)

    assert (assignment.state, assignment.ask_number) == (after, asks)


def test_whoever_is_asked_anew_has_as_long_to_answer_as_before(ola, now):
    camp = create_camp(create_season())
    week = {"asked_at": MADE, "answer_by": MADE + timedelta(days=7)}
    assignment = create_assignment(camp, ola, AssignmentState.ASKED, **week)

    assignment.reopen(now)

    assert (assignment.asked_at, assignment.answer_by) == (now, now + timedelta(days=7))


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("accepted", "released"),
        ("reserve", "released"),
        ("served", "served"),
        ("declined", "declined"),
    ],
)
def test_a_seat_is_released_unless_it_is_over(ola, state, after):
    assignment = create_assignment(create_camp(create_season()), ola, AssignmentState(state))

    assignment.release()

    assert assignment.state == after
