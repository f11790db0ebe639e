"""What reading a spreadsheet into a group would do, row by row, before anything is done."""

import enum
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _

from portal import people
from portal.db import db
from portal.geography import municipalities
from portal.groups.roster import columns, entries
from portal.groups.roster.entries import Entry
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.places import Organisation
from portal.office.tables import Table
from portal.text import search_key
from portal.tokens import fingerprint

Value = TypeVar("Value")

_AT_ONCE = 400


class Kind(enum.StrEnum):
    """What becomes of a row."""

    WRONG = "wrong"
    NEW = "new"
    KNOWN = "known"
    RETURNS = "returns"
    LABEL = "label"
    HERE = "here"


@dataclass(frozen=True)
class Outcome:
    """A row and what becomes of it. ``person_id`` is whom its address, or name, is known as."""

    entry: Entry
    kind: Kind
    person_id: int | None = None


@dataclass(frozen=True)
class Proposal:
    """All rows in order, and the headings that are not used."""

    outcomes: Sequence[Outcome]
    unused: Sequence[str]

    def of(self, *kinds: Kind) -> list[Outcome]:
        """The rows that become one of ``kinds``."""
        return [each for each in self.outcomes if each.kind in kinds]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many rows become what; nothing of what none does."""
        numbers = {kind: len(self.of(kind)) for kind in Kind}
        return {kind: number for kind, number in numbers.items() if number}

    @property
    def is_sound(self) -> bool:
        """Whether no row must be corrected, and some do anything."""
        return not self.of(Kind.WRONG) and len(self.of(Kind.HERE)) < len(self.outcomes)

    @property
    def fingerprint(self) -> str:
        """What two looks at the same proposal have in common, and no others."""
        seen = [(str(each.kind), each.person_id, vars(each.entry)) for each in self.outcomes]
        return fingerprint(json.dumps(seen, sort_keys=True))


@dataclass(frozen=True)
class _Seat:
    """A place that the group has or had."""

    person_id: int | None
    is_current: bool
    label_key: str
    name_key: str


@dataclass(frozen=True)
class _Namesake:
    """Somebody of a name in the rows: their employer, and whom they sit anywhere for, in words."""

    person_id: int
    organisation_id: int | None
    labels: set[str]

    def represents(self, entry: Entry) -> bool:
        if entry.organisation_id is not None and entry.organisation_id == self.organisation_id:
            return True
        return bool(entry.organisation) and search_key(entry.organisation) in self.labels


@dataclass(frozen=True)
class _Known:
    """What the portal knows already of those the rows speak of."""

    by_address: dict[str, tuple[int, str]]
    named: dict[str, list[_Namesake]]
    seats: Sequence[_Seat]


def propose(group: Group, table: Table, today: date) -> Proposal:
    """What taking ``table`` into ``group`` would do.

    People are recognised by their addresses, aliases too, in whatever case; without an address by
    name and whom they represent, if one person only has both. Of somebody known nothing is changed.
    The number of queries does not grow with the rows but by hundreds.

    Raises:
        NoHeadings: no column tells who a row is about.
    """
    found = columns.recognise(table.header)
    places = _places(today)
    rows = [entries.read(row, found, places) for row in table.rows]
    judge = _Judge(_known(group, rows))
    return Proposal([judge.outcome(entry) for entry in rows], found.unused)


class _Judge:
    """Tells what becomes of each row in turn; remembers those before it."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._seats = {seat.person_id: seat for seat in known.seats if seat.person_id is not None}
        self._labels = {s.label_key for s in known.seats if s.person_id is None and s.is_current}
        self._names = {s.name_key for s in known.seats if s.person_id is not None and s.is_current}
        self._first: dict[str, int] = {}

    def outcome(self, entry: Entry) -> Outcome:
        if not entry.is_person:
            kind, person_id = self._label(entry), None
        elif entry.email:
            kind, person_id = self._addressed(entry)
        else:
            kind, person_id = self._named(entry)
        return Outcome(entry, Kind.WRONG if entry.errors else kind, person_id)

    def _label(self, entry: Entry) -> Kind:
        key = search_key(entry.label)
        if key in self._labels:
            return Kind.HERE
        self._once(entry, f"label {key}", _("The same words for a place"))
        return Kind.LABEL

    def _addressed(self, entry: Entry) -> tuple[Kind, int | None]:
        person_id, name = self._known.by_address.get(people.fold(entry.email), (None, ""))
        again = f"person {person_id}" if person_id else f"address {people.fold(entry.email)}"
        self._once(entry, again, _("The same person") if person_id else _("The same address"))
        if person_id is None:
            if not entry.name:
                entry.errors.append(_("We do not know this address. Write the name too"))
            return Kind.NEW, None
        if entry.name and search_key(entry.name) != search_key(name):
            entry.notes.append(_("Known here as %(name)s; that name stays", name=name))
        entry.name = entry.name or name
        return self._seated(person_id), person_id

    def _seated(self, person_id: int) -> Kind:
        seat = self._seats.get(person_id)
        if seat is None:
            return Kind.KNOWN
        return Kind.HERE if seat.is_current else Kind.RETURNS

    def _named(self, entry: Entry) -> tuple[Kind, int | None]:
        key = search_key(entry.name)
        if key in self._names:
            return Kind.HERE, None
        namesakes = self._known.named.get(key, [])
        same = [each.person_id for each in namesakes if each.represents(entry)]
        if len(same) == 1:
            self._once(entry, f"person {same[0]}", _("The same person"))
            entry.notes.append(_("Recognised by name and by whom they represent"))
            return self._seated(same[0]), same[0]
        if namesakes:
            entry.errors.append(
                _("We know somebody called %(name)s. Write the address, so that we see whether it"
                  " is the same person", name=entry.name)
            )  # fmt: skip
        self._once(entry, f"name {key}", _("The same name, without an address,"))
        entry.notes.append(_("Without an address the person cannot be called to meetings by mail"))
        return Kind.NEW, None

    def _once(self, entry: Entry, key: str, what: str) -> None:
        first = self._first.setdefault(key, entry.number)
        if first != entry.number:
            entry.errors.append(_("%(what)s stands in row %(row)s already", what=what, row=first))


