"""``make messages``: collect interface strings into the Indonesian catalogues, compile them, say what is missing.

Needs the gettext programs; the compiled catalogues are kept in the repository, so that nobody else does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = (".venv", "var", "tests", "docs", "benchmarks", "node_modules")


def collect() -> None:
    """makemessages and compilemessages over our own folders."""
    ignored = [part for folder in ELSEWHERE for part in ("--ignore", folder)]
    shape = ["--no-obsolete", "--add-location", "file"]
    for command in (["makemessages", "-l", "id", *shape], ["compilemessages", "-l", "id"]):
        program = [sys.executable, "-m", "django", *command, "--verbosity", "0", *ignored]
        # The settings want a key; nothing here signs anything.
        subprocess.run(program, cwd=ROOT, check=True, env={"SECRET_KEY": "collecting-messages", **os.environ})


def untranslated() -> list[str]:
    """One line for each string without a translation or with a doubtful one."""
    lines = []
    for path in sorted([*ROOT.glob("*/locale/id/LC_MESSAGES/*.po"), *ROOT.glob("locale/id/LC_MESSAGES/*.po")]):
        for option in ("--untranslated", "--only-fuzzy"):
            told = subprocess.run(
                ["msgattrib", option, "--no-obsolete", path], capture_output=True, text=True, check=True
            ).stdout
            lines += [f"{path.relative_to(ROOT)}: {line}" for line in told.splitlines() if line.startswith("msgid ")]
    return [line for line in lines if not line.endswith('msgid ""')]


def main() -> None:
    if shutil.which("xgettext") is None:
        sys.exit("suluh: gettext is missing; on Debian or Ubuntu: apt-get install gettext")
    collect()
    missing = untranslated()
    if missing:
        sys.exit("\n".join(["suluh: still to be translated:", *missing]))


if __name__ == "__main__":
    main()
