"""The page of a scanned code is filled instead of rendered: it must say the same, and nothing of the one before."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string

from certificates import answer_page
from certificates.models import Certificate, NameErasure, StatusChange
from certificates.record import read_instant, sha256
from certificates.verifying import Standing, assess
from cms import folding
from tests.factories_accounts import AT
from tests.factories_certpure import make_signed_record, signing_keys

pytestmark = pytest.mark.once
LATER = AT + timedelta(days=40)


def standing(*happened: str, name: str = "Ani", key_ends: dict[str, Any] | None = None, **said: Any) -> Standing:
    """What the register says about a certificate with these facts; ``row`` changes its columns afterwards."""
    keys, row = signing_keys(), said.pop("row", {})
    signed = make_signed_record(keys=keys, name=name, **said)
    record = signed.record
    facts = {
        "code": record.code, "number": record.number, "kind": record.kind, "issuer_key": record.issuer.id,
        "record_text": signed.record_bytes.decode(), "record_sha256": sha256(signed.record_bytes),
        "signature": signed.signature, "key_id": record.key, "name_member": json.dumps(asdict(signed.holder)),
        "time_zone": record.time_zone, "issued_at": read_instant(record.issued_at), "file_sha256": "a" * 64,
        "issued_on": date.fromisoformat(record.issued_on), "is_demo": bool(record.demo), "replaces": None,
        "valid_until": date.fromisoformat(record.valid_until) if record.valid_until else None,
        "training": record.course.title, "status_list": record.status.list, "status_index": record.status.index,
    }  # fmt: skip
    certificate = Certificate(**facts | row)
    certificate.logged_at = None  # type: ignore[attr-defined]
    if not certificate.name_member:
        certificate.erasure = NameErasure(at=LATER)  # type: ignore[attr-defined]
    changes = [StatusChange(status=status, reason=f"Karena <{status}>", at=LATER) for status in happened]
    register = replace(keys.register, entries=tuple(replace(key, **key_ends or {}) for key in keys.register.entries))
    return assess(certificate, changes, register, at=LATER + timedelta(days=1))


def rendered(shown: Standing, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patched:
        patched.setattr(answer_page, "filled", lambda name, decides, texts: render_to_string(name, decides | texts))
        return answer_page.main_of(shown)


def test_the_filled_page_is_the_rendered_page_whatever_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    older, newer = Certificate(code="OLD-ER1", number="1/LAMA"), Certificate(code="NEW-ER2", number="2/BARU")
    shown = {
        "Tercatat dan berlaku": standing(),
        "sedang ditangguhkan": standing("suspended"),
        "Berlaku kembali": standing("suspended", "valid", name="O'Neil <b>\ue000code\ue001</b>"),
        "sudah dicabut": standing("revoked"),
        "kedaluwarsa": standing(valid_until="2026-12-01"),
        "dihapus": standing(row={"name_member": ""}),
        "tidak cocok dengan tanda tangannya": standing(row={"record_sha256": "0" * 64}),
        "bukan rekaman": standing(row={"record_text": "{}"}),
        "dicuri": standing(key_ends={"revoked_at": AT, "revoked_reason": "dicuri <malam>"}),
        "dihentikan": standing(key_ends={"retired_at": AT}),
        "Menggantikan nomor 1/LAMA": replace(standing(), replaces=older),
        "kini nomor 2/BARU": replace(standing("replaced"), replaced_by=newer),
        "Sertifikat pelatihan": standing(name="Budi", number="2/SP", modules=1, units=0),
    }
    pages = {words: answer_page.main_of(one) for words, one in shown.items()}
    for words, one in shown.items():
        assert pages[words] == answer_page.main_of(one) == rendered(one, monkeypatch)
        assert "<b>" not in pages[words]
        assert "<malam>" not in pages[words]
        assert words in pages[words] or words == "bukan rekaman"
    assert "O&#x27;Neil &lt;b&gt;" in pages["Berlaku kembali"]
    assert [words for words, page in pages.items() if "Budi" in page] == ["Sertifikat pelatihan"]
    assert len(set(pages.values())) == len(pages)


def test_a_template_that_changes_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="changes a text"):
        folding.filled("components/code.html", {}, {"code": "ABC-DEF"})
    assert folding.filled("components/chip.html", {"tone": "bad"}, {"word": "<i>"}) == render_to_string(
        "components/chip.html", {"tone": "bad", "word": "<i>"}
    )
