"""The numbered log as files: kept outside the database, and served as tiles.

Everything here follows from numbered rows, so whoever is killed at any step and whoever repeats it writes the same
bytes.  The order is the promise: nobody is shown a checkpoint that is not kept, nor one whose tiles are missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from certificates.log import keeping, notes, tiles
from certificates.log.keeping import KeptEntry
from certificates.log.tiles import Tile
from certificates.log.tree import leaf_hash, perfect_root
from certificates.models import LogCheckpoint, LogEntry

CONTENT_MODE = 0o644


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
        _write_tiles(served, newest.size)
        keeping.keep_checkpoint(newest.note, at=newest.at)
        keeping.write_whole(folder() / "checkpoint", newest.note.encode(), mode=CONTENT_MODE)
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
        values = rows.values_list("entry", "details").iterator()
        keeping.keep_entries(KeptEntry(place, *texts) for place, texts in enumerate(values, start=kept))


def _write_tiles(old: int, new: int) -> None:
    for tile in tiles.tiles_of(old, new):
        content = b"".join(_leaves(tile) if tile.level == 0 else _roots(tile))
        keeping.write_whole(tile_path(tile), content, mode=CONTENT_MODE)
    for tile in tiles.bundles_of(old, new):
        keeping.write_whole(tile_path(tile), tiles.bundle(_entries(tile)), mode=CONTENT_MODE)


def _entries(tile: Tile) -> Iterator[bytes]:
    first = tile.index * tiles.WIDTH
    rows = LogEntry.objects.filter(position__gte=first, position__lt=first + tile.width).order_by("position")
    return (entry.encode() for entry in rows.values_list("entry", flat=True))


def _leaves(tile: Tile) -> list[bytes]:
    return [leaf_hash(entry) for entry in _entries(tile)]


def _roots(tile: Tile) -> list[bytes]:
    """The hashes of a higher tile: the roots of full tiles below, which are written before it."""
    first = tile.index * tiles.WIDTH
    below = (Tile(tile.level - 1, first + number) for number in range(tile.width))
    return [perfect_root(read_tile(each)) for each in below]


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


def fault_of(tile: Tile) -> str:
    """What is wrong with a served tile, or ""; the database is right."""
    entries = tile.level == tiles.ENTRIES
    wanted = tiles.bundle(_entries(tile)) if entries else b"".join(_leaves(tile) if tile.level == 0 else _roots(tile))
    try:
        return "" if tile_path(tile).read_bytes() == wanted else "differs from the database"
    except OSError:
        return "is lost"
