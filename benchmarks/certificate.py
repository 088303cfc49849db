"""What one complete certificate costs on one core, stage by stage, in CPU time of this process.

``python -m benchmarks.certificate [rounds]`` prints the median of each stage in milliseconds and the certificates per
second per core that follow, twice: with libraries alone (pyHanko seals) and by the faster way behind the same port.
Both ways alternate within each round, and both seals are held against each other by the signer itself.  Keys are
throw-away keys; the compiler is warm, as in a worker.  What the database adds is measured by ``benchmarks.issuing``.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import django

from certificates import codes
from certificates.checking import examine
from certificates.credential.document import host_of, make_credential
from certificates.credential.jwt import make_jwt
from certificates.keys import SigningKeys, load_signing_keys
from certificates.keys.making import Owner, make_keys
from certificates.offline.token import make_token, token_url
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
GOALS = {"libraries alone": 28, "as issued": 80}
ISSUING = (
    "record: check, canonical",
    "K1 signature",
    "credential with proof",
    "token of the large QR",
    "JWT",
    "render PDF/A-3a + UA-1",
    "seal (PAdES B-B, K3)",
    "store: hash, write, sync",
    "log entry",
)
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
    os.environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "SULUH_ENV_FILE": "", "SECRET_KEY": "x" * 50}
    django.setup()
    keys = throw_away_keys()
    libraries, faster = LocalSigner(keys.seal), LocalSigner(keys.seal)
    libraries._by_hand = False  # the way that needs nothing but pyHanko
    with tempfile.TemporaryDirectory() as folder:
        for warming in (True, False):
            ways = {"libraries alone": Stages(), "as issued": Stages()}
            sizes: list[int] = []
            for number in range(1, (3 if warming else rounds) + 1):
                order = list(ways.items())
                for name, stages in order if number % 2 else order[::-1]:
                    signer = libraries if name == "libraries alone" else faster
                    store = Path(folder) / f"{warming}-{number}-{name}"
                    signed, sealed = one(stages, number, keys, partial(_seal, signer), store)
                    stages.run("picture, when first asked", render_picture, signed)
                    assert stages.run("check the file", examine, sealed, keys.register).genuine
                    sizes.append(len(sealed))
    for name, stages in ways.items():
        print(f"-- {name}; goal {GOALS[name]}")
        stages.print(issuing=ISSUING)
    print(f"{'sealed file':<28}{statistics.median(sizes) / 1000:9.1f} kB")


def _seal(signer: LocalSigner, pdf: bytes) -> bytes:
    context = SignContext(signed_at=AT, reason="Sertifikat", location="Serang", idempotency_key="ukur")
    return signer.sign(pdf, context=context).pdf


def one(
    stages: Stages, number: int, keys: SigningKeys, seal: Callable[[bytes], bytes], folder: Path
) -> tuple[SignedRecord, bytes]:
    """A complete certificate from its facts to its stored files: its record, and the sealed bytes."""
    record, holder = draft(number, keys)
    text = stages.run("record: check, canonical", record.canonical)
    signature = stages.run("K1 signature", keys.record.sign, text)
    signed = SignedRecord(text, holder, signature)
    credential = stages.run("credential with proof", lambda: make_credential(signed, key=keys.record))
    code, jwt_key = keys.code, keys.token
    assert code is not None
    assert jwt_key is not None
    token = stages.run("token of the large QR", lambda: make_token(signed, key=code))
    jwt = stages.run("JWT", lambda: make_jwt(json.loads(credential), key=jwt_key, host=host_of(signed.record)))
    address = token_url(record.address, token)
    pdf = stages.run("render PDF/A-3a + UA-1", lambda: render_pdf(signed, credential=credential, token_url=address))
    sealed = stages.run("seal (PAdES B-B, K3)", seal, pdf)
    stages.run("store: hash, write, sync", _store, folder, sealed, credential, jwt)
    hashes = {"record": hashlib.sha256(text).hexdigest(), "pdf": hashlib.sha256(sealed).hexdigest()}
    stages.run("log entry", _log_entry, record.code, record.issued_at, hashes)
    return signed, sealed


def _store(folder: Path, *contents: bytes) -> None:
    """As certificates.storing does it: written aside, synced, renamed, the folder synced."""
    folder.mkdir(exist_ok=True)
    for content in contents:
        aside = folder / "aside"
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(folder / hashlib.sha256(content).hexdigest())
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _log_entry(code: str, time_: str, hashes: dict[str, str]) -> str:
    from certificates.log.entries import Details, public_entry  # its package knows the models

    details = Details(kind="filed", time=time_, code=code, key="", hashes=hashes).text()
    return public_entry(details, time_)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
