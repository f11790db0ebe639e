"""Text that people write is shown with its marks, and never as more than text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from portal import markdown

LINK = '<a href="{}" rel="noopener noreferrer">{}</a>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Velkommen til **Moss**.", "<p>Velkommen til <strong>Moss</strong>.</p>"),
        ("Først\ndernest", "<p>Først<br>\ndernest</p>"),
        ("- kaffe\n- lunsj", "<ul>\n<li>kaffe</li>\n<li>lunsj</li>\n</ul>"),
        # The page has its own h1 and h2.
        ("# Program", "<h3>Program</h3>"),
        ("## Program", "<h3>Program</h3>"),
        ("[kart](https://example.org/kart)",
         f"<p>{LINK.format('https://example.org/kart', 'kart')}</p>"),
        ("<https://example.org>",
         f"<p>{LINK.format('https://example.org', 'https://example.org')}</p>"),
    ],
)  # fmt: skip
def test_marks_become_html(text: str, expected: str):
    found = markdown.to_html(text)

    assert isinstance(found, Markup)
    assert found.strip() == expected


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/spy.gif)",
        "[trykk](javascript:alert(1))",
        "[trykk](data:text/html,x)",
        '<a href="https://example.org" onclick="x()">trykk</a>',
        "<style>body { display: none }</style>",
        "<iframe src='https://example.org'></iframe>",
    ],
)
def test_nothing_that_acts_gets_through(text: str):
    found = markdown.to_html(text)

    for tag in ("<script", "<img", "<style", "<iframe", 'href="javascript', 'href="data'):
        assert tag not in found
    assert "<a href=" not in found or "onclick" not in found


@given(st.text())
def test_any_text_can_be_shown(text: str):
    assert "<script" not in markdown.to_html(text)
    assert isinstance(markdown.to_text(text), str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Velkommen til **Moss**.", "Velkommen til Moss."),
        ("Se [kartet](https://example.org/kart).", "Se kartet (https://example.org/kart)."),
        ("<https://example.org>", "https://example.org"),
        ("Skriv til <kari@example.org>", "Skriv til kari@example.org"),
        ("Kaffe & lunsj < 100 kr", "Kaffe & lunsj < 100 kr"),
    ],
)
def test_in_a_calendar_the_marks_are_gone(text: str, expected: str):
    assert markdown.to_text(text) == expected


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("En\n\nto", "En\n\nto"),
        ("En\nto", "En\nto"),
        ("# Hei\n\n**fet** og *skrå* og `kode`", "Hei\n\nfet og skrå og kode"),
        ("- en\n- to\n  - tre", "- en\n- to\n  - tre"),
        ("3. tre\n4. fire", "3. tre\n4. fire"),
        ("> sitat\n>\n> mer", "> sitat\n> \n> mer"),
        ("[her](https://x.no/a_b) og <https://y.no>", "her (https://x.no/a_b) og https://y.no"),
        ("<ola@example.org>", "ola@example.org"),
        ("tre & fire < fem", "tre & fire < fem"),
        ("<b>ikke</b> merket", "<b>ikke</b> merket"),
        ("en\n\n---\n\nto", "en\n\n-----\n\nto"),
        ("", ""),
    ],
)
def test_a_plain_mail_has_paragraphs_and_lists(written, plain):
    assert markdown.to_letter(written) == plain


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, categories=["L", "P", "S"])))
@example("Forslag *2* [utkast](x) <b>nå</b> &amp; R&D_plan \\ `kode`")
def test_words_put_into_markdown_read_as_they_were_written(text: str):
    line = " ".join(f"Sak: {text}".split())

    assert markdown.to_letter(markdown.escaped(line)) == line
    assert markdown.to_text(f"- {markdown.escaped(line)}") == line


def test_a_picture_reads_as_a_link_in_every_form_and_its_words_stay():
    text = "Se ![kartet](https://example.org/kart.png)"
    read = markdown.to_html(text), markdown.to_text(text), markdown.to_letter(text)

    assert read == (
        '<p>Se !<a href="https://example.org/kart.png" rel="noopener noreferrer">kartet</a></p>\n',
        "Se !kartet (https://example.org/kart.png)",
        "Se !kartet (https://example.org/kart.png)",
    )
