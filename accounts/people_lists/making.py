"""Lists like those that arrive: realistic people of the field, and faults planted where a file says they are.

Nobody in them exists.  The same seed makes the same list; units and regions are those of the reference data.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import yaml

from accounts.people_lists.names_of_the_field import full_name
from accounts.reference import DATA, read_regions

HEADINGS: Final = (
    "No",
    "No. Peserta",
    "NIP",
    "Nama Lengkap",
    "Unit Kerja",
    "Kab/Kota",
    "Provinsi",
    "Email",
    "No. HP (WA)",
)
ABOVE: Final = 3  # title, an empty row, headings
# 183 PPD and 808 TKSPD came to one bimtek.
PPD_SHARE: Final = 183 / 991


@dataclass
class MadeRow:
    """One person of the list; cells in the order of HEADINGS, numbers where a spreadsheet would keep a number."""

    number: str
    nip: str | int
    name: str
    unit: str
    region: str
    province: str
    email: str
    phone: str

    def cells(self, position: int) -> list[str | int]:
        number: str | int = int(self.number) if self.number.isdigit() else self.number
        return [position, number, self.nip, self.name, self.unit, self.region, self.province, self.email, self.phone]


@dataclass
class Expected:
    """What a dry run must say about the row in ``line`` of the file."""

    line: int
    outcome: str
    codes: list[str]


@dataclass
class MadeList:
    """Rows, and every row about which there is something to say."""

    rows: list[MadeRow]
    expected: list[Expected] = field(default_factory=list)

    def table(self) -> list[list[str | int]]:
        """Everything that stands in the file, from its first row."""
        title: list[str | int] = ["DAFTAR PESERTA BIMBINGAN TEKNIS ASISTENSI REHABILITASI SOSIAL"]
        return [title, [], list(HEADINGS), *[row.cells(n) for n, row in enumerate(self.rows, start=1)]]


def make(people: int, *, seed: int, faults: bool = False) -> MadeList:
    """Pure but for reading the reference data.  ``people`` rows; with ``faults`` some of them are planted."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable list, not a secret
    regions = read_regions((DATA / "regions.tsv").read_text(encoding="utf-8"))
    provinces = {code: name for code, name in regions if len(code) == 2}
    towns = [(name, provinces[code[:2]]) for code, name in regions if len(code) > 2]
    units = [unit["nama"] for unit in yaml.safe_load((DATA / "units.yaml").read_text(encoding="utf-8"))["unit"]]
    units_once = [name for name in units if units.count(name) == 1]
    ppd = round(people * PPD_SHARE)
    rows = [_person(chance, n, is_ppd=n <= ppd, unit=chance.choice(units_once), town=chance.choice(towns))
            for n in range(1, people + 1)]  # fmt: skip
    chance.shuffle(rows)
    made = MadeList(rows)
    if faults:
        _plant(made, chance)
    return made


def _person(chance: random.Random, n: int, *, is_ppd: bool, unit: str, town: tuple[str, str]) -> MadeRow:
    born = date(1965, 1, 1) + timedelta(days=chance.randrange(35 * 365))
    woman = chance.random() < 0.55
    return MadeRow(
        number=f"{'PPD' if is_ppd else 'TKSPD'}-{n:04d}",
        nip=_nip(chance, born, n, woman=woman) if is_ppd else "",
        name=full_name(chance, woman=woman, titled=is_ppd),
        unit=unit if chance.random() < 0.7 else "",
        region=town[0],
        province=town[1],
        email=f"peserta{n}.{chance.randrange(1000)}@example.org" if chance.random() < 0.6 else "",
        phone=_phone(chance, n),
    )


def _nip(chance: random.Random, born: date, n: int, *, woman: bool) -> str:
    """A PPPK's number: date of birth, year and kind of appointment, sex, sequence."""
    return f"{born:%Y%m%d}{chance.choice((2022, 2023, 2024))}21{2 if woman else 1}{n % 999 + 1:03d}"


