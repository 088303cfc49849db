"""Questions in a spreadsheet: the template read back, faults named by row, hostile files refused in words."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from assessments.content import Option
from assessments.formats import pasted, sheet
from assessments.formats.reading import MAX_QUESTIONS

ROW = {"Soal": "Warna?", "Opsi A": "Merah", "Opsi B": "Biru", "Kunci": "A"}


def workbook(*rows: dict[str, Any], titles: tuple[str, ...] = sheet.COLUMNS) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(titles))
    for row in rows:
        page.append([row.get(title) for title in titles])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one part replaced or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def test_the_template_reads_back_as_its_example() -> None:
    reading = sheet.read(sheet.template())
    assert reading.complaints == ()
    (question,) = reading.questions
    assert question.line == 2
    assert (question.kind, question.module, question.usage, question.difficulty) == ("single", "M1", "practice", "easy")
    assert question.options == (Option("Senin", True), Option("Rabu", False))


def test_kinds_usage_difficulty_and_codes_are_read() -> None:
    reading = sheet.read(
        workbook(
            ROW | {"Kode": "M1-01", "Modul": "M1", "Penggunaan": "Akhir", "Tingkat": "Sulit", "Pembahasan": "Karena."},
            {"Soal": "Dua benar?", "Opsi A": 1, "Opsi B": 2.5, "Opsi C": 3, "Kunci": "A, C"},
            {"Soal": "Benarkah?", "Kunci": True},
            {"Soal": "Salahkah?", "Opsi A": "Benar", "Opsi B": "Salah", "Kunci": "B"},
        )
    )
    assert reading.complaints == ()
    first, second, third, fourth = reading.questions
    assert (first.external_id, first.usage, first.difficulty, first.explanation) == (
        "M1-01",
        "final",
        "hard",
        "Karena.",
    )
    assert [(o.text, o.correct) for o in second.options] == [("1", True), ("2.5", False), ("3", True)]
    assert (second.kind, third.kind, fourth.kind) == ("multiple", "truefalse", "truefalse")
    assert third.options == (Option("Benar", True), Option("Salah", False))


def test_titles_may_stand_in_any_order_and_unknown_ones_are_named() -> None:
    titles = ("kunci", "Soal", "Opsi B", "Opsi A", "Catatan")
    row = {"kunci": "A", "Soal": "Warna?", "Opsi A": "Merah", "Opsi B": "Biru", "Catatan": "x"}
    reading = sheet.read(workbook(row, titles=titles))
    assert [(complaint.line, complaint.text) for complaint in reading.complaints] == [(1, "Catatan")]
    assert [question.options[0] for question in reading.questions] == [Option("Merah", True)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"Kunci": "D"}, 1),
        ({"Kunci": None}, 1),
        ({"Soal": None}, 1),
        ({"Opsi B": None}, 1),
        ({"Opsi B": "Merah"}, 1),
        ({"Opsi C": None, "Opsi D": "Ungu"}, 1),
        ({"Penggunaan": "ujian"}, 1),
        ({"Tingkat": "gampang"}, 1),
        ({"Opsi A": date(2026, 1, 2)}, 1),
        ({"Opsi A": "=1+1"}, 1),
        ({"Soal": '=HYPERLINK("http://jahat.example";"klik")'}, 1),
    ],
)
def test_a_fault_names_its_row_and_only_that_question_is_left_out(fault: dict[str, Any], expected: int) -> None:
    reading = sheet.read(workbook(ROW, ROW | fault, ROW | {"Soal": "Lain?"}))
    assert [complaint.line for complaint in reading.complaints] == [3] * expected
    assert [question.line for question in reading.questions] == [2, 4]


def test_empty_rows_are_passed_over() -> None:
    reading = sheet.read(workbook(ROW, {}, ROW))
    assert [question.line for question in reading.questions] == [2, 4]
    assert reading.complaints == ()


def test_a_question_that_begins_like_a_formula_is_written_as_text() -> None:
    data = sheet.write([{"Soal": '=HYPERLINK("http://x")', "Opsi A": "+1", "Opsi B": "@SUM(1)", "Kunci": "-A"}])
    with zipfile.ZipFile(BytesIO(data)) as packed:
        page = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    row = next(iter(load_workbook(BytesIO(data)).active.iter_rows(min_row=2)))  # type: ignore[union-attr]
    assert {cell.data_type for cell in row if cell.value} == {"s"}
    assert row[4].value == '=HYPERLINK("http://x")'


def test_control_characters_do_not_break_an_export() -> None:
    assert sheet.read(sheet.write([ROW | {"Soal": "Warna\x00\x0b?"}])).questions[0].stem == "Warna?"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Soal;Kunci\nWarna?;A\n",
        b"PK\x03\x04 not really a zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        archive(readme=b"an ordinary archive"),
        archive(**{"[Content_Types].xml": b"<Types/>", "xl__workbook.xml": b"<workbook>"}),
        workbook(ROW)[:-60],
        workbook(ROW)[:700],
        b"x" * (sheet.MAX_BYTES + 1),
        with_part(workbook(ROW), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c t='s'><v>99999</v></c>"),
        with_part(workbook(ROW), "xl/workbook.xml", b"\x00\x01"),
    ],
    ids=["empty", "csv", "half-zip", "xls", "other-zip", "bare", "cut-tail", "cut", "large", "bad-row", "bad-book"],
)
def test_a_file_that_is_no_whole_workbook_is_refused_in_words(data: bytes) -> None:
    reading = sheet.read(data)
    assert reading.questions == ()
    assert len(reading.complaints) == 1
    assert reading.complaints[0].reason


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_part(workbook(ROW), "xl/media/image1.bin", b"\0" * (sheet.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 100_000
    monkeypatch.setattr(sheet, "load_workbook", None)  # would raise TypeError if it were opened
    reading = sheet.read(bomb)
    assert reading.questions == ()
    assert reading.complaints[0].reason


def test_too_many_parts_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = archive(**{f"part{n}": b"" for n in range(sheet.MAX_PARTS + 1)})
    monkeypatch.setattr(sheet, "load_workbook", None)
    assert sheet.read(crowd).questions == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_expansion_is_refused_before_parsing(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'.encode(encoding)
    data = with_part(workbook(ROW), "xl/sharedStrings.xml", laughs)
    monkeypatch.setattr(sheet, "load_workbook", None)
    assert sheet.read(data).questions == ()


def test_a_row_far_down_and_a_claimed_size_do_not_make_work() -> None:
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Soal</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>Kunci</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    reading = sheet.read(with_part(workbook(ROW), "xl/worksheets/sheet1.xml", far))
    assert reading.questions == ()


def test_more_rows_than_allowed_are_named() -> None:
    reading = sheet.read(workbook(*[ROW] * (MAX_QUESTIONS + sheet.SPARE_ROWS + 5)))
    assert len(reading.questions) <= MAX_QUESTIONS + sheet.SPARE_ROWS
    assert reading.complaints[-1].reason


@pytest.mark.parametrize(("key", "right"), [("B", None), ("B.", [False, True]), ("A.", [True, False]), ("A", None)])
def test_a_key_with_two_meanings_is_asked_back(key: str, right: list[bool] | None) -> None:
    """Option A says B and option B says A, as blood groups do: letter or text?"""
    reading = sheet.read(workbook({"Soal": "Golongan darah?", "Opsi A": "B", "Opsi B": "A", "Kunci": key}))
    assert [[option.correct for option in question.options] for question in reading.questions] == (
        [right] if right else []
    )
    text = f"1. Golongan darah?\nA. B\nB. A\nKunci: {key}"
    found = pasted.read(text)
    assert [[option.correct for option in question.options] for question in found.questions] == (
        [right] if right else []
    )
    assert [complaint.line for complaint in found.complaints] == ([] if right else [4])
