from dataclasses import replace

import pytest
from hypothesis import given, settings

from portal.jury.matching import repair
from portal.jury.matching.problem import BadInput
from portal.jury.matching.types import Pair, Volunteer
from tests.jury.matching.small import (
    DAYS,
    KM_ONLY,
    camp,
    ola,
    problem,
    seats,
    siri,
    small_problems,
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
