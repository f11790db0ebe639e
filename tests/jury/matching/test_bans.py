"""What the best plan would be without a pair, or with one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.problem import BadInput
from portal.jury.matching.rematch.warm import Warm
from portal.jury.matching.types import Move, Objective, Pair
from tests.jury.matching.repaired import three_at_two_camps, warm_of
from tests.jury.matching.small import (
    small_problems,
)


@settings(max_examples=80, deadline=None)
@given(small_problems(14), st.data())
def test_a_ban_costs_what_solving_anew_without_the_pair_does(small, data):
    small = replace(small, camps=tuple(replace(c, panels=c.panels[:1]) for c in small.camps))
    state = warm_of(small)
    if data.draw(st.booleans()) and small.volunteers:
        state.drop(data.draw(st.sampled_from(sorted(state.problem.volunteers))))
    now, before = state.answered(), state.plan().objective

    for pair in state.pairs():
        person = now.volunteers[pair.volunteer]
        without = replace(person, banned=person.banned | {pair.camp})
        banned = replace(now, volunteers={**now.volunteers, person.id: without})
        price = state.ban(pair).price
        assert _sum(before, price) == Warm.solved(banned).plan().objective


@settings(max_examples=80, deadline=None)
@given(small_problems(14))
def test_a_lock_costs_what_solving_anew_with_it_does(small):
    state = warm_of(small)
    before = state.plan().objective

    for option in state.network.options:
        if state.problem.panels[option.place].target <= state.problem.locked_at[option.place]:
            with pytest.raises(BadInput):
                state.lock(option.pair)
            continue
        locked = replace(small, locks=(*state.problem.locks, option.pair))
        assert _sum(before, state.lock(option.pair).price) == locked.plan().objective


def _sum(before: Objective, price: Objective) -> Objective:
    return Objective(*(a + b for a, b in zip(before, price, strict=True)))


def test_a_ban_names_who_comes_and_the_chain():
    found = warm_of(three_at_two_camps()).ban(Pair("ola", "moss", "1"))

    assert (found.volunteer, found.price) == ("siri", Objective(0, 0, 950))
    assert found.moves == (
        Move("kari", None, "halden"),
        Move("ola", "moss", None),
        Move("siri", "halden", "moss"),
    )


@settings(max_examples=40, deadline=None)
@given(small_problems(14))
def test_bans_say_what_the_plan_said_of_its_rows(small):
    state = warm_of(small)

    for row in small.plan().rows:
        if row.next_best is not None:
            assert state.ban(row.pair).price == row.next_best.price


def test_only_pairs_of_the_plan_can_be_banned_and_only_allowed_ones_locked():
    state = warm_of(three_at_two_camps())

    with pytest.raises(BadInput):
        state.ban(Pair("siri", "moss", "1"))
    with pytest.raises(BadInput):
        state.lock(Pair("ola", "halden", "1"))
