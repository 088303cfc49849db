"""Keys, records and sealed files for tests.  Keys are made once per run and thrown away with it."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from certificates import codes
from certificates.keys import SigningKeys, load_signing_keys
from certificates.keys.making import Owner
from certificates.record import (
    Course,
    Edition,
    Held,
    Holder,
    Hours,
    Issuer,
    Module,
    Record,
    Signatory,
    SignedRecord,
    StatusSlot,
    Unit,
    hours,
)
from certificates.rendering import render_pdf
from certificates.signing import LocalSigner, SignContext
from tests.kept_keys import keys_in

PASSPHRASE = "kata sandi untuk uji saja"
KEYS_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
ISSUED_AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
NAME = "Siti Nur'aini Rahmawati, S.Tr.Sos."

_MODULES = (
    "Kebijakan dan dasar hukum ATENSI",
    "Tujuh komponen layanan ATENSI",
    "Tahapan layanan dan manajemen kasus",
    "Klaster sasaran dan penerima manfaat",
    "Asesmen komprehensif",
    "Kolaborasi dan tim kerja lintas program",
    "Pencatatan, pelaporan, dan pelindungan data",
    "Etika, supervisi, dan keselamatan kerja",
)
_UNITS = (
    "Dukungan pemenuhan kebutuhan hidup layak",
    "Perawatan sosial dan/atau pengasuhan anak",
    "Dukungan keluarga",
    "Terapi fisik, psikososial, dan mental spiritual",
    "Pelatihan vokasional dan/atau pembinaan kewirausahaan",
    "Bantuan dan asistensi sosial",
    "Dukungan aksesibilitas",
)


@cache
def signing_keys(name: str = "Suluh", *, demo: bool = False) -> SigningKeys:
    """Keys made for this run; another name gives a stranger's twin."""
    folder = Path(tempfile.mkdtemp(prefix="suluh-test-keys-")) / "keys"
    keys_in(folder, passphrase=PASSPHRASE, owner=Owner(name.split("/")[0], demo), at=KEYS_MADE_AT, which=name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SULUH_KEY_PASSPHRASE", PASSPHRASE)
        return load_signing_keys(folder)


def make_record(
    *, keys: SigningKeys | None = None, name: str = NAME, modules: int = 8, units: int = 7, **facts: Any
) -> tuple[Record, Holder]:
    """A training record with its name member; ``facts`` replace members, and the template follows kind and version."""
    keys = keys or signing_keys()
    holder = Holder(name, "bmFtYS1zYWx0LXVudHVrLQ")
    rows = tuple(Module(f"M{n + 1}", _MODULES[n % len(_MODULES)], "2", "1.5") for n in range(modules))
    record = Record(
        salt="Z2FyYW0tdW50dWstdWppLQ",
        code=codes.new_code(choose=random.Random(1).choice),
        number="0001/SP/SULUH-BANTEN/XI/2026",
        kind="training",
        demo=int(keys.record.entry.demo),
        key=keys.record.entry.key_id,
        issuer=Issuer(
            "0b9e9f8e-7d2c-4a59-9d43-0f6c2b8f7a11",
            "Dinas Sosial Provinsi Banten",
            "Serang",
            "https://suluh.example.go.id",
        ),
        holder=holder.digest(),
        course=Course(
            "5f0c1b8e-55a1-4a0e-8a53-1b1f5a0d9a10",
            "BIMTEK-ATENSI",
            "Bimbingan Teknis Pendamping Rehabilitasi Sosial (ATENSI)",
        ),
        edition=Edition(1, "ab" * 32),
        held=Held("Angkatan I Tahun 2026", "2026-11-02", "2026-11-20"),
        modules=rows,
        jp=Hours(hours(Decimal("3.5") * modules), "usulan"),
        units=tuple(Unit(f"K{n + 1}", _UNITS[n % len(_UNITS)], "Tercapai") for n in range(units)),
        result="Lulus",
        issued_on="2026-11-22",
        issued_at="2026-11-22T03:04:05Z",
        time_zone="Asia/Jakarta",
        legal_basis=("Permensos Nomor 15 Tahun 2025 tentang Asistensi Rehabilitasi Sosial",),
        signatory=Signatory("Dr. Budi Santoso, M.Si.", "Kepala Dinas Sosial Provinsi Banten"),
        name_confirmed_at="2026-11-01T02:00:00Z",
        status=StatusSlot("1", 4711),
    )
    if not {"kind", "version"}.isdisjoint(facts):
        facts = {"template": ""} | facts
    return replace(record, **facts), holder


def make_signed_record(*, keys: SigningKeys | None = None, **facts: Any) -> SignedRecord:
    """A record signed with K1."""
    keys = keys or signing_keys()
    record, holder = make_record(keys=keys, **facts)
    text = record.canonical()
    return SignedRecord(text, holder, keys.record.sign(text))


def seal(pdf: bytes, *, keys: SigningKeys | None = None, at: datetime = ISSUED_AT) -> bytes:
    """The file sealed with K3."""
    context = SignContext(signed_at=at, reason="Sertifikat", location="Serang", idempotency_key="uji")
    return LocalSigner((keys or signing_keys()).seal).sign(pdf, context=context).pdf


def make_certificate(*, keys: SigningKeys | None = None, at: datetime = ISSUED_AT, **facts: Any) -> bytes:
    """A complete certificate file."""
    keys = keys or signing_keys()
    return seal(render_pdf(make_signed_record(keys=keys, **facts)), keys=keys, at=at)
