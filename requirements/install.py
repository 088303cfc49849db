"""Make ``.venv`` from one of the hashed locks beside this file: ``python3 requirements/install.py run|test|dev``.

Standard library only, and readable for any Python 3, so that an old interpreter gets a sentence instead of a traceback.
A stamp (SHA-256 of lock and interpreter) makes the second call free.  Each set contains the ones before it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from typing import NoReturn

SETS = ("run", "test", "dev")
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST, NEWEST = (3, 11), (3, 13)


def fail(line: str) -> NoReturn:
    sys.exit("suluh: " + line)


def stamp_path(name: str) -> str:
    return os.path.join(VENV, ".installed-" + name)


def fingerprint(name: str) -> str:
    """What an installed set was made from: the lock's bytes and the interpreter."""
    with open(os.path.join(HERE, name + ".lock"), "rb") as lock:
        content = lock.read()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def is_installed(name: str) -> bool:
    try:
        with open(stamp_path(name)) as stamp:
            return stamp.read() == fingerprint(name) and os.path.exists(PYTHON)
    except OSError:
        return False


def make_folder() -> None:
    """A fresh ``.venv`` unless there is one of this very interpreter."""
    try:
        same = subprocess.check_output([PYTHON, "-c", "import sys; print(sys.version)"], text=True)
    except (OSError, subprocess.CalledProcessError):
        same = ""
    if same.strip() == sys.version.strip():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in made.stdout + made.stderr:
            fail("this Python has no venv module; on Debian or Ubuntu: apt-get install python3-venv")
        fail("making .venv failed: " + (made.stderr or made.stdout).strip().splitlines()[-1])


def install(name: str) -> None:
    lock = os.path.join(HERE, name + ".lock")
    print("suluh: installing requirements/%s.lock into .venv (the first time takes a minute or two)" % name, flush=True)
    began = time.time()
    options = ["--disable-pip-version-check", "--no-input", "-qq", "--require-hashes", "--no-deps"]
    done = subprocess.run([PYTHON, "-m", "pip", "install"] + options + ["-r", lock], cwd=ROOT)
    if done.returncode:
        fail("installing failed; pip's message is above (is the package index reachable?)")
    for each in SETS[: SETS.index(name) + 1]:
        with open(stamp_path(each), "w") as stamp:
            stamp.write(fingerprint(each))
    print("suluh: installed in %.0f seconds" % (time.time() - began), flush=True)


def main() -> None:
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in SETS:
        fail("usage: requirements/install.py " + "|".join(SETS))
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        fail("Suluh needs Python 3.11, 3.12 or 3.13; this is %d.%d" % sys.version_info[:2])
    if is_installed(name):
        return
    if not os.access(ROOT, os.W_OK):
        fail("the folder %s cannot be written; .venv and var/ are made in it" % ROOT)
    try:
        make_folder()
        install(name)
    except OSError as error:
        fail("the folder %s cannot be written: %s" % (ROOT, error.strerror))


if __name__ == "__main__":
    main()
