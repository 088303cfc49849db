"""Web processes and signing worker are two users of one group: folders in a shared one are shared like it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from certificates.writing import SERVED, make_folder, open_shared, write_whole


@pytest.fixture
def strict() -> Iterator[None]:
    """The umask of the services."""
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("above", "folder", "served", "growing"), [(0o2770, 0o2770, 0o2775, 0o660), (0o755, 0o750, 0o755, 0o640)]
)
def test_a_new_folder_and_a_growing_file_are_shared_like_the_folder_they_are_in(
    strict: None, tmp_path: Path, above: int, folder: int, served: int, growing: int
) -> None:
    tmp_path.chmod(above)
    write_whole(tmp_path / "certificates" / "scan" / "a.pdf", b"x")
    write_whole(tmp_path / "log" / "tile" / "0", b"x", mode=SERVED)
    assert [mode(tmp_path / name) for name in ("certificates", "certificates/scan")] == [folder] * 2
    assert [mode(tmp_path / name) for name in ("log", "log/tile")] == [served] * 2
    assert (mode(tmp_path / "certificates/scan/a.pdf"), mode(tmp_path / "log/tile/0")) == (0o640, 0o644)
    for _twice in range(2):
        os.close(open_shared(tmp_path / "entries", os.O_WRONLY | os.O_APPEND))
    assert mode(tmp_path / "entries") == growing
    (tmp_path / "certificates").chmod(0o700)  # what an operator decided stays
    make_folder(tmp_path / "certificates")
    assert mode(tmp_path / "certificates") == 0o700
