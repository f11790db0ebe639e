"""What is stored with a plan is read back for the same question alone, and never trusted."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.rematch.packing import OtherInput, pack, unpack
from portal.jury.matching.types import Pair
from tests.jury.matching.repaired import (
    leave_one_after_another,
    question,
    three_at_two_camps,
    warm_of,
)
from tests.jury.matching.small import small_problems


@settings(max_examples=60, deadline=None)
@given(small_problems(14), st.data())
def test_a_state_read_back_is_repaired_like_the_one_stored(small, data):
    state = warm_of(small)
    leavers = data.draw(st.permutations(sorted(state.problem.volunteers)))

    again = unpack(question(small), pack(state))

    assert [again.drop(each) for each in leavers] == [state.drop(each) for each in leavers]
    again.check()


@settings(max_examples=60, deadline=None)
@given(small_problems(14), st.data())
def test_a_repaired_state_is_stored_for_the_problem_it_answers(small, data):
    state = warm_of(small)
    first, *others = data.draw(st.permutations(sorted(state.problem.volunteers)))
    state.drop(first)

    again = unpack(state.answered(), pack(state))

    assert again.pairs() == state.pairs()
    leave_one_after_another(again, others)


def test_the_same_state_is_stored_as_the_same_bytes():
    assert pack(warm_of(three_at_two_camps())) == pack(warm_of(three_at_two_camps()))


def test_what_belongs_to_another_question_is_refused():
    small = three_at_two_camps()
    packed = pack(warm_of(small))
    others = [
        replace(small, km={**small.km, ("ola", "moss"): 2}),
        replace(small, volunteers=small.volunteers[:2]),
        replace(small, locks=(Pair("ola", "moss", "1"),)),
        replace(small, volunteers=tuple(replace(v, id=f"{v.id}x") for v in small.volunteers)),
    ]

    for other in others:
        with pytest.raises(OtherInput):
            unpack(question(other), packed)


def test_a_proof_that_does_not_hold_is_refused():
    small = three_at_two_camps()
    packed = pack(warm_of(small))
    content = dict(np.load(io.BytesIO(packed), allow_pickle=False))

    with pytest.raises(OtherInput, match="does not hold"):
        unpack(question(small), _saved({**content, "flow": content["flow"] + 1}))
    for name in ("flow", "duals", "repair"):
        for changed in (content[name][:-1], content[name] * 0.5):
            with pytest.raises(OtherInput):
                unpack(question(small), _saved({**content, name: changed}))
    with pytest.raises(OtherInput):
        unpack(question(small), _saved({**content, "version": np.int64(2)}))
    assert unpack(question(small), _saved(content)).pairs() == warm_of(small).pairs()


def test_duals_of_a_repair_that_prove_nothing_are_refused():
    small = three_at_two_camps()
    content = dict(np.load(io.BytesIO(pack(warm_of(small))), allow_pickle=False))
    crooked = np.arange(len(content["repair"])) * 10**9

    with pytest.raises(OtherInput, match="does not hold"):
        unpack(question(small), _saved({**content, "repair": crooked}))


@settings(max_examples=60, deadline=None)
@given(small_problems(14))
def test_a_plan_that_was_applied_is_still_read_back(small):
    state = warm_of(small)
    applied = replace(small, standing=tuple(state.pairs()))

    again = unpack(question(applied), pack(state))

    assert again.pairs() == state.pairs()
    for pair in again.pairs():
        assert again.ban(pair).price == warm_of(applied).ban(pair).price
    leave_one_after_another(again, sorted(again.problem.volunteers))


def _saved(content):
    file = io.BytesIO()
    np.savez_compressed(file, **content)
    return file.getvalue()


def test_what_is_no_proof_at_all_is_refused():
    small = three_at_two_camps()
    packed = pack(warm_of(small))
    pickled = _pickled()

    for damaged in (b"", b"PK", b"x" * 100, packed[:-30], packed[:40], pickled):
        with pytest.raises(OtherInput):
            unpack(question(small), damaged)


def _pickled() -> bytes:
    names = ("version", "input", "flow", "duals", "repair")
    return _saved({name: np.array([{}], dtype=object) for name in names})
