"""``make times``: how long a newcomer waits for ``make run``, on a fresh copy of the tree and once everything is there.

Cold: no ``.venv``, database, keys or static files; pip may use what it has downloaded before.  Warm: the same folder
again.  Each is taken from the command to /readyz and the first page, and stopped as Ctrl-C stops it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOUNDS = {"cold": 180.0, "warm": 20.0}
# What the whole check stops at: a time-out for a machine that does other work besides, not a measurement.
GENEROUS = 3
# When to stop waiting; beyond its bound a start has failed already, the figure is still worth having.
GIVE_UP_SECONDS = 600.0
MADE = (".git", ".venv", "var", ".env", ".env.signing", "__pycache__", ".*_cache", ".hypothesis")
OURS = ("SULUH_", "DJANGO_", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY", "PUBLIC_BASE_URL", "PORT")


def main() -> int:
    """Print both times beside their bounds; 1 when one of them is beyond (``--generous``: three times beyond)."""
    factor = GENEROUS if "--generous" in sys.argv[1:] else 1
    beyond = []
    with tempfile.TemporaryDirectory(prefix="suluh-times-") as folder:
        tree = Path(folder) / "suluh"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*MADE), symlinks=True)
        for name, bound in BOUNDS.items():
            taken = start_and_stop(tree, Path(folder) / f"{name}.log")
            print(f"== make run, {name}: {taken:.1f} s (bound {bound:.0f})", flush=True)
            if taken > bound:
                print(f"== make run, {name}: OVER ITS BOUND", flush=True)
            if taken > bound * factor:
                beyond.append(name)
    if beyond:
        print(f"suluh: make run took too long {' and '.join(beyond)}", file=sys.stderr)
    return 1 if beyond else 0


def start_and_stop(tree: Path, log: Path) -> float:
    """Seconds from the command to the first page.  Raises RuntimeError when it never comes or does not stop."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("wb") as output:
        began = time.monotonic()
        group = subprocess.Popen(
            ["make", "--no-print-directory", "run", f"PORT={port}"], cwd=tree, env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        while not (answers(port, "/readyz") and answers(port, "/")):
            if group.poll() is not None or time.monotonic() - began > GIVE_UP_SECONDS:
                raise RuntimeError(
                    f"make run did not answer; its last words:\n{log.read_text(errors='replace')[-3000:]}"
                )
            time.sleep(0.1)
        taken = time.monotonic() - began
        os.killpg(group.pid, signal.SIGINT)
        group.wait(timeout=60)
        return taken
    finally:
        if group.poll() is None:
            os.killpg(group.pid, signal.SIGKILL)
            group.wait(timeout=10)


def answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
