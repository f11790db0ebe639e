"""Which column of somebody's spreadsheet is which, by its heading."""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.models.groups import PlaceRole, PlaceState
from portal.text import search_key

Meaning = TypeVar("Meaning")


class Column(enum.StrEnum):
    """What a column can tell of a member."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    ORGANISATION = "organisation"
    MUNICIPALITY = "municipality"
    ROLE = "role"
    STATE = "state"
    TITLE = "title"
    PHONE = "phone"
    LABEL = "label"
    NOTE = "note"


class NoHeadings(Exception):
    """No column tells who it is about."""


# Headings as they are met, in bokmål, nynorsk and English. Case, accents, spaces and hyphens do not
# matter. The first of each is what the template says.
HEADINGS: dict[Column, tuple[str, ...]] = {
    Column.NAME: ("Navn", "Namn", "Fullt navn", "Fullt namn", "Medlem", "Deltaker", "Deltakar",
                  "Name", "Full name", "Member"),
    Column.FIRST_NAME: ("Fornavn", "Førenamn", "Fornamn", "First name", "Given name"),
    Column.LAST_NAME: ("Etternavn", "Etternamn", "Last name", "Surname", "Family name"),
    Column.EMAIL: ("E-post", "E-postadresse", "Epost adresse", "E-mail", "Email", "Email address",
                   "Mail", "Mailadresse", "Adresse e-post"),
    Column.ORGANISATION: ("Organisasjon", "Arbeidsgiver", "Arbeidsgivar", "Virksomhet", "Verksemd",
                          "Representerer", "Tilhørighet", "Tilhøyrsle", "Firma", "Etat",
                          "Organisation", "Organization", "Employer", "Represents", "Company"),
    Column.MUNICIPALITY: ("Kommune", "Kommunenummer", "Kommunenr", "Municipality"),
    Column.ROLE: ("Rolle", "Rolle i gruppen", "Rolle i gruppa", "Verv", "Funksjon", "Role"),
    Column.STATE: ("Status", "Bekreftet", "Stadfesta", "Stadfestet", "Tilstand", "State",
                   "Confirmed"),
    Column.TITLE: ("Stilling", "Tittel", "Stillingstittel", "Title", "Job title", "Position"),
    Column.PHONE: ("Telefon", "Telefonnummer", "Tlf", "Tlf.nr.", "Mobil", "Mobiltelefon",
                   "Mobilnummer", "Phone", "Telephone", "Mobile"),
    Column.LABEL: ("Plass", "Ord for plassen", "Betegnelse", "Nemning", "Label", "Place"),
    Column.NOTE: ("Merknad", "Merknader", "Kommentar", "Notat", "Anmerkning", "Note", "Comment",
                  "Remark"),
}  # fmt: skip
_WHO = (Column.NAME, Column.FIRST_NAME, Column.EMAIL, Column.LABEL, Column.ORGANISATION)

ROLES: dict[str, PlaceRole] = {
    **dict.fromkeys(("leder", "leiar", "gruppeleder", "gruppeleiar", "chair", "lead", "leader"),
                    PlaceRole.LEAD),
    **dict.fromkeys(("vara", "varamedlem", "nestleder", "nestleiar", "stedfortreder", "deputy",
                     "vice chair"), PlaceRole.DEPUTY),
    **dict.fromkeys(("medlem", "fast medlem", "member"), PlaceRole.MEMBER),
    **dict.fromkeys(("observator", "observer"), PlaceRole.OBSERVER),
}  # fmt: skip
STATES: dict[str, PlaceState] = {
    **dict.fromkeys(("bekreftet", "stadfesta", "ja", "x", "true", "sann", "confirmed", "yes", "ok",
                     "takket ja", "takka ja"), PlaceState.CONFIRMED),
    **dict.fromkeys(("nevnt", "foreslatt", "foreslaatt", "foreslaatt", "ikke bekreftet",
                     "ikkje stadfesta", "nei", "false", "usann", "no", "named", "not confirmed"),
                    PlaceState.NAMED),
    **dict.fromkeys(("uklar", "uklart", "uavklart", "uklart hvem", "unclear"), PlaceState.UNCLEAR),
    **dict.fromkeys(("venter", "ventar", "bekrefter navn", "navn skal bekreftes",
                     "navn kommer", "stadfestar namn", "pending"), PlaceState.PENDING),
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Where each column stands, and the headings that mean nothing to us."""

    at: Mapping[Column, int]
    unused: tuple[str, ...]

    def of(self, cells: Sequence[str], column: Column) -> str:
        """What a row says in ``column``, on one line; empty when there is no such column."""
        place = self.at.get(column)
        return "" if place is None else " ".join(cells[place].split())


def recognise(header: Sequence[str]) -> Columns:
    """What the headings mean. Of two with one meaning the first counts.

    Raises:
        NoHeadings: none of them tells who a row is about.
    """
    at: dict[Column, int] = {}
    unused = []
    for place, heading in enumerate(header):
        column = _KEYS.get(_key(heading))
        if column is not None and column not in at:
            at[column] = place
        elif heading:
            unused.append(heading)
    if not any(column in at for column in _WHO):
        raise NoHeadings
    return Columns(at, tuple(unused))


def meaning(word: str, known: Mapping[str, Meaning]) -> Meaning | None:
    """What ``word`` stands for among ``ROLES`` or ``STATES``; None when we do not know it."""
    return known.get(search_key(word).strip(" .!"))


def _key(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", search_key(heading))


_KEYS = {_key(word): column for column, words in HEADINGS.items() for word in words}
