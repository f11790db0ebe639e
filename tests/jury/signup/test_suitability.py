from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching import eligible
from portal.jury.matching.problem import problem_of
from portal.jury.matching.types import Camp, Panel, Policy, Rule, Travel, Volunteer
from portal.jury.signup import suitability
from portal.jury.signup.suitability import Change, Fit, Suitability

POLICY = Policy(bar_owner=True)
DAYS = ("monday", "tuesday")
COUNTIES = ("31", "39")
CAMPS = ("1", "2", "3")


def way(volunteer: Volunteer, camp: Camp) -> Travel:
    """Camp 1 lies 20 km away, 2 across the fjord, 3 twice as far; over land all are far."""
    ferry, land = {"1": (20, 20), "2": (10, 100), "3": (45, 90)}[camp.id]
    return Travel(ferry if volunteer.takes_ferry else land)


def camp(id: str = "1", **said) -> Camp:
    return Camp(id, **{"day": "monday", "panels": (Panel("1", 1, 2),), "county_code": "31", **said})


def somebody(**said) -> Volunteer:
    return Volunteer("new", **{"days": frozenset(DAYS), **said})


def judged(volunteer: Volunteer, camp: Camp) -> Suitability:
    return suitability.judge(volunteer, [camp], POLICY, way)[camp.id]


@st.composite
def volunteers(draw) -> Volunteer:
    def some(of: tuple[str, ...]) -> frozenset[str]:
        return draw(st.frozensets(st.sampled_from(of)))

    return Volunteer(
        "new",
        days=some(DAYS),
        if_needed=some(DAYS),
        longest_km=draw(st.sampled_from([None, 10, 20, 25, 50, 100])),
        counties=draw(st.none() | st.frozensets(st.sampled_from(COUNTIES))),
        takes_ferry=draw(st.booleans()),
        employer=draw(st.sampled_from([None, "owner"])),
        conflicts=some(CAMPS),
        refused=some(CAMPS),
        banned=some(CAMPS),
    )


@st.composite
def seasons(draw) -> tuple[Camp, ...]:
    ids = draw(st.lists(st.sampled_from(CAMPS), unique=True))
    return tuple(
        Camp(
            id,
            day=draw(st.sampled_from(DAYS)),
            panels=tuple(
                Panel(str(number), 1, 2, remote=remote)
                for number, remote in enumerate(
                    draw(st.lists(st.booleans(), min_size=1, max_size=2))
                )
            ),
            county_code=draw(st.sampled_from([None, *COUNTIES])),
            owner=draw(st.sampled_from([None, "owner"])),
        )
        for id in ids
    )


def matched(volunteer: Volunteer, camps: tuple[Camp, ...]) -> set[str]:
    """The camps at which a plan may give the person a seat."""
    problem = problem_of([volunteer], camps, POLICY, (), (), way)
    return {option.camp.id for option in eligible.pairs(problem)}


@settings(max_examples=400)
@given(volunteers(), seasons())
def test_a_camp_suits_exactly_when_the_matching_may_give_a_seat_there(volunteer, camps):
    found = suitability.judge(volunteer, camps, POLICY, way)

    assert set(found) == {camp.id for camp in camps}
    suits = {id for id, each in found.items() if each.fit == Fit.SUITS}
    assert suits == matched(volunteer, camps)


@settings(max_examples=400)
@given(volunteers(), seasons())
def test_what_is_said_to_bring_a_camp_in_does_so(volunteer, camps):
    for each in suitability.judge(volunteer, camps, POLICY, way).values():
        (there,) = (camp for camp in camps if camp.id == each.camp)
        if each.change:
            assert each.camp in matched(changed(volunteer, there, each.change), camps)


def changed(volunteer: Volunteer, camp: Camp, change: Change) -> Volunteer:
    """The person as a reader of the page would change the answer."""
    if change == Change.DAY:
        refused = volunteer.refused - {camp.id}
        return replace(volunteer, days=volunteer.days | {camp.day}, refused=refused)
    if change == Change.FERRY:
        return replace(volunteer, takes_ferry=True)
    if change == Change.COUNTY:
        return replace(volunteer, counties=volunteer.counties | {camp.county_code})
    return replace(
        volunteer, longest_km=next(km for km in (25, 50, 100, 200) if km >= km_of(volunteer, camp))
    )


def km_of(volunteer: Volunteer, camp: Camp) -> float:
    return way(volunteer, camp).km


@pytest.mark.parametrize(
    ("said", "there", "expected"),
    [
        ({}, {}, (Rule(0), None, Fit.SUITS)),
        ({"days": frozenset({"tuesday"})}, {}, (Rule.DAY, Change.DAY, Fit.OUTSIDE)),
        ({"longest_km": 15}, {}, (Rule.DISTANCE, Change.DISTANCE, Fit.OUTSIDE)),
        ({"longest_km": 9}, {}, (Rule.DISTANCE, None, Fit.OTHER)),
        ({"longest_km": 25}, {"id": "2"}, (Rule.DISTANCE, Change.FERRY, Fit.OUTSIDE)),
        ({"counties": frozenset({"39"})}, {}, (Rule.AREA, Change.COUNTY, Fit.OUTSIDE)),
        ({"counties": frozenset({"39"})}, {"id": "3"}, (Rule.AREA, None, Fit.OTHER)),
        (
            {"counties": frozenset({"39"}), "longest_km": 15},
            {},
            (Rule.AREA | Rule.DISTANCE, None, Fit.OTHER),
        ),
        ({"conflicts": frozenset({"1"})}, {}, (Rule.CONFLICT, None, Fit.OTHER)),
        ({"refused": frozenset({"1"})}, {}, (Rule.REFUSED, Change.DAY, Fit.OUTSIDE)),
    ],
)  # fmt: skip
def test_a_camp_just_outside_says_which_answer_would_bring_it_in(said, there, expected):
    found = judged(somebody(**said), camp(**there))

    assert (found.rules, found.change, found.fit) == expected


def test_a_jury_that_meets_online_suits_however_far_it_is():
    online = camp(panels=(Panel("1", 1, 2), Panel("2", 1, 2, remote=True)))

    assert judged(somebody(longest_km=5), online).fit == Fit.SUITS


def test_a_camp_without_juries_yet_is_judged_as_if_it_had_one():
    assert judged(somebody(), camp(panels=())).fit == Fit.SUITS
    assert judged(somebody(longest_km=5), camp(panels=())).rules == Rule.DISTANCE


def test_reach_is_where_and_how_far_whatever_the_day():
    never = somebody(days=frozenset())

    assert suitability.is_in_reach(never, camp(), Travel(20))
    assert not suitability.is_in_reach(replace(never, longest_km=10), camp(), Travel(20))
    assert not suitability.is_in_reach(
        replace(never, counties=frozenset({"39"})), camp(), Travel(20)
    )
