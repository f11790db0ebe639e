import pytest

from portal.jury.matching.documents.document import BadDocument, parse, solve_document
from tests.jury.matching.documents import season


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


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"camps": [], "volunteers": [], "camps": []}', "$.camps"),
        ('{"camps": [{"id": 1}, {"day": 1, "day": 2}], "volunteers": []}', "$.camps[1].day"),
        ('{"policy": {"prices": {"a b": 1, "a b": 1}}}', "$.policy.prices['a b']"),
        ('{"policy": {"wish": 1, "wish": 1}, "policy": {}}', "$.policy"),
    ],
)
def test_what_is_said_twice_is_refused(text, path):
    with pytest.raises(BadDocument) as caught:
        parse(text)

    assert (caught.value.path, caught.value.reason) == (path, "is there twice")


@pytest.mark.parametrize("depth", [900, 940, 960, *range(970, 1000, 2), 1100])
def test_a_problem_nested_too_deeply_is_refused(depth):
    text = '{"camps": [], "volunteers": [{"id": ' + "[" * depth + "]" * depth + "}]}"

    with pytest.raises(BadDocument) as caught:
        solve_document(parse(text))

    assert len(str(caught.value)) < 400


def test_a_reason_does_not_repeat_half_the_document():
    with pytest.raises(BadDocument) as caught:
        solve_document(season(camps="x" * 10_000))

    assert len(caught.value.reason) < 400
    assert caught.value.reason.endswith("x' is not of type 'array'")
