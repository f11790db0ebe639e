"""What is written to many, in one language or several, and the few words that differ by reader.

A placeholder is looked up by its name among these and nowhere else; what somebody writes is never
run as a template or a format (RELIABILITY 1.2).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

import config
from portal import markdown
from portal.models.accounts import Person

_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")
# What a reader gets when nothing is written in theirs: the language that is nearest.
_NEAREST = {"nb": ("nb", "nn", "en"), "nn": ("nn", "nb", "en"), "en": ("en", "nb", "nn")}
_LONGEST_SUBJECT = 300

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Filled:
    """The words for one reader, and the language they are in."""

    language: str
    subject: str
    text: str
    html: Markup


def _name(person: Person) -> str:
    return person.name


def _first_name(person: Person) -> str:
    return person.name.split()[0] if person.name.strip() else ""


PLACEHOLDERS: dict[str, Callable[[Person], str]] = {
    **dict.fromkeys(("name", "navn", "namn"), _name),
    **dict.fromkeys(("first_name", "fornavn", "førenamn"), _first_name),
}


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces in ``text`` and means nothing to us, as written."""
    return [f"{{{name}}}" for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def languages(texts: Texts) -> list[str]:
    """The languages that something whole is written in, bokmål first."""
    return [each for each in config.LANGUAGES if _is_whole(texts.get(each, {}))]


def subject_of(texts: Texts) -> str:
    """The subject by which organisers know it: the first there is."""
    written = [texts[each]["subject"] for each in config.LANGUAGES if texts.get(each)]
    return next(filter(None, written), "")


def language_for(person: Person, texts: Texts) -> str:
    """The language that ``person`` gets it in: their own, or the nearest that is written."""
    whole = languages(texts)
    return next(each for each in _NEAREST[person.language] if each in whole)


def fill(texts: Texts, person: Person) -> Filled:
    """``texts`` for ``person``. What stands in a name is neither Markdown nor HTML."""
    language = language_for(person, texts)
    words = texts[language]
    html = _filled(str(markdown.to_html(words["body"])), person, lambda value: str(escape(value)))
    return Filled(
        language,
        _filled(words["subject"], person)[:_LONGEST_SUBJECT],
        _filled(markdown.to_letter(words["body"]), person),
        # Markdown's HTML is clean, and what was put into it is escaped.
        Markup(html),  # noqa: S704
    )


def _filled(text: str, person: Person, write: Callable[[str], str] = str) -> str:
    def value(found: re.Match[str]) -> str:
        known = PLACEHOLDERS.get(found.group(1))
        return write(known(person)) if known else found.group(0)

    return _PLACEHOLDER.sub(value, text)


def _is_whole(words: Mapping[str, str]) -> bool:
    return bool(words.get("subject", "").strip() and words.get("body", "").strip())
