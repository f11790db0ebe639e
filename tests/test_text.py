"""Norwegian text is found and sorted alike on every database."""

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.db import db
from portal.models.places import Organisation, School
from portal.text import search_key, slug, sort_key
from tests.factories import create_organisation, create_school

# Norwegian order: accents and foreign letters with their base, aa as å, then æ, ø, å.
IN_ORDER = [
    "Alby",
    "Aremark",
    "Asker",
    "Élan",
    "Enebakk",
    "Nes",
    "Nesodden",
    "Zürich",
    "Ænes",
    "Ørje",
    "Østfold",
    "Aalborg",
    "Ås",
    "Åsnes",
]


@pytest.mark.parametrize(
    "spellings",
    [
        ("Ålesund", "ålesund", "AALESUND", "A\u030alesund"),
        ("Ørje", "orje", "Oerje", "ØRJE"),
        ("Ænes", "aenes", "ÆNES"),
        ("Café Rosé", "cafe rose", "  CAFE   ROSE "),
        ("Müller", "muller"),
    ],
)
def test_spellings_that_people_use_have_one_key(spellings: tuple[str, ...]):
    assert len({search_key(text) for text in spellings}) == 1


def test_different_words_have_different_keys():
    words = ("Ås", "As", "Os", "Øs")

    assert [search_key(word) for word in words] == ["aas", "as", "os", "os"]


def test_names_sort_in_norwegian_order():
    by_code_point = sorted(IN_ORDER)

    assert by_code_point != IN_ORDER
    assert sorted(by_code_point, key=sort_key) == IN_ORDER


@given(st.text())
def test_a_sort_key_is_plain_text_that_every_database_sorts_alike(text: str):
    key = sort_key(text)

    assert key.isascii()
    assert len(key) <= 500


def test_the_database_sorts_as_norwegians_do(app: Flask):
    for name in reversed(IN_ORDER):
        create_organisation(name)

    found = db.session.scalars(sa.select(Organisation.name).order_by(Organisation.sort_key))

    assert found.all() == IN_ORDER


def test_the_database_finds_a_name_however_it_is_typed(app: Flask):
    create_school("Åssiden videregående skole")

    found = [
        db.session.scalar(
            sa.select(School.name).where(School.search_key.contains(search_key(typed)))
        )
        for typed in ("åssiden", "ÅSSIDEN", "aassiden", "Videregående")
    ]

    assert found == ["Åssiden videregående skole"] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oppdrag Oslofjorden 2023", "oppdrag-oslofjorden-2023"),
        ("Møte på Ås, kl. 9", "mote-pa-as-kl-9"),
        ("Ærlig talt!", "aerlig-talt"),
        ("Áŋgirušjoavku Ođđa Ráđđi Boŧnji", "angirusjoavku-odda-raddi-botnji"),
        ("???", "uten-navn"),
        ("x" * 100, "x" * 80),
    ],
)
def test_a_slug_reads_like_its_text(text: str, expected: str):
    assert slug(text) == expected
