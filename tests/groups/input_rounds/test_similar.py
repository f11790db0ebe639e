"""Which points may say the same: a hint by plain words."""

import time

from portal.groups.input_rounds.similar import similar


def test_points_that_share_what_they_are_about_are_hinted_at():
    found = similar(
        {
            "a": "Infrastruktur og jernbaneutvikling",
            "b": "Bygg ut jernbanen og annen infrastruktur",
            "c": "Kraft og krafttilgang",
        }
    )

    assert found == {"a": ["b"], "b": ["a"]}


def test_words_that_say_nothing_and_single_words_do_not_count():
    found = similar(
        {
            "a": "Det er viktig at alle kommunene skal samarbeide mer",
            "b": "Det er viktig at alle skolene skal bruke bussen mer",
            "c": "Kraft",
            "d": "Kraft",
        }
    )

    assert found == {}


def test_at_most_three_are_named_the_most_alike_first():
    found = similar(
        {
            "a": "grønt skifte havner landstrøm",
            "b": "grønt skifte havner landstrøm",
            "c": "grønt skifte havner togbaner",
            "d": "grønt skifte bygninger togbaner",
            "e": "grønt skifte fjorden landstrøm",
        }
    )

    assert found["a"] == ["b", "c", "e"]


def test_five_hundred_points_are_compared_while_a_page_is_made():
    words = ["fjorden", "kraftnett", "jernbane", "samarbeid", "kompetanse", "grønne", "havner"]
    points = {
        str(number): f"{words[number % 7]} {words[number // 7 % 7]} tiltak{number}"
        for number in range(500)
    }
    begun = time.perf_counter()

    found = similar(points)

    assert time.perf_counter() - begun < 2
    assert max(map(len, found.values())) == 3
