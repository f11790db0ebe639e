import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.jury.matching.documents import document
from portal.jury.matching.documents.document import parse, solve_document
from portal.jury.matching.types import TIERS, Prices
from tests.jury.matching.documents import season
from tests.jury.matching.small import Small, best, small_problems

DOCS = Path(__file__).parents[3] / "docs"
SCHEMAS = Path(document.__file__).parent / "schemas"


def schema(name):
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text()))


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


def test_why_seats_are_empty_names_juries_where_a_camp_has_several():
    panels = [{"id": n, "minimum": 1, "remote": n == 2} for n in (1, 2)]
    camps = [{"id": "moss", "day": 1, "municipality": "3103", "panels": panels}]

    plan = solve_document(season(camps=camps, volunteers=[]))

    assert plan["unfilled"] == [
        {
            "camps": ["moss"],
            "panels": [{"camp": "moss", "panel": 1}, {"camp": "moss", "panel": 2}],
            "seats_needed": 2,
            "volunteers": [],
            "seats_possible": 0,
            "unlock": [],
        }
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


def test_a_number_is_the_same_however_it_is_written():
    text = json.dumps(season()).replace('"id": 7,', '"id": 7.0,').replace("12,", "1.2e1,")
    plain = solve_document(season())

    assert solve_document(parse(text)) == plain


def test_more_seats_than_anybody_could_fill_are_no_trouble():
    camps = [{"id": n, "day": n % 5, "municipality": "3103", "minimum": 10_000} for n in range(500)]
    volunteers = [{"id": n, "municipality": "3101", "at_most": 5} for n in range(2)]

    plan = solve_document({"camps": camps, "volunteers": volunteers})

    assert plan["objective"]["below_minimum"] == 5_000_000 - 10


def test_the_example_in_the_docs_is_solved():
    problem = parse((DOCS / "examples" / "matching.json").read_text("utf-8"))

    plan = solve_document(problem)

    assert not list(schema("problem").iter_errors(problem))
    assert not list(schema("plan").iter_errors(plan))
    assert plan["objective"]["below_minimum"] == len(plan["unfilled"]) == 1


def test_the_docs_name_every_price_and_its_default():
    table = (DOCS / "matching.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()]
    told = {}
    for row in rows:
        if len(row) == 5 and row[1].startswith("`"):
            names, prices = row[1].replace("`", "").split(", "), row[2].split(", ")
            told |= dict(zip(names, prices, strict=True)) if len(names) > 1 else {names[0]: row[2]}

    default = vars(Prices()).items()
    plain = {name: str(price).strip("()") for name, price in default if name != "tier"}
    tiers = (f"{ranking}: {str(tier).strip('()')}" for ranking, tier in TIERS.items())
    assert told == {**plain, "tier": "; ".join(tiers)}


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
