"""The certified core: the network, its best flow, and the name of the input."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.geography import municipalities
from portal.jury.matching import eligible, fingerprint, network, prices, solve
from portal.jury.matching.planner import plan, prove
from portal.jury.matching.problem import problem_of
from portal.jury.matching.steps import Steps
from portal.jury.matching.travel import estimate
from portal.jury.matching.types import Camp, Pair, Panel, Policy, Volunteer
from tests.jury.matching.small import KM_ONLY, camp, ola, problem, siri, small_problems


def problem_from(small):
    return problem_of(
        small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
    )


def network_of(small):
    asked = problem_from(small)
    return network.build(asked, eligible.pairs(asked))


def picked(proved):
    return {option.pair for option in solve.chosen(proved.network, proved.solution.flow)}


@given(small_problems())
@settings(max_examples=60, deadline=None)
def test_the_core_holds_the_pairs_of_the_plan(small):
    assert picked(prove(problem_from(small))) == {
        row.pair for row in small.plan().rows if not row.locked
    }


def test_a_plan_without_explanations_is_the_same_but_for_them():
    small = problem([ola(), siri()], [camp("moss")], {("ola", "moss"): 3, ("siri", "moss"): 4})
    explained = small.plan()

    plain = plan(small.volunteers, small.camps, small.policy, travel=small.travel, explain=False)

    assert explained.rows[0].next_best.volunteer == "siri"
    assert plain == replace(
        explained, rows=tuple(replace(row, next_best=None) for row in explained.rows)
    )


# -------------------------------------------------------------------------------- the network

falling = st.lists(st.integers(0, 5), max_size=4).map(lambda p: tuple(sorted(p)))
groups = st.lists(
    st.tuples(st.sampled_from((0, -20)), st.integers(0, 4), st.integers(0, 5)), min_size=1
)


@given(falling, groups)
@settings(deadline=None)
def test_steps_price_each_unit_as_one_by_one(later, said):
    first, taken, count = (np.array(column) for column in zip(*said, strict=True))
    steps = Steps(first, later, taken, count)

    units = [[] for _ in said]
    for many, price in steps.runs():
        for group, (number, each) in enumerate(
            zip(many, np.broadcast_to(price, many.shape), strict=True)
        ):
            units[group] += [int(each)] * int(number)

    one_by_one = [prices.steps(later, a / 10, b, c) for a, b, c in said]
    assert [sorted(each) for each in units] == [sorted(each) for each in one_by_one]
    assert steps.matter().tolist() == [any(each) for each in one_by_one]


def test_where_nothing_is_priced_pairs_lead_straight_to_their_panels():
    people = [ola(municipality_code="3103", employer="fylket"), siri(municipality_code="3103")]
    km = {(who, "moss"): 1 for who in ("ola", "siri")}

    bare = network_of(problem(people, [camp("moss", 1, 2)], km))
    priced = network_of(
        problem(people, [camp("moss", 1, 2)], km, prices=replace(KM_ONLY, same_municipality=(5,)))
    )

    assert bare.nodes == 2 + 1 + 2
    assert bare.head[bare.option >= 0].tolist() == [network.FIRST_PANEL] * 2
    assert priced.nodes == 2 + 1 + 2 + 1
    assert priced.head[priced.option >= 0].tolist() == [5, 5]


def test_a_day_has_a_node_only_where_somebody_could_serve_it_twice():
    camps = [camp("moss"), camp("halden"), camp("hvaler", day="tuesday")]
    km = {(who, each.id): 1 for who in ("ola", "siri") for each in camps}

    net = network_of(problem([ola(at_most=2), siri(at_most=1)], camps, km))

    assert net.nodes == 2 + 3 + 2 + 1
    assert net.tail[net.option >= 0].tolist() == [5, 6, 6, 6, 7, 7]


# -------------------------------------------------------------------------------------- ties


@given(small_problems(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_ties_are_settled_alike_from_whatever_best_flow_one_comes(small, seed):
    net = network_of(small)
    best = solve.solve(net)
    # Other best flows: cheapest by numbers drawn at random, among those that are best.
    drawn = np.random.default_rng(seed).integers(0, 100, len(net.cost))
    reduced = best.costs + best.duals[net.tail] - best.duals[net.head]
    capacity = np.where(reduced < 0, 0, np.where(reduced > 0, 0, net.capacity))
    fixed = np.where(reduced < 0, net.capacity, 0)
    supplies = solve._supplies(net)
    np.subtract.at(supplies, net.tail, fixed)
    np.add.at(supplies, net.head, fixed)
    other = fixed + solve._least_cost(net.tail, net.head, capacity, drawn, supplies)

    settled = solve._settle_ties(net, other, best.duals, best.costs)

    assert (other * best.costs).sum() == (best.flow * best.costs).sum()
    assert set(solve.chosen_numbers(net, settled)) == set(solve.chosen_numbers(net, best.flow))


# ------------------------------------------------------------------------- a season of its own


def season(rng):
    places = municipalities.on(municipalities.NEWEST_DIVISION)
    days = [str(number) for number in range(12)]
    people = [_person(number, rng, places, days) for number in range(600)]
    camps = [_school(number, rng, places, days) for number in range(200)]
    return people, camps


def _person(number, rng, places, days):
    code = rng.choice(places).code
    return Volunteer(
        f"v{number:03}",
        code,
        code[:2],
        days=frozenset(rng.sample(days, 6)),
        at_most=rng.choice((1, 1, 2, 3)),
        longest_km=rng.choice((50, 100, 150)),
        employer=rng.choice((None, "fylket", "kommunen")),
    )


def _school(number, rng, places, days):
    code = rng.choice(places).code
    return Camp(f"c{number:03}", rng.choice(days), (Panel("1", 2, 3),), code, code[:2])


def test_a_season_of_six_hundred_is_staffed_alike_in_whatever_order_it_came():
    rng = random.Random(3)
    people, camps = season(rng)
    standing = [Pair(v.id, c.id) for v, c in zip(people, camps, strict=False)][:50]
    first = prove(problem_of(people, camps, Policy(), (), standing, estimate))
    for each in (people, camps, standing):
        rng.shuffle(each)

    again = prove(problem_of(people, camps, Policy(), (), standing, estimate))

    assert picked(again) == picked(first)
    assert len(picked(first)) > 300
    assert fingerprint.of(again.problem, again.pairs) == fingerprint.of(first.problem, first.pairs)


# --------------------------------------------------------------------------- a name for the input

ONE = problem(
    [ola(wishes=frozenset({"moss"})), siri()],
    [camp("moss"), camp("halden")],
    {("ola", "moss"): 3, ("siri", "moss"): 4},
)


def named(**changes):
    asked = problem_from(replace(ONE, **changes))
    return fingerprint.of(asked, eligible.pairs(asked))


@pytest.mark.parametrize(
    "change",
    [
        {"volunteers": (ola(), siri())},
        {"camps": (camp("moss"), camp("halden", 1, 2))},
        {"policy": Policy(prices=replace(KM_ONLY, wish=-1))},
        {"policy": Policy("county", prices=KM_ONLY)},
        {"locks": (Pair("ola", "moss", "1"),)},
        {"standing": (Pair("ola", "moss"),)},
        {"km": {("ola", "moss"): 3, ("siri", "moss"): 4.1}},
        {"km": {("ola", "moss"): 3}},
    ],
)
def test_another_input_has_another_name(change):
    assert named(**change) != named()


def test_the_name_is_64_hex_digits_and_does_not_depend_on_order():
    assert len(bytes.fromhex(named())) == 32
    assert named(volunteers=ONE.volunteers[::-1], camps=ONE.camps[::-1]) == named()
