"""Tables in and out: every format people send, every trap a spreadsheet sets, nothing a stranger's file can break."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from accounts import sheet_worker
from accounts.spreadsheets import MOST_BYTES, FileRefused, Sheet, read_pasted, read_table, write_xlsx

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "lists"
ROWS = [
    ["DAFTAR PESERTA", "", "", ""],
    ["No", "No. Peserta", "NIP", "Nama Lengkap"],
    ["1", "PPD-0001", "198705122023211012", "Siti Nur'aini, S.Tr.Sos."],
    ["2", "PPD-0002", "198705122023211000", "I Gusti Ayu Mirah"],
    ["3", "7001", "", "Añdi Syu’aib"],
]


def saved(*rows: Sequence[object]) -> bytes:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["peserta.xls", "peserta.ods"])
def test_xls_and_ods_are_read_alike(name: str) -> None:
    table = read_table((VECTORS / name).read_bytes(), name)
    assert table.rows == ROWS
    assert table.lines == [1, 3, 4, 5, 6]
    assert table.rounded == {(3, 2)}
    assert (table.sheet, table.others) == ("Peserta", ["Catatan"])


def test_xlsx_is_read_like_them_whatever_its_name() -> None:
    rows: list[list[Any]] = [
        ["DAFTAR PESERTA"],
        [],
        ROWS[1],
        [1, *ROWS[2][1:]],
        [2, "PPD-0002", 198705122023211000, ROWS[3][3]],
    ]
    table = read_table(saved(*rows, [3, 7001, None, ROWS[4][3]]), "peserta.csv")
    assert ([row[:4] for row in table.rows], table.rounded) == (ROWS, {(3, 2)})


@pytest.mark.parametrize(("digits", "is_rounded"), [(15, False), (16, True), (18, True)])
def test_a_number_longer_than_fifteen_digits_was_rounded(digits: int, is_rounded: bool) -> None:
    table = read_table(saved([int("1" * digits)]), "a.xlsx")
    assert bool(table.rounded) is is_rounded


def test_a_long_number_that_is_text_was_not_rounded() -> None:
    assert read_table(saved(["1" * 18]), "a.xlsx").rounded == set()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_text_is_read_in_any_encoding_with_any_separator(encoding: str, mark: str) -> None:
    text = f'No{mark}Nama\r\n1{mark}"Renée Nur’aini{mark} S.Sos."\r\n'
    assert read_table(text.encode(encoding), "a.csv").rows == [["No", "Nama"], ["1", f"Renée Nur’aini{mark} S.Sos."]]


def test_excels_own_hint_names_the_separator() -> None:
    table = read_table(b"sep=|\nNo|Nama\n1|Ani", "a.csv")
    assert (table.rows, table.lines) == ([["No", "Nama"], ["1", "Ani"]], [2, 3])


def test_a_quoted_cell_may_hold_a_line_break_and_rows_keep_their_lines() -> None:
    table = read_pasted('No;Nama\n1;"Ani\nLestari"\n\n2;Budi')
    assert table.rows == [["No", "Nama"], ["1", "Ani\nLestari"], ["2", "Budi"]]
    assert table.lines == [1, 2, 5]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_a_quote_that_is_never_closed_swallows_nobody(mark: str) -> None:
    rows = read_pasted(f'PST-1{mark}"Ani{mark}Dinas A\nPST-2{mark}Budi{mark}Dinas A').rows
    assert rows == [["PST-1", "Ani", "Dinas A"], ["PST-2", "Budi", "Dinas A"]]


@pytest.mark.parametrize("written", ["1,98705E+17", "1.98705E+17", "3E+15"])
def test_scientific_notation_means_a_rounded_number(written: str) -> None:
    assert read_pasted(f"No;NIP\n1;{written}").rounded == {(1, 1)}


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (150 * 1024 * 1024))
    return out.getvalue()


def last_corner() -> bytes:
    book, out = Workbook(), BytesIO()
    book.active["A1"], book.active["AA1048576"] = "a", "b"
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04 torn", "tidak dapat dibaca"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 torn", "tidak dapat dibaca"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
        (b"  <html><table><tr><td>No</td>", "halaman web"),
        (b"%PDF-1.7\n%\xe2\xe3", "bukan tabel"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bukan tabel"),
        (b"a" * (MOST_BYTES + 1), "terlalu besar"),
        (("a,b\n" * 20_002).encode(), "terlalu panjang"),
        ((";" * 300).encode() + b"a", "200 kolom"),
    ],
    ids=range(10),
)
def test_what_is_no_list_is_refused_in_words(content: bytes, word: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(content, "daftar.xlsx")
    assert word in str(refused.value.message)


@pytest.mark.parametrize("make", [bomb, last_corner])
def test_a_workbook_that_would_fill_the_memory_ends_a_child_and_nothing_else(make: object) -> None:
    with pytest.raises(FileRefused):
        read_table(make(), "daftar.xlsx")
    assert read_table(saved(["Ani"]), "daftar.xlsx").rows == [["Ani"]]


def test_the_child_keeps_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with no memory to speak of even a small file ends the child."""
    monkeypatch.setattr("accounts.spreadsheets._COMMAND", (*_python(), "sheet_worker.MEMORY_BYTES = 16_000_000"))
    with pytest.raises(FileRefused):
        read_table(saved(["Ani"] * 50), "daftar.xlsx")


def _python() -> tuple[str, ...]:
    runner = "import sys; from accounts import sheet_worker; exec(sys.argv[1]); sheet_worker.main()"
    return (sys.executable, "-c", runner)


def test_text_that_begins_like_a_formula_stays_text() -> None:
    wicked = ["=1+1", "+62 812", "-1", "@SUM(A1)", "\t=1", "\r=2", '=HYPERLINK("http://x")', "biasa"]
    content = write_xlsx([Sheet("Da/ftar*", ["=Judul"], [[text] for text in wicked])])
    sheet = load_workbook(BytesIO(content)).active
    cells = [row[0] for row in sheet.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True] * 8 + [False]
    assert [cell.value for cell in cells][1:5] == wicked[:4]


def test_numbers_and_dates_stay_numbers_and_dates() -> None:
    moment = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    content = write_xlsx([Sheet("A", ["a"], [[1, 2.5, date(2026, 11, 22), moment, None, "0812"]])])
    row = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))[1]
    assert row == (1, 2.5, datetime(2026, 11, 22), datetime(2026, 11, 22, 9, 30), None, "0812")  # noqa: DTZ001


def test_what_is_shown_is_what_a_person_sees() -> None:
    assert [sheet_worker.shown(value)[0] for value in (7.0, 7.5, True, date(2026, 1, 2), " a ")] == [
        "7",
        "7.5",
        "TRUE",
        "2026-01-02",
        "a",
    ]
