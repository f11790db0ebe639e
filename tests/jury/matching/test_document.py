import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.jury.matching.documents import document
from portal.jury.matching.documents.document import BadDocument, parse, solve_document
from tests.jury.matching.small import Small, best, small_problems

SCHEMAS = Path(document.__file__).parent / "schemas"


def schema(name):
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text()))


def season(**changes):
    """Two schools and two people; every price off but travel."""
    off = ("same_municipality", "same_employer", "local", "second_camp", "if_needed")
    return {
        "policy": {"ranking": "nearest", "prices": {"tier": 0, **dict.fromkeys(off, 0)}},
        "camps": [
            {"id": "moss", "day": "2026-10-15", "municipality": "3103", "minimum": 1, "target": 2},
            {"id": 7, "day": "2026-10-15", "municipality": "3101", "minimum": 1},
        ],
        "volunteers": [
            {"id": "ola", "municipality": "3103", "days": ["2026-10-15"], "at_most": 1},
            {"id": 12, "municipality": "3112", "days": ["2026-10-15"], "longest_km": 20},
        ],
        **changes,
    }


def test_a_problem_with_its_own_pairs_is_solved_by_these_alone():
    pairs = [
        {"volunteer": "ola", "camp": "moss", "km": 3.5},
        {"volunteer": "ola", "camp": 7, "km": 30},
        {"volunteer": 12, "camp": "moss", "km": 20},
    ]

    plan = solve_document(season(pairs=pairs))

    assert plan["objective"] == {"below_minimum": 0, "below_target": 1, "cost": 500}
    assert [(row["volunteer"], row["camp"], row["km"]) for row in plan["assignments"]] == [
        ("ola", 7, 30.0),
        (12, "moss", 20.0),
    ]
    assert plan["assignments"][0] == {
        "volunteer": "ola",
        "camp": 7,
        "km": 30.0,
        "band": "trip",
        "over_water": False,
        "reasons": ["same_county"],
        "kept": False,
        "locked": False,
        "next_best": {
            "volunteer": None,
            "price": {"below_minimum": 1, "below_target": 0, "cost": -265},
            "moves": [{"volunteer": "ola", "from": 7, "to": "moss"}],
        },
    }


def test_without_pairs_geography_says_how_far_it_is():
    plan = solve_document(season())

    assert [(row["volunteer"], row["camp"], row["band"]) for row in plan["assignments"]] == [
        ("ola", 7, "trip"),
        (12, "moss", "near"),
    ]
    assert plan["unfilled"] == []


def test_an_empty_seat_says_why_and_what_would_help():
    plan = solve_document(season(pairs=[{"volunteer": 12, "camp": 7, "km": 24}]))

    assert plan["unfilled"] == [
        {
            "camps": [7],
            "seats_needed": 1,
            "volunteers": [],
            "seats_possible": 0,
            "unlock": [{"volunteer": 12, "camp": 7, "rule": "distance", "over_km": 4.0}],
        },
        {
            "camps": ["moss"],
            "seats_needed": 1,
            "volunteers": [],
            "seats_possible": 0,
            "unlock": [],
        },
    ]


def test_locks_standing_and_panels_keep_the_names_of_the_document():
    camps = [
        {
            "id": 1,
            "day": 5,
            "panels": [{"id": 1, "minimum": 1}, {"id": "b", "minimum": 1, "remote": True}],
        }
    ]
    people = [{"id": 1}, {"id": 2}, {"id": 3}]
    pairs = [{"volunteer": n, "camp": 1, "km": n} for n in (1, 2, 3)]

    plan = solve_document(
        {
            "camps": camps,
            "volunteers": people,
            "pairs": pairs,
            "locks": [{"volunteer": 3, "camp": 1, "panel": 1}],
            "standing": [{"volunteer": 2, "camp": 1}],
        }
    )

    rows = [
        {key: row[key] for key in ("volunteer", "camp", "panel", "kept", "locked")}
        for row in plan["assignments"]
    ]
    assert rows == [
        {"volunteer": 3, "camp": 1, "panel": 1, "kept": False, "locked": True},
        {"volunteer": 2, "camp": 1, "panel": "b", "kept": True, "locked": False},
    ]


def test_a_point_lies_in_the_municipality_of_the_nearest_postcode():
    at_moss = {"lat": 59.434, "lon": 10.659}
    camps = [{"id": "moss", "day": 1, "minimum": 1, **at_moss}]

    plan = solve_document({"camps": camps, "volunteers": [{"id": "ola", "municipality": "3103"}]})

    assert plan["assignments"][0]["band"] == "same_municipality"
    assert plan["assignments"][0]["reasons"] == ["same_municipality"]


