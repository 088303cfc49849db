"""The credential says what the record says, nothing else, and no byte of it can be changed, added or respelled."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import rfc8785
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey
from openbadgeslib.baking import ITXT_KEYWORD_OB3, SVG_ELEMENT_OB3, bake_png, extract_png, extract_svg
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from PIL import Image
from pyld import jsonld

from certificates import canonical_json
from certificates.checking import Problem
from certificates.checking.pool import CheckerPool
from certificates.credential import baking, base58, canonical, document, jwt, pinned, proof, screening, spelling
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.credential.proof import BadProof, check_proof
from certificates.credential.reading import read_credential
from certificates.keys import KeyRegister
from certificates.publishing_keys import did_document
from certificates.record import Holder, Hours, Issuer, Record, Scheme, SignedRecord, StatusSlot, sha256
from tests.factories_certpure import ISSUED_AT as AT
from tests.factories_certpure import NAME, make_record, make_signed_record, signing_keys
from tests.factories_credential import changed, credential, known_key, make_credential_text
from tests.node_judges import ask

VECTORS = Path(__file__).parents[1] / "vectors" / "credential"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
COMPETENCE = {
    "kind": "competence",
    "scheme": Scheme("SKM-1", "Pendamping Rehabilitasi Sosial"),
    "issuer": Issuer(make_record()[0].issuer.id, "LSP Suluh", "Serang", "https://suluh.example.go.id", "LSP-1"),
    "modules": 1,
    "jp": Hours("3.5"),
    "valid_until": "2029-11-22",
}


def _png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    return out.getvalue()


PNG = _png()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def twice(badge: bytes, text: bytes) -> bytes:
    return badge[:-12] + chunk(b"iTXt", baking.KEYWORD + bytes(5) + text) + badge[-12:]


def compressed(text: bytes) -> bytes:
    return PNG[:-12] + chunk(b"iTXt", baking.KEYWORD + b"\0\1\0\0\0" + zlib.compress(text)) + PNG[-12:]


def frozen(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def told_of(record: Record, holder: Holder) -> dict[str, Any]:
    return document.credential_document(record, holder, record_sha256="0" * 64)


def rdfc(document_: dict[str, Any]) -> bytes:
    """RDFC-1.0 as PyLD has it."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": pinned.load}
    text: str = jsonld.normalize(document_, options)
    return text.encode()


@pytest.mark.parametrize("kind", ["training", "competence", "training-2"])
def test_the_frozen_record_gives_the_frozen_credential_byte_for_byte(kind: str) -> None:
    signed = SignedRecord.unpack(frozen(f"{kind}-record.json"))
    made = document.make_credential(signed, key=known_key())
    assert made == frozen(f"{kind}.json")
    whole = json.loads(made)
    unsecured = {name: value for name, value in whole.items() if name != "proof"}
    assert canonical.canonical_quads(unsecured) == frozen(f"{kind}.nq") == rdfc(unsecured)
    assert spelling.spelled_quads(unsecured) == frozen(f"{kind}.nq")
    assert check_proof(whole, KeyRegister((known_key().entry,))) == known_key().entry


TEXTS = (
    st.text('Aé "\\\\"<>&;:#ʼ‘’()/', min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: text and "  " not in text)
)


@hypothesis.settings(max_examples=15)
@hypothesis.given(
    titles=st.lists(TEXTS, min_size=5, max_size=5),
    units=st.integers(0, 4),
    half=st.booleans(),
    licence=st.booleans(),
    until=st.sampled_from(["", "2027-02-28"]),
)
def test_our_own_speller_writes_what_the_contexts_say(
    titles: list[str], units: int, half: bool, licence: bool, until: str
) -> None:
    """``canonical`` goes by the pinned contexts; ``spelling`` by its own table, forty times as fast."""
    record, holder = make_record(modules=1 if half else 2, units=units, name=titles[0], valid_until=until)
    record = replace(
        record,
        issuer=replace(record.issuer, name=titles[1], licence=titles[2] if licence else ""),
        course=replace(record.course, title=titles[3]),
        units=tuple(replace(unit, title=titles[4]) for unit in record.units),
    )
    told = told_of(record, holder)
    assert spelling.spelled_quads(told) == canonical.canonical_quads(told)
    options = {"@context": told["@context"], **proof.proof_options(key_id="k1-0", host="a.id:1", at=AT)}
    assert spelling.spelled_quads(options) == canonical.canonical_quads(options)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


