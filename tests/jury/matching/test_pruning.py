"""Prune, then prove: what comes out is the plan of all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching import eligible, network, planner, solve
from portal.jury.matching.large import extending, pruning
from portal.jury.matching.problem import problem_of
from portal.jury.matching.types import NotProved
from tests.jury.matching.crowds import crowd
from tests.jury.matching.small import small_problems


def problem_in(small):
    return problem_of(
        small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
    )


def pruned(small, k):
    problem = problem_in(small)
    return pruning.solve_pruned(problem, eligible.pairs(problem), k)


def of_all_pairs(small):
    problem = problem_in(small)
    net = network.build(problem, eligible.pairs(problem))
    return outcome(net, solve.solve(net))


def outcome(net, solution):
    """Who sits where, empty seats at both levels, and the cost."""
    flow = solution.flow
    return (
        {option.pair for option in solve.chosen(net, flow)},
        int(flow[net.staffing == network.BYPASS].sum()),
        int(flow[net.staffing == network.TARGET].sum()),
        int((flow * net.cost).sum()),
    )


@pytest.mark.parametrize("k", [1, 2])
@settings(max_examples=300, deadline=None)
@given(small_problems(most_pairs=30))
def test_the_pruned_plan_is_that_of_all_pairs(k, small):
    part = pruned(small, k).part

    assert outcome(part.network, part.solution) == of_all_pairs(small)


@pytest.mark.parametrize("k", [1, 2])
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9).map(crowd))
def test_so_it_is_where_most_pairs_are_left_out(k, small):
    part = pruned(small, k).part

    assert outcome(part.network, part.solution) == of_all_pairs(small)


def is_refused(small):
    try:
        pruned(small, 1)
    except NotProved:
        return True
    return False


def is_wrong(small):
    part = pruned(small, 1).part
    return outcome(part.network, part.solution) != of_all_pairs(small)


def days_given_up_for_nothing(monkeypatch):
    """As if nobody had to give up a day served for another."""
    people = extending._people

    def planted(whole, source, used, worth):
        person, day = people(whole, source, used, np.full_like(worth, extending._HIGHEST))
        day[whole.volunteer[used], whole.tables.day_of_place[whole.place[used]]] = worth
        return person, day

    monkeypatch.setattr(extending, "_people", planted)


def nobody_new_from_a_town(monkeypatch):
    """As if a town that the part does not know had nobody to send."""
    monkeypatch.setattr(extending, "_floor", lambda groups, *_: np.full(len(groups), -(2**40)))


def weights_of_the_part(monkeypatch):
    """As if pairs that were left out could not cost more than those kept."""
    monkeypatch.setattr(pruning, "replace", lambda network, detour: network)


@pytest.mark.parametrize("planted", [days_given_up_for_nothing, nobody_new_from_a_town])
def test_wrong_duals_would_lose_pairs_and_are_caught(monkeypatch, planted):
    planted(monkeypatch)
    crowds = [crowd(seed) for seed in range(60)]
    refused = [is_refused(small) for small in crowds]

    monkeypatch.setattr(extending, "confirm", lambda part, duals: None)
    wrong = [is_wrong(small) for small in crowds]

    assert any(wrong)
    assert all(caught for lost, caught in zip(wrong, refused, strict=True) if lost)


def test_weights_too_small_for_all_pairs_are_caught(monkeypatch):
    weights_of_the_part(monkeypatch)

    with pytest.raises(NotProved, match="outweigh a seat"):
        pruned(crowd(1), 1)


def test_a_plan_of_very_many_pairs_is_the_same_as_ever(monkeypatch):
    small = crowd(3)
    problem = problem_in(small)
    everything = planner.prove(problem)

    monkeypatch.setattr(pruning, "PAYS_ABOVE", 0)
    monkeypatch.setattr(pruning, "LIKELY", 1)
    proved = planner.prove(problem)

    assert len(proved.network.options) < len(everything.network.options)
    assert len(proved.pairs) == len(everything.pairs)
    assert outcome(proved.network, proved.solution) == outcome(
        everything.network, everything.solution
    )


def test_next_bests_are_looked_for_among_all_pairs(monkeypatch):
    ordinary = crowd(3).plan()

    monkeypatch.setattr(pruning, "PAYS_ABOVE", 0)
    monkeypatch.setattr(pruning, "LIKELY", 1)

    assert crowd(3).plan() == ordinary
