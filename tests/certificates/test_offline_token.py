"""The token of the dense QR: one spelling, strictly read, verifiable with the RFC's text and two libraries."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cbor2
import pytest
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from certificates.offline import cbor
from certificates.offline.token import BadToken, make_token, parse_fragment, read_token, token_url
from certificates.record import Holder, SignedRecord, read_record
from certificates.rendering.qr import QrTooDense, dense_qr_svg, qr_rows
from tests.factories_certpure import make_record
from tests.qr_codes import qr_texts

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "offline-token" / "tokens.json").read_text())
TYPICAL = 77


class VectorKey:
    """The signing side of the vectors' key."""

    entry = SimpleNamespace(key_id=VECTORS["key"]["key_id"])
    private = ec.derive_private_key(int(VECTORS["key"]["private"], 16), ec.SECP256R1())

    def sign(self, message: bytes) -> bytes:
        signature = self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))


def signed_record(row: dict[str, Any]) -> SignedRecord:
    return SignedRecord(row["record"].encode(), Holder(**row["holder"]), "")


@pytest.mark.parametrize("row", VECTORS["tokens"], ids=lambda row: row["what"])
def test_a_frozen_token_is_read_and_made_again_byte_for_byte(row: dict[str, Any]) -> None:
    token, signed = bytes.fromhex(row["token"]), signed_record(row)
    claims = read_token(token)
    assert {
        "code": claims.code,
        "number": claims.number,
        "name": claims.name,
        "kind": claims.kind,
        "course": claims.course,
        "result": claims.result,
        "issuer": claims.issuer,
        "issued_on": claims.issued_on.isoformat(),
        "valid_until": claims.valid_until.isoformat() if claims.valid_until else "",
        "list": claims.status.list,
        "index": claims.status.index,
        "record_hash": claims.record_hash,
    } == row["claims"]
    assert claims.key_id == VECTORS["key"]["key_id"]
    assert claims.belongs_to(signed.record, signed.record_bytes)
    assert not claims.belongs_to(signed.record, signed.record_bytes + b" ")
    assert make_token(signed, key=VectorKey()) == token
    assert token_url(signed.record.address, token) == row["url"]
    assert parse_fragment(row["url"]) == token
    assert parse_fragment(f"  {row['url'].partition('#')[2][:300]}\n {row['url'].partition('#')[2][300:]}") == token


@pytest.mark.parametrize("row", VECTORS["refused"], ids=lambda row: row["why"])
def test_a_token_of_another_shape_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadToken) as refusal:
        read_token(bytes.fromhex(row["token"]))
    assert refusal.value.reason == row["reason"]


@pytest.mark.parametrize("text", VECTORS["fragments"]["refused"], ids=lambda text: text[:9] or "empty")
def test_a_fragment_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        parse_fragment(text)


@pytest.mark.oracle
def test_a_stranger_verifies_it_with_the_text_of_the_rfcs() -> None:
    x, y = (int.from_bytes(base64.urlsafe_b64decode(VECTORS["key"][axis] + "=")) for axis in "xy")
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    for row in VECTORS["tokens"]:
        token = make_token(signed_record(row), key=VectorKey())
        outer = cbor2.loads(token)
        assert outer.tag == 18
        protected, _unprotected, payload, signature = outer.value
        ours = cbor2.loads(payload)[-65537]
        assert (ours[1], ours[2]) == (row["claims"]["number"], row["claims"]["name"])
        half = [int.from_bytes(part) for part in (signature[:32], signature[32:])]
        message = cbor2.dumps(["Signature1", protected, b"", payload])
        public.verify(encode_dss_signature(*half), message, ec.ECDSA(hashes.SHA256()))
        with pytest.raises(InvalidSignature):
            public.verify(encode_dss_signature(*half), message + b"\0", ec.ECDSA(hashes.SHA256()))


def test_the_symbol_stays_readable_for_usual_and_for_the_longest_facts() -> None:
    row = VECTORS["tokens"][0]
    assert len(qr_rows(row["url"], largest=TYPICAL)) == 69
    record, holder = make_record(
        name="ꦄ" * 80,
        number="ĀBCD/" * 16,
        result="L" * 60,
    )
    longest = replace(
        record,
        course=replace(record.course, code="C" * 40),
        issuer=replace(record.issuer, name="Dinas " * 32 + "Sosial", address="https://" + "a" * 50),
    )
    signed = SimpleNamespace(record=longest, record_bytes=b"{}", holder=holder)
    token = make_token(signed, key=VectorKey())  # type: ignore[arg-type]
    assert read_token(token).issuer.endswith("…")
    assert dense_qr_svg(token_url(longest.address, token)).startswith("<svg")
    for text in (row["url"], token_url(longest.address, token)):
        picture = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=3)
        assert qr_texts(picture) == [text]
    with pytest.raises(QrTooDense):
        dense_qr_svg("https://a.example/#" + "9" * 4000)


def test_the_last_day_is_the_last_day_where_it_was_issued() -> None:
    record, holder = make_record(valid_until="2029-11-22", time_zone="Asia/Jayapura")
    signed = SignedRecord(record.canonical(), holder, "")
    claims = read_token(make_token(signed, key=VectorKey()))
    assert claims.valid_until == date(2029, 11, 22)
    assert claims.expires_at is not None
    assert claims.expires_at.isoformat() == "2029-11-22T15:00:00+00:00"
    assert read_record(signed.record_bytes).valid_until == "2029-11-22"


LEAVES = st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=40)
LISTS = st.lists(LEAVES, max_size=30)
# The library orders keys of different length by the older rule (shorter first); of one length both rules agree.
MAPS = st.dictionaries(st.integers(-24, 23), LEAVES | LISTS, max_size=4)


@given(LEAVES | LISTS | MAPS)
def test_our_cbor_writes_and_reads_what_an_independent_library_writes(value: cbor.Value) -> None:
    encoded = cbor2.dumps(value, canonical=True)
    assert cbor.encode(value) == encoded
    if len(encoded) <= cbor.LONGEST_INPUT:
        assert cbor.decode(encoded) == value


@given(st.binary(max_size=120))
def test_any_bytes_are_refused_in_words(noise: bytes) -> None:
    for token in (noise, b"\xd2\x84" + noise, bytes.fromhex(VECTORS["tokens"][0]["token"])[: len(noise)] + noise):
        with pytest.raises(BadToken):
            read_token(token)
