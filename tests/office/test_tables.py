"""Tables out of files: what people's spreadsheets save, and what somebody might send to do harm."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from portal.office import tables
from portal.office.tables import BadTable, Fault, Row, Table, read, read_text

PLAIN = Table(("Navn", "Kommune"), (Row(2, ("Åse Bø", "Ås")), Row(3, ("Per", ""))))


def workbook(*rows, title: str = "Ark1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data: bytes, **changed: bytes) -> bytes:
    """A workbook with parts in place of its own, or beside them."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name, None) or old.read(name))
        for name, content in changed.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def fault_of(data: bytes | str, name: str = "medlemmer.csv") -> tuple[Fault, int]:
    with pytest.raises(BadTable) as caught:
        read_text(data) if isinstance(data, str) else read(name, data)
    return caught.value.reason, caught.value.row


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_however_it_was_saved(code: str, separator: str, end: str):
    text = end.join(
        separator.join(row) for row in (("Navn", "Kommune"), ("Åse Bø", "Ås"), ("Per", ""))
    )

    assert read("medlemmer.csv", text.encode(code)) == PLAIN


def test_the_separator_is_the_one_of_the_headings_whatever_stands_in_cells():
    assert read_text("Navn;Stilling\nPer;Leder, plan, miljø og vann") == Table(
        ("Navn", "Stilling"), (Row(2, ("Per", "Leder, plan, miljø og vann")),)
    )


def test_excels_own_line_about_the_separator_is_no_row():
    assert read_text("sep=,\nNavn,Kommune\nPer,Moss").rows == (Row(3, ("Per", "Moss")),)


def test_quoted_cells_hold_separators_and_line_breaks():
    assert read_text('Navn;Merknad\n"Bø; Åse";"en\nto"\nPer;x').rows == (
        Row(2, ("Bø; Åse", "en\nto")),
        Row(3, ("Per", "x")),
    )


def test_empty_rows_are_left_out_and_counted():
    assert read_text("\nNavn;Kommune\n;\n\n Per ;Moss;;\n") == Table(
        ("Navn", "Kommune"), (Row(5, ("Per", "Moss")),)
    )


def test_one_column_is_a_table():
    assert read_text("E-post\nper@example.org").rows == (Row(2, ("per@example.org",)),)


def test_a_workbook_is_read_as_a_table_with_dates_and_numbers_as_people_write_them():
    data = workbook(
        ("Navn", "Telefon", "Fra", "Sum", "Bekreftet"),
        ("Åse Bø", 91234567.0, datetime(2026, 11, 13), 1.5, True),  # noqa: DTZ001
        (None, None, None),
        ("Per", None, datetime(2026, 11, 13, 9, 30)),  # noqa: DTZ001
    )

    assert read("medlemmer.xlsx", data) == Table(
        ("Navn", "Telefon", "Fra", "Sum", "Bekreftet"),
        (
            Row(2, ("Åse Bø", "91234567", "2026-11-13", "1.5", "True")),
            Row(4, ("Per", "", "2026-11-13T09:30:00", "", "")),
        ),
    )


def test_of_a_workbook_the_first_sheet_counts_and_formulas_are_not_evaluated():
    book = openpyxl.Workbook()
    book.active.append(("Navn", "Kommune"))
    book.active.append(("Per", "=1+1"))
    book.create_sheet("Annet").append(("x",))
    file = io.BytesIO()
    book.save(file)

    assert read("m.xlsx", file.getvalue()).rows == (Row(2, ("Per", "")),)


def test_a_workbook_is_known_by_what_it_holds_and_not_by_its_name():
    assert read("medlemmer.csv", workbook(("Navn",), ("Per",))).rows == (Row(2, ("Per",)),)


@pytest.mark.parametrize(
    ("data", "name", "fault"),
    [
        (b"", "m.csv", (Fault.EMPTY, 0)),
        (b" \n;;\n", "m.csv", (Fault.EMPTY, 0)),
        (b"Navn\n\x00\x01\x02", "m.csv", (Fault.NO_TEXT, 0)),
        (b"Navn\n\x81\x8d", "m.csv", (Fault.NO_TEXT, 0)),
        (b'Navn;Sted\nPer;Moss\nOla;"Oslo', "m.csv", (Fault.OPEN_QUOTE, 3)),
        (b"Navn;Sted\nPer;Moss;tillegg", "m.csv", (Fault.MORE_THAN_HEADINGS, 2)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "m.xls", (Fault.OLD_WORKBOOK, 0)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "M.XLSX", (Fault.LOCKED_WORKBOOK, 0)),
        (b"PK\x03\x04 and no more", "m.xlsx", (Fault.BROKEN_WORKBOOK, 0)),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(data: bytes, name: str, fault):
    assert fault_of(data, name) == fault


def test_limits_are_kept(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    monkeypatch.setattr(tables, "MOST_COLUMNS", 3)
    monkeypatch.setattr(tables, "LONGEST_CELL", 4)
    monkeypatch.setattr(tables, "_LAST_ROW", 9)

    assert [
        fault_of("a\n1\n2\n\n3"),
        fault_of("a;b;c;d\n1"),
        fault_of("a\n12345"),
        fault_of("a\n1" + "\n" * 9),
        fault_of(workbook(("a",), *[()] * 10, ("b",))),
    ] == [
        (Fault.TOO_MANY_ROWS, 5),
        (Fault.TOO_MANY_COLUMNS, 1),
        (Fault.CELL_TOO_LONG, 2),
        (Fault.TOO_MANY_ROWS, 10),
        (Fault.TOO_MANY_ROWS, 10),
    ]


def test_a_large_file_is_not_even_looked_at():
    assert fault_of(b"x" * (tables.LARGEST + 1)) == (Fault.TOO_LARGE, 0)


def test_a_workbook_that_grows_without_measure_is_not_unpacked():
    bomb = repacked(workbook(("a",)), **{"xl/media/big.bin": b"0" * 61_000_000})

    assert len(bomb) < 100_000
    assert fault_of(bomb, "m.xlsx") == (Fault.TOO_LARGE, 0)


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_a_workbook_that_declares_things_of_its_own_is_refused(code: str):
    evil = (
        f'<?xml version="1.0" encoding="{code}"?><!DOCTYPE a [<!ENTITY b "ha">]><sst>&b;</sst>'
    ).encode(code)

    assert fault_of(repacked(workbook(("a",)), **{"xl/sharedStrings.xml": evil})) == (
        Fault.BROKEN_WORKBOOK, 0,
    )  # fmt: skip


def test_another_sort_of_package_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<a/>")

    assert fault_of(file.getvalue(), "brev.docx") == (Fault.OTHER_FILE, 0)


def test_a_damaged_workbook_is_refused():
    sheet = {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}

    assert fault_of(repacked(workbook(("a",), ("b",)), **sheet)) == (Fault.BROKEN_WORKBOOK, 0)


def test_every_fault_has_words():
    assert set(tables.REASONS) == set(Fault)


def test_a_first_line_longer_than_a_cell_can_be_is_refused_and_nothing_breaks():
    with pytest.raises(BadTable) as bad:
        tables.read("medlemmer.csv", b"a" * 200_000)

    assert bad.value.reason in (Fault.CELL_TOO_LONG, Fault.OPEN_QUOTE)


def test_a_row_that_only_claims_to_be_wide_is_read_like_any_other():
    wide = ("Navn", *[None] * 16_000)

    assert tables._cells(wide, 1) == ("Navn",)
    with pytest.raises(BadTable):
        tables._cells((*wide, "x"), 1)