@hypothesis.settings(max_examples=40)
@hypothesis.given(JSON)
@hypothesis.example({"€": 1, "\r": 2, "\ud83d\ude00": 3, "a": [0.5, 1.0, 1e21, 333333333.33333329]})
def test_canonical_json_is_the_rfcs(value: Any) -> None:
    def told(dumps: Callable[[Any], bytes]) -> bytes | type[Exception]:
        try:
            return dumps(value)
        except ValueError:
            return ValueError

    assert told(canonical_json.dumps) == told(rfc8785.dumps)


def test_it_says_what_the_record_says_and_a_specimen_says_so() -> None:
    record, holder = make_record(valid_until="2029-11-22")
    told = told_of(record, holder)
    subject = told["credentialSubject"]
    assert told["issuer"]["id"] == "did:web:suluh.example.go.id"
    assert (told["id"], told["validFrom"], told["validUntil"]) == (
        record.address,
        record.issued_at,
        "2029-11-22T16:59:59Z",  # the end of the day in Jakarta
    )
    assert (subject["name"], subject["licenseNumber"], subject["creditsEarned"]) == (NAME, record.number, 28)
    assert [row["value"] for row in subject["result"]] == ["Lulus", *["Tercapai"] * 7]
    assert [row["statusListCredential"].rpartition("/")[2] for row in told["credentialStatus"]] == [
        "revocation",
        "suspension",
    ]
    assert {row["statusListIndex"] for row in told["credentialStatus"]} == {"4711"}
    assert not any("CONTOH" in name for name in (told["name"], subject["achievement"]["name"]))
    specimen = told_of(make_record(keys=signing_keys("Contoh", demo=True))[0], holder)
    names = (specimen["name"], specimen["credentialSubject"]["achievement"]["name"])
    assert all(name.startswith("CONTOH - ") for name in names)


TAMPERED = [
    ("another name", "credentialSubject.name", "Orang Lain", "signature"),
    ("another result", "credentialSubject.result.0.value", "Kompeten", "signature"),
    ("another end", "validUntil", "2099-01-01T00:00:00Z", "signature"),
    ("another place in the status list", "credentialStatus.0.statusListIndex", "4712", "signature"),
    ("another half hour", "credentialSubject.creditsEarned", 28.5, "signature"),
    ("one more type", "type", ["VerifiableCredential", "OpenBadgeCredential", "Kompetensi"], "unfit"),
    ("one more member", "nilai", "100", "unfit"),
    ("one more member within", "credentialSubject.nilai", "100", "unfit"),
    ("an address for a member", "https://schema/award", "Emas", "unfit"),
    ("a compact address for a member", "credentialSubject.schema:award", "Emas", "unfit"),
    ("a respelled member", "credentialSubject.achievement.@id", "urn:uuid:1", "unfit"),
    ("a relative reference", "issuer.parentOrg", "kementerian", "unfit"),
    ("a reference that is none", "issuer.parentOrg", "https://a b", "unfit"),
    ("a blank node by name", "issuer.parentOrg", {"id": "_:c14n0"}, "unfit"),
    ("an empty list", "credentialSubject.achievement.tag", [], "unfit"),
    ("a list within a list", "credentialStatus", [[{"type": "BitstringStatusListEntry"}]], "unfit"),
    ("nothing", "validUntil", None, "unfit"),
    ("a context of their own", "@context", [pinned.CREDENTIALS, {"nilai": "https://schema.org/x"}], "unfit"),
    ("a context from elsewhere", "@context", [pinned.CREDENTIALS, "https://jahat.example/c.json"], "unfit"),
    ("a context within", "credentialSubject.@context", pinned.CREDENTIALS, "unfit"),
    ("a control character", "name", "a\x00b", "unfit"),
    ("half a letter", "name", "a\ud800", "unfit"),
    ("a huge number", "credentialSubject.creditsEarned", 10**400, "unfit"),
    ("another issuer", "issuer.id", "did:web:jahat.example", "shape"),
    ("another time of the proof", "proof.created", "2026-11-22T03:04:06Z", "signature"),
    ("a time before the key", "proof.created", "2025-11-22T03:04:05Z", "window"),
    ("another spelling of the time", "proof.created", "2026-11-22T3:04:05Z", "shape"),
    ("another purpose", "proof.proofPurpose", "authentication", "shape"),
    ("another suite", "proof.cryptosuite", "eddsa-jcs-2022", "shape"),
    ("one more member of the proof", "proof.nonce", "1", "shape"),
    ("two proofs", "proof", [{}, {}], "shape"),
    ("a key nobody knows", "proof.verificationMethod", "did:web:suluh.example.go.id#k1-0000000000000000", "key"),
    ("a signature of nothing", "proof.proofValue", "z" + "1" * 64, "signature"),
    ("no base 58", "proof.proofValue", "z0", "shape"),
]


