from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching import repair
from portal.jury.matching.problem import BadInput
from portal.jury.matching.types import NotProved, Pair, Volunteer
from tests.jury.matching import repaired
from tests.jury.matching.small import (
    DAYS,
    KM_ONLY,
    camp,
    feasible,
    ola,
    problem,
    seats,
    siri,
    small_problems,
    worth,
)


def kari(**said):
    return Volunteer("kari", **{"days": frozenset(DAYS), **said})


def reserves(small, serving, place, panel=None):
    return repair.reserves(
        small.volunteers, small.camps, small.policy, serving, place, panel, travel=small.travel
    )


def test_reserves_come_cheapest_first_and_only_who_may():
    people = [ola(), siri(), kari(refused=frozenset({"moss"})), Volunteer("amir")]
    km = {(person.id, "moss"): far for person, far in zip(people, (40, 12, 1, 1), strict=True)}
    small = problem(people, [camp("moss", 2)], km)

    found = reserves(small, (), "moss")

    assert [(r.volunteer, r.km, r.cost) for r in found] == [("siri", 12, 120), ("ola", 40, 400)]


def test_those_who_serve_that_day_or_enough_already_are_no_reserves():
    camps = [camp("moss", 2), camp("halden"), camp("skien", day="tuesday")]
    km = {(v, c.id): 5 for v in ("ola", "siri", "kari") for c in camps}
    small = problem([ola(at_most=3), siri(), kari()], camps, km)
    serving = (Pair("ola", "halden"), Pair("siri", "skien"))

    assert [reserve.volunteer for reserve in reserves(small, serving, "moss")] == ["kari"]


def test_a_reserve_costs_what_the_jury_already_there_makes_it_cost():
    people = [replace(person, municipality_code="3101") for person in (ola(), siri())]
    people.append(kari(municipality_code="3301"))
    km = {("ola", "moss"): 5, ("siri", "moss"): 5, ("kari", "moss"): 20}
    small = problem(people, [camp("moss", 2)], km, prices=replace(KM_ONLY, same_municipality=(25,)))

    found = reserves(small, (Pair("ola", "moss"),), "moss")

    assert [(reserve.volunteer, reserve.cost) for reserve in found] == [
        ("kari", 200),
        ("siri", 300),
    ]


def test_reserves_of_no_camp_are_refused():
    with pytest.raises(BadInput):
        reserves(problem([ola()], [camp("moss")], {}), (), "halden")


def test_after_a_drop_out_nobody_moves_without_need():
    camps = [camp("moss"), camp("halden")]
    km = {
        ("ola", "moss"): 30,
        ("siri", "halden"): 30,
        ("kari", "moss"): 50,
        ("kari", "halden"): 1,
        ("siri", "moss"): 1,
    }
    small = problem([siri(), kari()], camps, km)

    plan = repair.rematch(
        small.volunteers,
        small.camps,
        small.policy,
        [Pair("siri", "halden")],
        travel=small.travel,
    )

    assert seats(plan) == {("siri", "halden"), ("kari", "moss")}
    assert plan.removed == ()


def test_one_moves_where_that_fills_a_seat():
    camps = [camp("moss"), camp("halden")]
    km = {("siri", "halden"): 1, ("siri", "moss"): 90, ("kari", "halden"): 1}
    small = problem([siri(), kari()], camps, km)

    plan = repair.rematch(
        small.volunteers,
        small.camps,
        small.policy,
        [Pair("siri", "halden")],
        travel=small.travel,
    )

    assert seats(plan) == {("siri", "moss"), ("kari", "halden")}
    assert plan.removed == (Pair("siri", "halden"),)


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_a_plan_rematched_as_it_stands_moves_nobody(small):
    rows = small.plan(standing=()).rows
    serving = [row.pair for row in rows]

    again = repair.rematch(
        small.volunteers, small.camps, small.policy, serving, small.locks, travel=small.travel
    )

    assert again.removed == ()
    assert {row.pair for row in again.rows} == set(serving)


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_a_reserve_fits_beside_those_who_serve(small):
    serving = [row.pair for row in small.plan(standing=()).rows if not row.locked]
    lone = replace(small, locks=(), standing=())

    for dropped in serving:
        others = tuple(pair for pair in serving if pair != dropped)
        found = reserves(lone, others, dropped.camp, dropped.panel)
        assert dropped.volunteer in [reserve.volunteer for reserve in found]
        for reserve in found:
            seat = Pair(reserve.volunteer, reserve.camp, reserve.panel)
            assert lone.plan(locks=(*others, seat)).breaches == ()


# ------------------------------------------------------------------- however large prices are


def rematch(small, serving):
    return repair.rematch(
        small.volunteers, small.camps, small.policy, serving, small.locks, travel=small.travel
    )


def test_nobody_moves_to_save_thirty_thousand_km():
    camps = [camp("moss"), camp("halden")]
    km = {("siri", "halden"): 10_000, ("siri", "moss"): 1}
    km |= {("kari", "moss"): 30_000, ("kari", "halden"): 1}
    small = problem([siri(), kari()], camps, km)

    plan = rematch(small, [Pair("siri", "halden", "1")])

    assert seats(plan) == {("siri", "halden"), ("kari", "moss")}
    assert plan.removed == ()


def test_prices_of_ten_thousand_km_move_nobody():
    dear = replace(KM_ONLY, same_municipality=(10_000,), avoid=10_000)
    people = [
        ola(municipality_code="3101"),
        siri(municipality_code="3101", avoids=frozenset({"moss"})),
        kari(municipality_code="3301"),
    ]
    km = {(person.id, "moss"): 1 for person in people}
    small = problem(people, [camp("moss", 2)], km, prices=dear)
    serving = (Pair("ola", "moss", "1"), Pair("siri", "moss", "1"))

    assert seats(small.plan(standing=serving)) == {("ola", "moss"), ("kari", "moss")}
    assert rematch(small, serving).removed == ()


def test_a_price_of_change_that_cannot_be_counted_exactly_is_refused():
    km = {("ola", "moss"): 10**15, ("siri", "moss"): 1}

    with pytest.raises(NotProved):
        rematch(problem([ola(), siri()], [camp("moss")], km), ())


@settings(max_examples=100, deadline=None)
@given(small_problems(), st.sampled_from((1, 10_000)))
def test_no_plan_as_well_staffed_moves_fewer_or_costs_less(small, times):
    far = {pair: km * times for pair, km in small.km.items()}
    anywhere = tuple(replace(person, longest_km=None) for person in small.volunteers)
    small = replace(small, volunteers=anywhere, km=far)

    plan = rematch(small, small.standing)

    assert repaired.worth(plan) == min(
        staffed_moved_and_cost(small, [*small.locks, *chosen]) for chosen in feasible(small)
    )


def staffed_moved_and_cost(small, pairs):
    """What ``repaired.worth`` tells of a plan, counted plainly."""
    below_minimum, below_target, cost = worth(with_change(small, 0), pairs)
    moved = (worth(with_change(small, 1), pairs).cost - cost) // 10
    return below_minimum, below_target, moved, cost


def with_change(small, km):
    prices = replace(small.policy.prices, change=km)
    return replace(small, policy=replace(small.policy, prices=prices))
