"""Papers of an agenda item: what is written on a line, and what becomes of it."""

import pytest

from portal.groups.meetings import papers
from portal.groups.meetings.papers import Paper
from portal.models.meetings import AgendaItem


@pytest.mark.parametrize(
    ("line", "paper"),
    [
        ("deles ut i møtet", Paper("deles ut i møtet")),
        ("https://papers.example.org/1_a?b=c&d=2", Paper("https://papers.example.org/1_a?b=c&d=2",
                                                         "https://papers.example.org/1_a?b=c&d=2")),
        ("Saksnotat https://papers.example.org/1", Paper("Saksnotat", "https://papers.example.org/1")),
        ("Saksnotat: https://papers.example.org/1", Paper("Saksnotat", "https://papers.example.org/1")),
        ("  To\tord   HTTP://papers.example.org ", Paper("To ord", "HTTP://papers.example.org")),
        ("javascript:alert(1)", Paper("javascript:alert(1)")),
        ("Se https://a.example.org først", Paper("Se https://a.example.org først")),
        ("https://[half", Paper("https://[half")),
        ('https://a.example.org/"onclick', Paper('https://a.example.org/"onclick')),
    ],
)  # fmt: skip
def test_a_line_is_words_an_address_or_words_and_then_an_address(line: str, paper: Paper):
    assert papers.of(line) == [paper]


def test_papers_come_in_the_order_of_their_lines_and_empty_ones_are_none():
    item = AgendaItem(papers="Notat https://a.example.org/1\r\n\r\n  \nVedlegg\n")

    assert papers.of(item) == [Paper("Notat", "https://a.example.org/1"), Paper("Vedlegg")]
    assert papers.of("") == []


def test_lines_whose_address_nobody_could_follow_are_named():
    text = "\n".join([
        "Notat https://a.example.org/1",
        "ftp://a.example.org/2",
        "www.example.org",
        "Notat: sak 3",
        "javascript:alert(1)",
        "https://a.example.org først, så ord",
        "https://",
        "",
        "mailto:ola@example.org",
    ])  # fmt: skip

    assert papers.faults(text) == [2, 3, 5, 6, 7, 9]
