"""Records of every version are canonical, strict, private where it must be, and verifiable by strangers' tools."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import unicodedata
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from accounts import names
from certificates import record as records
from certificates.keys import KeyEntry
from certificates.keys.register import key_id
from certificates.record import Holder, Hours, MalformedRecord, Scheme, SignedRecord, new_salt
from certificates.record_schema import check_holder
from tests.factories_certpure import ISSUED_AT, make_record, make_signed_record

VECTORS = Path(__file__).parents[1] / "vectors"
VERSIONS = {1: VECTORS / "record", 2: VECTORS / "record-2", 3: VECTORS / "record-3"}


def vector(name: str, version: int = 1) -> bytes:
    return (VERSIONS[version] / name).read_bytes()


def expected(version: int) -> dict[str, str]:
    found: dict[str, str] = json.loads(vector("expected.json", version))
    return found


def changed(path: str, value: object, version: int = 1) -> dict[str, Any]:
    """The vector's members with one of them replaced."""
    members: dict[str, Any] = json.loads(vector("record.json", version))
    *way, last = path.split(".")
    place: Any = members
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return members


@pytest.mark.parametrize("version", VERSIONS)
def test_the_frozen_record_reads_and_writes_back_byte_for_byte(version: int) -> None:
    record = records.read_record(vector("record.json", version))
    assert record.version == version
    assert record.template == f"training-{version}"
    assert record.canonical() == vector("record.json", version)
    assert records.sha256(record.canonical()) == expected(version)["record_sha256"]
    assert SignedRecord.unpack(vector("suluh-record.json", version)).pack() == vector("suluh-record.json", version)
    holder = Holder(**json.loads(vector("holder.json", version)))
    assert holder.digest() == expected(version)["holder_sha256"] == record.holder


@pytest.mark.parametrize("version", VERSIONS)
def test_the_frozen_signature_holds_and_no_byte_may_change(version: int) -> None:
    public, said = load_pem_public_key(vector("key.pub.pem", version)), expected(version)
    assert key_id("k1", public) == said["key_id"]
    text = base64.b64encode(
        subprocess.check_output(
            ["openssl", "pkey", "-pubin", "-in", VERSIONS[version] / "key.pub.pem", "-outform", "DER"]
        )
    )
    entry = KeyEntry(said["key_id"], "record", "Ed25519", text.decode(), ISSUED_AT, ISSUED_AT, demo=False)
    record = vector("record.json", version)
    assert entry.verifies(record, said["signature"])
    for position in range(0, len(record), 97):
        flipped = bytearray(record)
        flipped[position] ^= 1
        assert not entry.verifies(bytes(flipped), said["signature"])
    assert not entry.verifies(record, said["signature"] + "=")


@pytest.mark.oracle
@pytest.mark.parametrize("version", VERSIONS)
def test_openssl_verifies_the_frozen_signature(tmp_path: Path, version: int) -> None:
    signature, folder = tmp_path / "signature", VERSIONS[version]
    signature.write_bytes(records.decode_signature(expected(version)["signature"]))
    command: list[str | Path] = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        folder / "key.pub.pem",
        "-rawin",
        "-sigfile",
        signature,
    ]
    good = subprocess.run([*command, "-in", folder / "record.json"], capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in good.stdout
    bad = subprocess.run([*command, "-in", folder / "holder.json"], capture_output=True, text=True, check=False)
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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 1),
        ("version", 3),
        ("language", "en"),
        ("language", ""),
        ("template", "training-1"),
        ("template", "competence-2"),
        ("design", "AB" * 32),
        ("design", "none"),
        ("course.title", "lembut\u00adtak terlihat"),
        ("course.title", "\u200dtersembunyi"),
        ("course.title", "ن\u200fو"),
    ],
)
def test_a_second_version_that_says_anything_else_is_refused(path: str, value: object) -> None:
    assert records.Record.from_json(changed("design", "", 2)).design == ""
    with pytest.raises(MalformedRecord):
        records.Record.from_json(changed(path, value, 2))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 2),
        ("template", "training-2"),
        ("signing", "BSrE"),
        ("signing", ""),
        ("replacement", {}),
        ("replacement.kind", "loss"),
        ("replacement.kind", ""),
        ("replacement.issued_on", ""),
        ("replacement.issued_on", "20 November 2026"),
        ("replaces", ""),
    ],
)
def test_a_third_version_that_says_anything_else_is_refused(path: str, value: object) -> None:
    assert records.Record.from_json(changed("signing", "signatory", 3)).signing == "signatory"
    assert records.Record.from_json(changed("replacement.kind", "correction", 3)).replacement.kind == "correction"
    with pytest.raises(MalformedRecord):
        records.Record.from_json(changed(path, value, 3))


def test_an_older_version_cannot_say_who_signs_nor_why_another_is_replaced() -> None:
    old = records.read_record(vector("record.json", 2))
    for more in ({"signing": "bsre"}, {"replacement": records.Replacement("duplicate", "2026-11-20")}):
        with pytest.raises(MalformedRecord):
            replace(old, **more).canonical()


def test_the_first_version_cannot_say_how_the_paper_is_set_nor_write_other_scripts() -> None:
    old = records.read_record(vector("record.json"))
    with pytest.raises(MalformedRecord):
        replace(old, design="ab" * 32).canonical()
    with pytest.raises(MalformedRecord):
        records.Record.from_json(changed("course.title", "ꦱꦶꦠꦶ"))
    assert records.Record.from_json(changed("course.title", "ꦱꦶꦠꦶ نور", 2)).course.title == "ꦱꦶꦠꦶ نور"


@pytest.mark.parametrize("member", ["salt", "holder", "replaces", "status", "units", "language", "signing"])
def test_a_record_that_lacks_a_member_is_refused(member: str) -> None:
    members = json.loads(vector("record.json", 3))
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
    complete = replace(record, kind="competence", template="", issuer=licensed, scheme=scheme, result="Kompeten")
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


@pytest.mark.parametrize(
    "name", ["", "a" * 81, " Ani", "Ani  Lestari", "Ani\u0000", "安妮", "Ani \U0001f600", "\u064eنور"]
)
def test_a_name_that_cannot_be_printed_whole_is_refused(name: str) -> None:
    signed = make_signed_record()
    members = json.loads(signed.pack())
    members["holder"] = asdict(Holder(name))
    members["record"]["holder"] = hashlib.sha256(records.canonical(members["holder"])).hexdigest()
    with pytest.raises(MalformedRecord):
        SignedRecord.unpack(records.canonical(members))


def test_a_name_is_confirmed_exactly_when_a_record_can_hold_it() -> None:
    def held(name: str) -> bool:
        try:
            check_holder({"name": name, "salt": new_salt()})
        except MalformedRecord:
            return False
        return True

    letters = [letter for letter in map(chr, range(0x20, 0x2_0000)) if unicodedata.is_normalized("NFC", f"A{letter}a")]
    differing = [hex(ord(one)) for one in letters if names.is_printable(f"A{one}a") != held(f"A{one}a")]
    assert differing == []
    for name in ("A" * 80, "A" * 81, "\u064bAni", "Ani 197801012006041001", "Ani 12345678901234", "أحمد"):
        assert names.is_printable(name) == held(name), name
