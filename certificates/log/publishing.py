"""The numbered log as files: kept outside the database, and served as tiles.

Everything here follows from numbered rows, so whoever is killed at any step and whoever repeats it writes the same
bytes.  The order is the promise: nobody is shown a checkpoint that is not kept, nor one whose tiles are missing.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from django.conf import settings

from certificates.log import keeping, notes, tiles
from certificates.log.keeping import KeptEntry
from certificates.log.tiles import Tile
from certificates.log.tree import leaf_hash, perfect_root, tree_root
from certificates.models import LogCheckpoint, LogEntry
from certificates.writing import SERVED, write_whole

logger = logging.getLogger(__name__)

#: Rows that are read at once: memory stays the same however long the log is.
CHUNK: Final = 2_000


def folder() -> Path:
    """What may be served as it stands."""
    return Path(settings.LOG_DIR)


def checkpoint() -> str:
    """The newest checkpoint that is served, or ""."""
    try:
        return (folder() / "checkpoint").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def publish(*, anew: bool = False) -> int:
    """Bring the files up to the newest checkpoint of the database; the size of the tree that is served then.

    ``anew`` writes every tile again (files were lost).  Repeating changes nothing.
    """
    newest = LogCheckpoint.objects.order_by("-size").first()
    if newest is None:
        return 0
    with keeping.alone():
        served = 0 if anew else _served(newest)
        if served == newest.size and keeping.checkpoint() == newest.note:
            return served
        _keep_entries(newest.size)
        _write_tiles(served, newest)
        keeping.keep_checkpoint(newest.note, at=newest.at)
        write_whole(folder() / "checkpoint", newest.note.encode(), mode=SERVED)
        _drop_partial(served, newest.size)
    return newest.size


def _served(newest: LogCheckpoint) -> int:
    """The size that the files have; 0 when they belong to no tree of ours."""
    try:
        served = notes.read(checkpoint())
    except notes.BadCheckpoint:
        return 0
    known = LogCheckpoint.objects.filter(size=served.size, size__lte=newest.size).values_list("root", flat=True).first()
    return served.size if known == served.root.hex() else 0


def _keep_entries(size: int) -> None:
    kept = keeping.kept_size()
    if kept < size:
        rows = LogEntry.objects.filter(position__gte=kept, position__lt=size).order_by("position")
        values = rows.values_list("entry", "details").iterator(chunk_size=CHUNK)
        keeping.keep_entries(KeptEntry(place, *texts) for place, texts in enumerate(values, start=kept))


def _write_tiles(old: int, newest: LogCheckpoint) -> None:
    """Grow the tiles at their right edge; all of them when one of before is lost, or they do not lead to the root."""
    try:
        _write(contents(old, newest.size))
        root = tree_root(newest.size, tiles.node_from_tiles(newest.size, read_tile))
    except (OSError, ValueError):
        if not old:
            raise
        root = b""
    if old and root.hex() != newest.root:
        logger.warning("log: the tiles do not lead to the signed root, all are written again size=%s", newest.size)
        _write(contents(0, newest.size))


def _write(files: Iterable[tuple[Tile, bytes]]) -> None:
    for tile, content in files:
        write_whole(tile_path(tile), content, mode=SERVED)


def contents(old: int, new: int) -> Iterator[tuple[Tile, bytes]]:
    """Every tile and bundle that a tree of ``new`` entries has and one of ``old`` had not, with its bytes, from the
    leaves upwards.  One statement; with ``old`` 0 everything follows from the database alone."""
    level, fresh = 0, []
    for index, entries in _bundles(old, new):
        leaves = [leaf_hash(entry) for entry in entries]
        yield Tile(tiles.ENTRIES, index, len(entries)), tiles.bundle(entries)
        yield Tile(0, index, len(entries)), b"".join(leaves)
        if len(leaves) == tiles.WIDTH:
            fresh.append(perfect_root(leaves))
    while fresh:
        level += 1
        before = old >> tiles.HEIGHT * level
        row = [*_hashes_before(level, before), *fresh]
        fresh = []
        for start in range(0, len(row), tiles.WIDTH):
            part = row[start : start + tiles.WIDTH]
            yield Tile(level, (before + start) // tiles.WIDTH, len(part)), b"".join(part)
            if len(part) == tiles.WIDTH:
                fresh.append(perfect_root(part))


def _bundles(old: int, new: int) -> Iterator[tuple[int, list[bytes]]]:
    """The entries behind ``old``, and those before it that share a bundle with them, bundle by bundle."""
    rows = LogEntry.objects.filter(position__gte=old - old % tiles.WIDTH, position__lt=new).order_by("position")
    places = rows.values_list("position", "entry").iterator(chunk_size=CHUNK)
    for index, group in groupby(places, key=lambda row: (row[0] or 0) // tiles.WIDTH):
        yield index, [entry.encode() for _position, entry in group]


def _hashes_before(level: int, count: int) -> Sequence[bytes]:
    """The hashes that the last, partial tile of a row of ``count`` hashes has; from the tiles below when it is gone."""
    index, width = divmod(count, tiles.WIDTH)
    if not width:
        return []
    try:
        return read_tile(Tile(level, index, width))
    except (OSError, ValueError):
        first = index * tiles.WIDTH
        return [perfect_root(read_tile(Tile(level - 1, first + number))) for number in range(width)]


def tile_path(tile: Tile) -> Path:
    return folder() / "tile" / tile.path


def read_tile(tile: Tile) -> Sequence[bytes]:
    """The hashes of a tile, taken from the full one when the partial one is gone.  Raises OSError or ValueError."""
    for candidate in (tile, Tile(tile.level, tile.index)):
        path = tile_path(candidate)
        if path.is_file():
            return tiles.hashes_in(path.read_bytes())[: tile.width]
    raise FileNotFoundError(str(tile_path(tile)))


def _drop_partial(old: int, new: int) -> None:
    """Partial tiles of which the full one is there now."""
    for tile in [*tiles.tiles_of(old, new), *tiles.bundles_of(old, new)]:
        if tile.width == tiles.WIDTH:
            path = tile_path(tile)
            shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)


def forget() -> None:
    """Serve nothing of a tree that was given up; the next publication writes everything again."""
    shutil.rmtree(folder() / "tile", ignore_errors=True)
    (folder() / "checkpoint").unlink(missing_ok=True)


def faults(size: int) -> Iterator[tuple[Tile, str]]:
    """Which of the served tiles is wrong, and how; the database is right.  One statement."""
    for tile, wanted in contents(0, size):
        try:
            same = tile_path(tile).read_bytes() == wanted
        except OSError:
            yield tile, "is lost"
            continue
        if not same:
            yield tile, "differs from the database"
