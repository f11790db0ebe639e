"""Repairs against solving anew: the same staffing, moves and cost, and proved by their duals."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.problem import BadInput
from portal.jury.matching.rematch.changes import Changes
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.types import Move, NotProved, Pair, Panel
from tests.jury.matching.repaired import (
    check_repaired,
    kari,
    leave_one_after_another,
    one_who_could_save_km,
    one_whom_nobody_can_replace,
    question,
    three_at_two_camps,
    warm_of,
)
from tests.jury.matching.small import (
    KM_ONLY,
    camp,
    ola,
    problem,
    siri,
    small_problems,
)

# ------------------------------------------------------------------------------- one drop-out


def test_a_seat_that_opens_is_filled_by_the_shortest_chain():
    state = warm_of(three_at_two_camps())

    changes = state.drop("ola")

    assert changes == Changes(
        moved=(Move("siri", "halden", "moss"),),
        came_in=(Pair("kari", "halden", "1"),),
        out=(Pair("ola", "moss", "1"),),
        filled=(),
        emptied=(),
        is_warm=True,
    )
    assert state.pairs() == [Pair("kari", "halden", "1"), Pair("siri", "moss", "1")]


def test_nobody_moves_to_save_km():
    state = warm_of(one_who_could_save_km())

    changes = state.drop("ola")

    assert changes.moved == ()
    assert changes.came_in == (Pair("kari", "moss", "1"),)


def test_a_seat_nobody_can_take_stays_empty_and_nobody_moves():
    state = warm_of(one_whom_nobody_can_replace())

    changes = state.drop("ola")

    assert (changes.moved, changes.came_in, changes.emptied) == ((), (), (("moss", "1"),))
    assert state.empty_seats() == 1
    (certificate,) = (each for each in state.plan().certificates if each.level == "minimum")
    assert (certificate.camps, certificate.shortfall) == (("moss",), 1)


def test_a_seat_below_minimum_is_filled_from_one_above_it():
    camps = [camp("moss", 1), camp("halden", 1, 2)]
    km = {("ola", "moss"): 1, ("siri", "moss"): 9, ("siri", "halden"): 1, ("kari", "halden"): 1}
    state = warm_of(problem([ola(), siri(), kari()], camps, km))

    changes = state.drop("ola")

    assert changes.moved == (Move("siri", "halden", "moss"),)
    assert changes.emptied == (("halden", "1"),)


def test_a_locked_seat_opens_when_its_holder_leaves():
    km = {("ola", "moss"): 1, ("siri", "moss"): 9}
    small = problem([ola(), siri()], [camp("moss")], km, locks=(Pair("ola", "moss", "1"),))
    state = warm_of(small)
    assert state.pairs() == []

    changes = state.drop("ola")

    assert changes.is_warm
    assert (changes.out, changes.came_in) == (
        (Pair("ola", "moss", "1"),),
        (Pair("siri", "moss", "1"),),
    )


def test_the_first_from_a_town_costs_no_more_once_a_locked_one_has_left():
    people = [ola(municipality_code="3103"), siri(municipality_code="3103"), kari()]
    km = {("ola", "moss"): 1, ("siri", "moss"): 9, ("kari", "moss"): 20}
    prices = replace(KM_ONLY, same_municipality=(25,))
    locks = (Pair("ola", "moss", "1"),)
    small = problem(people, [camp("moss", 1, 2)], km, prices=prices, locks=locks)
    state = warm_of(small)
    assert state.pairs() == [Pair("kari", "moss", "1")]

    changes = state.drop("ola")

    assert changes.is_warm
    assert changes.came_in == (Pair("siri", "moss", "1"),)
    check_repaired(state, changes, [Pair("kari", "moss", "1")])


def test_nobody_unknown_leaves():
    with pytest.raises(BadInput):
        warm_of(three_at_two_camps()).drop("amir")


@settings(max_examples=150, deadline=None)
@given(small_problems(14), st.data())
def test_repairs_one_after_another_equal_solving_anew(small, data):
    state = warm_of(small)

    leave_one_after_another(state, data.draw(st.permutations(sorted(state.problem.volunteers))))

    assert (state.pairs(), state.problem.volunteers) == ([], {})


@settings(max_examples=100, deadline=None)
@given(small_problems(14), st.data())
def test_seats_and_camps_may_go_as_exactly_as_people(small, data):
    state = warm_of(small)

    for _ in range(3):
        now, serving = state.problem, state.pairs()
        if not now.camps:
            break
        place = data.draw(st.sampled_from(sorted(now.camps)))
        panel = data.draw(st.sampled_from(now.camps[place].panels)).id
        minimum, more = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 2))
        if data.draw(st.booleans()):
            serving = [pair for pair in serving if pair.camp != place]
            changes = state.cancel(place)
            assert set(state.problem.camps) == set(now.camps) - {place}
        else:
            changes = state.seats(place, panel, minimum, minimum + more)
            resized = state.problem.panels[place, panel]
            assert (resized.minimum, resized.target) == (minimum, minimum + more)
        check_repaired(state, changes, serving)


def test_those_of_a_cancelled_camp_are_free_and_have_not_moved():
    km = {("ola", "moss"): 1, ("siri", "halden"): 1, ("ola", "halden"): 5}
    small = problem([ola(), siri()], [camp("moss"), camp("halden", 1, 2)], km)

    changes = (state := warm_of(small)).cancel("moss")

    assert changes == Changes(
        moved=(),
        came_in=(Pair("ola", "halden", "1"),),
        out=(Pair("ola", "moss", "1"),),
        filled=(("halden", "1"),),
        emptied=(("moss", "1"),),
        is_warm=True,
    )
    assert set(state.problem.camps) == {"halden"}


def test_a_panel_with_fewer_seats_lets_go_whom_it_costs_most_to_keep():
    km = {("ola", "moss"): 1, ("siri", "moss"): 9}
    state = warm_of(problem([ola(), siri()], [camp("moss", 2)], km))

    changes = state.seats("moss", "1", 1, 1)

    assert changes.moved == (Move("siri", "moss", None),)
    assert state.problem.panels["moss", "1"] == Panel("1", 1, 1)


def test_seats_that_cannot_be_are_refused():
    state = warm_of(three_at_two_camps())

    for said in (("moss", "2", 1, 1), ("skien", "1", 1, 1), ("moss", "1", 2, 1)):
        with pytest.raises(BadInput):
            state.seats(*said)
    with pytest.raises(BadInput):
        state.cancel("skien")


# -------------------------------------------------------------------------- from pairs alone


@settings(max_examples=60, deadline=None)
@given(small_problems(14))
def test_a_plan_that_stands_is_warm_from_its_pairs_alone(small):
    solved = warm_of(small)

    again = Warm.standing(question(small), solved.pairs())

    again.check()
    assert (again.pairs(), again.empty_seats()) == (solved.pairs(), solved.empty_seats())
    leave_one_after_another(again, sorted(again.problem.volunteers))


def test_pairs_that_are_not_the_best_plan_are_not_taken_over():
    km = {("ola", "moss"): 1, ("siri", "moss"): 9}
    small = problem([ola(), siri()], [camp("moss")], km)

    with pytest.raises(NotProved):
        Warm.standing(question(small), [Pair("siri", "moss", "1")])
    with pytest.raises(BadInput):
        Warm.standing(question(small), [Pair("ola", "moss", "1"), Pair("siri", "moss", "1")])
