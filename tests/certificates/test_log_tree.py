"""Merkle tree, notes, entries and tile names: pure, against published vectors and against the definition itself."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.keys import RecordKey
from certificates.keys.register import KeyRegister, public_key_text
from certificates.log import keeping, notes, tiles
from certificates.log.entries import Details, MalformedEntry, opens, public_entry, read_entry
from certificates.log.notes import BadCheckpoint, Checkpoint
from certificates.log.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    node_of,
    root_from_inclusion,
    tree_root,
)
from tests.factories_certpure import signing_keys

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "log"


def vector(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return found


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def test_roots_and_proofs_are_those_of_the_reference_tree() -> None:
    known = vector("rfc6962.json")
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in known["entries"]]
    roots = [bytes.fromhex(root) for root in known["roots"]]
    tree = Frontier()
    assert tree.root().hex() == known["empty_root"] == tree_root(0, node_of([])).hex()
    for size, leaf in enumerate(leaves, start=1):
        tree.add(leaf)
        tree = Frontier.read(tree.size, tree.texts())
        assert tree.root() == roots[size - 1] == tree_root(size, node_of(leaves))
    for row in known["inclusion"]:
        proof = [bytes.fromhex(each) for each in row["proof"]]
        assert inclusion_proof(row["index"], row["size"], node_of(leaves)) == proof
        assert root_from_inclusion(row["index"], row["size"], leaves[row["index"]], proof) == roots[row["size"] - 1]
    for row in known["consistency"]:
        proof = [bytes.fromhex(each) for each in row["proof"]]
        assert consistency_proof(row["old"], row["new"], node_of(leaves)) == proof
        assert is_consistent(row["old"], roots[row["old"] - 1], row["new"], roots[row["new"] - 1], proof)
    with pytest.raises(ValueError, match="no frontier"):
        Frontier.read(3, tree.texts())
    for wrong in ((8, 8), (-1, 8)):
        with pytest.raises(ValueError, match="no such entry"):
            inclusion_proof(*wrong, node_of(leaves))
    with pytest.raises(ValueError, match="no such trees"):
        consistency_proof(0, 8, node_of(leaves))


@settings(max_examples=30)
@given(st.data())
def test_proofs_of_any_tree_fit_its_definition_and_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(size)]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, before = mth(leaves), mth(leaves[:old])

    def read(tile: tiles.Tile) -> list[bytes]:
        step = 256**tile.level
        first = tile.index * 256
        return [mth(leaves[(first + n) * step : (first + n + 1) * step]) for n in range(tile.width)]

    node = tiles.node_from_tiles(size, read)
    proof = inclusion_proof(index, size, node)
    assert proof == inclusion_proof(index, size, node_of(leaves))
    assert root_from_inclusion(index, size, leaves[index], proof) == root
    assert root_from_inclusion(index, size, leaf_hash(b"another"), proof) != root
    steps = consistency_proof(old, size, node)
    assert is_consistent(old, before, size, root, steps)
    assert not is_consistent(old, leaf_hash(b"another"), size, root, steps)
    assert not is_consistent(old, before, size, leaf_hash(b"another"), steps)
    assert not is_consistent(old, before, size, root, [*steps, root])
    with pytest.raises(ValueError, match="no proof"):
        root_from_inclusion(index, size, leaves[index], [*proof, root])


def test_notes_are_signed_as_other_programs_sign_them() -> None:
    known = vector("notes.json")
    name, key_id, seed = known["seed_key"].removeprefix("PRIVATE+KEY+").split("+", 2)
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)[1:])
    entry = replace(signing_keys().record.entry, public_key=public_key_text(private.public_key()))
    assert notes.verifier_key(name, entry) == known["verifier_key"]
    assert notes.key_hash(name, entry).hex() == key_id
    signature = notes.key_hash(name, entry) + private.sign(known["text"].encode())
    assert f"— {name} {base64.b64encode(signature).decode()}\n" == known["signature_line"]
    key = RecordKey(entry, private)
    checkpoint = Checkpoint("suluh.example.go.id/log", 3, leaf_hash(b""))
    note = notes.sign(checkpoint, key=key)
    assert note == notes.sign(checkpoint, key=key)
    assert note.splitlines()[:4] == ["suluh.example.go.id/log", "3", base64.b64encode(leaf_hash(b"")).decode(), ""]
    ours = KeyRegister((signing_keys().record.entry, entry))
    witness = "— tetangga.example/saksi AAAAAAAA\n"
    for good in (note, note + witness):
        assert notes.verify(good, ours) == (checkpoint, entry)
    stranger = notes.sign(checkpoint, key=signing_keys("Orang lain").record)
    other_root = note.replace(note.splitlines()[2], base64.b64encode(leaf_hash(b"x")).decode())
    bad = [
        (stranger, "none of our keys"),
        (other_root, "does not fit"),
        (note.replace("\n3\n", "\n03\n"), "three lines"),
        (note.replace("\n3\n", "\n3\n\n"), "three lines"),
        (note.replace("=\n\n", "=\nmore\n\n", 1), "three lines"),
        (note.replace(note.splitlines()[2], "AAAA"), "no root hash"),
        (note.rstrip("\n"), "not a signed note"),
        (note + "x" * notes.LONGEST_NOTE, "not a signed note"),
        (note.replace("— ", "- "), "not a signature line"),
        ("", "not a signed note"),
    ]
    for text, why in bad:
        with pytest.raises(BadCheckpoint, match=why):
            notes.verify(text, ours)
    with pytest.raises(BadCheckpoint, match="neither space nor plus"):
        notes.sign(replace(checkpoint, origin="a b"), key=key)


def test_an_entry_commits_to_its_details_and_betrays_nothing() -> None:
    known = vector("entry-1.json")
    details = Details.read(known["details"])
    assert details.text() == known["details"]
    assert public_entry(known["details"], details.time) == known["entry"]
    assert leaf_hash(known["entry"].encode()).hex() == known["leaf"]
    assert opens(known["details"], known["entry"])
    time, commitment = read_entry(known["entry"])
    assert (time, details.kind) == ("2026-11-22T03:04:05Z", "filed")
    for secret in (details.code, details.salt, *details.hashes.values(), "filed"):
        assert secret not in known["entry"]
    salted = replace(details, salt=Details("filed", time).salt)
    assert not opens(salted.text(), known["entry"])
    assert not opens(replace(details, time="2026-11-22T03:04:06Z").text(), known["entry"])
    for broken in ("", "[]", known["entry"], known["details"].replace('"version":1', '"version":2'),
                   known["details"].replace(":", ": ", 1), known["details"].replace("ab" * 32, "AB" * 32),
                   known["details"].replace('"filed"', "7")):  # fmt: skip
        with pytest.raises(MalformedEntry):
            Details.read(broken)
    for broken in ("{}", known["details"], known["entry"].replace(commitment, "x" * 64),
                   known["entry"].replace("T03", " 03"), known["entry"].replace(":", ": ", 1)):  # fmt: skip
        with pytest.raises(MalformedEntry):
            read_entry(broken)


def test_tiles_are_named_as_the_specification_names_them() -> None:
    assert tiles.Tile(0, 1234067).path == "0/x001/x234/067"
    assert tiles.Tile(tiles.ENTRIES, 5, 17).path == "entries/005.p/17"
    grown = [tile.path for tile in tiles.tiles_of(0, 70_000)]
    assert len(grown) == 273 + 1 + 1 + 1 + 1
    assert {"0/272", "0/273.p/112", "1/000", "1/001.p/17", "2/000.p/1"} <= set(grown)
    assert [tile.path for tile in tiles.tiles_of(255, 257)] == ["0/000", "0/001.p/1", "1/000.p/1"]
    assert [tile.path for tile in tiles.bundles_of(256, 258)] == ["entries/001.p/2"]
    assert list(tiles.tiles_of(300, 300)) == list(tiles.bundles_of(300, 300)) == []
    for good in grown[:3] + grown[-4:] + ["entries/x001/000", "63/000.p/255"]:
        assert tiles.is_path(good), good
    for bad in ("", "0", "0/1", "0/0000", "00/000", "64/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000/",
                "../../secret", "0/x001", "0/001/002", "entries/../000", "0/000\n", "a/000"):  # fmt: skip
        assert not tiles.is_path(bad), bad
    assert tiles.bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    for content in (b"", b"x", b"x" * 32 * 257):
        with pytest.raises(ValueError, match="no tile"):
            tiles.hashes_in(content)


@pytest.mark.once
def test_a_hash_of_digits_is_never_read_as_a_number_that_was_handed_out(settings: Any, tmp_path: Path) -> None:
    settings.LOG_CHECKPOINT_DIR = tmp_path
    issuer = UUID(int=1)
    for number in range(1, 170):  # so long that only the end of the file is read, from every place within a line
        keeping.note_number(issuer, "training", 2026, number, "9" * 64)
        assert keeping.last_number(issuer, "training", 2026) == number
