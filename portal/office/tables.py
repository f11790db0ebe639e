"""Tables as people keep them: CSV and Excel files read into a header and numbered rows of text.

What a file claims to be does not count, what is in it does. Nothing is evaluated: of a formula the
value that was saved with it is read.
"""

import csv
import enum
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl
from flask_babel import lazy_gettext as _l

LARGEST = 1_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 5_000
# Rows that only look empty are read past, but not for ever.
_LAST_ROW = 20_000
# What a workbook may grow to when unpacked, in bytes and in files.
_UNPACKED = 60_000_000
_MOST_PARTS = 500

_SEPARATORS = (";", "\t", ",")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Office never writes these; what they declare could grow without end.
_DECLARATIONS = tuple(
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le")
)


class Fault(enum.StrEnum):
    """Why a file cannot be used as a table."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    CELL_TOO_LONG = "cell_too_long"
    MORE_THAN_HEADINGS = "more_than_headings"
    OPEN_QUOTE = "open_quote"
    NO_TEXT = "no_text"
    OLD_WORKBOOK = "old_workbook"
    LOCKED_WORKBOOK = "locked_workbook"
    OTHER_FILE = "other_file"
    BROKEN_WORKBOOK = "broken_workbook"


# In words, for whoever gave the file.
REASONS = {
    Fault.EMPTY: _l("there is nothing in it"),
    Fault.TOO_LARGE: _l("it is too large. At most 1 MB can be read"),
    Fault.TOO_MANY_ROWS: _l("it has too many rows. Divide it into several files"),
    Fault.TOO_MANY_COLUMNS: _l("it has too many columns. Delete those that are not needed"),
    Fault.CELL_TOO_LONG: _l("a cell holds more text than we can take"),
    Fault.MORE_THAN_HEADINGS: _l("there is text to the right of the last heading"),
    Fault.OPEN_QUOTE: _l("a quotation mark is opened and not closed, or stands inside a cell"),
    Fault.NO_TEXT: _l(
        "it is not text that we can read. Save it as an Excel file or as CSV (UTF-8)"
    ),
    Fault.OLD_WORKBOOK: _l("it is from an old version of Excel. Save it as .xlsx or CSV"),
    Fault.LOCKED_WORKBOOK: _l("it is locked with a password. Save a copy without one"),
    Fault.OTHER_FILE: _l("it is neither an Excel file (.xlsx) nor CSV"),
    Fault.BROKEN_WORKBOOK: _l(
        "the Excel file is damaged. Open it, save it again and try once more"
    ),
}


class BadTable(Exception):
    """The file cannot be used. ``row`` is where, as the file counts them; 0 for the whole file."""

    def __init__(self, reason: Fault, row: int = 0) -> None:
        super().__init__(f"{reason} at row {row}" if row else str(reason))
        self.reason, self.row = reason, row

    @property
    def words(self) -> str:
        """The reason in the reader's language, without a capital and a full stop."""
        return str(REASONS[self.reason])


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and a text for every heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header and the rows below it that hold anything. Texts have no space around them."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read(filename: str, data: bytes) -> Table:
    """The table in a file: the first row that holds anything is its header, after any title.

    CSV may be UTF-8 (with or without a mark), UTF-16 with a mark or Windows-1252, and separated by
    semicolons, tabs or commas. Of a workbook the first sheet is read. Dates become ``2026-11-13``
    and whole numbers have no decimals.

    Raises:
        BadTable: it is no such file, or larger than the limits of this module.
    """
    if len(data) > LARGEST:
        raise BadTable(Fault.TOO_LARGE)
    if data.startswith(_OLE):
        # A workbook with a password is wrapped up the way old ones were.
        locked = filename.casefold().endswith((".xlsx", ".xlsm"))
        raise BadTable(Fault.LOCKED_WORKBOOK if locked else Fault.OLD_WORKBOOK)
    if data.startswith(_ZIP):
        return _table(_rows_of_workbook(data))
    return read_text(_decoded(data))