def test_whatever_is_changed_added_or_respelled_is_refused() -> None:
    whole, register = credential(), signing_keys().register
    assert check_proof(whole, register) == signing_keys().record.entry
    said = {}
    for name, path, value, _kind in TAMPERED:
        with pytest.raises(BadProof) as refusal:
            check_proof(changed(whole, path, value), register)
        said[name] = refusal.value.kind
    assert said == {name: kind for name, _path, _value, kind in TAMPERED}
    other = credential(name="Orang Lain")
    with pytest.raises(BadProof, match="does not hold"):
        check_proof({**whole, "proof": other["proof"]}, register)
    with pytest.raises(BadProof, match="register does not hold"):
        check_proof(credential(keys=signing_keys("Suluh/kembar")), register)


def test_a_poison_graph_is_refused_before_it_costs_anything() -> None:
    """Nameless objects that look alike make the general algorithm try every order of them."""
    leaf = {"type": "Achievement", "related": [{"type": "Related"}]}
    for _level in range(3):
        leaf = {"type": "Achievement", "related": [leaf, leaf, leaf, leaf]}
    poison = {"@context": list(spelling.CONTEXTS), "type": ["VerifiableCredential"], "credentialSubject": leaf}
    with pytest.raises(screening.Unfit, match="look alike"):
        canonical.canonical_quads(poison)
    deep: Any = "dasar"
    for _level in range(2000):
        deep = {"related": deep}
    wide = [{"type": "Related", "version": str(n)} for n in range(500)]
    for flood in (deep, wide, ["x"] * 5000, {"type": ["A", "B", "C", "D", "E"]}):
        with pytest.raises(screening.Unfit):
            canonical.canonical_quads({**poison, "credentialSubject": flood})


def test_contexts_are_files_of_ours_and_a_changed_one_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in spelling.CONTEXTS:
        assert pinned.load(address)["document"]["@context"]
    with pytest.raises(pinned.UnknownContext):
        pinned.load("https://www.w3.org/ns/credentials/examples/v2")
    (tmp_path / "credentials-v2.json").write_text('{"@context": {}}')
    monkeypatch.setattr(pinned, "_FOLDER", tmp_path)
    pinned._content.cache_clear()
    with pytest.raises(pinned.UnknownContext, match="was changed"):
        pinned.load(pinned.CREDENTIALS)
    pinned._content.cache_clear()


def test_nothing_undefined_is_ever_signed() -> None:
    record, holder = make_record()
    told = told_of(record, holder)
    key = signing_keys().record
    for member in ("nilai", "proof"):
        with pytest.raises(screening.Unfit):
            proof.add_proof({**told, member: "x"}, key=key, host="suluh.example.go.id", at=key.entry.not_before)


