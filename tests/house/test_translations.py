import subprocess
import sys
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.house.tree import ROOT

LANGUAGES = ["nb", "nn"]
KEYWORDS = [
    "lazy_gettext",
    "_l",
    "_n:1,2",
    "ngettext:1,2",
    "_ln:1,2",
    "lazy_ngettext:1,2",
]


@pytest.fixture(scope="module")
def texts_in_use(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The English texts of code and templates, extracted afresh."""
    template = tmp_path_factory.mktemp("texts") / "messages.pot"
    keywords = [word for keyword in KEYWORDS for word in ("-k", keyword)]
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    # Left to itself it passes by templates/_macros.
    output = ["--ignore-dirs", ".*", "--no-location", "--omit-header", "-o", str(template)]
    subprocess.run([*command, *keywords, *output, "portal", "templates"], cwd=ROOT, check=True)
    with template.open("rb") as file:
        return {english(message) for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str):
    unfinished = [english(text) for text in catalog(language) if text.id and not is_complete(text)]

    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_the_named_values(language: str):
    broken = [
        (english(text), [str(error) for error in errors])
        for text, errors in catalog(language).check()
    ]

    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_texts_in_use_and_no_others(language: str, texts_in_use: set[str]):
    assert {english(text) for text in catalog(language) if text.id} == texts_in_use


@cache
def catalog(language: str) -> Catalog:
    path = ROOT / f"portal/translations/{language}/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def is_complete(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else message.string
    return all(forms) and not message.fuzzy
