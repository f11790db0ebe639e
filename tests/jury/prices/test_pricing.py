"""Prices as people set them; pure, no database."""

import pytest

from portal.jury.matching.types import BadPrice, Prices
from portal.jury.prices import price_words, pricing


def test_nothing_kept_stands_for_the_defaults():
    assert (pricing.read({}), pricing.normal({}, "nearest")) == (Prices(), {})


def test_what_equals_the_defaults_of_the_ranking_is_not_kept():
    typed = {"tier": [0, 3, 8, 20], "local": -20.0, "same_municipality": [25, 50.0], "wish": -5}

    assert pricing.normal(typed, "nearest") == {"wish": -5}
    assert pricing.normal(typed, "county") == {"tier": [0, 3, 8, 20], "wish": -5}


def test_keeping_prices_twice_changes_nothing():
    once = pricing.normal({"second_camp": [7.04], "change": 150}, "county")

    assert once == {"second_camp": [7, 7], "change": 150}
    assert pricing.normal(once, "county") == once


def test_whole_numbers_read_alike_however_they_were_written():
    assert repr(pricing.read({"avoid": 12.0, "same_employer": [1.0, 2]})) == repr(
        pricing.read({"avoid": 12, "same_employer": [1, 2.0]})
    )


def test_every_price_is_told_in_force_with_the_tiers_of_its_ranking():
    found = pricing.effective({"local": 0}, "county")

    assert list(found) == list(pricing.NAMES)
    assert (found["tier"], found["local"], found["same_employer"]) == (
        [0, 0, 40, 120],
        0,
        [10, 20],
    )


def test_the_tiers_set_for_one_ranking_are_not_anothers():
    kept = {"tier": [0, 1, 2, 3], "wish": -5}

    assert pricing.for_ranking(kept, "nearest", "nearest") == kept
    assert pricing.for_ranking(kept, "nearest", "county") == {"wish": -5}


def test_two_policies_differ_in_the_tiers_when_their_rankings_do():
    assert pricing.differing(("nearest", {"wish": 0}), ("county", {})) == {
        "tier": ([0, 3, 8, 20], [0, 0, 40, 120]),
        "wish": (0, -10),
    }


@pytest.mark.parametrize(
    ("kept", "name", "reason"),
    [
        ({"lokal": 1}, "lokal", "is no price"),
        ({"local": 5}, "local", "is a rebate, so it is not above 0"),
        ({"wish": 1}, "wish", "is a rebate, so it is not above 0"),
        ({"avoid": -1}, "avoid", "is not below 0"),
        ({"change": -1}, "change", "is not below 0"),
        ({"change": True}, "change", "is no number of km"),
        ({"change": "5"}, "change", "is no number of km"),
        ({"change": [5, 6]}, "change", "takes one price"),
        ({"change": float("nan")}, "change", "lies between -1000 and 1000 km"),
        ({"change": 1000.5}, "change", "lies between -1000 and 1000 km"),
        ({"second_camp": 5}, "second_camp", "is a list of prices"),
        ({"second_camp": []}, "second_camp", "takes at most 2 prices"),
        ({"second_camp": [1, 2, 3]}, "second_camp", "takes at most 2 prices"),
        ({"second_camp": [9, 5]}, "second_camp", "starts at 0 or above and never falls"),
        ({"tier": [0, 1, 2]}, "tier", "needs four prices"),
        ({"tier": [0, 5, 2, 9]}, "tier", "starts at 0 or above and never falls"),
    ],
)
def test_a_price_that_cannot_be_used_is_named_with_the_reason(kept, name, reason):
    with pytest.raises(BadPrice) as bad:
        pricing.read(kept)

    assert (bad.value.name, bad.value.reason) == (name, reason)


@pytest.mark.parametrize(
    ("option", "found"),
    [
        ("local=-5", ("local", -5)),
        ("same_municipality=10,20.5", ("same_municipality", [10, 20.5])),
        ("second_camp=0", ("second_camp", [0])),
        ("tier=0,0,10,20", ("tier", [0, 0, 10, 20])),
    ],
)
def test_a_price_is_written_as_its_name_and_km(option, found):
    assert pricing.parse(option) == found


@pytest.mark.parametrize("option", ["local", "local=", "local=x", "local=1,2", "tier=1", "=5"])
def test_what_is_not_written_like_a_price_is_refused(option):
    with pytest.raises(BadPrice):
        pricing.parse(option)


def test_every_price_that_there_is_has_words_and_a_place_on_the_page(app):
    shown = [name for _key, _heading, names in price_words.groups() for name in names]

    assert sorted(shown) == sorted(pricing.NAMES)
    assert {name: len(price_words.WORDS[name].steps) for name in pricing.STEPS} == pricing.STEPS


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("same_municipality", ([25, 50], [12.5, 25]), "Half the price for {}"),
        ("same_municipality", ([25, 50], [0, 0]), "No price for {}"),
        ("same_municipality", ([25, 50], [50, 100]), "Twice the price for {}"),
        ("same_municipality", ([25, 50], [20, 50]), "A lower price for {}"),
        ("same_municipality", ([25, 50], [25, 80]), "A higher price for {}"),
        ("same_municipality", ([25, 50], [20, 80]), "A new price for {}"),
        ("same_municipality", ([0, 0], [20, 80]), "A new price for {}"),
        ("local", (-20, -40), "More weight on {}"),
        ("local", (-20, -10), "Less weight on {}"),
        ("local", (-20, 0), "No weight on {}"),
        ("local", (0, -5), "More weight on {}"),
    ],
)
def test_a_change_of_one_price_is_said_as_people_would(english, name, values, said):
    policies = (price_words.RankingPolicy.NEAREST,) * 2
    short = str(price_words.WORDS[name].short)

    assert price_words.change(policies, {name: values}) == said.replace("{}", short)
