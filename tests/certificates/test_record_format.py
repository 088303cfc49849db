"""Record v1 is canonical, strict, private where it must be, and verifiable by strangers' tools."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from certificates import record as records
from certificates.keys import KeyEntry
from certificates.keys.register import key_id
from certificates.record import Holder, Hours, MalformedRecord, Scheme, SignedRecord
from tests.factories_certpure import ISSUED_AT, make_record, make_signed_record

VECTORS = Path(__file__).parents[1] / "vectors" / "record"
EXPECTED = json.loads((VECTORS / "expected.json").read_text())


def vector(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def changed(path: str, value: object) -> dict[str, Any]:
    """The vector's members with one of them replaced."""
    members: dict[str, Any] = json.loads(vector("record.json"))
    *way, last = path.split(".")
    place: Any = members
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return members


def test_the_frozen_record_reads_and_writes_back_byte_for_byte() -> None:
    record = records.read_record(vector("record.json"))
    assert record.canonical() == vector("record.json")
    assert records.sha256(record.canonical()) == EXPECTED["record_sha256"]
    assert SignedRecord.unpack(vector("suluh-record.json")).pack() == vector("suluh-record.json")


def test_the_frozen_name_belongs_to_the_frozen_record() -> None:
    holder = Holder(**json.loads(vector("holder.json")))
    assert holder.digest() == EXPECTED["holder_sha256"] == records.read_record(vector("record.json")).holder


def test_the_frozen_signature_holds_and_no_byte_may_change() -> None:
    public = load_pem_public_key(vector("key.pub.pem"))
    assert key_id("k1", public) == EXPECTED["key_id"]
    text = base64.b64encode(
        subprocess.check_output(["openssl", "pkey", "-pubin", "-in", VECTORS / "key.pub.pem", "-outform", "DER"])
    )
    entry = KeyEntry(EXPECTED["key_id"], "record", "Ed25519", text.decode(), ISSUED_AT, ISSUED_AT, demo=False)
    record = vector("record.json")
    assert entry.verifies(record, EXPECTED["signature"])
    for position in range(0, len(record), 97):
        flipped = bytearray(record)
        flipped[position] ^= 1
        assert not entry.verifies(bytes(flipped), EXPECTED["signature"])
    assert not entry.verifies(record, EXPECTED["signature"] + "=")


@pytest.mark.oracle
def test_openssl_verifies_the_frozen_signature(tmp_path: Path) -> None:
    signature = tmp_path / "signature"
    signature.write_bytes(records.decode_signature(EXPECTED["signature"]))
    command: list[str | Path] = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        VECTORS / "key.pub.pem",
        "-rawin",
        "-sigfile",
        signature,
    ]
    good = subprocess.run([*command, "-in", VECTORS / "record.json"], capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in good.stdout
    bad = subprocess.run([*command, "-in", VECTORS / "holder.json"], capture_output=True, text=True, check=False)
    assert bad.returncode != 0


def test_a_record_holds_only_texts_and_whole_numbers() -> None:
    def walk(value: object) -> None:
        if isinstance(value, dict):
            for member in value.values():
                walk(member)
        elif isinstance(value, list):
            for row in value:
                walk(row)
        else:
            assert type(value) in (str, int), value

    walk(json.loads(make_record()[0].canonical()))


def test_the_name_stands_nowhere_in_the_record_and_may_be_erased() -> None:
    signed = make_signed_record(name="Ani Lestari")
    assert b"Ani Lestari" not in signed.record_bytes
    assert signed.record.holder == signed.holder.digest()
    assert Holder("Ani Lestari").digest() != Holder("Ani Lestari").digest()  # a salt of its own each time


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 2),
        ("version", "1"),
        ("format", "other"),
        ("demo", True),
        ("demo", 2),
        ("kind", "diploma"),
        ("score", "85"),
        ("nip", "196501011990031001"),
        ("code", "not a code"),
        ("number", ""),
        ("number", " 1/SP"),
        ("signatory.name", "Budi, NIP 19650101 199003 1 001"),
        ("legal_basis", ["3604011505900002"]),
        ("issuer.address", "https://suluh.example.go.id/"),
        ("issuer.address", "javascript:alert(1)"),
        ("issuer.address", "https://user@suluh.example.go.id"),
        ("issuer.address", "https://" + "a" * 60),
        ("issuer.name", "Dinas\u202eSosial"),
        ("issuer.name", "Dinas\nSosial"),
        ("course.title", "e\u0301tude"),
        ("edition.number", 1.0),
        ("edition.sha256", "AB" * 32),
        ("modules.0.jp_sync", "1.25"),
        ("modules.0.jp_sync", "-1"),
        ("jp.total", "29"),
        ("held.ends_on", "2026-10-01"),
        ("issued_on", "2026-02-30"),
        ("issued_on", "22-11-2026"),
        ("issued_at", "2026-11-22T03:04:05+07:00"),
        ("issued_at", "2026-13-22T03:04:05Z"),
        ("valid_until", "2025-01-01"),
        ("time_zone", "WIB"),
        ("time_zone", "../etc/passwd"),
        ("status.index", -1),
        ("issuer.licence", "KEP.0594/BNSP/III/2021"),
        ("legal_basis", "UU 14/2019"),
        ("salt", "short"),
    ],
)
def test_a_record_that_says_anything_else_is_refused(path: str, value: object) -> None:
    with pytest.raises(MalformedRecord):
        records.Record.from_json(changed(path, value))


