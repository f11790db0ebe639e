from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching import eligible, network, solve
from portal.jury.matching.problem import BadInput
from portal.jury.matching.types import (
    Breach,
    Objective,
    Pair,
    Panel,
    Policy,
    Prices,
    Rule,
    Volunteer,
)
from tests.jury.matching.small import (
    DAYS,
    KM_ONLY,
    best,
    camp,
    equally_good,
    ola,
    problem,
    seats,
    siri,
    small_problems,
)

MOSS, HALDEN = camp("moss"), camp("halden")


def test_everyone_goes_where_the_sum_of_travel_is_least():
    km = {("ola", "moss"): 5, ("ola", "halden"): 10, ("siri", "moss"): 8, ("siri", "halden"): 40}

    plan = problem([ola(), siri()], [MOSS, HALDEN], km).plan()

    assert seats(plan) == {("ola", "halden"), ("siri", "moss")}
    assert plan.objective == Objective(0, 0, 180)


def test_every_minimum_is_filled_before_any_target():
    near, far = camp("moss", 1, 2), camp("halden", 1, 2)
    km = {("ola", "moss"): 1, ("siri", "moss"): 1, ("siri", "halden"): 900}

    plan = problem([ola(), siri()], [near, far], km).plan()

    assert seats(plan) == {("ola", "moss"), ("siri", "halden")}
    assert plan.objective[:2] == (0, 2)


def test_nobody_serves_twice_a_day_nor_more_often_than_offered():
    tuesday = camp("halden", day="tuesday")
    both = {("ola", "moss"): 1, ("ola", "halden"): 1, ("ola", "skien"): 1}

    def seats_of(at_most, *camps):
        return len(problem([ola(at_most=at_most)], camps, both).plan().rows)

    assert seats_of(2, MOSS, HALDEN) == 1
    assert seats_of(2, MOSS, tuesday) == 2
    assert seats_of(1, MOSS, tuesday) == 1


def test_nobody_sits_on_two_panels_of_one_camp():
    two = camp("moss", panels=(Panel("a", 1, 1), Panel("b", 1, 1)))

    plan = problem([ola(at_most=3)], [two], {("ola", "moss"): 1}).plan()

    assert len(plan.rows) == 1
    assert plan.objective.below_minimum == 1


@pytest.mark.parametrize(
    "said",
    [
        {"conflicts": frozenset({"moss"})},
        {"refused": frozenset({"moss"})},
        {"banned": frozenset({"moss"})},
        {"days": frozenset({"tuesday"})},
        {"longest_km": 4.9},
        {"counties": frozenset({"33"})},
        {"municipalities": frozenset({"3101"})},
        {"at_most": 0},
    ],
)
def test_no_hard_rule_gives_way(said):
    moss = camp("moss", municipality_code="3103", county_code="31")

    plan = problem([ola(**said)], [moss], {("ola", "moss"): 5}).plan()

    assert plan.rows == ()


def test_a_season_may_bar_the_owner_of_a_school():
    school = camp("moss", owner="fylket")
    season = problem([ola(employer="fylket")], [school], {("ola", "moss"): 5})

    assert seats(season.plan()) == {("ola", "moss")}
    assert seats(season.plan(policy=Policy(bar_owner=True))) == set()


def test_a_remote_panel_asks_nobody_to_travel():
    remote = camp("moss", county_code="31", panels=(Panel("1", 1, 1, remote=True),))
    far_away = ola(longest_km=10, counties=frozenset({"33"}))

    plan = problem([far_away], [remote], {("ola", "moss"): 500}).plan()

    assert [(row.km, row.band, row.reasons) for row in plan.rows] == [(0, "remote", ("remote",))]


def test_county_first_sends_people_farther_within_their_county():
    moss = camp("moss", municipality_code="3103", county_code="31")
    across = ola(municipality_code="3301", county_code="33")
    same_county = siri(municipality_code="3101", county_code="31")
    season = problem([across, same_county], [moss], {("ola", "moss"): 20, ("siri", "moss"): 60})

    assert seats(season.plan(policy=Policy("nearest"))) == {("ola", "moss")}
    assert seats(season.plan(policy=Policy("county"))) == {("siri", "moss")}


def test_a_jury_is_not_all_from_one_town():
    moss = camp("moss", 2)
    people = [
        Volunteer(name, town, days=frozenset(DAYS))
        for name, town in (("ola", "3101"), ("siri", "3101"), ("kari", "3301"))
    ]
    km = {("ola", "moss"): 10, ("siri", "moss"): 11, ("kari", "moss"): 30}
    mixed = replace(KM_ONLY, same_municipality=(25, 50))

    assert seats(problem(people, [moss], km).plan()) == {("ola", "moss"), ("siri", "moss")}
    assert seats(problem(people, [moss], km, prices=mixed).plan()) == {
        ("ola", "moss"),
        ("kari", "moss"),
    }


def test_a_locked_pair_keeps_its_seat_and_its_breach_is_told():
    season = problem(
        [ola(conflicts=frozenset({"moss"})), siri()],
        [MOSS],
        {("ola", "moss"): 50, ("siri", "moss"): 1},
        locks=(Pair("ola", "moss"),),
    )

    plan = season.plan()

    assert [(row.volunteer, row.locked) for row in plan.rows] == [("ola", True)]
    assert plan.breaches == (Breach(Pair("ola", "moss", "1"), Rule.CONFLICT),)


