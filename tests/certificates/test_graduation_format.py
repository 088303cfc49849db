"""The protocol of a graduation, version 1: what was frozen is read and printed for ever, and today's look the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from certificates import graduating, graduation_paper
from certificates.record import canonical, sha256

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "graduation"


def frozen() -> bytes:
    return (VECTORS / "protocol-1.json").read_bytes()


def shape(value: Any) -> Any:
    """Members and types, whatever they say; of a list, the shape of each row once."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [json.loads(text) for text in sorted({json.dumps(shape(row), sort_keys=True) for row in value})]
    return type(value).__name__


@pytest.mark.once
def test_a_frozen_protocol_is_spelled_hashed_and_printed_as_it_was() -> None:
    text = frozen()
    facts = json.loads(text)
    assert canonical(facts) == text
    assert f"{sha256(text)}  protocol-1.json\n" == (VECTORS / "protocol-1.sha256").read_text()
    assert (facts["format"], facts["version"]) == (graduating.FORMAT, graduating.VERSION)
    with translation.override("id"):
        said = graduation_paper.paper(facts, sha256(text))
    assert [value for _label, value in said["pairs"]] == [
        "Bimbingan Teknis Pendamping Rehabilitasi Sosial (ATENSI)",
        "Angkatan I Tahun 2026 (ATENSI-I)",
        "2 November 2026",
        "Lulus",
        "30",
        "2",
        "1",
    ]
    assert said["approved"] == [
        ["1", "Siti Nur'aini Rahmawati, S.Tr.Sos.", "Dinas Sosial Kabupaten Lebak", "20 November 2026"],
        ["2", "ꦱꦸꦭꦸꦃ", "", "21 November 2026"],
    ]
    assert said["excepted"] == [["1", "Muḥammad Ḥasan", "UPT \\ Serang", "Belum mengumpulkan tugas akhir."]]
    assert (said["place"], said["signer"]) == ("Bandung, 23 November 2026", "Dra. Ni Luh Ayu Açvi, M.Si.")
    assert (said["subject"], said["footer"]) == ('Balai Besar "Contoh"', "001/PK/BBPPKS-BDG/XI/2026")
    assert said["basis"] == facts["legal_basis"]
    assert sha256(text) in said["note"]
