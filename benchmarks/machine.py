"""The servers and processes of one measurement, in a folder of their own, and what they cost."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import Processes
from tests.servers import Postgres, Valkey

TICKS = os.sysconf("SC_CLK_TCK")
PASSPHRASE = "only for measuring, never for papers"
WEB_PROCESSES = 2


@contextmanager
def running() -> Iterator[Processes]:
    """PostgreSQL with fsync, Valkey with its log, and an environment in which the product finds them."""
    folder = Path(tempfile.mkdtemp(prefix="suluh-bench-", dir="/tmp"))
    folder.chmod(0o755)
    postgres, valkey = Postgres(folder / "postgres", durable=True), Valkey(folder / "valkey")
    (folder / "var" / "static").mkdir(parents=True)
    children = Processes(folder / "logs")
    try:
        postgres.start()
        postgres.execute("CREATE DATABASE suluh")
        valkey.start()
        os.environ.update(_environment(folder, postgres, valkey))
        yield children
    finally:
        children.stop_all()
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "SULUH_ENV_FILE": "",
        "SULUH_VAR": str(folder / "var"),
        "SULUH_DEMO": "1",
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "SULUH_KEY_PASSPHRASE": PASSPHRASE,
        "DATABASE_URL": f"postgres://suluh@/suluh?host={postgres.folder}",
        "REDIS_URL": f"unix://{valkey.socket}?db=0",
        # The generator speaks for many addresses; the limits per address stay on.
        "SULUH_PROXY_COUNT": "1",
        "LOG_JSON": "1",
    }


def cpu_seconds(pid: int, *, ended: bool = False) -> float:
    """CPU time of a process and its children that still run, in seconds; with ``ended`` also of those it has buried."""
    total = 0.0
    for each in [pid, *_children(pid)]:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        counted = fields[11:15] if ended else fields[11:13]
        total += sum(map(int, counted)) / TICKS
    return total


def cpu_of(pids: Iterable[int]) -> float:
    """CPU time of these processes alone, in seconds, to the nanosecond: a clock tick is half of what one file takes."""
    threads = [thread for pid in pids for thread in Path(f"/proc/{pid}/task").iterdir()]
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def family(pid: int) -> list[int]:
    """A process and all that it and its children started, whichever of their threads did."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    return [pid, *(each for child in children for each in family(child))]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def describe() -> str:
    """Where the figures come from."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?")
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
