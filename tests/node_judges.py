"""Independent judges written for Node, installed once for each lock file.

``npm ci`` takes exactly what ``tests/oracles/package-lock.json`` names and runs no script of a package; the folder lies
beside the database templates and serves every later run.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from tests import databases

SOURCES = Path(__file__).parent / "oracles"
_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")


@cache
def installed() -> Path:
    """The folder with the packages and our scripts."""
    files = sorted([*SOURCES.glob("*.json"), *SOURCES.glob("*.mjs")])
    content = b"\0".join(path.read_bytes() for path in files)
    folder = databases.cache_folder() / f"oracles-{hashlib.sha256(content).hexdigest()[:20]}"
    with databases.locked(folder.with_suffix(".lock")):
        if not folder.exists():
            aside = folder.with_suffix(".part")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            for path in files:
                shutil.copy(path, aside)
            done = subprocess.run(_INSTALL, cwd=aside, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                raise RuntimeError(f"the judges cannot be installed:\n{done.stderr}")
            aside.rename(folder)
    return folder


def ask(script: str, question: dict[str, Any]) -> Any:
    """What ``tests/oracles/<script>`` answers to this JSON."""
    done = subprocess.run(
        ["node", script],
        cwd=installed(),
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{script} failed:\n{done.stderr}")
    return json.loads(done.stdout)