def _phone(chance: random.Random, n: int) -> str:
    rest = f"{n:04d}{chance.randrange(10_000):04d}"
    shapes = ("0812{}", "+62 813 {}", "62821{}", "0852-{}", "0896 {}")
    return chance.choice(shapes).format(rest) if chance.random() < 0.9 else ""


def _changed(**values: str | int) -> Callable[[MadeRow], None]:
    def change(row: MadeRow) -> None:
        for name, value in values.items():
            setattr(row, name, value)

    return change


# What is done to one row, and what the dry run must say about it.
_SINGLE: Final[list[tuple[Callable[[MadeRow], None], str, str]]] = [
    (_changed(name=""), "refused", "name-missing"),
    (_changed(email="siti.contoh.org"), "refused", "email-shape"),
    (_changed(email="tanpa@titik"), "refused", "email-shape"),
    (_changed(nip="198713122023211012"), "refused", "nip-impossible"),
    (_changed(nip="198702302023211012"), "refused", "nip-impossible"),
    (_changed(nip="198702032010133012"), "refused", "nip-impossible"),
    (_changed(nip="198702032010013012"), "refused", "nip-impossible"),
    (_changed(nip="198702032010011000"), "refused", "nip-impossible"),
    (_changed(nip="19870203201001"), "refused", "nip-shape"),
    (_changed(nip=198702032010011000), "refused", "nip-rounded"),
    (_changed(number="3604151203870000"), "refused", "number-rounded"),
    (_changed(number="", nip=""), "refused", "number-missing"),
    (_changed(number="P!7"), "refused", "number-shape"),
    (_changed(name='=HYPERLINK("http://contoh.example","Klik")'), "refused", "name-shape"),
    (_changed(name="Nur\ufffdaini Lestari"), "refused", "name-damaged"),
    (_changed(unit="Sentra Terpadu Inten Suwenoo"), "refused", "unit-near"),
    (_changed(unit="Qwxyz Vbjkl"), "refused", "unit-unknown"),
    (_changed(region="Kabupaten Polewali Mandr", province=""), "refused", "region-near"),
    (_changed(region="Serang", province="Banten"), "refused", "region-many"),
    (_changed(name="SRI WAHYUNINGSIH NUR'AINI, S.SOS."), "new", "name-capitals"),
    (_changed(name="MUHAMMAD SYU'AIB MA'RUF"), "new", "name-capitals"),
    (_changed(phone="belum punya HP"), "new", "phone-left-out"),
    (_changed(number="", nip="198705122023211998"), "new", "number-assigned"),
]


def _plant(made: MadeList, chance: random.Random) -> None:
    """Spoil rows that stand far apart, and say so in the order of the file."""
    spots = chance.sample(range(len(made.rows)), len(_SINGLE) + 8)
    for change, outcome, code in _SINGLE:
        spot = spots.pop()
        change(made.rows[spot])
        _expect(made, spot, outcome, code)
    pairs = [sorted((spots.pop(), spots.pop())) for _n in range(4)]
    (first, again), (one, other), (left, right), (here, there) = pairs
    twin = made.rows[first]
    made.rows[again] = MadeRow(twin.number, "", twin.name, twin.unit, twin.region, twin.province, "", "")
    _expect(made, again, "refused", "number-twice")
    made.rows[other].number = made.rows[one].number
    made.rows[one].name, made.rows[other].name = "Yohanes Baptista Lerebulan", "Maria Goreti Samponu"
    made.rows[left].nip = made.rows[right].nip = "197904252022211997"
    made.rows[left].name, made.rows[right].name = "Ni Luh Putu Ekayani", "Hotmaida Simanjuntak"
    made.rows[here].email = made.rows[there].email = "dinsos.bersama@example.org"
    for spot, code in ((one, "number-two-names"), (other, "number-two-names"), (left, "nip-twice"),
                       (right, "nip-twice"), (here, "email-twice"), (there, "email-twice")):  # fmt: skip
        _expect(made, spot, "refused", code)
    made.expected.sort(key=lambda expected: expected.line)


def _expect(made: MadeList, spot: int, outcome: str, code: str) -> None:
    made.expected.append(Expected(spot + ABOVE + 1, outcome, [code]))