def test_locks_that_together_break_a_rule_are_told():
    season = problem([ola()], [MOSS, HALDEN], {("ola", "moss"): 1, ("ola", "halden"): 1})

    plan = season.plan(locks=(Pair("ola", "moss"), Pair("ola", "halden")))

    assert {breach.rules for breach in plan.breaches} == {Rule.AT_MOST | Rule.ONE_A_DAY}
    assert len(plan.rows) == 2


def test_a_standing_pair_stays_until_another_is_better_by_the_price_of_a_change():
    km = {("ola", "moss"): 60, ("siri", "moss"): 1}
    sticky = problem([ola(), siri()], [MOSS], km, standing=(Pair("ola", "moss"),))

    kept = sticky.plan(policy=Policy(prices=replace(KM_ONLY, change=60)))
    moved = sticky.plan(policy=Policy(prices=replace(KM_ONLY, change=50)))

    assert [(row.volunteer, row.kept) for row in kept.rows] == [("ola", True)]
    assert kept.removed == ()
    assert [(row.volunteer, row.kept) for row in moved.rows] == [("siri", False)]
    assert moved.removed == (Pair("ola", "moss"),)
    assert moved.objective.cost == 510


def test_nobody_and_nothing_is_a_plan_too():
    assert problem([], [], {}).plan().objective == Objective(0, 0, 0)
    assert problem([ola()], [], {}).plan().rows == ()
    assert problem([], [MOSS], {}).plan().objective == Objective(1, 1, 0)


@pytest.mark.parametrize(
    ("people", "camps", "locks"),
    [
        ([ola(), ola()], [MOSS], ()),
        ([ola()], [MOSS, MOSS], ()),
        ([ola()], [camp("moss", 2, 1)], ()),
        ([ola()], [MOSS], (Pair("siri", "moss"),)),
        ([ola()], [MOSS], (Pair("ola", "halden"),)),
        ([ola()], [MOSS], (Pair("ola", "moss", "b"),)),
    ],
)
def test_input_that_contradicts_itself_is_refused(people, camps, locks):
    with pytest.raises(BadInput):
        problem(people, camps, {}).plan(locks=locks)


def test_prices_that_fall_are_refused():
    with pytest.raises(ValueError, match="same_municipality"):
        Prices(same_municipality=(50, 25))


@settings(max_examples=500, deadline=None)
@given(small_problems())
def test_the_plan_is_the_best_of_all_there_are(small):
    assert small.plan().objective == best(small)


@settings(max_examples=60, deadline=None)
@given(small_problems(), st.randoms(use_true_random=False))
def test_the_same_people_in_another_order_get_the_same_plan(small, chance):
    people, camps = list(small.volunteers), list(small.camps)
    chance.shuffle(people)
    chance.shuffle(camps)

    assert small.plan(volunteers=tuple(people), camps=tuple(camps)) == small.plan()


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_one_volunteer_less_never_helps(small):
    locked = {lock.volunteer for lock in small.locks}
    standing = {pair.volunteer for pair in small.standing}
    everyone = small.plan().objective

    for person in small.volunteers:
        if person.id not in locked | standing:
            others = tuple(other for other in small.volunteers if other != person)
            assert everyone <= small.plan(volunteers=others).objective


@settings(max_examples=60, deadline=None)
@given(st.one_of(small_problems(), small_problems(mixing=True)))
def test_one_pair_less_never_helps(small):
    every = small.plan().objective
    needed = {pair[:2] for pair in (*small.locks, *small.standing)}

    for pair in small.km.keys() - needed:
        km = {other: far for other, far in small.km.items() if other != pair}
        assert every <= small.plan(km=km).objective


@settings(max_examples=200, deadline=None)
@given(small_problems())
def test_dual_prices_certify_every_plan(small):
    net = network.build(small.checked(), eligible.pairs(small.checked()))
    found = solve.solve(net)

    reduced = found.costs + found.duals[net.tail] - found.duals[net.head]
    assert not (reduced[found.flow < net.capacity] < 0).any()
    assert not (reduced[found.flow > 0] > 0).any()
    assert np.array_equal(net.weighted(), found.costs)


@settings(max_examples=60, deadline=None)
@given(st.one_of(small_problems(), small_problems(mixing=True)))
def test_new_names_change_nothing_in_what_the_plan_is_worth(small):
    def new(name):
        return f"x{9 - int(name[1:])}"

    people = tuple(replace(person, id=new(person.id)) for person in small.volunteers)
    renamed = small.plan(
        volunteers=people,
        km={(new(person), camp_id): km for (person, camp_id), km in small.km.items()},
        locks=tuple(lock._replace(volunteer=new(lock.volunteer)) for lock in small.locks),
        standing=tuple(pair._replace(volunteer=new(pair.volunteer)) for pair in small.standing),
    )

    assert renamed.objective == small.plan().objective


@settings(max_examples=100, deadline=None)
@given(small_problems())
def test_of_equally_good_plans_the_one_with_the_least_hashes_is_made(small):
    plan = small.plan()

    chosen = {row.pair for row in plan.rows if not row.locked}
    assert chosen == min(equally_good(small), key=lambda pairs: sum(map(solve.tie_hash, pairs)))


def test_a_tie_is_settled_the_same_way_on_every_machine():
    people = [Volunteer(f"v{n}", days=frozenset(DAYS)) for n in range(6)]
    km = {(person.id, name): 7 for person in people for name in ("moss", "halden")}

    plan = problem(people, [MOSS, HALDEN], km).plan()

    assert seats(plan) == {("v3", "moss"), ("v4", "halden")}
