"""Postcodes as people write them."""

import pytest

from portal.geography import postcodes
from portal.geography.positions import Position
from portal.geography.postcodes import Postcode


def test_a_postcode_knows_its_place_municipality_and_point():
    assert postcodes.find("1530") == Postcode(
        "1530", "Moss", "3103", 59.4365, 10.6674, "street", "postcode"
    )
    assert postcodes.find("1530").position == Position("3103", 59.4365, 10.6674)


@pytest.mark.parametrize("text", [" 1530 ", "N-1530", "NO-1530", "no 1530", "1530 Moss", "1530\n"])
def test_a_postcode_is_found_as_people_write_it(text):
    assert postcodes.find(text).code == "1530"


def test_a_po_box_has_a_place_too():
    found = postcodes.find("0001")

    assert (found.place, found.usage) == ("Oslo", "po_box")


@pytest.mark.parametrize("text", ["", "9999", "153", "15300", "Moss", "0000", "-1530", "١٥٣٠"])
def test_an_unknown_postcode_is_none(text):
    assert postcodes.find(text) is None


def test_the_closest_known_postcodes_are_offered_for_an_unknown_one():
    assert postcodes.find("1527") is None
    assert [near.code for near in postcodes.near("1527")] == ["1526", "1528", "1525"]
    assert postcodes.near("abcd") == ()


def test_every_postcode_of_the_files_is_four_digits_and_lies_in_norway():
    for each in postcodes.all():
        assert len(each.code) == 4
        assert 57.9 < each.lat < 71.3
        assert 4.4 < each.lon < 31.2