def test_base_58_is_bitcoins() -> None:
    assert base58.encode(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert base58.decode(base58.encode(b"\x00\x00abc")) == b"\x00\x00abc"


def test_it_holds_no_number_date_of_birth_or_contact() -> None:
    text = make_credential_text().decode()
    assert not any(word in text for word in ("nik", "nip", "email", "@gmail", "birth"))
    assert make_signed_record().holder.salt in text


def test_a_jwt_is_read_by_its_exact_header_only() -> None:
    keys = signing_keys()
    assert keys.token is not None
    told = credential()
    token = jwt.make_jwt(told, key=keys.token, host="suluh.example.go.id")
    assert jwt.make_jwt(told, key=keys.token, host="suluh.example.go.id") == token
    inside, entry = jwt.check_jwt(token, keys.register)
    assert (inside, entry) == ({name: value for name, value in told.items() if name != "proof"}, keys.token.entry)
    header, payload, signature = token.split(b".")
    method = json.loads(base64.urlsafe_b64decode(header + b"=="))["kid"]

    def forged(**changes: Any) -> bytes:
        text = json.dumps({"alg": "ES256", "kid": method, "typ": "JWT", **changes}).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=")

    refused = {
        "no algorithm": forged(alg="none") + b"." + payload + b".",
        "a secret that everybody knows": forged(alg="HS256") + b"." + payload + b"." + signature,
        "a key of the forger's": forged(jwk=keys.register.to_json()) + b"." + payload + b"." + signature,
        "another type": forged(typ="at+jwt") + b"." + payload + b"." + signature,
        "the code key": forged(kid=method.replace("#k4", "#k2")) + b"." + payload + b"." + signature,
        "another payload": header + b"." + payload[:-4] + b"AAAA." + signature,
        "padding": token + b"=",
        "two parts": header + b"." + payload,
    }
    for bad in refused.values():
        with pytest.raises(BadProof):
            jwt.check_jwt(bad, keys.register)


def test_what_is_shown_is_judged_with_its_facts_apart() -> None:
    keys = signing_keys()
    assert keys.token is not None
    register, text = keys.register, make_credential_text()
    token = jwt.make_jwt(credential(), key=keys.token, host="suluh.example.go.id")
    badge = baking.bake_png(PNG, text)
    for shown, form, carrier in (
        (text, "json", ""),
        (b"\n" + token + b"\n", "jwt", ""),
        (badge, "json", "png"),
        (baking.bake_svg(SVG, text), "json", "svg"),
    ):
        facts = read_credential(shown, register)
        assert facts.genuine, facts.problems
        assert (facts.form, facts.carrier, facts.name, facts.host) == (form, carrier, NAME, "suluh.example.go.id")
        assert (facts.code, facts.status) == (make_record()[0].code, StatusSlot("1", 4711))
        assert facts.record_sha256 == sha256(make_signed_record().record_bytes)
        assert CredentialFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts
        assert (facts.sha256 == sha256(text)) is (form == "json")
    other = json.dumps(changed(credential(), "credentialSubject.name", "Orang Lain")).encode()
    undefined = json.dumps({**credential(), "nilai": "100"}).encode()
    specimen = make_credential_text(keys=signing_keys("Contoh", demo=True))
    for shown, problem in {
        b"": Flaw.EMPTY,
        b"x" * 5_000_001: Flaw.TOO_LARGE,
        b"{" + b" " * 200_000: Flaw.TOO_LARGE,
        b"%PDF-1.7": Flaw.NOT_CREDENTIAL,
        b"{": Flaw.DAMAGED,
        b'{"a": 1, "a": 2}': Flaw.DAMAGED,
        b"[" * 100_000: Flaw.NOT_CREDENTIAL,
        b'{"a":' * 30_000: Flaw.DAMAGED,
        b"a.b.c": Flaw.OTHER_SHAPE,
        PNG: Flaw.NO_CREDENTIAL_INSIDE,
        SVG: Flaw.NO_CREDENTIAL_INSIDE,
        PNG[:-3]: Flaw.DAMAGED,
        badge + b"x": Flaw.DAMAGED,
        twice(badge, text): Flaw.SEVERAL_INSIDE,
        compressed(b"{" * 3_000_000): Flaw.TOO_HEAVY,
        b'<!DOCTYPE s [<!ENTITY a "b">]>' + SVG: Flaw.DAMAGED,
        other: Flaw.SIGNATURE_BROKEN,
        undefined: Flaw.UNDEFINED,
        # RDF does not tell them from the number and the truth value, our readers do.
        json.dumps(changed(credential(), "credentialSubject.creditsEarned", "28")).encode(): Flaw.UNDEFINED,
        json.dumps(changed(credential(), "credentialSubject.identifier.0.hashed", "true")).encode(): Flaw.UNDEFINED,
        text.replace(b"#k1-", b"#k9-"): Flaw.KEY_UNKNOWN,
        specimen: Flaw.KEY_UNKNOWN,
    }.items():
        facts = read_credential(shown, register)
        assert (facts.problems[:1], facts.genuine) == ((problem,), False), (shown[:40], facts.problems)
    assert read_credential(other, register).name == ""
    assert read_credential(specimen, signing_keys("Contoh", demo=True).register).demo
    assert read_credential(compressed(text), register).genuine


def test_a_picture_is_baked_once() -> None:
    text = make_credential_text()
    for bake, picture in ((baking.bake_png, PNG), (baking.bake_svg, SVG)):
        baked = bake(picture, text)
        assert len(baked) < len(picture) + len(text) * 1.5 + 200
        with pytest.raises(baking.BadBadge):
            bake(baked, text)
    with Image.open(BytesIO(baking.bake_png(PNG, text))) as opened:
        assert opened.size == (2, 2)


def test_a_process_answers_as_the_reader_itself_does_and_is_killed_when_it_takes_too_long() -> None:
    pool, register = CheckerPool(size=1), signing_keys().register
    try:
        text = make_credential_text()
        assert pool.check_credential(text, register) == read_credential(text, register)
        assert pool.check(text, register).problems == (Problem.NOT_PDF,)
        heavy = Image.effect_noise((1800, 1800), 90)
        picture = BytesIO()
        heavy.save(picture, "PNG")
        assert pool.check_code(picture.getvalue(), register, seconds=0.0).problems == (Flaw.TOO_SLOW,)
        assert pool.check_credential(text, register).genuine
    finally:
        pool.close()


@pytest.mark.oracle
def test_other_implementations_judge_as_we_do() -> None:
    """Digital Bazaar's in Node with the contexts of npm packages, openbadgeslib in Python; both offline."""
    register = signing_keys().register
    whole, theirs = credential(), credential(name="Orang Lain")
    cases = {
        "whole": whole,
        "with an end, half hours and a licence": credential(**COMPETENCE),
        "another name": changed(whole, "credentialSubject.name", "Orang Lain"),
        "one more member": {**whole, "nilai": "100"},
        "one more type": {**whole, "type": [*whole["type"], "Kompetensi"]},
        "another's proof": {**whole, "proof": theirs["proof"]},
        "another place in the status list": changed(whole, "credentialStatus.0.statusListIndex", "4712"),
    }
    did = did_document(register, host="suluh.example.go.id")
    question = {"did": did, "now": "2026-11-23T00:00:00Z", "credentials": list(cases.values())}
    node = [answer["verified"] for answer in ask("judge.mjs", question)]
    python = [in_python(case, did) for case in cases.values()]
    ours = [read_credential(json.dumps(case).encode(), register).genuine for case in cases.values()]
    assert dict(zip(cases, zip(ours, node, python, strict=True), strict=True)) == {
        name: (good := position < 2, good, good) for position, name in enumerate(cases)
    }


def in_python(case: dict[str, Any], did: dict[str, Any]) -> bool:
    judge = OB3LdpVerifier.for_issuer_did(did["id"])
    try:
        judge.verify(json.dumps(case), download=lambda *_where, **_how: json.dumps(did).encode())
    except OB3VerificationError:
        return False
    return True


@pytest.mark.oracle
def test_other_implementations_read_our_badges_and_tokens() -> None:
    keys, text = signing_keys(), make_credential_text()
    assert keys.token is not None
    token = jwt.make_jwt(credential(), key=keys.token, host="suluh.example.go.id").decode()
    public = base64.b64decode(keys.token.entry.public_key)
    pem = load_der_public_key(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert extract_png(baking.bake_png(PNG, text), keyword=ITXT_KEYWORD_OB3) == text.decode()
    svg = baking.bake_svg(SVG, text)
    assert extract_svg(svg, element=SVG_ELEMENT_OB3, text_fallback=True) == text.decode()
    assert baking.unbake_png(bake_png(PNG, text.decode(), keyword=ITXT_KEYWORD_OB3)) == text
    assert OB3Verifier(pem).verify(token).id == credential()["id"]
    decoded = joserfc_jwt.decode(token, ECKey.import_key(pem), algorithms=["ES256"])
    assert decoded.header["typ"] == "JWT"
    assert decoded.claims["sub"] == credential()["credentialSubject"]["id"]


def test_no_flipped_byte_is_believed_and_none_breaks_the_reader() -> None:
    keys, text = signing_keys(), make_credential_text()
    assert keys.token is not None
    token = jwt.make_jwt(credential(), key=keys.token, host="suluh.example.go.id")
    chance = random.Random(5)
    for whole in (text, token, baking.bake_png(PNG, text), baking.bake_svg(SVG, text)):
        believed = []
        for _turn in range(120):
            bent = bytearray(whole)
            place = chance.randrange(len(bent))
            bent[place] ^= 1 << chance.randrange(8)
            for shown in (bytes(bent), whole[:place], whole + whole[place:]):
                facts = read_credential(shown, keys.register)
                believed += [facts.sha256] if facts.genuine else []
        # Only bytes of the picture around it may differ, never one of the credential itself.
        assert set(believed) <= {sha256(text)}
