"""Keys for tests that need some: made by the first process of a run that asks, copied by the others.

The product's own verb makes them; two RSA keys take it a second or more.  Tests about making keys call it themselves.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path

from certificates.keys.making import Owner, make_keys
from tests import databases


def keys_in(folder: Path, *, passphrase: str, owner: Owner, at: datetime, which: str = "") -> None:
    """Keys of ``owner`` in ``folder``, which is not there yet; another ``which`` gives other keys of the same owner."""
    run = os.environ.get("SULUH_TEST_DIR")
    if run is None:  # a benchmark
        make_keys(folder, passphrase=passphrase.encode(), owner=owner, at=at)
        return
    asked = repr((passphrase, owner.name, owner.demo, at.isoformat(), which))
    kept = Path(run) / "kept-keys" / hashlib.sha256(asked.encode()).hexdigest()[:20]
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with databases.locked(kept.with_suffix(".lock")):
        if not kept.exists():
            part = kept.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            make_keys(part, passphrase=passphrase.encode(), owner=owner, at=at)
            part.rename(kept)
    shutil.copytree(kept, folder)
