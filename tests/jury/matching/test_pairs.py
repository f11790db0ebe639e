"""Pairs kept as arrays: the same ones, at the same price, as asking for each by itself."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.geography import municipalities, postcodes
from portal.jury.matching import eligible, prices
from portal.jury.matching.problem import problem_of
from portal.jury.matching.travel import estimate
from portal.jury.matching.types import Camp, Pair, Panel, Policy, Travel, Volunteer, tenths
from tests.jury.matching.small import DAYS, camp, ola, problem, siri, small_problems


def problem_from(small):
    return problem_of(
        small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
    )


def one_by_one(asked):
    """Person, panel, way and cost of every pair that no rule and no lock keeps apart."""
    return [
        (row, place, *way_and_cost(asked, row, place))
        for row, volunteer in enumerate(asked.people)
        for place, (camp, panel) in enumerate(asked.juries)
        if not eligible.failing(asked, volunteer, camp, panel)
        and asked.free_caps[volunteer.id] > 0
        and (volunteer.id, camp.day) not in asked.locked_days
    ]


def way_and_cost(asked, row, place):
    camp, panel = asked.juries[place]
    km = tenths(asked.way(asked.people[row], camp, panel).km)
    return km, km + prices.surcharge(asked.policy, asked.people[row], camp)


def as_rows(pairs):
    columns = (pairs.volunteer, pairs.place, pairs.km_tenths, pairs.cost)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def masks_one_by_one(asked):
    return [
        [int(eligible.failing(asked, volunteer, *jury)) for jury in asked.juries]
        for volunteer in asked.people
    ]


# --------------------------------------------------------------------- as if asked one by one


@given(small_problems(most_pairs=60))
@settings(max_examples=150, deadline=None)
def test_the_pairs_are_those_that_no_rule_keeps_apart(small):
    asked = problem_from(small)

    assert as_rows(eligible.pairs(asked)) == one_by_one(asked)


@given(small_problems(most_pairs=60))
@settings(max_examples=150, deadline=None)
def test_the_masks_hold_every_rule_that_fails(small):
    asked = problem_from(small)

    assert eligible.masks(asked).bits.tolist() == masks_one_by_one(asked)


some_codes = st.none() | st.sampled_from(
    [each.code for each in municipalities.in_jury_area(municipalities.NEWEST_DIVISION)]
)
some_points = st.none() | st.sampled_from(
    [(code.lat, code.lon) for code in postcodes.all() if code.municipality_code[:2] < "40"]
)
some_counties = st.none() | st.frozensets(st.sampled_from(("31", "32", "33", "39")), max_size=2)
some_towns = st.none() | st.frozensets(st.sampled_from(("3103", "0301", "3301")), max_size=2)


def county_of(code):
    return code and code[:2]


@st.composite
def people_on_the_map(draw, number):
    town = draw(some_codes)
    return Volunteer(
        f"v{number}",
        town,
        county_of(town),
        days=frozenset(draw(st.sampled_from((DAYS, DAYS[:1])))),
        at_most=2,
        longest_km=draw(st.none() | st.floats(0, 300)),
        counties=draw(some_counties),
        municipalities=draw(some_towns),
        takes_ferry=draw(st.booleans()),
        position=draw(some_points) if town else None,
    )


@st.composite
def camps_on_the_map(draw, number):
    town = draw(some_codes)
    juries = (Panel("1", 1, 2), Panel("2", 1, 2, remote=True))
    return Camp(
        f"c{number}",
        draw(st.sampled_from(DAYS)),
        juries[: draw(st.integers(0, 2))],
        town,
        county_of(town),
        position=draw(some_points) if town else None,
    )


@st.composite
def problems_on_the_map(draw):
    people = [draw(people_on_the_map(n)) for n in range(draw(st.integers(0, 5)))]
    camps = [draw(camps_on_the_map(n)) for n in range(draw(st.integers(0, 5)))]
    return problem_of(people, camps, Policy(), (), (), estimate)


@given(problems_on_the_map())
@settings(max_examples=150, deadline=None)
def test_no_pair_on_the_map_is_lost_for_lying_near_the_longest_way(asked):
    assert as_rows(eligible.pairs(asked)) == one_by_one(asked)
    assert eligible.masks(asked).bits.tolist() == masks_one_by_one(asked)


def test_a_way_as_long_as_the_longest_is_not_too_long():
    home, school = Volunteer("ola", "3103", days=frozenset(DAYS)), Camp(
        "horten", "monday", (Panel("1", 1, 1),), "3901"
    )  # fmt: skip
    km = tenths(estimate(home, school).km) / 10
    limits = {
        longest: len(eligible.pairs(problem_of(
            [Volunteer("ola", "3103", days=frozenset(DAYS), longest_km=longest)],
            [school], Policy(), (), (), estimate,
        )))
        for longest in (km - 0.1, km, km + 0.1)
    }  # fmt: skip

    assert limits == {km - 0.1: 0, km: 1, km + 0.1: 1}


def test_masks_can_be_had_for_some_people():
    asked = problem_from(
        problem([ola(days=frozenset()), siri()], [camp("moss")], {("ola", "moss"): 1})
    )

    some = eligible.masks(asked, np.array([1]))

    assert eligible.masks(asked).of(0, 0) == eligible.Rule.DAY
    assert some.of(0, 0) == eligible.Rule.UNREACHABLE


# ---------------------------------------------------------------------------------- as options


@pytest.fixture
def three():
    km = {("ola", "moss"): 3, ("ola", "halden"): 30, ("siri", "moss"): 4}
    return eligible.pairs(
        problem_from(problem([siri(), ola()], [camp("moss"), camp("halden")], km))
    )


def test_pairs_are_sorted_by_person_and_camp_and_made_into_options_when_asked(three):
    assert [option.pair for option in three] == [
        Pair("ola", "halden", "1"),
        Pair("ola", "moss", "1"),
        Pair("siri", "moss", "1"),
    ]
    assert (three[1].km_tenths, three[1].cost, three[1].band) == (30, 30, "near")
    assert three[-1] == three[2]
    assert three.ids(0) == three[0].pair


def test_some_pairs_are_pairs_again(three):
    assert list(three.take([0, 2])) == [three[0], three[2]]
    assert list(three[1:]) == [three[1], three[2]]
    assert (len(three), len(three.take([]))) == (3, 0)


def test_the_cell_of_a_pair_is_its_person_and_panel_in_one_number(three):
    assert three.cells.tolist() == [0, 1, 3]


def test_nobody_is_asked_the_way_of_a_pair_that_another_rule_keeps_apart():
    asked = []

    def travel(volunteer, camp):
        asked.append((volunteer.id, camp.id))
        return Travel(1)

    people = [ola(days=frozenset({"tuesday"})), siri(conflicts=frozenset({"halden"}))]
    camps = [camp("moss"), camp("halden")]
    found = eligible.pairs(problem_of(people, camps, Policy(), (), (), travel))

    assert [option.pair for option in found] == [Pair("siri", "moss", "1")]
    assert asked == [("siri", "moss")]


def test_a_season_of_six_hundred_comes_out_the_same_in_whatever_order_it_came():
    rng = random.Random(5)
    places = municipalities.on(municipalities.NEWEST_DIVISION)
    people = [person_of(number, rng, places) for number in range(600)]
    camps = [school_of(number, rng, places) for number in range(200)]
    pairs = eligible.pairs(problem_of(people, camps, Policy(), (), (), estimate))
    rng.shuffle(people)
    rng.shuffle(camps)

    shuffled = problem_of(people, camps, Policy(), (), (), estimate)

    assert as_rows(eligible.pairs(shuffled)) == as_rows(pairs) == one_by_one(shuffled)


def person_of(number, rng, places):
    code = rng.choice(places).code
    return Volunteer(
        f"v{number:03}",
        code,
        code[:2],
        days=frozenset(rng.sample(DAYS, 1)),
        longest_km=rng.choice((25, 50, 150)),
        employer=rng.choice((None, "fylket")),
    )


def school_of(number, rng, places):
    code = rng.choice(places).code
    return Camp(f"c{number:03}", rng.choice(DAYS), (Panel("1", 2, 3),), code, code[:2])