@pytest.mark.parametrize("member", ["salt", "holder", "replaces", "status", "units"])
def test_a_record_that_lacks_a_member_is_refused(member: str) -> None:
    members = json.loads(vector("record.json"))
    del members[member]
    with pytest.raises(MalformedRecord):
        records.Record.from_json(members)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: text.replace(b'"version":1', b'"version": 1'),
        lambda text: text + b"\n",
        lambda text: text.replace(b'{"code"', b'{"version":1,"code"', 1),
        lambda text: b"[" * 100_000,
        lambda text: b"\xff" + text,
        lambda text: b"",
    ],
)
def test_other_spellings_of_the_same_facts_are_refused(spelling: Any) -> None:
    with pytest.raises(MalformedRecord):
        records.read_record(spelling(vector("record.json")))


def test_competence_needs_a_licence_a_scheme_and_units() -> None:
    record, _holder = make_record()
    licensed = replace(record.issuer, licence="KEP.0594/BNSP/III/2021")
    scheme = Scheme("SKM-01", "Pendamping Rehabilitasi Sosial")
    complete = replace(record, kind="competence", issuer=licensed, scheme=scheme, result="Kompeten")
    assert records.read_record(complete.canonical()) == complete
    for incomplete in (
        replace(complete, issuer=record.issuer),
        replace(complete, scheme=Scheme()),
        replace(complete, units=()),
    ):
        with pytest.raises(MalformedRecord):
            incomplete.canonical()


def test_hours_add_up_in_halves() -> None:
    record, _holder = make_record(modules=3)
    assert record.jp.total == "10.5"
    with pytest.raises(MalformedRecord):
        replace(record, jp=Hours("10")).canonical()


def test_an_attachment_whose_name_is_exchanged_is_refused() -> None:
    signed = make_signed_record()
    members = json.loads(signed.pack())
    members["holder"]["name"] = "Orang Lain"
    with pytest.raises(MalformedRecord):
        SignedRecord.unpack(records.canonical(members))


@pytest.mark.parametrize("name", ["", "a" * 81, " Ani", "Ani  Lestari", "Ani\u0000", "安妮", "Ani \U0001f600"])
def test_a_name_that_cannot_be_printed_whole_is_refused(name: str) -> None:
    signed = make_signed_record()
    members = json.loads(signed.pack())
    members["holder"] = asdict(Holder(name))
    members["record"]["holder"] = hashlib.sha256(records.canonical(members["holder"])).hexdigest()
    with pytest.raises(MalformedRecord):
        SignedRecord.unpack(records.canonical(members))
