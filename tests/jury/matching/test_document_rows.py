"""Documents in the large and in the small: prices, wishes, many seats, rows told by a glance."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.documents import document, shapes
from portal.jury.matching.documents.document import solve_document
from portal.jury.matching.mixed import mixing
from tests.jury.matching.documents import season
from tests.jury.matching.test_document import schema


def with_prices(**prices):
    """Ola may serve twice, and Siri lives farther away."""
    days = (1, 2)
    document = {
        "camps": [{"id": day, "day": day, "municipality": "x", "minimum": 1} for day in days],
        "volunteers": [
            {"id": "ola", "municipality": "y", "at_most": 2},
            {"id": "siri", "municipality": "z"},
        ],
        "pairs": [{"volunteer": "ola", "camp": day, "km": 10} for day in days]
        + [{"volunteer": "siri", "camp": day, "km": 22} for day in days],
    }
    if prices:
        document["policy"] = {"prices": prices}
    return solve_document(document)["objective"]["cost"]


def test_a_price_not_named_has_its_default_and_0_switches_it_off():
    assert with_prices() == 320
    assert with_prices(second_camp=0) == 200
    assert with_prices(second_camp=[0, 0]) == 200
    assert with_prices(second_camp=5) == 250
    assert with_prices(second_camp=[7, 99]) == 270
    assert with_prices(second_camp=[]) == 200


def test_a_wish_for_mixed_juries_that_fell_back_is_said(monkeypatch):
    people = [{"id": n, "experienced": n < 2, "field": f"f{n}"} for n in range(3)]
    document = {
        "policy": {"prices": {"mix_experience": -20, "mix_field": -1}},
        "camps": [{"id": "moss", "day": 1, "minimum": 2}],
        "volunteers": people,
        "pairs": [{"volunteer": n, "camp": "moss", "km": n} for n in range(3)],
    }

    proved = solve_document(document)
    monkeypatch.setattr(mixing, "MOST_PAIRS", 0)
    fell_back = solve_document(document)

    assert (proved["mixed"], proved["unproved"]) == (["moss"], [])
    assert proved["objective"]["cost"] == 20 - 210
    assert (fell_back["mixed"], fell_back["unproved"]) == ([], ["moss"])
    assert fell_back["objective"]["cost"] == 10 - 10
    assert not list(schema("plan").iter_errors(fell_back))


def test_a_camp_without_panels_may_lack_a_target_and_has_one_jury():
    plan = solve_document(
        {
            "camps": [{"id": 1, "day": 1, "minimum": 1}, {"id": 2, "day": 1, "panels": []}],
            "volunteers": [{"id": 1}],
            "pairs": [{"volunteer": 1, "camp": 1, "km": 0.04}],
        }
    )

    assert plan["objective"] == {"below_minimum": 0, "below_target": 0, "cost": 0}
    assert [row["km"] for row in plan["assignments"]] == [0.0]
    assert "panel" not in plan["assignments"][0]


def test_nobody_is_next_in_a_document_with_many_seats(monkeypatch):
    monkeypatch.setattr(document, "MOST_SEATS", 2)

    plan = solve_document(season())

    assert [row["next_best"] for row in plan["assignments"]] == [None, None]
    assert not list(schema("plan").iter_errors(plan))


odd_panels = [[{"id": 1, "minimum": 1}], [{"id": 1}], [{"id": 1, "minimum": 1, "remote": 1}]]
odd_numbers = [0, 1, -1, 1.5, 3.0, 20_000, 10**9, True]
odd_values = st.sampled_from(
    ["x", "", None, [], ["x"], [1, ""], [None], {}, *odd_numbers, *odd_panels]
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_row_that_is_plain_is_right_by_the_schema(data):
    kind = data.draw(st.sampled_from(shapes.ARRAYS))
    names = schema("problem").schema["$defs"]
    known = {
        "camps": names["camp"]["properties"],
        "volunteers": names["volunteer"]["properties"],
        "pairs": schema("problem").schema["properties"]["pairs"]["items"]["properties"],
    }.get(kind, names["seat"]["properties"])
    row = {
        "camps": {"id": 1, "day": 1, "minimum": 1},
        "volunteers": {"id": 1},
        "pairs": {"volunteer": 1, "camp": 1, "km": 1},
    }.get(kind, {"volunteer": 1, "camp": 1})
    assert shapes.plain(kind, row)
    for name in data.draw(st.lists(st.sampled_from([*known, "other"]), max_size=3)):
        row[name] = data.draw(odd_values)
    for name in data.draw(st.lists(st.sampled_from(sorted(row)), max_size=1)):
        row.pop(name)

    validator = document._validator("properties", kind, "items")

    assert not shapes.plain(kind, row) or not list(validator.iter_errors(row))
