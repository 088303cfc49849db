"""Pure.  The Merkle tree of RFC 6962, section 2: hashes, inclusion proofs and consistency proofs.

A tree over ``n`` entries is asked for through a reader ``node(level, index)``: the root of the perfect subtree over
the entries ``index * 2**level`` up to ``(index + 1) * 2**level``.  Whatever holds the hashes (a list, tiles) is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

Node = Callable[[int, int], bytes]
HASH_BYTES: Final = 32
#: The root of a tree without entries.
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """MTH({d}) = SHA-256(0x00 || d)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(leaves: Sequence[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes."""
    row = list(leaves)
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


@dataclass
class Frontier:
    """A tree that grows at its right edge: its size and the roots of its perfect subtrees, the largest first."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, texts: Iterable[str]) -> Self:
        """The tree that ``texts`` wrote.  Raises ValueError when it has not as many roots as its size has ones."""
        roots = [bytes.fromhex(text) for text in texts]
        if len(roots) != size.bit_count() or any(len(root) != HASH_BYTES for root in roots):
            raise ValueError("no frontier of this size")
        return cls(size, roots)

    def texts(self) -> list[str]:
        return [root.hex() for root in self.roots]

    def add(self, leaf: bytes) -> None:
        """One more entry, by its leaf hash."""
        for _twin in range((~self.size & self.size + 1).bit_length() - 1):
            leaf = node_hash(self.roots.pop(), leaf)
        self.roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.roots:
            return EMPTY_ROOT
        rest = self.roots[-1]
        for root in reversed(self.roots[:-1]):
            rest = node_hash(root, rest)
        return rest


def _split(count: int) -> int:
    """The largest power of two below ``count`` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def range_root(low: int, high: int, node: Node) -> bytes:
    """MTH(D[low:high]) of a range that the tree's recursion meets (its start is a multiple of its largest part)."""
    count = high - low
    if count & count - 1 == 0:
        level = count.bit_length() - 1
        return node(level, low >> level)
    middle = low + _split(count)
    return node_hash(range_root(low, middle, node), range_root(middle, high, node))


def tree_root(size: int, node: Node) -> bytes:
    """The root of the whole tree."""
    return range_root(0, size, node) if size else EMPTY_ROOT


def _way_down(index: int, size: int) -> list[tuple[bool, int, int]]:
    """From the root to the entry: (whether the way goes left, and the range that is left aside)."""
    way, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            way.append((True, middle, high))
            high = middle
        else:
            way.append((False, low, middle))
            low = middle
    return way


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]), from the leaf upwards.  Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("no such entry in a tree of this size")
    return [range_root(low, high, node) for _left, low, high in reversed(_way_down(index, size))]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that this proof leads to.  Raises ValueError when its length does not fit."""
    way = _way_down(index, size) if 0 <= index < size else []
    if len(way) != len(proof) or not 0 <= index < size:
        raise ValueError("no proof of this entry in a tree of this size")
    for (left, _low, _high), sibling in zip(reversed(way), proof, strict=True):
        leaf = node_hash(leaf, sibling) if left else node_hash(sibling, leaf)
    return leaf


def _edge_down(old: int, new: int) -> tuple[list[tuple[bool, int, int]], bool, tuple[int, int]]:
    """From the new root to where the old tree ends: as ``_way_down``, whether the last range is the whole old tree,
    and that range."""
    way, low, high, whole = [], 0, new, True
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            way.append((True, middle, high))
            high = middle
        else:
            way.append((False, low, middle))
            low, whole = middle, False
    return way, whole, (low, high)


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[new]).  Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError("no such trees")
    way, whole, last = _edge_down(old, new)
    first = [] if whole else [range_root(*last, node)]
    return first + [range_root(low, high, node) for _left, low, high in reversed(way)]


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``old`` entries is the beginning of the tree of ``new`` ones."""
    if not 0 < old <= new:
        return False
    way, whole, _last = _edge_down(old, new)
    parts = list(proof)
    if len(parts) != len(way) + (not whole):
        return False
    before = after = old_root if whole else parts.pop(0)
    for (left, _low, _high), sibling in zip(reversed(way), parts, strict=True):
        if left:
            after = node_hash(after, sibling)
        else:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
    return (before, after) == (old_root, new_root)


def node_of(leaves: Sequence[bytes]) -> Node:
    """A reader over a list of leaf hashes."""
    return lambda level, index: perfect_root(leaves[index << level : index + 1 << level])
