"""The verifier's JavaScript gives the answers of the Python, with WebCrypto and with what it brings along instead."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from certificates.credential.canonical import canonical_quads
from certificates.credential.document import make_credential
from certificates.keys import KeyRegister, SigningKeys
from certificates.offline import building
from certificates.offline.bundle import Contents, StatusSet, make_bundle
from certificates.record import instant
from tests.certificates.test_trust_bundle import OVERRULED
from tests.factories_certpure import make_signed_record, signing_keys
from tests.node_judges import ask

pytestmark = pytest.mark.once
TESTS = Path(__file__).parents[1]
VECTORS = TESTS / "vectors"
AT = datetime(2026, 11, 23, tzinfo=UTC)
VENDOR = building.VENDOR


@cache
def credentials() -> list[tuple[str, str, str]]:
    """What, text and expected answer of credentials of many shapes."""
    keys = signing_keys()

    def text(**facts: Any) -> str:
        return make_credential(make_signed_record(keys=keys, **facts), key=keys.record).decode()

    plain = text()
    strange = make_signed_record(keys=signing_keys("Asing"))
    swapped = json.loads(plain)
    swapped["credentialSubject"]["licenseNumber"] = "0002/SP/SULUH-BANTEN/XI/2026"
    more = json.loads(plain)
    more["credentialSubject"]["more"] = "x"
    return [
        ("plain", plain, "valid"),
        ("printed with room", json.dumps(json.loads(plain), indent=2), "valid"),
        ("a single module of whole hours", text(modules=2, units=0), "valid"),
        ("many units", text(modules=3, units=30), "valid"),
        ("letters and quotes", text(name='Ni Luh "Ayu" D\'Açvi \\ Ő', number="Ā/1"), "valid"),
        ("an end in the future", text(valid_until="2026-11-23"), "valid"),
        ("an end in the past", text(valid_until="2026-11-22"), "expired"),
        ("a stranger's", make_credential(strange, key=signing_keys("Asing").record).decode(), "no_key"),
        ("a number changed", json.dumps(swapped), "bad_signature"),
        ("a member more", json.dumps(more), "unknown_format"),
        ("a member twice", plain.replace('"validFrom"', '"name":"Palsu","validFrom"', 1), "unknown_format"),
    ]


@cache
def trust(*, keys: SigningKeys | None = None, made: datetime = AT - timedelta(hours=1)) -> str:
    keys = keys or signing_keys()
    lists = tuple(
        StatusSet("1", purpose, 131072, made, made + timedelta(hours=48), frozenset(), "ab" * 32)
        for purpose in ("revocation", "suspension")
    )
    contents = Contents(("suluh.example.go.id",), keys.register, lists)
    return make_bundle(contents, key=keys.record, made_at=made, next_by=made + timedelta(days=1)).decode()


def bundle() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(trust())
    return found


@cache
def lists() -> list[tuple[str, str, bool]]:
    """What, text, and whether it may take the place of the known list."""
    keys, stranger = signing_keys(), signing_keys("Asing")
    # A stranger's key that calls itself by the id of ours, in a register that says so.
    posing = replace(stranger.record.entry, key_id=keys.record.entry.key_id)
    twin = replace(stranger, record=replace(stranger.record, entry=posing), register=KeyRegister((posing,)))
    ended = keys.record.entry.not_after + timedelta(days=1)
    late = replace(keys.record.entry, not_after=ended + timedelta(days=9))
    kept = replace(keys, record=replace(keys.record, entry=late), register=KeyRegister((late,)))
    return [
        ("a newer one of ours", trust(made=AT), True),
        ("a stranger's", trust(keys=stranger, made=AT), False),
        ("a stranger's under the id of our key", trust(keys=twin, made=AT), False),
        ("ours, after the end of its key", trust(keys=kept, made=ended), False),
    ]


@pytest.fixture(scope="module", params=["webcrypto", "bare"])
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    asked: dict[str, Any] = {"known": bundle(), "lists": [text for _what, text, _answer in lists()]}
    asked["jobs"] = [{"text": text, "bundle": bundle(), "at": instant(AT)} for _what, text, _answer in credentials()]
    run = subprocess.run(
        ["node", TESTS / "offline_judge.cjs", request.param],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.oracle
def test_the_script_answers_as_the_python_does(told: dict[str, Any]) -> None:
    tokens = json.loads((VECTORS / "offline-token" / "tokens.json").read_text())
    vectors = json.loads((VECTORS / "trust-bundle" / "verdicts.json").read_text())
    for row, claims in zip(tokens["tokens"], told["read"], strict=True):
        expected = row["claims"]
        assert {name: claims[name] for name in ("code", "number", "name", "kind", "course", "result")} == {
            name: expected[name] for name in ("code", "number", "name", "kind", "course", "result")
        }
        assert (claims["issuer"], claims["list"], claims["index"], claims["recordHash"]) == (
            expected["issuer"],
            expected["list"],
            expected["index"],
            expected["record_hash"],
        )
        assert (claims["issuedOn"], claims["validUntil"]) == (expected["issued_on"], expected["valid_until"])
    assert told["refused"] == [row["reason"] for row in tokens["refused"]]
    assert set(told["fragments"]) == {"unreadable"}
    frozen = [[OVERRULED.get(row["what"], row["answer"]), row["as_of"]] for row in vectors["verdicts"]]
    assert told["verdicts"] == frozen
    table = json.loads((VECTORS / "verdicts" / "table.json").read_text())
    assert told["table"] == [row["answer"] for row in table["rows"]]
    assert told["bundles"] == [row["kind"] for row in vectors["refused"]]


@pytest.mark.oracle
def test_a_newer_list_counts_only_by_the_very_key_that_the_known_one_holds(told: dict[str, Any]) -> None:
    for (what, _text, expected), answer in zip(lists(), told["follows"], strict=True):
        assert (what, answer) == (what, expected)


@pytest.mark.oracle
def test_the_script_spells_the_rdf_of_our_credentials_as_pyld_does(told: dict[str, Any]) -> None:
    for (what, text, expected), (answer, quads) in zip(credentials(), told["credentials"], strict=True):
        assert (what, answer) == (what, expected)
        document = {name: value for name, value in json.loads(text).items() if name != "proof"}
        if expected != "unknown_format":
            assert quads == canonical_quads(document).decode()


@pytest.mark.oracle
def test_the_file_is_spelled_for_browsers_from_2020_on() -> None:
    newer = {"assigned": "let a; a ??= 1;", "chained": "document?.body", "big": "const one = 1n;"}
    scripts = {"verifier": building.verifier_script(), **newer}
    assert set(ask("syntax.mjs", {"edition": 2019, "scripts": scripts})) == set(newer)


def test_what_was_brought_along_is_what_was_looked_at() -> None:
    lines = re.findall(r"^[0-9a-f]{64}  \S+$", (VENDOR / "README.md").read_text(), re.MULTILINE)
    pinned = dict(reversed(line.split()) for line in lines)
    scripts = {path.name for path in VENDOR.glob("*.js") if not path.name.endswith(".entry.js")}
    assert set(pinned) == scripts == {"noble.js", "qr.js"}
    for name, digest in pinned.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in VENDOR.glob("LICENSE-*.txt")} == {"LICENSE-noble.txt", "LICENSE-qr.txt"}
