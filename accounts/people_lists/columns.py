"""Which column of a table holds what: recognised by its heading in Indonesian or English, or named by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.people_lists.cells import read_phone

# Fields in the order of the template, with the words of the choice on the mapping page.
FIELDS: Final[dict[str, str | Promise]] = {
    "number": _("Participant number"),
    "nip": "NIP",
    "name": _("Name with titles"),
    "title_before": _("Title before the name"),
    "title_after": _("Title after the name"),
    "unit": _("Unit"),
    "region": _("Kabupaten/kota"),
    "province": _("Province"),
    "email": _("Email"),
    "phone": _("Phone number (WhatsApp)"),
}
TEMPLATE: Final = {
    "number": "No. Peserta",
    "nip": "NIP",
    "name": "Nama Lengkap",
    "unit": "Unit Kerja",
    "region": "Kabupaten/Kota",
    "province": "Provinsi",
    "email": "Email",
    "phone": "No. HP (WhatsApp)",
}
# Headings by their letters and digits alone, small.
_WORDS: Final = {
    "number": "nopeserta nomorpeserta nomerpeserta noregistrasi nomorregistrasi noreg noregpeserta "
    "idpeserta kodepeserta "
    "nopes noanggota nomoranggota noinduk nomorinduk notksk participantnumber participantno number participantid id",
    "nip": "nip nipnippppk nippppk nipppk nipppk nomorindukpegawai nipbaru nonip nipni ninip "
    "civilservantnumber "
    "employeenumber nipnrp nipnipppk",
    "name": "nama namalengkap namapeserta namalengkappeserta namalengkapdengangelar namalengkapdangelar namadangelar "
    "namalengkapgelar namadengangelar namapegawai namasesuaisertifikat name fullname participantname completename "
    "nmlengkap",
    "title_before": "gelardepan titlebefore prefix",
    "title_after": "gelarbelakang titleafter suffix degree",
    "unit": "unit unitkerja instansi unitinstansi unitkerjainstansi instansiunitkerja asalinstansi lembaga "
    "asallembaga "
    "satuankerja satker kantor organisasi tempattugas unitorganisasi dinas office institution "
    "organization organisation "
    "workplace agency asalunit namalembaga namainstansi",
    "region": "wilayah kab kota kabkota kabupaten kabupatenkota kotakabupaten wilayahkerja daerah "
    "wilayahtugas regency "
    "city region district kabupatenkotatugas asalkabkota domisili kabkotatugas wilayahkabkota wilayahkabkotaprovinsi",
    "province": "provinsi propinsi prov province",
    "email": "email alamatemail surel emailaktif emailaddress emailadress",
    "phone": "nohp hp nomorhp nowa wa nomorwa whatsapp nowhatsapp nomorwhatsapp nohpwa hpwa nohpwhatsapp notelp telp "
    "notelepon telepon nomortelepon notelpon nomorhpwa nohandphone handphone phone phonenumber mobile mobilenumber "
    "mobilephone cellphone kontak nokontak telponhp notelphp nomorhpaktif nohpaktif nowaaktif nomorhpwhatsapp",
}
_FIELD_OF: Final = {word: field for field, words in _WORDS.items() for word in words.split()}
# A bare "No" usually counts the rows; it is the number only when nothing else is and it does not count.
_BARE_NUMBER: Final = frozenset({"no", "nomor", "nomer", "num", "#", "nr", "nourut"})
_HEAD: Final = 15  # rows in which headings are looked for


@dataclass(frozen=True)
class Layout:
    """Where the headings stand (None: nowhere), what they say, and which column holds which field."""

    heading_row: int | None
    headings: list[str]
    mapping: dict[str, int]

    @property
    def is_enough(self) -> bool:
        """Whether rows can be checked: a name, and a number or a NIP."""
        return enough(self.mapping)


def enough(mapping: Mapping[str, int]) -> bool:
    """Pure.  Only a name and a participant number or NIP are required."""
    return "name" in mapping and ("number" in mapping or "nip" in mapping)


def recognise(rows: Sequence[Sequence[str]]) -> Layout:
    """Pure.  The row with most headings that mean something, among the first of the table."""
    best: int | None = None
    found: dict[str, int] = {}
    for index, row in enumerate(rows[:_HEAD]):
        mapping = _mapping_of(row)
        if len(mapping) >= 2 and len(mapping) > len(found):
            best, found = index, mapping
    if best is None:
        return _without_headings(rows)
    headings = [" ".join(cell.split()) for cell in rows[best]]
    if "number" not in found:
        bare = next((c for c, cell in enumerate(headings) if _bare(cell) in _BARE_NUMBER), None)
        if bare is not None and not _counts([_cell(row, bare) for row in rows[best + 1 :]]):
            found["number"] = bare
    return Layout(best, headings, found)


def _mapping_of(row: Sequence[str]) -> dict[str, int]:
    mapping: dict[str, int] = {}
    for column, cell in enumerate(row):
        field = _field_of(cell)
        if field:
            mapping.setdefault(field, column)
    return mapping


def _field_of(heading: str) -> str | None:
    """Pure.  'No. HP/WA *' -> 'phone', 'NIP (18 digit)' -> 'nip'."""
    if len(heading) > 60:
        return None
    whole, outside = _bare(heading), _bare(re.sub(r"\(.*?\)", "", heading))
    return _FIELD_OF.get(whole) or _FIELD_OF.get(outside)


def _bare(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).lower() or heading.strip()


def _without_headings(rows: Sequence[Sequence[str]]) -> Layout:
    """Pure.  A heading of one known word stands above the old order, so does no heading at all: number, name, unit, and
    after it phone number or NIP, known by their digits; before it there may be a column that counts the rows.

    A first row without a digit above rows that have some names its columns in words we do not know.
    """
    first = rows[0] if rows else []
    if first and not _has_digit(first) and any(_has_digit(row) for row in rows[1:_HEAD]):
        return Layout(0, [" ".join(cell.split()) for cell in first], _mapping_of(first))
    is_heading = bool(first) and (_field_of(first[0]) is not None or _bare(first[0]) in _BARE_NUMBER)
    width = max((len(row) for row in rows), default=0)
    people = rows[1 if is_heading else 0 :]
    one = 1 if width > 2 and _counts_from_one(people) else 0
    width -= one
    mapping = {"number": one, "name": one + 1} | ({"unit": one + 2} if width >= 3 else {}) if width >= 2 else {}
    for column in range(one + 3, one + width):
        known = _known_by_digits([_cell(row, column) for row in people])
        if not known or known in mapping:
            mapping = {}
            break
        mapping[known] = column
    headings = [" ".join(cell.split()) for cell in first] if is_heading else []
    return Layout(0 if is_heading else None, headings, mapping)


def _has_digit(row: Sequence[str]) -> bool:
    return any(letter.isdigit() for cell in row for letter in cell)


def _known_by_digits(cells: Sequence[str]) -> str:
    """Pure.  'nip' or 'phone' for a column that holds nothing else; empty for any other."""
    filled = [cell for cell in cells if cell.strip()]
    if filled and all(re.fullmatch(r"[0-9]{18}", re.sub(r"[\s.'’-]", "", cell)) for cell in filled):
        return "nip"
    return "phone" if filled and all(read_phone(cell) for cell in filled) else ""


def _counts(cells: Sequence[str]) -> bool:
    """Pure.  Whether a column counts its rows: 1, 2, 3 ..."""
    filled = [cell.rstrip(".)") for cell in cells if cell]
    return bool(filled) and all(cell.isdigit() and len(cell) < 6 for cell in filled)


def _counts_from_one(rows: Sequence[Sequence[str]]) -> bool:
    """Pure.  Whether the first column is 1, 2, 3 ..., with or without a full stop."""
    return [_cell(row, 0).rstrip(".)") for row in rows] == [str(n) for n in range(1, len(rows) + 1)]


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
