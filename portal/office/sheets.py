"""Workbooks for spreadsheets (.xlsx), out of plain rows. What people wrote is never a formula."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from portal import dates

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | float | bool | date | datetime | None

# What a spreadsheet takes for the beginning of a formula, also when the file is saved as CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What an XML file cannot hold.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What the name of a sheet may not hold, and how long it and the text of a cell may be.
_NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]]")
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_WIDEST, _NARROWEST = 60, 8


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, what the columns are called, and a value for each column of each row."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]


def write(sheets: Iterable[Sheet]) -> bytes:
    """The workbook with ``sheets`` in that order, as the bytes of an .xlsx file.

    The header is bold and stays in view. A text that begins as a formula does (``=``, ``+``, ``-``,
    ``@``, tab, carriage return) is kept as text, with the mark a spreadsheet puts before such. A
    moment is written as the clocks in Oslo show it. Names of sheets are shortened to what fits, and
    told apart by a number.

    Raises:
        ValueError: there is no sheet, or a row is not as long as the header.
    """
    book = Workbook()
    # It comes with an empty sheet of its own.
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(_name(sheet.title, book.sheetnames)), sheet)
    if not book.worksheets:
        raise ValueError("a workbook has one sheet at least")
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for number, row in enumerate([sheet.header, *sheet.rows], 1):
        if len(row) != len(sheet.header):
            raise ValueError(f"row {number} of {sheet.title!r} has {len(row)} values")
        for column, value in enumerate(row, 1):
            _put(page.cell(number, column), value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    for column in range(1, len(sheet.header) + 1):
        page.column_dimensions[get_column_letter(column)].width = _width(page, column)


def _put(cell: Any, value: Value) -> None:
    """Write ``value``; texts always as texts, whatever they look like."""
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, datetime):
        cell.value = value.astimezone(dates.OSLO).replace(tzinfo=None)
    elif isinstance(value, str):
        _put_text(cell, value)
    else:
        cell.value = value


def _put_text(cell: Cell, text: str) -> None:
    cell.value = _UNWRITABLE.sub("", text)[:_LONGEST_TEXT]
    # The library reads "=" as a formula, and "#N/A" as an error.
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        # Edited or saved as CSV, it stays what it is: text.
        cell.quotePrefix = True


def _width(page: Worksheet, column: int) -> float:
    """Wide enough for the longest line, within reason."""
    lines = (
        line
        for (value,) in page.iter_rows(min_col=column, max_col=column, values_only=True)
        for line in str("" if value is None else value).split("\n")
    )
    return max(_NARROWEST, min(_WIDEST, max(map(len, lines), default=0) + 2))


def _name(title: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have and that no other has, in whatever case."""
    plain = _UNWRITABLE.sub("", _NOT_IN_A_NAME.sub(" ", title)).strip().strip("'")
    plain = plain[:_LONGEST_NAME].rstrip() or "1"
    used = {each.casefold() for each in taken}
    number, name = 1, plain
    while name.casefold() in used:
        number += 1
        name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    return name
