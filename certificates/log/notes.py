"""Pure.  Checkpoints as signed notes (C2SP signed-note and tlog-checkpoint): a few lines of text and K1's signature.

The name in the signature line is the log's origin; the four bytes before the signature name the key: SHA-256 of the
name, a line feed, 0x01 (Ed25519) and the raw public key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import serialization

from certificates.keys import KeyEntry, KeyRegister, RecordKey
from certificates.log.tree import HASH_BYTES
from certificates.record import decode_signature, encode_signature

ED25519: Final = b"\x01"
KEY_HASH_BYTES: Final = 4
#: A note of ours has one signature; a witness may add its own.
LONGEST_NOTE: Final = 16_000
_NAME: Final = re.compile(r"[^\s+]+")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class BadCheckpoint(ValueError):
    """This text is no checkpoint, or none of our keys signed it."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log's tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_hash(name: str, entry: KeyEntry) -> bytes:
    """The four bytes that name this record key under this name."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + _raw(entry)).digest()[:KEY_HASH_BYTES]


def verifier_key(name: str, entry: KeyEntry) -> str:
    """The key as tools for signed notes take it: ``name+hash+key``."""
    return f"{name}+{key_hash(name, entry).hex()}+{base64.b64encode(ED25519 + _raw(entry)).decode()}"


def _raw(entry: KeyEntry) -> bytes:
    """The 32 bytes of an Ed25519 key, at the end of its SubjectPublicKeyInfo."""
    key = serialization.load_der_public_key(base64.b64decode(entry.public_key))
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def sign(checkpoint: Checkpoint, *, key: RecordKey) -> str:
    """The signed note.  Ed25519 is deterministic: the same checkpoint and key give the same text."""
    text = checkpoint.text()
    if not _NAME.fullmatch(checkpoint.origin):
        raise BadCheckpoint("an origin holds neither space nor plus")
    signature = key_hash(checkpoint.origin, key.entry) + decode_signature(key.sign(text.encode()))
    return f"{text}\n— {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def read(note: str) -> Checkpoint:
    """What the note says, its signatures not yet looked at.  Raises BadCheckpoint."""
    text, _signatures = _parts(note)
    lines = text.split("\n")
    if len(lines) != 4 or not _NAME.fullmatch(lines[0]) or not _SIZE.fullmatch(lines[1]):
        raise BadCheckpoint("not the three lines of a checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise BadCheckpoint("no base64") from error
    checkpoint = Checkpoint(lines[0], int(lines[1]), root)
    if len(root) != HASH_BYTES or checkpoint.text() != text:
        raise BadCheckpoint("no root hash")
    return checkpoint


def verify(note: str, register: KeyRegister) -> tuple[Checkpoint, KeyEntry]:
    """The checkpoint and which of our record keys signed it.

    A signature by an unknown key is passed over (a witness may have added one); one of ours that is wrong spoils the
    note.  Raises BadCheckpoint.
    """
    checkpoint = read(note)
    text, signatures = _parts(note)
    keys = {key_hash(checkpoint.origin, entry): entry for entry in register.entries if entry.purpose == "record"}
    signer: KeyEntry | None = None
    for name, signature in signatures:
        entry = keys.get(signature[:KEY_HASH_BYTES]) if name == checkpoint.origin else None
        if entry is None:
            continue
        if not entry.verifies(text.encode(), encode_signature(signature[KEY_HASH_BYTES:])):
            raise BadCheckpoint("a signature does not fit")
        signer = entry
    if signer is None:
        raise BadCheckpoint("none of our keys signed it")
    return checkpoint, signer


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, blank, rest = note.rpartition("\n\n")
    if len(note) > LONGEST_NOTE or not blank or not rest.endswith("\n"):
        raise BadCheckpoint("not a signed note")
    signatures = []
    for line in rest[:-1].split("\n"):
        found = _SIGNATURE.fullmatch(line)
        if found is None:
            raise BadCheckpoint("not a signature line")
        try:
            signatures.append((found[1], base64.b64decode(found[2], validate=True)))
        except binascii.Error as error:
            raise BadCheckpoint("no base64") from error
    return text + "\n", signatures
