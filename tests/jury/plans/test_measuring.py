"""What juries are worth, counted by hand beside what is counted."""

from portal.jury.matching.types import Camp, Pair, Panel, Policy, Volunteer
from portal.jury.plans.measuring import measures
from portal.jury.question.problems import Problem

MOSS, HALDEN, OSLO = "3103", "3101", "0301"
CAMPS = (
    Camp("1", "2026-10-20", (Panel("11", 2, 3),), municipality_code=MOSS, county_code="31"),
    Camp(
        "2",
        "2026-10-21",
        (Panel("21", 1, 2), Panel("22", 1, 1, remote=True)),
        municipality_code=HALDEN,
        county_code="31",
        neighbour_counties=frozenset({"32"}),
    ),
)
PEOPLE = (
    Volunteer(
        "1", MOSS, "31", employer="7", wishes=frozenset({"1"}), experienced=True, field="law"
    ),
    Volunteer(
        "2", MOSS, "31", employer="7", if_needed=frozenset({"2026-10-20"}), experienced=False
    ),
    Volunteer("3", OSLO, "03", avoids=frozenset({"2"}), field="law"),
)
KM = {Pair("1", "1", "11"): 2.5, Pair("2", "1", "11"): 4.0, Pair("3", "2", "21"): 110.0}
JURIES = [*KM, Pair("1", "2", "22")]


def question(standing: tuple[Pair, ...] = ()) -> Problem:
    return Problem(PEOPLE, CAMPS, Policy(), (), standing, {}, {})


def test_juries_are_counted_as_people_would_count_them():
    gone = Pair("3", "1", "11")

    assert measures(question((gone, Pair("1", "1", "11"))), JURIES, KM) == {
        "minimum": 4,
        "target": 6,
        "filled": 4,
        "below_minimum": 0,
        "below_target": 2,
        "km_total": 116.5,
        "km_mean": 38.8,
        "km_longest": 110.0,
        "repeated": 1,
        "given_up": 1,
        "asked": 3,
        "tiers": [2, 1, 0, 1],
        "local": 1,
        "doubled": 1,
        "colleagues": 1,
        "experience": 1,
        "fields": 0,
        "wishes": 1,
        "avoids": 1,
        "if_needed": 1,
    }


def test_whoever_is_no_longer_asked_about_counts_as_a_seat_with_its_way():
    stranger = Pair("9", "1", "11")

    found = measures(question(), [stranger], {stranger: 30.0})

    assert (found["filled"], found["km_total"], found["tiers"]) == (1, 30.0, [0, 0, 0, 0])


def test_no_juries_have_no_way_at_all():
    found = measures(question(), [])

    assert (found["filled"], found["below_minimum"], found["km_mean"]) == (0, 4, 0)
