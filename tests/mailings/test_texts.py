"""What one reader gets of what was written: their language, their name, and nothing run."""

import pytest

from portal.mailings import texts
from portal.mailings.texts import Filled
from portal.models.accounts import Person

NB = {"subject": "Hei {navn}", "body": "Kjære {fornavn}\n\n- **en**\n- to"}
EN = {"subject": "Hello {name}", "body": "Dear {first_name}"}


def person(name: str = "Ola Hansen", language: str = "nb") -> Person:
    return Person(name=name, language=language)


def test_a_reader_gets_their_own_words():
    assert texts.fill({"nb": NB, "en": EN}, person(language="en")) == Filled(
        "en", "Hello Ola Hansen", "Dear Ola", "<p>Dear Ola</p>\n"
    )


@pytest.mark.parametrize(
    ("language", "written", "expected"),
    [
        *(("nb", ("nb", "nn", "en"), "nb"), ("nn", ("nb", "nn", "en"), "nn")),
        *(("nn", ("nb", "en"), "nb"), ("nb", ("nn", "en"), "nn")),
        *(("en", ("nb", "nn"), "nb"), ("nb", ("en",), "en"), ("nn", ("en",), "en")),
    ],
)
def test_what_is_not_written_in_ones_language_comes_in_the_nearest(language, written, expected):
    words = dict.fromkeys(written, NB)

    assert texts.language_for(person(language=language), words) == expected


def test_a_language_that_is_half_written_is_not_one():
    words = {"nb": {"subject": "Hei", "body": " "}, "en": EN}

    assert texts.languages(words) == ["en"]


def test_text_and_html_say_the_same():
    filled = texts.fill({"nb": NB}, person())

    assert filled.text == "Kjære Ola\n\n- en\n- to"
    assert filled.html == (
        "<p>Kjære Ola</p>\n<ul>\n<li><strong>en</strong></li>\n<li>to</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("<b>Ola</b>", "<p>Hei &lt;b&gt;Ola&lt;/b&gt;</p>\n"),
        ("[Ola](https://x.no)", "<p>Hei [Ola](https://x.no)</p>\n"),
        ("**Ola** {first_name}", "<p>Hei **Ola** {first_name}</p>\n"),
        ("{name.__class__}", "<p>Hei {name.__class__}</p>\n"),
    ],
)
def test_a_name_is_neither_markup_nor_a_placeholder(name, html):
    words = {"nb": {"subject": "Hei", "body": "Hei {name}"}}

    filled = texts.fill(words, person(name))

    assert (filled.html, filled.text) == (html, f"Hei {name}")


@pytest.mark.parametrize(
    "body",
    [
        "{name.__init__.__globals__}",
        "{0}",
        "{name!r}",
        "{name:>9999999}",
        "{{ config }}",
        "{% for x in y %}",
        "%(name)s",
        "${name.x}",
    ],
)
def test_what_somebody_writes_is_never_run(body):
    words = {"nb": {"subject": body, "body": body}}

    filled = texts.fill(words, person())

    # Two underlines are Markdown's bold.
    assert (filled.subject, filled.text) == (body, body.replace("__", ""))


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hei {navn}, {fornavn}, {førenamn}, {name}", []),
        ("{nmae} og {navn.x}", ["{nmae}", "{navn.x}"]),
        ("{ }, {} og {\n}", ["{ }"]),
    ],
)
def test_words_in_braces_that_mean_nothing_are_found(text, unknown):
    assert texts.unknown_placeholders(text) == unknown


def test_a_subject_stays_within_what_the_outbox_holds():
    words = {"nb": {"subject": "{name}" * 20, "body": "Hei"}}

    assert len(texts.fill(words, person("x" * 200)).subject) == 300


def test_somebody_without_a_name_is_no_fault():
    assert texts.fill({"nb": NB}, person("")).text.startswith("Kjære \n")