def test_counties_are_those_of_the_day():
    def seats(day):
        camps = [{"id": "moss", "day": day, "municipality": "3103", "minimum": 1}]
        people = [{"id": "ola", "municipality": "0301", "counties": ["30"]}]
        return len(solve_document({"camps": camps, "volunteers": people})["assignments"])

    assert (seats("2023-11-13"), seats("2026-11-13")) == (1, 0)


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"camps": "none"}, "$.camps", "is not of type 'array'"),
        ({"volunteers": [{}]}, "$.volunteers[0]", "'id' is a required property"),
        ({"volunteers": [{"id": "x", "km": 3}]}, "$.volunteers[0]", "'km' was unexpected"),
        ({"policy": {"ranking": "best"}}, "$.policy.ranking", "is not one of"),
        ({"policy": {"prices": {"train": 3}}}, "$.policy.prices", "'train' was unexpected"),
        ({"policy": {"prices": {"local": 3}}}, "$.policy.prices.local", "is a rebate"),
        (
            {"policy": {"prices": {"same_employer": [9, 3]}}},
            "$.policy.prices.same_employer",
            "never falls",
        ),
        (
            {"camps": [{"id": 1, "day": 1, "municipality": "3103", "minimum": 3, "target": 2}]},
            "$.camps[0].target",
            "below the minimum",
        ),
        (
            {"camps": [{"id": 1, "day": 1, "municipality": "9999", "minimum": 1}]},
            "$.camps[0].municipality",
            "is no municipality",
        ),
        ({"volunteers": [{"id": "ola"}]}, "$.volunteers[0]", "has neither municipality nor"),
        (
            {"volunteers": [{"id": 1, "lat": 59}]},
            "$.volunteers[0]",
            "'lon' is a dependency of 'lat'",
        ),
        (
            {"volunteers": [{"id": n, "municipality": "3103"} for n in (1, "1")]},
            "$.volunteers[1].id",
            "is there twice",
        ),
        (
            {"volunteers": [{"id": 1, "municipality": "3103", "conflicts": ["x"]}]},
            "$.volunteers[0].conflicts[0]",
            "no camp 'x'",
        ),
        ({"locks": [{"volunteer": 9, "camp": 7}]}, "$.locks[0].volunteer", "no volunteer 9"),
        ({"standing": [{"volunteer": 12, "camp": 9}]}, "$.standing[0].camp", "no camp 9"),
        (
            {"locks": [{"volunteer": 12, "camp": 7, "panel": 2}]},
            "$.locks[0].panel",
            "has no panel 2",
        ),
        (
            {
                "camps": [{"id": 7, "day": 1, "municipality": "3103", "panels": []}],
                "locks": [{"volunteer": 12, "camp": 7}],
            },
            "$.locks[0].camp",
            "has no panels",
        ),
        ({"pairs": [{"volunteer": 12, "camp": 7}]}, "$.pairs[0]", "'km' is a required property"),
        (
            {"pairs": [{"volunteer": 12, "camp": 7, "km": -1}]},
            "$.pairs[0].km",
            "less than the minimum",
        ),
        (
            {"volunteers": [{"id": 1, "municipality": "3103", "experienced": "yes"}]},
            "$.volunteers[0].experienced",
            "is not valid under any",
        ),
        ({"policy": {"prices": {"mix_field": 3}}}, "$.policy.prices.mix_field", "is a rebate"),
        (
            {"pairs": [{"volunteer": 12, "camp": 7, "km": km} for km in (1, 2)]},
            "$.pairs[1].camp",
            "is there twice",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change, path, reason):
    with pytest.raises(BadDocument) as caught:
        solve_document(season(**change))

    assert caught.value.path == path
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"camps": NaN}', "[" * 100_000, r'{"camps": "\ud800"}']
)
def test_text_that_is_no_problem_is_refused(text):
    with pytest.raises(BadDocument) as caught:
        parse(text)

    assert caught.value.path == "$"


def test_the_schemas_are_schemas():
    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)

    faults = {name: list(meta.iter_errors(schema(name).schema)) for name in ("problem", "plan")}

    assert faults == {"problem": [], "plan": []}


@settings(max_examples=100, deadline=None)
@given(st.one_of(small_problems(), small_problems(mixing=True)))
def test_a_problem_as_json_has_the_same_best_plan(small):
    # Østfold and Buskerud, of which the small problems are made, do not touch.
    alone = tuple(replace(camp, neighbour_counties=frozenset()) for camp in small.camps)
    small = replace(small, camps=alone)
    text = json.dumps(as_json(small))

    plan = solve_document(parse(text))

    assert not list(schema("plan").iter_errors(plan))
    assert tuple(plan["objective"].values()) == best(small)
    shortfalls = [each["seats_needed"] - each["seats_possible"] for each in plan["unfilled"]]
    assert sum(shortfalls) == plan["objective"]["below_minimum"]


def as_json(small: Small) -> dict:
    prices = vars(small.policy.prices).items()
    return {
        "policy": {
            "ranking": small.policy.ranking,
            "bar_owner": small.policy.bar_owner,
            "prices": {name: price for name, price in prices if price is not None},
        },
        "camps": [
            {
                "id": camp.id,
                "day": camp.day,
                "municipality": camp.municipality_code,
                "panels": [vars(panel) for panel in camp.panels],
                **({"owner": camp.owner} if camp.owner else {}),
            }
            for camp in small.camps
        ],
        "volunteers": [person_as_json(person) for person in small.volunteers],
        "pairs": [{"volunteer": v, "camp": c, "km": km} for (v, c), km in small.km.items()],
        "locks": [lock._asdict() for lock in small.locks],
        "standing": [
            {key: value for key, value in pair._asdict().items() if value is not None}
            for pair in small.standing
        ],
    }


def person_as_json(person) -> dict:
    said = {
        "municipality": person.municipality_code,
        "longest_km": person.longest_km,
        "employer": person.employer,
        "at_most": person.at_most,
        "experienced": person.experienced,
        "field": person.field,
    }
    sets = ("days", "if_needed", "counties", "conflicts", "refused", "wishes", "avoids")
    said |= {name: sorted(getattr(person, name)) for name in sets if getattr(person, name)}
    return {"id": person.id, **{name: value for name, value in said.items() if value is not None}}
