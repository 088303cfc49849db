"""Status lists without a database: their spelling, their signed form, and what a reader makes of bad ones."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.credential.proof import add_proof
from certificates.keys import KeyRegister
from certificates.publishing_keys import did_document
from certificates.record import read_instant
from certificates.status import bitstring
from certificates.status.bitstring import PLACES, BadBitstring
from certificates.status.credential import Edition
from certificates.status.reading import Trouble, bit
from tests.factories_certpure import ISSUED_AT, signing_keys
from tests.factories_credential import credential
from tests.node_judges import ask

ADDRESS = "https://suluh.example.go.id"
VECTORS = Path(__file__).parents[1] / "vectors" / "status-list"


def signed(**changes: Any) -> bytes:
    edition = Edition(ADDRESS, "1", "revocation", (0, 4711, PLACES - 1), ISSUED_AT)
    document = edition.document()
    for name, value in changes.pop("subject", {}).items():
        document["credentialSubject"][name] = value
    document |= changes
    return json.dumps(add_proof(document, key=signing_keys().record, host="suluh.example.go.id", at=ISSUED_AT)).encode()


def spelled(raw: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.once
def test_the_first_place_is_the_leftmost_bit() -> None:
    for vector in json.loads((VECTORS / "bitstrings.json").read_text()):
        bits = bitstring.decode(vector["encodedList"])
        assert [place for place in range(PLACES) if bitstring.is_set(bits, place)] == vector["places"]
        assert bitstring.decode(bitstring.encode(vector["places"])) == bits
    assert bitstring.decode(bitstring.encode([0, 9]))[:2] == b"\x80\x40"
    for outside in (-1, PLACES):
        with pytest.raises(ValueError, match="no place"):
            bitstring.encode([outside])
        with pytest.raises(BadBitstring):
            bitstring.is_set(bytes(PLACES // 8), outside)


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "",
        "uAAAA",
        bitstring.encode([1])[1:],
        "z" + bitstring.encode([1])[1:],
        bitstring.encode([1])[:-9],
        bitstring.encode([1]) + "=",
        spelled(gzip.compress(bytes(100))),
        spelled(gzip.compress(bytes(PLACES // 8)) + b"more"),
        spelled(gzip.compress(bytes(30_000_000))),
    ],
    ids=["empty", "no gzip", "no prefix", "other base", "cut off", "padded", "short", "followed", "bomb"],
)
def test_what_is_no_bit_string_is_refused(text: str) -> None:
    with pytest.raises(BadBitstring):
        bitstring.decode(text)


@pytest.mark.once
def test_a_genuine_list_in_its_window_answers_and_says_its_date() -> None:
    url = f"{ADDRESS}/status/1/revocation"
    document, register = signed(), signing_keys().register
    answers = [
        bit(document, place, register, ISSUED_AT, url=url, purpose="revocation") for place in (4711, PLACES - 1, 4712)
    ]
    assert [answer.is_set for answer in answers] == [True, True, False]
    assert all(answer.known and not answer.problems for answer in answers)
    assert answers[0].made_at == ISSUED_AT
    assert answers[0].valid_until == ISSUED_AT + timedelta(hours=48)
    assert bit(document, 4711, register, ISSUED_AT + timedelta(hours=48)).known


@pytest.mark.once
def test_a_frozen_list_is_read_for_ever() -> None:
    register = KeyRegister.from_json(json.loads((VECTORS / "register.json").read_text()))
    document = (VECTORS / "revocation.json").read_bytes()
    answers = [bit(document, place, register, ISSUED_AT).is_set for place in (0, 1, 4711, PLACES - 1)]
    assert answers == [True, False, True, True]


@pytest.mark.once
def test_a_list_that_proves_nothing_gives_no_answer_and_never_a_no() -> None:
    """Missing, stale, badly signed, another list: the status is unknown, with the reason."""
    good, register, late = signed(), signing_keys().register, ISSUED_AT + timedelta(hours=48, seconds=1)
    forged = json.loads(good)
    forged["credentialSubject"]["encodedList"] = bitstring.encode([])
    stretched = json.loads(good) | {"validUntil": "2099-01-01T00:00:00Z"}
    url = f"{ADDRESS}/status/1/revocation"
    cases: list[tuple[bytes | None, dict[str, Any], Trouble]] = [
        (None, {}, Trouble.MISSING),
        (b"", {}, Trouble.MISSING),
        (b"{", {}, Trouble.UNREADABLE),
        (b"[" * 100_000, {}, Trouble.UNREADABLE),
        (b"[]", {}, Trouble.UNREADABLE),
        (b'{"credentialSubject": 7}', {}, Trouble.UNREADABLE),
        (b" " * 3_000_000, {}, Trouble.UNREADABLE),
        (json.dumps(forged).encode(), {}, Trouble.BADLY_SIGNED),
        (json.dumps(stretched).encode(), {"at": late}, Trouble.BADLY_SIGNED),
        (good, {"register": signing_keys("Lain").register}, Trouble.BADLY_SIGNED),
        (good, {"register": KeyRegister(())}, Trouble.BADLY_SIGNED),
        (good, {"at": late}, Trouble.STALE),
        (good, {"at": ISSUED_AT - timedelta(seconds=1)}, Trouble.NOT_YET),
        (good, {"url": f"{ADDRESS}/status/2/revocation"}, Trouble.OTHER_LIST),
        (good, {"purpose": "suspension"}, Trouble.OTHER_LIST),
        (good, {"index": PLACES}, Trouble.NO_SUCH_PLACE),
        (signed(subject={"encodedList": spelled(gzip.compress(bytes(8)))}), {}, Trouble.UNREADABLE),
    ]
    for content, given, trouble in cases:
        asked: dict[str, Any] = {"index": 5, "register": register, "at": ISSUED_AT, "url": url, "purpose": "revocation"}
        answer = bit(content, **asked | given)
        assert (answer.is_set, answer.problems) == (None, (trouble,)), (content or b"")[:60]


@pytest.mark.once
@pytest.mark.oracle
def test_another_implementation_reads_our_lists_as_we_do() -> None:
    """Digital Bazaar's in Node: valid, revoked, suspended; and no answer from a forged or stale list."""
    register, keys = signing_keys().register, signing_keys()
    whole = credential()
    [entry, _other] = whole["credentialStatus"]
    place = int(entry["statusListIndex"])

    def published(revoked: bool, suspended: bool, **changes: Any) -> dict[str, Any]:
        documents = {}
        for purpose, wanted in (("revocation", revoked), ("suspension", suspended)):
            edition = Edition(ADDRESS, "1", purpose, (3, place) if wanted else (3,), ISSUED_AT)
            documents[edition.url] = (
                add_proof(edition.document(), key=keys.record, host="suluh.example.go.id", at=ISSUED_AT) | changes
            )
        return documents

    cases: list[tuple[dict[str, Any], str, tuple[bool | None, bool | None]]] = [
        (published(False, False), "2026-11-23T00:00:00Z", (False, False)),
        (published(True, False), "2026-11-23T00:00:00Z", (True, False)),
        (published(False, True), "2026-11-23T00:00:00Z", (False, True)),
        (published(True, True), "2026-11-25T00:00:00Z", (None, None)),
        (published(False, False, validUntil="2099-01-01T00:00:00Z"), "2026-11-23T00:00:00Z", (None, None)),
    ]
    did = did_document(register, host="suluh.example.go.id")
    for documents, now, expected in cases:
        question = {"now": now, "did": did, "documents": documents, "credentials": [whole]}
        [answer] = ask("judge_status.mjs", question)
        assert {entry["statusListCredential"] for entry in whole["credentialStatus"]} == set(documents)
        theirs = (answer["statuses"].get("revocation"), answer["statuses"].get("suspension"))
        ours = tuple(
            bit(json.dumps(document).encode(), place, register, read_instant(now), url=url).is_set
            for url, document in documents.items()
        )
        assert (theirs, ours) == (expected, expected), answer["error"]
