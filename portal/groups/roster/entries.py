"""A row of somebody's spreadsheet as a member-to-be: read, checked, and what is wrong in words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from portal import people
from portal.groups.roster import columns
from portal.groups.roster.columns import Column, Columns
from portal.models.groups import PlaceRole, PlaceState
from portal.office.tables import Row
from portal.text import search_key

_LONGEST = {
    Column.NAME: 200, Column.LABEL: 200, Column.NOTE: 500, Column.TITLE: 200, Column.EMAIL: 254,
    Column.ORGANISATION: 200, Column.PHONE: 40,
}  # fmt: skip
_PHONE = re.compile(r"\+?[\d ]{5,30}")
_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
_OPEN = (PlaceState.UNCLEAR, PlaceState.PENDING)
_CODE, _SHORT_CODE = re.compile(r"\d{4}"), re.compile(r"\d{3}")


@dataclass(frozen=True)
class Places:
    """What rows may name: bodies by search key, and municipalities by search key and by code."""

    organisations: Mapping[str, int]
    municipalities: Mapping[str, Sequence[str]]
    codes: Mapping[str, str]


@dataclass
class Entry:
    """What a row says. ``errors`` must be corrected first, ``notes`` only be known."""

    number: int
    name: str = ""
    email: str = ""
    label: str = ""
    organisation: str = ""
    organisation_id: int | None = None
    municipality_code: str | None = None
    role: PlaceRole = PlaceRole.MEMBER
    state: PlaceState = PlaceState.NAMED
    title: str = ""
    phone: str = ""
    note: str = ""
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_person(self) -> bool:
        """Whether it names somebody, by name or by address."""
        return bool(self.name or self.email)

    @property
    def shown(self) -> str:
        """What the row is called in a list."""
        return self.name or self.email or self.label


def read(row: Row, found: Columns, places: Places) -> Entry:
    """The member that ``row`` speaks of."""
    entry = Entry(row.number)
    texts = {column: found.of(row.cells, column) for column in Column}
    entry.name = texts[Column.NAME] or " ".join(
        part for part in (texts[Column.FIRST_NAME], texts[Column.LAST_NAME]) if part
    )
    entry.label, entry.title = texts[Column.LABEL], texts[Column.TITLE]
    entry.note, entry.organisation = texts[Column.NOTE], texts[Column.ORGANISATION]
    _check_texts(entry, {**texts, Column.NAME: entry.name})
    _read_email(entry, texts[Column.EMAIL])
    _read_phone(entry, texts[Column.PHONE])
    _read_words_for_a_place(entry, texts[Column.STATE])
    _read_organisation(entry, places)
    _read_municipality(entry, texts[Column.MUNICIPALITY], places)
    _read_who(entry)
    _read_role(entry, texts[Column.ROLE])
    _read_state(entry, texts[Column.STATE])
    return entry


def _check_texts(entry: Entry, texts: Mapping[Column, str]) -> None:
    for column, longest in _LONGEST.items():
        text = texts[column]
        heading = columns.HEADINGS[column][0]
        if len(text) > longest:
            entry.errors.append(
                _("%(heading)s: write at most %(number)s letters", heading=heading, number=longest)
            )
        elif any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text):
            entry.errors.append(
                _("%(heading)s: there is a character here that we cannot use", heading=heading)
            )


def _read_email(entry: Entry, text: str) -> None:
    if not text:
        return
    try:
        entry.email = people.normal_address(text.removeprefix("mailto:"))
    except people.BadAddress:
        entry.errors.append(_("“%(text)s” is not an email address", text=text[:80]))


def _read_phone(entry: Entry, text: str) -> None:
    plain = " ".join(re.sub(r"[().\-/\u00a0]", " ", text).split())
    if plain and not _PHONE.fullmatch(plain):
        entry.errors.append(_("“%(text)s” is not a telephone number", text=text[:40]))
    else:
        entry.phone = plain


def _read_words_for_a_place(entry: Entry, state: str) -> None:
    """Take what stands for a name, and names nobody, for words for the place.

    Without an address, "Gjøvik (bekrefter navn)", "Maria/Jonas", and whatever the status says is
    unclear or still to be named, is no person: one of that name would turn up all over the portal.
    """
    if entry.email or not entry.name:
        return
    remark = _IN_BRACKETS.search(entry.name)
    said = columns.meaning(state or (remark[1] if remark else ""), columns.STATES)
    if said in _OPEN or "/" in entry.name:
        usual = PlaceState.UNCLEAR if "/" in entry.name else PlaceState.PENDING
        entry.state = said if said in _OPEN else usual
        entry.label, entry.name = entry.label or entry.name, ""


def _read_organisation(entry: Entry, places: Places) -> None:
    if not entry.organisation:
        return
    key = search_key(entry.organisation)
    known = places.organisations
    entry.organisation_id = known.get(key) or known.get(f"{key} kommune")
    if entry.organisation_id is None and (entry.is_person or entry.label):
        entry.notes.append(
            _("“%(name)s” is not in our list of bodies, and goes into the note",
              name=entry.organisation)
        )  # fmt: skip
        entry.note = "; ".join(part for part in (entry.organisation, entry.note) if part)[:500]


def _read_municipality(entry: Entry, text: str, places: Places) -> None:
    if not text:
        return
    # Spreadsheets take 0301 for a number, and drop what it begins with.
    text = f"0{text}" if _SHORT_CODE.fullmatch(text) else text
    if _CODE.fullmatch(text):
        codes: Sequence[str] = [places.codes[text]] if text in places.codes else []
    else:
        codes = places.municipalities.get(search_key(text).removesuffix(" kommune"), [])
    if len(codes) == 1:
        entry.municipality_code = codes[0]
    elif codes:
        entry.errors.append(
            _("There are several municipalities called %(name)s. Write the number: %(codes)s",
              name=text, codes=", ".join(codes))
        )  # fmt: skip
    else:
        entry.errors.append(_("We know no municipality called “%(name)s”", name=text[:80]))


def _read_who(entry: Entry) -> None:
    if entry.is_person:
        return
    # A body alone is a place for which a name is missing.
    entry.label = entry.label or entry.organisation
    if not entry.label and not entry.errors:
        entry.errors.append(_("The row tells neither who it is about nor whom the place is for"))


def _read_role(entry: Entry, text: str) -> None:
    role = columns.meaning(text, columns.ROLES) if text else PlaceRole.MEMBER
    if role is None:
        entry.errors.append(
            _("We do not know the role “%(word)s”. Write leder, vara, medlem or observatør",
              word=text[:40])
        )  # fmt: skip
    else:
        entry.role = role


def _read_state(entry: Entry, text: str) -> None:
    open_as = entry.state if entry.state in _OPEN else PlaceState.PENDING
    usual = PlaceState.NAMED if entry.is_person else open_as
    state = columns.meaning(text, columns.STATES) if text else usual
    if state is None:
        entry.errors.append(
            _("We do not know the status “%(word)s”. Write bekreftet, ikke bekreftet, uklart or"
              " navn skal bekreftes", word=text[:40])
        )  # fmt: skip
    elif not entry.is_person and state in (PlaceState.NAMED, PlaceState.CONFIRMED):
        entry.state = open_as
    else:
        entry.state = state
