"""What one certificate costs on one core, stage by stage, in CPU time of this process.

``python -m benchmarks.certificate [rounds]`` prints the median of each stage in milliseconds, their sum, and the
certificates per second per core that follow from it.  Keys are throw-away keys; the compiler is warm, as in a worker.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from certificates import codes
from certificates.checking import examine
from certificates.keys import SigningKeys, load_signing_keys
from certificates.keys.making import Owner, make_keys
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
)
from certificates.rendering import render_pdf, render_picture
from certificates.signing import LocalSigner, SignContext

Result = TypeVar("Result")
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class Stages:
    """CPU milliseconds of each stage, over all rounds."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def run(self, name: str, stage: Callable[..., Result], *arguments: object) -> Result:
        start = time.process_time_ns()
        result = stage(*arguments)
        self.spent.setdefault(name, []).append((time.process_time_ns() - start) / 1e6)
        return result

    def print(self, *, issuing: tuple[str, ...]) -> None:
        medians = {name: statistics.median(values) for name, values in self.spent.items()}
        for name, values in self.spent.items():
            spread = statistics.quantiles(values, n=10)
            print(f"{name:<28}{medians[name]:9.2f} ms   (10-90 %: {spread[0]:.2f} to {spread[-1]:.2f})")
        whole = sum(medians[name] for name in issuing)
        print(f"{'issuing, CPU':<28}{whole:9.2f} ms   = {1000 / whole:.0f} certificates per second per core")


def throw_away_keys() -> SigningKeys:
    """Keys for this run only."""
    passphrase = secrets.token_hex(16)
    os.environ["SULUH_KEY_PASSPHRASE"] = passphrase
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys"
        make_keys(path, passphrase=passphrase.encode(), owner=Owner("Pengukuran", demo=True), at=AT)
        return load_signing_keys(path)


def draft(number: int, keys: SigningKeys) -> tuple[Record, Holder]:
    """A certificate of usual size: eight modules, seven units."""
    holder = Holder(f"Peserta Nomor {number}, S.Tr.Sos.")
    record = Record(
        salt="A" * 22,
        code=codes.new_code(),
        number=f"{number:04d}/SP/UKUR/XI/2026",
        kind="training",
        demo=1,
        key=keys.record.entry.key_id,
        issuer=Issuer(
            "0b9e9f8e-7d2c-4a59-9d43-0f6c2b8f7a11", "Balai Pengukuran", "Serang", "https://suluh.example.org"
        ),
        holder="0" * 64,
        course=Course(
            "5f0c1b8e-55a1-4a0e-8a53-1b1f5a0d9a10", "UKUR", "Bimbingan Teknis Pendamping Rehabilitasi Sosial"
        ),
        edition=Edition(1, "0" * 64),
        held=Held("Angkatan I", "2026-11-02", "2026-11-20"),
        modules=tuple(Module(f"M{n}", f"Materi pelatihan nomor {n}", "2", "1.5") for n in range(1, 9)),
        jp=Hours("28", "usulan"),
        units=tuple(Unit(f"K{n}", f"Unit kompetensi nomor {n}", "Tercapai") for n in range(1, 8)),
        result="Lulus",
        issued_on="2026-11-22",
        issued_at="2026-11-22T03:04:05Z",
        time_zone="Asia/Jakarta",
        legal_basis=("UU Nomor 14 Tahun 2019 tentang Pekerja Sosial",),
        signatory=Signatory("Dr. Budi Santoso, M.Si.", "Kepala Balai"),
        name_confirmed_at="2026-11-01T02:00:00Z",
        status=StatusSlot("1", number),
    )
    return replace(record, holder=holder.digest()), holder


def main(rounds: int) -> None:
    keys = throw_away_keys()
    signer = LocalSigner(keys.seal)
    context = SignContext(signed_at=AT, reason="Sertifikat", location="Serang", idempotency_key="ukur")

    def seal(pdf: bytes) -> bytes:
        return signer.sign(pdf, context=context).pdf

    for warming in (True, False):
        stages = Stages()
        sizes = []
        for number in range(1, (3 if warming else rounds) + 1):
            record, holder = draft(number, keys)
            text = stages.run("record: check, canonical", record.canonical)
            signature = stages.run("K1 signature", keys.record.sign, text)
            signed = SignedRecord(text, holder, signature)
            pdf = stages.run("render PDF/A-3a + UA-1", render_pdf, signed)
            sealed = stages.run("seal (PAdES B-B, K3)", seal, pdf)
            stages.run("hash", hashlib.sha256, sealed)
            stages.run("picture, when first asked", render_picture, signed)
            facts = stages.run("check the file", examine, sealed, keys.register)
            assert facts.genuine
            sizes.append(len(sealed))
    stages.print(
        issuing=("record: check, canonical", "K1 signature", "render PDF/A-3a + UA-1", "seal (PAdES B-B, K3)", "hash")
    )
    print(f"{'sealed file':<28}{statistics.median(sizes) / 1000:9.1f} kB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
