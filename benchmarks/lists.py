"""A list of 5,000 people in a process of its own: dry run and import in rows per second, and the memory they take.

``make bench`` starts it beside its own servers; it exits with 1 when the memory grows by more than the promise.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PEOPLE = 5_000
MOST_MEGABYTES = 150


def measure() -> list[str]:
    """Lines to print, from a fresh process on the same database."""
    command = [sys.executable, "-m", "benchmarks.lists"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr[-2_000:])
    return done.stdout.splitlines()


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from accounts.management.commands.make_people_list import as_xlsx
    from accounts.models import Organization
    from accounts.people_lists import checking, running, undoing
    from accounts.people_lists.making import make
    from accounts.reference import load
    from accounts.spreadsheets import read_table

    load()
    purpose = checking.Purpose(Organization.objects.filter(depth=1).first())  # type: ignore[arg-type]
    content = as_xlsx(make(PEOPLE, seed=1))
    undoing.undo(_take_in(as_xlsx(make(2, seed=2)), purpose), actor=None, at=timezone.now())  # everything is loaded
    idle = _resident()

    began = time.perf_counter()
    table = read_table(content, "daftar.xlsx")
    with CaptureQueriesContext(connection) as dry:
        made = checking.receive(table, purpose, actor=None, at=timezone.now())
    checked = time.perf_counter()
    running.start(made, actor=None, at=timezone.now())
    with CaptureQueriesContext(connection) as wet:
        running.run(made.pk, at=timezone.now())
    done = time.perf_counter()
    grown = _peak() - idle
    made.refresh_from_db()
    undoing.undo(made, actor=None, at=timezone.now())
    undone = time.perf_counter()
    print(f"a people list of {PEOPLE} rows ({made.new} new, {made.refused} refused)")
    print(f"  dry run   {PEOPLE / (checked - began):9.0f} rows/s   {len(dry)} statements, reading the file included")
    print(f"  import    {PEOPLE / (done - checked):9.0f} rows/s   {len(wet)} statements")
    print(f"  undo      {PEOPLE / (undone - done):9.0f} rows/s")
    print(f"  memory    {grown:9.0f} MB above the idle {idle:.0f} MB; promised are at most {MOST_MEGABYTES}")
    if grown > MOST_MEGABYTES:
        sys.exit(1)


def _take_in(content: bytes, purpose: Any) -> Any:
    from django.utils import timezone

    from accounts.people_lists import checking, running
    from accounts.spreadsheets import read_table

    made = checking.receive(read_table(content, "a.xlsx"), purpose, actor=None, at=timezone.now())
    running.start(made, actor=None, at=timezone.now())
    running.run(made.pk, at=timezone.now())
    return made


def _resident() -> float:
    """Megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def _peak() -> float:
    """Most megabytes this program ever held.

    Not getrusage's figure: that also counts what the process held before it became this program, a copy of the large
    one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024


if __name__ == "__main__":
    main()
