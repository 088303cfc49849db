"""Pure.  Names and contents of C2SP tlog-tiles: 256 neighbouring hashes of one level in a file, entries in bundles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from certificates.log.tree import HASH_BYTES, Node, perfect_root

WIDTH: Final = 256
HEIGHT: Final = 8
ENTRIES: Final = -1
_PATH: Final = re.compile(
    r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5})([0-9]{3})(?:\.p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)


@dataclass(frozen=True)
class Tile:
    """``width`` hashes from number ``256 * index`` on of ``level`` (``ENTRIES``: that many entries)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """``0/x001/234`` or, while it is partial, ``0/x001/234.p/17``."""
        numbers = f"{self.index:03d}" if self.index < 1000 else f"{self.index:,}".replace(",", "/")
        if self.index >= 1000:
            head, *rest = numbers.split("/")
            numbers = "/".join([f"x{int(head):03d}", *(f"x{part}" for part in rest[:-1]), rest[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"{level}/{numbers}" + ("" if self.width == WIDTH else f".p/{self.width}")


def is_path(text: str) -> bool:
    """Whether a stranger's text names a tile, full or partial."""
    found = _PATH.fullmatch(text)
    return found is not None and (found[1] == "entries" or int(found[1]) < 64)


def tiles_of(old: int, new: int) -> Iterator[Tile]:
    """Every tile of hashes that a tree of ``new`` entries has and one of ``old`` had not; from the leaves upwards."""
    level = 0
    while new >> HEIGHT * level:
        yield from _row(level, old >> HEIGHT * level, new >> HEIGHT * level)
        level += 1


def bundles_of(old: int, new: int) -> Iterator[Tile]:
    """The bundles of entries that are new."""
    yield from _row(ENTRIES, old, new)


def _row(level: int, old: int, new: int) -> Iterator[Tile]:
    if new > old:
        for index in range(old // WIDTH, (new + WIDTH - 1) // WIDTH):
            yield Tile(level, index, min(WIDTH, new - index * WIDTH))


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries behind each other, each after its length (two bytes, big end first)."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def hashes_in(content: bytes) -> list[bytes]:
    """The hashes of a tile's file.  Raises ValueError."""
    if not content or len(content) % HASH_BYTES or len(content) > WIDTH * HASH_BYTES:
        raise ValueError("no tile")
    return [content[start : start + HASH_BYTES] for start in range(0, len(content), HASH_BYTES)]


def node_from_tiles(size: int, read: Callable[[Tile], Sequence[bytes]]) -> Node:
    """A reader for ``tree`` over the tiles of a tree with ``size`` entries; each tile is read once."""
    seen: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        row, height = divmod(level, HEIGHT)
        first = index << height
        number = first // WIDTH
        if (row, number) not in seen:
            width = min(WIDTH, (size >> HEIGHT * row) - number * WIDTH)
            seen[row, number] = read(Tile(row, number, width))
        start = first - number * WIDTH
        return perfect_root(seen[row, number][start : start + (1 << height)])

    return node
