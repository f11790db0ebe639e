"""Workbooks, read back as a spreadsheet reads them."""

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.office.sheets import Sheet, write


def read(raw: bytes) -> dict[str, list[tuple]]:
    book = load_workbook(BytesIO(raw))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def test_sheets_are_read_back_as_they_were_written():
    raw = write(
        [
            Sheet("Innspill", ["Tekst", "Antall"], [["Frisk Oslofjord", 3], ["Kraft", None]]),
            Sheet("Temaer", ["Navn"], []),
        ]
    )

    assert read(raw) == {
        "Innspill": [("Tekst", "Antall"), ("Frisk Oslofjord", 3), ("Kraft", None)],
        "Temaer": [("Navn",)],
    }


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+47 22 00 00 00", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("x")', "#N/A", "#REF!"],
)
def test_a_text_that_looks_like_a_formula_is_a_text(text: str):
    page = load_workbook(BytesIO(write([Sheet("A", ["B"], [[text]])]))).worksheets[0]

    assert (page["A2"].value, page["A2"].data_type) == (text, "s")


@pytest.mark.parametrize("text", ["=1+1", "+4", "-5", "@A", "\ttab", "\rreturn"])
def test_it_carries_the_mark_that_keeps_it_text_when_somebody_edits_it(text: str):
    page = load_workbook(BytesIO(write([Sheet("A", ["B"], [[text], ["plain"]])]))).worksheets[0]

    assert (page["A2"].quotePrefix, page["A3"].quotePrefix) == (True, False)


def test_no_formula_is_in_the_file_itself():
    raw = write([Sheet("A", ["=B1"], [["=1+1"]])])

    with zipfile.ZipFile(BytesIO(raw)) as file:
        xml = file.read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in xml, "<f " in xml) == (False, False)


def test_numbers_days_and_moments_keep_their_kind_and_moments_are_those_of_oslo():
    moment = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)

    rows = read(write([Sheet("A", ["B", "C", "D", "E"], [[-5, 1.5, moment, date(2026, 8, 20)]])]))

    numbers, moments = rows["A"][1][:2], rows["A"][1][2:]
    assert numbers == (-5, 1.5)
    assert [each.isoformat() for each in moments] == ["2026-08-20T11:00:00", "2026-08-20T00:00:00"]


def test_what_no_file_may_hold_is_left_out_and_what_is_too_long_is_cut():
    rows = read(write([Sheet("A", ["B"], [["a\x00b\x0bc\uffff"], ["x" * 40_000]])]))["A"]

    assert (rows[1], len(rows[2][0])) == (("abc",), 32_767)


def test_names_of_sheets_are_made_to_fit_and_told_apart():
    names = ["Hva/er [viktig]?", "x" * 40, "X" * 40, "", "'"]

    assert list(read(write([Sheet(name, ["A"], []) for name in names]))) == [
        "Hva er  viktig", "x" * 31, "X" * 29 + " 2", "1", "1 2",
    ]  # fmt: skip


def test_the_header_stays_in_view_and_columns_are_as_wide_as_they_need():
    page = load_workbook(
        BytesIO(write([Sheet("A", ["B", "C"], [["x" * 20, "x" * 500]])]))
    ).worksheets[0]

    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    assert [page.column_dimensions[each].width for each in "AB"] == [22, 60]


def test_a_row_of_another_length_and_a_book_without_sheets_are_mistakes():
    with pytest.raises(ValueError, match="row 2 of 'A' has 2 values"):
        write([Sheet("A", ["B"], [[1, 2]])])
    with pytest.raises(ValueError, match="one sheet"):
        write([])


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=5))
def test_whatever_people_write_comes_back_as_text(rows: list[list[str]]):
    raw = write([Sheet("A", ["B", "C"], rows)])

    page = load_workbook(BytesIO(raw)).worksheets[0]
    kinds = {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s"}
