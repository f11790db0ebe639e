"""Who is next in line at a camp, and why a seat there is what it is: asked of a solved problem."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from portal.jury.matching import explain, repair
from portal.jury.matching.problem import BadInput
from portal.jury.matching.types import Move, Objective, Pair, Rule, Unlock, Volunteer
from tests.jury.matching.small import (
    DAYS,
    KM_ONLY,
    allowed_pairs,
    camp,
    ola,
    problem,
    siri,
    small_problems,
    worth,
)


def kari(**said):
    return Volunteer("kari", **{"days": frozenset(DAYS), **said})


def next_best(small, place, k=9):
    return explain.next_best(explain.solved(small.checked()), place, k)


def test_those_with_the_day_free_come_first_and_then_those_for_whom_others_move_up():
    camps = [camp("moss"), camp("halden")]
    km = {
        ("ola", "moss"): 1,
        ("siri", "halden"): 1,
        ("siri", "moss"): 2,
        ("kari", "halden"): 3,
        ("per", "moss"): 90,
    }
    people = [ola(), siri(), kari(), Volunteer("per", days=frozenset(DAYS))]

    direct, chain = next_best(problem(people, camps, km), "moss")

    assert (direct.volunteer, direct.cost, direct.moves) == (
        "per",
        900,
        (Move("per", None, "moss"),),
    )
    assert (chain.volunteer, chain.cost, chain.moves) == (
        "siri",
        40,
        (Move("kari", None, "halden"), Move("siri", "halden", "moss")),
    )


def test_only_as_many_are_told_as_are_asked_for():
    km = {(name, "moss"): far for name, far in (("ola", 1), ("siri", 2), ("kari", 3))}
    small = problem([ola(), siri(), kari()], [camp("moss")], km)

    assert [each.volunteer for each in next_best(small, "moss", 1)] == ["siri"]
    assert [each.volunteer for each in next_best(small, "moss")] == ["siri", "kari"]


def test_nobody_comes_at_the_price_of_an_empty_seat_elsewhere():
    km = {("ola", "moss"): 1, ("siri", "halden"): 1, ("siri", "moss"): 2}

    assert next_best(problem([ola(), siri()], [camp("moss"), camp("halden")], km), "moss") == ()


def test_nobody_is_next_at_a_camp_that_is_none():
    with pytest.raises(BadInput):
        next_best(problem([ola()], [camp("moss")], {}), "halden")


def test_at_a_mixed_jury_those_with_the_day_free_count_the_rebate_they_earn():
    people = [ola(experienced=True), siri(experienced=False), kari(experienced=True)]
    km = {("ola", "moss"): 1, ("siri", "moss"): 9, ("kari", "moss"): 2}
    mixed = replace(KM_ONLY, mix_experience=-3)
    small = problem(people, [camp("moss", 2)], km, prices=mixed)

    assert [(each.volunteer, each.cost) for each in next_best(small, "moss")] == [("siri", 60)]


def test_the_plan_says_why_a_pair_is_in_it():
    moss = camp("moss", municipality_code="3103")
    small = problem([ola(municipality_code="3103")], [moss], {("ola", "moss"): 5})
    state = explain.solved(small.checked())

    found = explain.why(state, Pair("ola", "moss", "1"))

    assert (found.reasons, found.locked) == (("same_municipality",), False)
    assert found.next_best is not None
    assert found.next_best.price == Objective(1, 1, -50)
    with pytest.raises(BadInput):
        explain.why(state, Pair("ola", "moss", "2"))


def test_a_locked_pair_is_explained_by_its_lock():
    small = problem([ola()], [camp("moss")], {}, locks=(Pair("ola", "moss", "1"),))
    state = explain.solved(small.checked())

    found = explain.why(state, Pair("ola", "moss", "1"))

    assert (found.locked, found.next_best) == (True, None)


def test_an_empty_seat_is_explained_and_what_would_help_there_comes_first():
    km = {("ola", "moss"): 5, ("siri", "moss"): 50, ("siri", "halden"): 45, ("ola", "halden"): 5}
    people = [ola(), siri(longest_km=40)]
    state = explain.solved(problem(people, [camp("moss"), camp("halden")], km).checked())

    (minimum, target) = explain.empty(state, "moss")

    assert (minimum.level, minimum.seats_needed, minimum.seats_possible) == ("minimum", 2, 1)
    assert (target.level, target.camps) == ("target", ("halden", "moss"))
    assert explain.unlock(state, "moss") == (
        Unlock("siri", "moss", "1", Rule.DISTANCE, 10.0),
        Unlock("siri", "halden", "1", Rule.DISTANCE, 5.0),
    )
    assert explain.empty(explain.solved(problem([], [], {}).checked()), "moss") == ()


@settings(max_examples=150, deadline=None)
@given(small_problems(mixing=True))
def test_those_next_in_line_are_the_reserves_at_the_same_price(small):
    small = replace(small, standing=())
    state = explain.solved(small.checked())
    seated = [*state.problem.locks, *state.arcs]

    for place in small.camps:
        reserves = repair.reserves(
            small.volunteers, small.camps, small.policy, seated, place.id, travel=small.travel
        )
        direct = [each for each in explain.next_best(state, place.id, 99) if len(each.moves) == 1]
        wider = {r.volunteer: r.cost for r in reserves}
        assert {each.volunteer: each.cost for each in direct} == wider


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_a_chain_ends_in_a_plan_of_that_price_with_one_seat_more(small):
    if any(len(place.panels) > 1 for place in small.camps):
        return
    state = explain.solved(small.checked())
    before = [*state.problem.locks, *state.arcs]

    for place in small.camps:
        for each in explain.next_best(state, place.id, 99):
            gone = {Pair(m.volunteer, m.from_camp, "1") for m in each.moves if m.from_camp}
            come = {Pair(m.volunteer, m.to_camp, "1") for m in each.moves if m.to_camp}
            after = [*(set(before) - gone), *come]
            assert gone <= set(before)
            assert come <= set(allowed_pairs(small))
            assert len(after) == len(before) + 1
            assert worth(small, after).cost - worth(small, before).cost == each.cost
