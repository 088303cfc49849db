"""Before the first start on a laptop: write ``.env`` and ``.env.signing`` and refuse what cannot work, in one line.

``.env`` lets ``.venv/bin/python manage.py ...`` in another shell meet the same demonstration.  The passphrase of the
keys stands apart in ``.env.signing``, which only the signing worker and the loading of the demonstration are given.
Both files are made once, mode 0600, and never overwritten; only the port in the public address follows ``PORT``.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
SIGNING_FILE = ROOT / ".env.signing"
# Ports below the first are for root on most machines.
FIRST_FREE, LAST_PORT = 1024, 65535


class CannotStart(Exception):
    """What stands in the way, in one line for the person at the keyboard."""


def prepare(*, port: int) -> None:
    """Make the two files and ``var/`` unless they exist.  Raises CannotStart."""
    check_port(port)
    address = f"PUBLIC_BASE_URL=http://127.0.0.1:{port}"
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        if not ENV_FILE.exists():
            lines = ["# Made by `make run`: the demonstration on this machine.", "SULUH_DEMO=1"]
            _write(ENV_FILE, [*lines, f"SECRET_KEY={secrets.token_urlsafe(50)}", address])
        elif "SULUH_DEMO=1" in ENV_FILE.read_text().splitlines():
            lines = ENV_FILE.read_text().splitlines()
            moved = [address if line.startswith("PUBLIC_BASE_URL=http://127.0.0.1:") else line for line in lines]
            if moved != lines:
                ENV_FILE.write_text("\n".join(moved) + "\n")
        if not SIGNING_FILE.exists():
            lines = ["# Unlocks the demonstration's keys in var/keys; for the signing worker alone."]
            _write(SIGNING_FILE, [*lines, f"SULUH_KEY_PASSPHRASE={secrets.token_urlsafe(32)}"])
    except OSError as error:
        raise CannotStart(f"the folder {ROOT} cannot be written ({error.strerror})") from error


def check_port(port: int) -> None:
    """Raises CannotStart when something already listens there, or only root may."""
    other = port + 1 if FIRST_FREE <= port < LAST_PORT else 8000
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CannotStart(f"port {port} is for root only; choose another: make run PORT={other}") from error
        except OSError as error:
            raise CannotStart(f"port {port} on 127.0.0.1 is taken; choose another: make run PORT={other}") from error


def signing_environment() -> dict[str, str]:
    """What only the signing worker is given."""
    lines = SIGNING_FILE.read_text().splitlines() if SIGNING_FILE.exists() else []
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def read_port(text: str) -> int:
    """The port a person asked for.  Raises CannotStart unless it is a number from 1 to 65535."""
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= LAST_PORT:
        raise CannotStart(f"PORT={text} is not a port number")
    return int(text)


def _write(path: Path, lines: list[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    try:
        prepare(port=read_port(os.environ.get("PORT", "8000")))
    except CannotStart as error:
        sys.exit(f"suluh: {error}")
