"""``.ci/run`` on a bare machine: what it installs, as whom, and that it then runs the whole check with CI=true.

Rehearsed with a path that holds stand-ins for apt-get, sudo, make and the interpreter, and nothing else of the machine
but what the script itself needs.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = {
    "chromium": "chromium", "pdfsig": "poppler-utils", "qpdf": "qpdf", "openssl": "openssl", "msgfmt": "gettext",
    "certutil": "libnss3-tools", "zbarimg": "zbar-tools", "java": "default-jre-headless", "node": "nodejs",
    "npm": "npm",
}  # fmt: skip
JARS = {"preflight": "libpdfbox2-java", "javax.activation": "libactivation-java", "jaxb-api": "libjaxb-api-java"}
SHELL = "chromium-headless-shell"
# apt-get: writes down how it was called and makes the tools of the packages it was asked for.
APT_GET = """#!/bin/sh
echo "$0 $*" | sed 's|.*/||' >> "$LOG"
for word in "$@"; do
  case "$word" in
    poppler-utils) word=pdfsig;; gettext) word=msgfmt;; libnss3-tools) word=certutil;; zbar-tools) word=zbarimg;;
    default-jre-headless) word=java;; nodejs) word=node;;
  esac
  case "$word" in
    chromium*|pdfsig|qpdf|openssl|msgfmt|certutil|zbarimg|java|node|npm) ln -sf "$TRUE" "$BIN/$word";;
  esac
done
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A tree with the script alone, on a machine with a shell and little else."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "sh", "dirname", "sed", "ln"):
        (folder / name).symlink_to(str(shutil.which(name)))
    stand_ins = {
        "apt-get": APT_GET,
        "sudo": '#!/bin/sh\necho "sudo $1" >> "$LOG"; shift; exec "$@"\n',
        "make": '#!/bin/sh\necho "make $* CI=$CI" >> "$LOG"\n',
        "id": '#!/bin/sh\necho "$UID_OF_TEST"\n',
        "python3": '#!/bin/sh\nexit "$PYTHON_ANSWERS"\n',
    }
    for name, text in stand_ins.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return tmp_path


def equip(tree: Path, *, without: str = "") -> None:
    """Put everything on the machine but one tool."""
    for name in {*TOOLS, SHELL} - {without}:
        (tree / "bin" / name).symlink_to(str(shutil.which("true")))
    (tree / "jars").mkdir()
    for name in JARS:
        (tree / "jars" / f"{name}.jar").touch()


def run(tree: Path, *, uid: int = 0, python_answers: int = 1) -> list[str]:
    """What the script called, in order."""
    folder, log = tree / "bin", tree / "log"
    environment = {
        "PATH": str(folder), "LOG": str(log), "BIN": str(folder), "TRUE": str(shutil.which("true")),
        "UID_OF_TEST": str(uid), "PYTHON_ANSWERS": str(python_answers), "JARS": str(tree / "jars"),
    }  # fmt: skip
    script = tree / ".ci" / "run"
    done = subprocess.run([folder / "bash", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return log.read_text().splitlines()


def test_a_bare_machine_gets_every_tool_and_then_the_whole_check(bare: Path) -> None:
    packages = " ".join([*TOOLS.values(), *JARS.values(), "python3-venv"])
    assert run(bare) == [
        "apt-get update -qq",
        f"apt-get install -y -qq --no-install-recommends {packages}",
        "apt-get update -qq",
        f"apt-get install -y -qq --no-install-recommends {SHELL}",
        "make --no-print-directory check CI=true",
    ]


def test_who_is_not_root_asks_sudo_and_installs_only_what_is_missing(bare: Path) -> None:
    equip(bare, without="qpdf")
    assert run(bare, uid=1000, python_answers=0) == [
        "sudo -n",
        "apt-get update -qq",
        "sudo -n",
        "apt-get install -y -qq --no-install-recommends qpdf",
        "make --no-print-directory check CI=true",
    ]


def test_a_machine_that_has_everything_installs_nothing(bare: Path) -> None:
    equip(bare)
    assert run(bare, python_answers=0) == ["make --no-print-directory check CI=true"]
