"""The demonstration's modules: short, only from cited facts, with their gaps in plain sight."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.loading_kinds import KINDS
from config.seeding.reading import read

pytestmark = pytest.mark.once
MODULES: list[dict[str, Any]] = read("modules")["modul"]
COURSE: dict[str, Any] = read("bimtek-atensi")
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module["kode"]))


def facts_of(module: dict[str, Any]) -> list[dict[str, Any]]:
    return [fact for block in module["isi"] for fact in ([block] if "teks" in block else block.get("fakta", []))]


def test_all_eight_modules_of_the_course_are_written() -> None:
    assert [module["kode"] for module in MODULES] == [module["kode"] for module in COURSE["modul"]]
    assert len(MODULES) == 8


@each_module
def test_a_module_has_120_to_300_words(module: dict[str, Any]) -> None:
    said = [fact["teks"] for fact in facts_of(module)]
    said += [block[kind] for block in module["isi"] for kind in ("judul", "belum") if kind in block]
    said += [text for block in module["isi"] for text in block.get("periksa", {}).values()]
    assert 120 <= sum(len(text.split()) for text in said) <= 300


@each_module
def test_every_fact_names_a_source_that_its_key_facts_name(module: dict[str, Any]) -> None:
    planned = next(entry for entry in COURSE["modul"] if entry["kode"] == module["kode"])
    known = {(s["kode"], s.get("lokasi")) for fact in planned["fakta_kunci"] for s in fact["sumber"]}
    cited = [{(s["kode"], s.get("lokasi")) for s in fact["sumber"]} for fact in facts_of(module)]
    assert all(cited)
    short = {code for code, _place in known}
    assert {(code, place) for one in cited for code, place in one if place} <= known
    assert {code for one in cited for code, _place in one} <= short


def test_questions_of_further_kinds_cite_key_facts_only_and_invent_their_people() -> None:
    entries = read("ragam-soal")["soal"]
    known = {(s["kode"], s.get("lokasi")) for m in COURSE["modul"] for fact in m["fakta_kunci"] for s in fact["sumber"]}
    for entry in entries:
        assert entry["sumber"]
        assert {(source["kode"], source.get("lokasi")) for source in entry["sumber"]} <= known, entry["id"]
    assert {entry["tipe"] for entry in entries} == set(KINDS) - {"pilihan_ganda"}
    assert "(nama rekaan)" in next(entry["kasus"] for entry in entries if "kasus" in entry)


@each_module
def test_gaps_stand_in_a_box_of_their_own(module: dict[str, Any]) -> None:
    assert any("belum" in block for block in module["isi"])


def test_three_questions_of_each_module_that_still_hold_are_reserved_for_the_post_test() -> None:
    final = [entry for entry in COURSE["soal"] if entry["penggunaan"] == "final"]
    assert len(final) == 24
    assert all(entry["usia_fakta"] == "berlaku" for entry in final)
    assert {module["kode"]: sum(e["modul"] == module["kode"] for e in final) for module in MODULES} == {
        module["kode"]: 3 for module in MODULES
    }
