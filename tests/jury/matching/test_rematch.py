"""Whatever happens to a plan: the best staffing again, with the fewest moved."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.problem import BadInput
from portal.jury.matching.rematch.changes import (
    CampAdded,
    CampCancelled,
    CampMoved,
    Changes,
    DropOut,
    Joined,
    SeatsChanged,
)
from portal.jury.matching.repair import rematch_after
from portal.jury.matching.types import Move, Pair
from tests.jury.matching.repaired import anew, kari, one_whom_nobody_can_replace, warm_of, worth
from tests.jury.matching.small import DAYS, camp, ola, problem, seats, siri, small_problems

NOTHING = Changes((), (), (), (), (), is_warm=True)


def two_camps():
    km = {("ola", "moss"): 1, ("siri", "halden"): 1, ("kari", "moss"): 5, ("kari", "halden"): 9}
    return problem([ola(), siri(), kari()], [camp("moss"), camp("halden")], km)


def test_a_drop_out_is_repaired():
    state = warm_of(two_camps())

    plan, changes = rematch_after(state, DropOut("ola"))

    assert seats(plan) == {("kari", "moss"), ("siri", "halden")}
    assert changes == replace(
        NOTHING, came_in=(Pair("kari", "moss", "1"),), out=(Pair("ola", "moss", "1"),)
    )


def test_a_real_shortage_is_solved_anew_and_certified():
    state = warm_of(one_whom_nobody_can_replace())

    plan, changes = rematch_after(state, DropOut("ola"))

    assert seats(plan) == {("siri", "halden")}
    assert not changes.is_warm
    assert (changes.out, changes.emptied) == ((Pair("ola", "moss", "1"),), (("moss", "1"),))
    assert {each.level: each.shortfall for each in plan.certificates} == {"minimum": 1, "target": 1}
    assert state.empty_seats() == 1


def test_who_joins_takes_an_empty_seat_and_nobody_moves():
    state = warm_of(one_whom_nobody_can_replace())
    rematch_after(state, DropOut("ola"))
    km = {("siri", "halden"): 1, ("kari", "moss"): 40, ("kari", "halden"): 0}

    plan, changes = rematch_after(state, Joined(kari()), travel=two_camps_at(km))

    assert seats(plan) == {("siri", "halden"), ("kari", "moss")}
    assert changes == replace(
        NOTHING,
        came_in=(Pair("kari", "moss", "1"),),
        filled=(("moss", "1"),),
        is_warm=False,
    )


def two_camps_at(km):
    return problem([], [], km).travel


def test_a_camp_that_moves_to_another_day_lets_go_who_cannot_come():
    small = two_camps()
    small = replace(small, volunteers=(ola(days=frozenset(DAYS[:1])), siri(), kari()))
    state = warm_of(small)

    plan, changes = rematch_after(state, CampMoved(camp("moss", day="tuesday")))

    assert seats(plan) == {("kari", "moss"), ("siri", "halden")}
    assert changes.moved == (Move("ola", "moss", None),)
    assert plan.removed == (Pair("ola", "moss", "1"),)


def test_a_camp_that_moves_has_other_ways_to_it():
    state = warm_of(two_camps())
    km = {("kari", "moss"): 5, ("siri", "halden"): 1}

    plan, changes = rematch_after(state, CampMoved(camp("moss")), travel=two_camps_at(km))

    assert seats(plan) == {("kari", "moss"), ("siri", "halden")}
    assert changes.moved == (Move("ola", "moss", None),)


def test_the_ways_to_a_moved_camp_are_asked_for_again():
    km = {("ola", "moss"): 1, ("siri", "moss"): 9}
    small = problem([ola(), siri()], [camp("moss")], km)
    state = warm_of(small)
    km[("ola", "moss")] = 70

    plan, _ = rematch_after(state, CampMoved(camp("moss")))

    assert [row.km for row in plan.rows] == [70]


def test_a_camp_added_is_staffed_by_those_to_spare():
    state = warm_of(two_camps())
    km = {("ola", "moss"): 1, ("siri", "halden"): 1, ("kari", "skien"): 5, ("ola", "skien"): 0}

    plan, changes = rematch_after(state, CampAdded(camp("skien")), travel=two_camps_at(km))

    assert seats(plan) == {("ola", "moss"), ("siri", "halden"), ("kari", "skien")}
    assert changes == replace(
        NOTHING, came_in=(Pair("kari", "skien", "1"),), filled=(("skien", "1"),), is_warm=False
    )


def test_locked_people_of_a_cancelled_camp_may_serve_elsewhere():
    km = {("ola", "moss"): 1, ("ola", "halden"): 5}
    small = problem([ola()], [camp("moss"), camp("halden")], km, locks=(Pair("ola", "moss", "1"),))
    state = warm_of(small)

    plan, changes = rematch_after(state, CampCancelled("moss"))

    assert seats(plan) == {("ola", "halden")}
    assert (changes.out, changes.came_in, changes.moved) == (
        (Pair("ola", "moss", "1"),),
        (Pair("ola", "halden", "1"),),
        (),
    )


def test_a_seat_more_is_filled_without_moving_anyone():
    state = warm_of(two_camps())

    plan, changes = rematch_after(state, SeatsChanged("halden", "1", 2, 2))

    assert seats(plan) == {("ola", "moss"), ("siri", "halden"), ("kari", "halden")}
    assert changes == replace(
        NOTHING, came_in=(Pair("kari", "halden", "1"),), filled=(("halden", "1"),)
    )


@pytest.mark.parametrize(
    "event",
    [
        Joined(ola()),
        CampAdded(camp("moss")),
        CampMoved(camp("skien")),
        CampCancelled("skien"),
        DropOut("amir"),
        SeatsChanged("moss", "1", 2, 1),
    ],
)
def test_what_contradicts_the_plan_is_refused_and_changes_nothing(event):
    state = warm_of(two_camps())
    before = state.pairs()

    with pytest.raises(BadInput):
        rematch_after(state, event)

    assert state.pairs() == before
    state.check()


@settings(max_examples=100, deadline=None)
@given(small_problems(14), st.data())
def test_every_event_leads_to_what_solving_anew_gives(small, data):
    """One after another, each on the state the last one left."""
    people, camps = list(small.volunteers), list(small.camps)
    absent = data.draw(st.sampled_from((people[-1], camps[-1])))
    locked = tuple(lock for lock in small.locks if absent.id not in lock)
    start = replace(
        small,
        volunteers=tuple(person for person in people if person is not absent),
        camps=tuple(place for place in camps if place is not absent),
        locks=locked,
        standing=(),
    )
    state = warm_of(start)
    events = [Joined(absent) if absent in people else CampAdded(absent)]
    for _ in range(3):
        place = data.draw(st.sampled_from(camps))
        minimum = data.draw(st.integers(0, 2))
        leaver = data.draw(st.sampled_from(people)).id
        moved = CampMoved(replace(place, day=data.draw(st.sampled_from(DAYS))))
        seats_changed = SeatsChanged(place.id, "1", minimum, minimum + 1)
        choice = DropOut(leaver), moved, seats_changed, CampCancelled(place.id)
        events.append(data.draw(st.sampled_from(choice)))

    for event in data.draw(st.permutations(events)):
        before = state.pairs()
        try:
            plan, changes = rematch_after(state, event)
        except BadInput:
            assert state.pairs() == before
            continue
        now = state.problem
        serving = [p for p in before if p.volunteer in now.volunteers and p.camp in now.camps]
        state.check()
        assert worth(plan) == worth(anew(now, serving))
        assert len(changes.moved) == len(plan.removed)
