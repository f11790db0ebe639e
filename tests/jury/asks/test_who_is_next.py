from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.jury.asks.who_is_next import how_many, in_turn
from portal.jury.matching.repair import Reserve

MAY = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def reserve(name: str, band: str = "near", cost: int = 100) -> Reserve:
    return Reserve(name, "1", "1", cost, band, False, cost)


def order(reserves: list[Reserve], asked: dict[str, datetime] | None = None) -> list[str]:
    return [each.volunteer for each in in_turn(reserves, asked or {})]


def test_a_shorter_band_comes_before_whoever_was_asked_longest_ago():
    found = [
        reserve("far", "far"),
        reserve("trip", "trip"),
        reserve("here", "same_municipality"),
        reserve("near", "near"),
    ]

    asked = {"here": JUNE, "near": MAY}

    assert order(found, asked) == ["here", "near", "trip", "far"]


def test_in_a_band_whoever_was_never_asked_comes_first_then_the_longest_ago():
    found = [reserve("june", cost=10), reserve("may", cost=20), reserve("never", cost=900)]

    assert order(found, {"june": JUNE, "may": MAY}) == ["never", "may", "june"]


def test_of_two_asked_on_the_same_day_the_cheaper_comes_first():
    found = [reserve("dear", cost=200), reserve("cheap", cost=100)]

    assert order(found, {"dear": MAY, "cheap": MAY}) == ["cheap", "dear"]


def test_of_two_alike_the_lower_number_comes_first():
    assert order([reserve("10"), reserve("9"), reserve("100")]) == ["9", "10", "100"]


def test_a_jury_online_asks_nobody_to_travel_and_an_unknown_way_comes_last():
    found = [reserve("unknown", ""), reserve("far", "far"), reserve("online", "remote", 0)]

    assert order(found) == ["online", "far", "unknown"]


@given(st.permutations([reserve(str(n), ["near", "far"][n % 2], n // 4) for n in range(12)]))
def test_the_order_does_not_hang_on_the_order_of_the_input(found: list[Reserve]):
    asked = {"3": MAY, "4": JUNE, "8": MAY}

    assert order(found, asked) == ["0", "2", "6", "10", "8", "4", "1", "5", "7", "9", "11", "3"]


@pytest.mark.parametrize(
    ("seats", "suitable", "wanted", "number"),
    [
        (1, 10, None, 3),
        (2, 10, None, 4),
        (1, 2, None, 2),
        (1, 10, 7, 7),
        (1, 10, 99, 10),
        (1, 10, -5, 1),
        (1, 0, None, 0),
        (0, 10, None, 2),
    ],
)
def test_some_more_than_seats_are_asked_and_never_more_than_could_come(
    seats: int, suitable: int, wanted: int | None, number: int
):
    assert how_many(seats, suitable, wanted) == number
