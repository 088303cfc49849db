"""The service worker at /sw.js: what the site itself does in it, and what upper apps add.

One worker for the whole site, because a browser asks only one per address: the more special one would win and the
other's part be missing there.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.templatetags.static import static

OWN = Path(__file__).resolve().parent / "messaging" / "service_worker.js"

_scripts: list[str] = []


def register_worker_script(static_path: str) -> None:
    """Let an upper app run a script (a classic one, no module) in the worker.  Repeating is harmless."""
    if static_path not in _scripts:
        _scripts.append(static_path)


def source() -> bytes:
    """The worker's bytes.  Hashed names stand in it, so a changed script or stylesheet brings a new worker."""
    added = "".join(f"importScripts({json.dumps(static(path))});\n" for path in _scripts)
    return f"// {static('cms/site.css')}\n{added}".encode() + OWN.read_bytes()
