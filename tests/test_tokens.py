"""Tokens name what they are for, and nobody else can make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import tokens

KEY, OTHER = "k" * 40, "o" * 40
TOKEN = tokens.sign(KEY, "ask", 7, 2)
parts = st.lists(st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), min_size=1, max_size=5)


@given(parts)
def test_what_was_signed_is_read_back(named: list[str]):
    assert tokens.verify([KEY], tokens.sign(KEY, *named)) == named


def test_a_token_is_the_same_each_time():
    assert tokens.sign(KEY, "ask", 7, 2) == TOKEN


@pytest.mark.parametrize(
    "token",
    [
        "",
        "-",
        "ask-7-2",
        TOKEN[:-1],
        TOKEN + "a",
        TOKEN.upper(),
        TOKEN.replace("ask-7", "ask-8"),
        tokens.sign(OTHER, "ask", 7, 2),
        TOKEN.replace("ask", "åsk"),
        "x" * 5000,
        "ask-7-2-\x00",
    ],
)
def test_anything_else_is_nothing(token: str):
    assert tokens.verify([KEY], token) is None


@given(st.text())
def test_no_text_at_all_raises(text: str):
    assert tokens.verify([KEY], text) is None


def test_an_older_key_still_opens_what_it_closed():
    token = tokens.sign(OTHER, "feed", 7)

    assert tokens.verify([KEY, OTHER], token) == ["feed", "7"]
    assert tokens.verify([KEY], token) is None


def test_a_generation_raised_makes_another_token():
    assert tokens.sign(KEY, "feed", 7, 1) != tokens.sign(KEY, "feed", 7, 2)


def test_a_public_id_reads_aloud_well_and_is_never_the_same():
    made = {tokens.public_id() for _ in range(1000)}

    assert len(made) == 1000
    assert {len(each) for each in made} == {12}
    # What is mistaken for something else: 0 and o, 1, i and l.
    assert not set("".join(made)) & set("01iloOIL")


def test_of_a_secret_only_its_fingerprint_is_kept():
    secret = tokens.secret()

    assert len(secret) >= 43
    assert tokens.fingerprint(secret) == tokens.fingerprint(secret)
    assert secret not in tokens.fingerprint(secret)
    assert len(tokens.fingerprint(secret)) == 64
