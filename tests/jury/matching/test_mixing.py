"""Juries of experienced and new members, or of several fields."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching import explain
from portal.jury.matching.mixed import mixing
from portal.jury.matching.types import BadPrice, Move, NextBest, Objective, Pair, Prices, Volunteer
from tests.jury.matching.small import (
    DAYS,
    KM_ONLY,
    best,
    camp,
    equally_good,
    problem,
    seats,
    small_problems,
)

EXPERIENCE = replace(KM_ONLY, mix_experience=-20)
FIELD = replace(KM_ONLY, mix_field=-20)
mixed_problems = small_problems(mixing=True)


def person(name, experienced=None, field=None, **said):
    return Volunteer(
        name, **{"days": frozenset(DAYS), "experienced": experienced, "field": field, **said}
    )


def three(**said):
    """Two experienced people near Moss and a new one who has 15 km more to go."""
    people = [person("ola", True, "law"), person("siri", True, "law"), person("kari", False, "art")]
    km = {("ola", "moss"): 5, ("siri", "moss"): 6, ("kari", "moss"): 21}
    return problem(people, [camp("moss", 2)], km, **said)


@pytest.mark.parametrize("prices", [EXPERIENCE, FIELD])
def test_a_mixed_jury_is_worth_its_rebate_in_km(prices):
    plan = three(prices=prices).plan()

    assert seats(plan) == {("ola", "moss"), ("kari", "moss")}
    assert plan.objective == Objective(0, 0, 60)
    assert (plan.mixed, plan.unproved) == (("moss",), ())


def test_a_mixed_jury_is_not_worth_more_than_its_rebate():
    plan = three(prices=replace(EXPERIENCE, mix_experience=-14)).plan()

    assert seats(plan) == {("ola", "moss"), ("siri", "moss")}
    assert plan.mixed == ("moss",)


def test_each_wish_earns_its_own_rebate_once():
    plan = three(prices=replace(EXPERIENCE, mix_field=-3)).plan()

    assert plan.objective == Objective(0, 0, 30)


def test_no_seat_stays_empty_for_the_sake_of_a_mixed_jury():
    people = [person("ola", True), person("kari", False), person("siri", True)]
    km = {("ola", "moss"): 1, ("kari", "moss"): 1, ("siri", "moss"): 1, ("kari", "halden"): 900}
    small = problem(people, [camp("moss", 2), camp("halden")], km, prices=EXPERIENCE)

    assert seats(small.plan()) == {("ola", "moss"), ("siri", "moss"), ("kari", "halden")}


def test_a_locked_member_counts_for_the_mix():
    plan = three(prices=EXPERIENCE, locks=(Pair("kari", "moss", "1"),)).plan()

    assert plan.objective == Objective(0, 0, 60)
    assert (plan.mixed, plan.unproved) == (("moss",), ())


def test_without_a_price_for_it_the_programme_is_never_loaded(monkeypatch):
    def refuse(name):
        raise AssertionError(name)

    monkeypatch.setattr(mixing.importlib, "import_module", refuse)

    assert seats(three().plan()) == {("ola", "moss"), ("siri", "moss")}


@pytest.mark.parametrize("bound", ["MOST_PAIRS", "MOST_SECONDS"])
def test_what_is_not_proved_within_bounds_keeps_the_plan_without_the_wish_and_says_so(
    monkeypatch, bound
):
    monkeypatch.setattr(mixing, bound, 0)

    plan = three(prices=EXPERIENCE).plan()

    assert seats(plan) == {("ola", "moss"), ("siri", "moss")}
    assert (plan.mixed, plan.unproved) == ((), ("moss",))
    assert plan.objective == Objective(0, 0, 110)


def test_a_plan_that_fell_back_counts_the_rebates_it_happens_to_earn(monkeypatch):
    monkeypatch.setattr(mixing, "MOST_PAIRS", 0)
    lucky = camp("halden", 2, day="tuesday")
    small = three(prices=EXPERIENCE)
    km = {**small.km, ("ola", "halden"): 5, ("kari", "halden"): 5, ("siri", "halden"): 50}
    people = tuple(replace(each, at_most=2) for each in small.volunteers)

    plan = small.plan(volunteers=people, camps=(*small.camps, lucky), km=km)

    assert plan.unproved == ("halden", "moss")
    assert plan.objective == Objective(0, 0, 210 - 200)


def test_one_part_may_fall_back_and_another_be_proved(monkeypatch):
    monkeypatch.setattr(mixing, "MOST_PAIRS", 3)
    small = three(prices=EXPERIENCE)
    others = [person(f"v{n}", bool(n % 2)) for n in range(4)]
    km = {**small.km, **{(each.id, "halden"): 5 for each in others}}

    plan = small.plan(
        volunteers=(*small.volunteers, *others), camps=(*small.camps, camp("halden", 3)), km=km
    )

    assert plan.mixed == ("halden", "moss")

    km |= {("v1", "halden"): 1, ("v3", "halden"): 1}
    plan = small.plan(
        volunteers=(*small.volunteers, *others), camps=(*small.camps, camp("halden", 2)), km=km
    )

    assert (plan.mixed, plan.unproved) == (("moss",), ("halden",))


def test_an_answer_that_arithmetic_does_not_confirm_is_not_taken(monkeypatch):
    monkeypatch.setattr(mixing._Programme, "_is_flow", lambda self, flow: False)

    assert three(prices=EXPERIENCE).plan().unproved == ("moss",)


def test_a_wish_that_costs_is_refused():
    with pytest.raises(BadPrice, match="mix_field"):
        Prices(mix_field=3)


def test_what_the_jury_would_be_without_one_is_asked_one_pair_at_a_time():
    small = three(prices=EXPERIENCE)
    state = explain.solved(small.checked())
    rows = {row.volunteer: row for row in small.plan().rows}

    assert [row.next_best for row in rows.values()] == [None, None]
    assert explain.why(state, rows["kari"].pair).next_best == NextBest(
        "siri", Objective(0, 0, 50), (Move("kari", "moss", None), Move("siri", None, "moss"))
    )


def test_a_next_best_that_is_not_proved_within_bounds_is_not_told(monkeypatch):
    state = explain.solved(three(prices=EXPERIENCE).checked())
    monkeypatch.setattr(mixing, "MOST_PAIRS", 0)

    assert explain.why(state, Pair("kari", "moss", "1")).next_best is None


@settings(max_examples=300, deadline=None)
@given(mixed_problems)
def test_with_mixed_juries_the_plan_is_the_best_of_all_there_are(small):
    plan = small.plan()

    assert plan.unproved == ()
    assert plan.objective == best(small)
    assert {row.pair for row in plan.rows if not row.locked} in equally_good(small)


@settings(max_examples=60, deadline=None)
@given(mixed_problems, st.randoms(use_true_random=False))
def test_in_another_order_the_same_juries_are_mixed(small, chance):
    people, camps = list(small.volunteers), list(small.camps)
    chance.shuffle(people)
    chance.shuffle(camps)

    assert small.plan(volunteers=tuple(people), camps=tuple(camps)) == small.plan()


@settings(max_examples=60, deadline=None)
@given(mixed_problems)
def test_the_price_of_one_less_is_that_of_solving_anew(small):
    plan, state = small.plan(), explain.solved(small.checked())

    for row in plan.rows:
        panels = next(len(c.panels) for c in small.camps if c.id == row.camp)
        if row.locked or panels > 1:
            continue
        km = {pair: far for pair, far in small.km.items() if pair != (row.volunteer, row.camp)}
        anew = small.plan(km=km).objective
        price = Objective(*(b - a for a, b in zip(plan.objective, anew, strict=True)))
        found = explain.why(state, row.pair).next_best
        assert found is not None
        assert found.price == price
        assert row.next_best in (None, found)
