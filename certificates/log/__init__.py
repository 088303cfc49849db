"""The transparency log: an append-only Merkle tree over everything done to certificates and keys.

``append`` writes an entry in the transaction of the change; the signing worker numbers entries, signs the tree's root
and serves it as C2SP tlog-tiles.  Formats: docs/formats.md.
"""

from __future__ import annotations

from .appending import append, file_hashes, hash_of_end, hash_of_text, key_hashes
from .proving import Inclusion, proof_of
from .publishing import checkpoint

__all__ = [
    "Inclusion",
    "append",
    "checkpoint",
    "file_hashes",
    "hash_of_end",
    "hash_of_text",
    "key_hashes",
    "proof_of",
]
