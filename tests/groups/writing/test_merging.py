import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.groups.writing.merging import Merged, Piece, changes, merge

BASE = "Innledning\n\nOla la fram.\n\nSiri spurte."
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d e"]), max_size=8).map("\n".join)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (BASE, BASE, Merged(BASE, True)),
        (BASE + "\nSlutt.", BASE, Merged(BASE + "\nSlutt.", True)),
        (BASE, BASE + "\nSlutt.", Merged(BASE + "\nSlutt.", True)),
        (
            BASE.replace("Ola la", "Amir la"),
            BASE.replace("spurte", "takket"),
            Merged("Innledning\n\nAmir la fram.\n\nSiri takket.", True),
        ),
        (
            BASE.replace("Ola la", "Amir la"),
            BASE.replace("Ola la", "Amir la"),
            Merged("Innledning\n\nAmir la fram.\n\nSiri spurte.", True),
        ),
        (
            BASE + "\nMitt.",
            BASE + "\nDeres.",
            Merged(BASE + "\nDeres.\nMitt.", False),
        ),
        (
            BASE.replace("Ola la", "Jeg la"),
            BASE.replace("Ola la", "De la"),
            Merged("Innledning\n\nDe la fram.\nJeg la fram.\n\nSiri spurte.", False),
        ),
        ("Annet.", BASE + "\nSlutt.", Merged(BASE + "\nSlutt.\nAnnet.", False)),
    ],
)
def test_two_changes_of_one_text_go_together_line_by_line(mine, theirs, expected):
    assert merge(BASE, mine, theirs) == expected


@given(TEXTS, TEXTS)
def test_a_change_that_only_one_made_stands_as_it_is(base: str, changed: str):
    assert merge(base, changed, base) == merge(base, base, changed) == Merged(changed, True)


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_either_wrote_is_lost(base: str, mine: str, theirs: str):
    merged = set(merge(base, mine, theirs).text.split("\n"))
    known = set(base.split("\n"))

    assert (set(mine.split("\n")) | set(theirs.split("\n"))) - known <= merged


def test_changes_are_told_word_by_word():
    assert changes("Ola la fram planen.\nTakk.\n", "Ola la fram budsjettet.\nTakk.\n") == [
        Piece("same", "Ola la fram "),
        Piece("gone", "planen."),
        Piece("new", "budsjettet."),
        Piece("same", "\nTakk.\n"),
    ]


@given(TEXTS, TEXTS)
def test_the_pieces_are_both_texts_whole(old: str, new: str):
    pieces = changes(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_texts_of_one_word_over_and_over_are_compared_all_the_same():
    old, new = "ja " * 6_000 + "slutt", "nei " + "ja " * 6_000 + "slutt"

    pieces = changes(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old


def test_changes_among_thousands_of_empty_lines_go_together_all_the_same():
    base = "A\n" + "\n" * 9_000 + "B"

    merged = merge(base, base.replace("A", "Aa"), base.replace("B", "Bb"))

    assert (merged.text, merged.clean) == ("Aa\n" + "\n" * 9_000 + "Bb", True)
