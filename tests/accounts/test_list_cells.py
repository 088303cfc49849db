"""One row as people write it: numbers, NIP, names, addresses, phones; and columns by their headings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts import spelling
from accounts.people_lists import columns
from accounts.people_lists.cells import Entry, nip_fault, read_entry, read_phone
from accounts.people_lists.planning import refuse_repeats

TODAY = date(2026, 11, 22)
TITLED = ("title_before", "name", "title_after", "nip")
FIELDS = ("number", "nip", "name", "email", "phone")


def read(*cells: str, rounded: tuple[int, ...] = ()) -> Entry:
    return read_entry(2, cells, rounded, {name: n for n, name in enumerate(FIELDS)}, today=TODAY)


def codes(entry: Entry) -> list[str]:
    return [code for code, _words in (*entry.reasons, *entry.notices)]


@pytest.mark.parametrize(
    ("nip", "fault"),
    [
        ("198001012006041001", ""),
        ("198705122023211012", ""),  # PPPK
        ("198705122026211012", ""),
        ("198713122006041001", "birth"),
        ("198702302006041001", "birth"),
        ("192902012006041001", "birth"),
        ("203001012006041001", "birth"),
        ("198001012006131001", "start"),
        ("198001012006001001", "start"),
        ("198001011990041001", "order"),
        ("198001012027011001", "future"),
        ("198001012026121001", "future"),
        ("198001012006043001", "sex"),
        ("198001012006041000", "sequence"),
    ],
)
def test_an_impossible_nip_is_known_by_its_part(nip: str, fault: str) -> None:
    assert nip_fault(nip, today=TODAY) == fault


@pytest.mark.parametrize("written", ["19800101 200604 1 001", "'198001012006041001", "19800101.200604.1.001"])
def test_a_nip_is_read_however_it_is_grouped(written: str) -> None:
    assert read("", written, "Ani").nip == "198001012006041001"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("PST-1", "", "Ani"), []),
        (("", "198001012006041001", "Ani"), ["number-assigned"]),
        (("", "", "Ani"), ["number-missing"]),
        (("-", "tidak ada", "Ani"), ["number-missing"]),
        (("P!", "", "Ani"), ["number-shape"]),
        (("PST-1", "1980", "Ani"), ["nip-shape"]),
        (("PST-1", "", ""), ["name-missing"]),
        (("PST\u20111", "", "Ani"), []),
        (("PST-1", "", "A" * 201), ["name-long"]),
        (("PST-1", "", "Budi 😀"), ["name-letters"]),
        (("PST-1", "", "王小明"), ["name-letters"]),
        (("PST-1", "", "محمد أحمد"), []),
        (("PST-1", "", "=1+1"), ["name-shape"]),
        (("PST-1", "", "081234567890"), ["name-shape"]),
        (("PST-1", "", "Nur\ufffdaini"), ["name-damaged"]),
        (("PST-1", "", "Nur?aini"), ["name-damaged"]),
        (("PST-1", "", "Nurâ€™aini"), ["name-encoding"]),
        (("PST-1", "", "SITI AMINAH, S.SOS"), ["name-capitals"]),
        (("PST-1", "", "Ani", "bukan email"), ["email-shape"]),
        (("PST-1", "", "Ani", "-"), []),
        (("PST-1", "", "Ani", "", "belum punya"), ["phone-left-out"]),
        (("3604151203870001", "", "Ani"), ["number-nik"]),
    ],
)
def test_each_cell_says_what_is_wrong_with_it(cells: tuple[str, ...], told: list[str]) -> None:
    assert codes(read(*cells)) == told


def test_rounded_numbers_are_refused_where_they_would_be_kept() -> None:
    entry = read("3604151203870000", "198705122023211000", "Ani", rounded=(0, 1))
    assert codes(entry) == ["number-rounded", "nip-rounded"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0812-3456-7890", "081234567890"),
        ("0812‑3456–7890", "081234567890"),
        ("+62 812 3456 7890", "081234567890"),
        ("6281234567890", "081234567890"),
        ("81234567890", "081234567890"),  # a spreadsheet took the zero
        ("0812 3456 7890 / 0813 1111 2222", "081234567890"),
        ("(021) 555-1234", "0215551234"),
        ("+60 12 345 6789", "+60123456789"),
        ("123", ""),
        ("nihil", ""),
    ],
)
def test_a_phone_number_is_kept_in_one_shape(written: str, kept: str) -> None:
    assert read_phone(written) == kept


@pytest.mark.parametrize(
    ("capitals", "suggestion"),
    [
        ("SITI NUR'AINI, S.SOS., M.SI.", "Siti Nur'aini, S.Sos., M.Si."),
        ("DR. H. AHMAD BIN YUSUF", "Dr. H. Ahmad bin Yusuf"),
        ("NI LUH PUTU AYU, S.TR.SOS", "Ni Luh Putu Ayu, S.Tr.Sos."),
        ("D'ORNAY VAN ROOM", "D'Ornay van Room"),
        ("SRI-MULYANI A.R.", "Sri-Mulyani A.R."),
    ],
)
def test_capitals_get_a_suggestion(capitals: str, suggestion: str) -> None:
    assert spelling.in_capitals(capitals)
    assert spelling.suggested(capitals) == suggestion


@pytest.mark.parametrize("name", ["Siti Aminah, S.SOS", "A.R. Fachruddin", "ST", "siti aminah"])
def test_titles_and_initials_are_not_capitals(name: str) -> None:
    assert not spelling.in_capitals(name)


@pytest.mark.parametrize(
    ("headings", "mapping"),
    [
        (["No.", "No. Peserta", "NIP", "Nama (Lengkap dengan Gelar)"], {"number": 1, "nip": 2, "name": 3}),
        (["NAMA LENGKAP *", "N I P", "UNIT/INSTANSI"], {"name": 0, "nip": 1, "unit": 2}),
        (
            ["Participant Number", "Full name", "Regency", "Province"],
            {"number": 0, "name": 1, "region": 2, "province": 3},
        ),
        (["Nama", "Kab/Kota", "Alamat Email", "No HP/WA"], {"name": 0, "region": 1, "email": 2, "phone": 3}),
        (
            ["Gelar Depan", "Nama", "Gelar Belakang", "NIP/NI PPPK"],
            {"title_before": 0, "name": 1, "title_after": 2, "nip": 3},
        ),
        (["Nomor Peserta", "Nama", "Nama Panggilan", "Nama"], {"number": 0, "name": 1}),
    ],
)
def test_columns_are_recognised_by_their_headings(headings: list[str], mapping: dict[str, int]) -> None:
    found = columns.recognise([["DAFTAR PESERTA"], headings, ["x1", "Ani"]])
    assert (found.heading_row, found.mapping) == (1, mapping)


def test_a_column_that_counts_the_rows_is_no_participant_number() -> None:
    counting = columns.recognise([["No", "NIP", "Nama"], ["1", "", "Ani"], ["2", "", "Budi"]])
    naming = columns.recognise([["No", "NIP", "Nama"], ["PST-9", "", "Ani"]])
    assert ("number" in counting.mapping, naming.mapping["number"]) == (False, 0)


def test_a_counting_column_before_number_and_name_needs_no_heading() -> None:
    counted = columns.recognise([["1.", "PST-9", "Ani", "Dinas"], ["2.", "PST-4", "Budi", "Dinas"]])
    assert counted.mapping == {"number": 1, "name": 2, "unit": 3}
    numbers = columns.recognise([["1001", "Ani", "Dinas"], ["1002", "Budi", "Dinas"]])
    assert numbers.mapping == {"number": 0, "name": 1, "unit": 2}


def entry(line: int, number: str = "", name: str = "Ani", **fields: Any) -> Entry:
    return Entry(line, number=number, name=name, **fields)


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([entry(2, "A-1"), entry(3, "A-1", "ANI, S.Sos")], {3: "number-twice"}),
        ([entry(2, "A-1"), entry(3, "A-1", "Budi")], {2: "number-two-names", 3: "number-two-names"}),
        ([entry(2, "A-1", nip="1"), entry(3, "A-2", nip="1")], {2: "nip-twice", 3: "nip-twice"}),
        ([entry(2, nip="1"), entry(3, nip="1")], {3: "nip-twice"}),
        ([entry(2, "A-1", email="a@b.id"), entry(3, "A-2", email="A@B.id")], {2: "email-twice", 3: "email-twice"}),
        ([entry(2, "A-1"), entry(3, "A-2")], {}),
    ],
)
def test_repeats_in_the_file_are_refused(rows: list[Entry], refused: dict[int, str]) -> None:
    refuse_repeats(rows)
    assert {row.line: row.reasons[0][0] for row in rows if row.reasons} == refused
