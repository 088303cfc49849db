"""Who the names of a report are: sure by e-mail, number or the same name; anything else is only suggested."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from courses.attendance.matching import Match, Person, key_of, match

PEOPLE = [
    Person("siti", "Siti Aminah, S.Sos.", "PDP-001", "siti@contoh.id"),
    Person("syuaib", "Syu'aib Ma'ruf", "PDP-002"),
    Person("yohanes", "Yohanes Berek", "PDP-003"),
    Person("aminah1", "Aminah", "PDP-010"),
    Person("budi1", "Budi Santoso", "TKS-0101"),
    Person("budi2", "Drs. H. Budi Santoso, M.Si.", "TKS-0102"),
    Person("agus", "AGUS", "TKS-0103"),
    Person("dewi", "Déwi Lestari", "TKS-0104"),
]


@dataclass
class Row:
    name: str
    original: str = ""
    email: str = ""


def one(name: str, original: str = "", email: str = "") -> Match:
    return match([Row(name, original, email)], PEOPLE)[0]


@pytest.mark.parametrize(
    ("row", "who", "why"),
    [
        (("Laptop kantor", "", "SITI@contoh.id"), "siti", "email"),
        (("PDP-003 Yohanes",), "yohanes", "number"),
        (("pdp 003_yohanes",), "yohanes", "number"),
        (("Galaxy A14", "Syu'aib Ma'ruf"), "syuaib", "name"),
        (("SYUAIB MARUF",), "syuaib", "name"),
        (("Syu’aib Ma’ruf, S.Tr.Sos",), "syuaib", "name"),
        (("siti aminah",), "siti", "name"),
        (("dewi lestari",), "dewi", "name"),
        (("Agus",), "agus", "name"),
    ],
)
def test_sure(row: tuple[str, ...], who: str, why: str) -> None:
    found = one(*row)
    assert (found.enrolment_id, found.why.value) == (who, why)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Siti Amina", "siti"),
        ("Yohanes B", "yohanes"),
        ("Lestari Dewi", "dewi"),
        ("Siti", "siti"),
        ("Syuaib", "syuaib"),
    ],
)
def test_likely_is_only_suggested(name: str, first: str) -> None:
    found = one(name)
    assert found.enrolment_id is None
    assert found.why.value == "unclear"
    assert found.suggestions[0] == first


def test_two_people_of_one_name_are_told_apart_by_a_person() -> None:
    found = one("Budi Santoso")
    assert found.enrolment_id is None
    assert set(found.suggestions[:2]) == {"budi1", "budi2"}


def test_strangers_stay_strangers() -> None:
    assert one("iPhone").why.value == "unknown"
    assert one("").enrolment_id is None
    assert one("X", email="lain@contoh.id").enrolment_id is None


def test_a_short_number_within_another_word_is_no_number() -> None:
    people = [Person("a", "Ani", "12"), Person("b", "Bayu", "34")]
    assert match([Row("Ruang 12")], people)[0].enrolment_id is None


def test_a_number_within_a_longer_number_is_another_one() -> None:
    people = [Person("a", "Ani Wijaya", "PDP-01"), Person("b", "Bayu Pratama", "PDP-011")]
    assert match([Row("PDP-011")], people)[0].enrolment_id == "b"


def test_keys() -> None:
    assert key_of("Hj. Nur'aini, S.Sos., M.Si.") == key_of("NURAINI")
    assert key_of("Dr.") == "dr"
