"""Faults planted in the repair: each is caught."""

from dataclasses import replace

import pytest

from portal.jury.matching.rematch import best_flow, warm, weights
from portal.jury.matching.types import NotProved
from tests.jury.matching.repaired import (
    check_repaired,
    kari,
    leave_one_after_another,
    one_who_could_save_km,
    three_at_two_camps,
    warm_of,
)
from tests.jury.matching.small import (
    KM_ONLY,
    camp,
    ola,
    problem,
    siri,
)


def test_weights_beyond_64_bits_are_refused():
    moss = camp("moss")
    km = {("ola", "moss"): 10**15, ("siri", "moss"): 1}

    with pytest.raises(NotProved):
        warm_of(problem([ola(), siri()], [moss], km))


def test_wishes_for_mixed_juries_are_no_matter_of_a_flow():
    small = three_at_two_camps()
    mixing = replace(small.policy, prices=replace(KM_ONLY, mix_field=-20))

    with pytest.raises(NotProved, match="mixed"):
        warm_of(replace(small, policy=mixing))


def test_what_the_weights_have_no_room_for_is_solved_anew():
    state = warm_of(three_at_two_camps())
    serving = state.pairs()

    changes = state.seats("moss", "1", 1, 500)

    assert not changes.is_warm
    check_repaired(state, changes, serving)


def test_duals_that_stay_behind_are_noticed(monkeypatch):
    state = warm_of(two_whom_one_can_replace())
    monkeypatch.setattr(best_flow.BestFlow, "_move_duals", lambda *_: None)

    state.drop("ola")
    state.check()
    state.drop("siri")

    with pytest.raises(NotProved, match="dual prices"):
        state.check()


def two_whom_one_can_replace():
    """The way to Kari is the cheapest for either seat, until she has taken one."""
    km = {("ola", "moss"): 1, ("siri", "halden"): 1, ("kari", "moss"): 2, ("kari", "halden"): 2}
    return problem([ola(), siri(), kari()], [camp("moss"), camp("halden")], km)


@pytest.mark.parametrize("tenths", [0, 500])
def test_a_price_of_moves_that_holds_nobody_in_place_is_noticed(monkeypatch, tenths):
    monkeypatch.setattr(warm, "weights_of", _moves_weigh(tenths))

    with pytest.raises(AssertionError):
        leave_one_after_another(warm_of(one_who_could_save_km()), ["ola"])


def _moves_weigh(tenths):
    return lambda *given: replace(weights.weights_of(*given), move=tenths)