def read_text(text: str) -> Table:
    """The table in ``text``: CSV, or what a spreadsheet puts on the clipboard.

    Raises:
        BadTable: as ``read``.
    """
    if len(text) > LARGEST:
        raise BadTable(Fault.TOO_LARGE)
    if "\x00" in text:
        raise BadTable(Fault.NO_TEXT)
    separator, text = _separator_of(text)
    return _table(_rows_of_text(text, separator))


def _decoded(data: bytes) -> str:
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    codes = ["utf-16"] if is_marked else ["utf-8-sig", "cp1252"]
    for code in codes:
        try:
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    raise BadTable(Fault.NO_TEXT)


def _separator_of(text: str) -> tuple[str, str]:
    """What parts the cells, and ``text`` with Excel's own line about it emptied."""
    first, end, rest = text.partition("\n")
    named = first.strip().strip('"').casefold()
    if named.startswith("sep=") and named[4:5] in _SEPARATORS:
        return named[4], end + rest
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda each: _columns_of(header, each)), text


def _columns_of(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator)))
    except csv.Error:
        # More text in one cell than there can be: what reads the rows tells in which.
        return 0


def _rows_of_text(text: str, separator: str) -> Iterator[tuple[int, Sequence[Any]]]:
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error:
        raise BadTable(Fault.OPEN_QUOTE, number + 1) from None


def _rows_of_workbook(data: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        _check_parts(data)
        workbook = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
        yield from enumerate(rows, start=1)
    except BadTable:
        raise
    except Exception:
        # A damaged workbook breaks the reader in a dozen ways; all mean the same to who gave it.
        raise BadTable(Fault.BROKEN_WORKBOOK) from None


def _check_parts(data: bytes) -> None:
    """Refuse a package that is no workbook, or that would grow without measure."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if "xl/workbook.xml" not in package.namelist():
            raise BadTable(Fault.OTHER_FILE)
        # No more than these sizes is ever unpacked: the reader of packages holds files to them.
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNPACKED:
            raise BadTable(Fault.TOO_LARGE)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                content = package.read(part)
                if any(mark in content for mark in _DECLARATIONS):
                    raise BadTable(Fault.BROKEN_WORKBOOK)


def _table(rows: Iterable[tuple[int, Sequence[Any]]]) -> Table:
    header: tuple[str, ...] = ()
    found: list[Row] = []
    for number, values in rows:
        if number > _LAST_ROW:
            raise BadTable(Fault.TOO_MANY_ROWS, number)
        cells = _cells(values, number)
        if not any(cells):
            continue
        if not header:
            header = cells
            continue
        if len(cells) > len(header) == 1 and not found:
            # What stood alone above the headings was the title of the list.
            header = cells
            continue
        if len(cells) > len(header):
            raise BadTable(Fault.MORE_THAN_HEADINGS, number)
        if len(found) == MOST_ROWS:
            raise BadTable(Fault.TOO_MANY_ROWS, number)
        found.append(Row(number, cells + ("",) * (len(header) - len(cells))))
    if not header:
        raise BadTable(Fault.EMPTY)
    return Table(header, tuple(found))


def _cells(values: Sequence[Any], number: int) -> tuple[str, ...]:
    """The texts of a row, up to the last that holds anything."""
    beyond = values[MOST_COLUMNS:]
    # A workbook may have rows of sixteen thousand cells with nothing in them.
    is_wide = beyond.count(None) != len(beyond)
    texts = [_text(value) for value in (values if is_wide else values[:MOST_COLUMNS])]
    while texts and not texts[-1]:
        texts.pop()
    if len(texts) > MOST_COLUMNS:
        raise BadTable(Fault.TOO_MANY_COLUMNS, number)
    if any(len(text) > LONGEST_CELL for text in texts):
        raise BadTable(Fault.CELL_TOO_LONG, number)
    return tuple(texts)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).strip()