def _known(group: Group, rows: Sequence[Entry]) -> _Known:
    addresses = {people.fold(entry.email) for entry in rows if entry.email}
    names = {search_key(entry.name) for entry in rows if entry.name and not entry.email}
    by_address: dict[str, tuple[int, str]] = {}
    for some in _in_parts(sorted(addresses)):
        statement = sa.select(EmailAddress.folded, Person.id, Person.name).join(EmailAddress.person)
        for row in db.session.execute(statement.where(EmailAddress.folded.in_(some))):
            by_address[row.folded] = (row.id, row.name)
    return _Known(by_address, _namesakes(sorted(names)), _seats(group))


def _namesakes(names: Sequence[str]) -> dict[str, list[_Namesake]]:
    """Those who have one of ``names``, as search keys."""
    found: dict[str, list[_Namesake]] = {}
    by_id: dict[int, _Namesake] = {}
    columns_of = sa.select(Person.id, Person.search_key, Person.organisation_id)
    for some in _in_parts(names):
        for row in db.session.execute(columns_of.where(Person.search_key.in_(some))):
            by_id[row.id] = _Namesake(row.id, row.organisation_id, set())
            found.setdefault(row.search_key, []).append(by_id[row.id])
    labels = sa.select(GroupPlace.person_id, GroupPlace.label).where(GroupPlace.label != "")
    for ids in _in_parts(sorted(by_id)):
        for person_id, label in db.session.execute(labels.where(GroupPlace.person_id.in_(ids))):
            by_id[person_id or 0].labels.add(search_key(label))
    return found


def _seats(group: Group) -> list[_Seat]:
    rows = db.session.execute(
        sa.select(GroupPlace.person_id, GroupPlace.state, GroupPlace.label, Person.search_key)
        .outerjoin(Person, Person.id == GroupPlace.person_id)
        .where(GroupPlace.group_id == group.id)
    )
    return [
        _Seat(
            row.person_id, row.state in CURRENT_PLACES, search_key(row.label), row.search_key or ""
        )
        for row in rows
    ]


def _places(today: date) -> entries.Places:
    bodies = db.session.execute(sa.select(Organisation.search_key, Organisation.id))
    named: dict[str, list[str]] = {}
    codes: dict[str, str] = {}
    for each in municipalities.on(today):
        named.setdefault(search_key(each.name), []).append(each.code)
    for each in municipalities.all():
        now = municipalities.current_codes(each.code, today)
        if now:
            codes[each.code] = now[0]
    near = {each.code for each in municipalities.in_jury_area(today)}
    return entries.Places(
        {row.search_key: row.id for row in bodies},
        {key: [code for code in found if code in near] or found for key, found in named.items()},
        codes,
    )


def _in_parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    # SQLite takes only so many values in a statement.
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
